"""Whether the markings of an object let it go to a recipient, and under which conditions."""

from transforms.permit.model import Limits, Party, Verdict
from transforms.permit.rules import RULES, permit
from transforms.permit.turns import next_turn

__all__ = ["RULES", "Limits", "Party", "Verdict", "next_turn", "permit"]
