"""What is wrong with a pattern: codes and places, never text of the pattern."""

from __future__ import annotations

from typing import NamedTuple

from schemas.errors import BadInput
from schemas.stix.findings import Setting


class Flaw(NamedTuple):
    """One rule of the specification that a pattern breaks.

    reason:   a code of schemas.reasons
    position: offset in characters
    section:  of STIX 2.1 with Errata 01
    setting:  the feed setting that decides; '' where none softens it
    """

    reason: str
    position: int
    section: str
    setting: Setting = ""


class PatternError(BadInput):
    """A text that is no pattern (invalid-pattern), or one that is too large to be looked at (pattern-too-large)."""

    def __init__(self, reason: str, position: int, section: str = "9") -> None:
        super().__init__(reason)
        self.position = position
        self.section = section
