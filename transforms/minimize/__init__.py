"""What one recipient sees of an object: tables of verbs for each path, and nothing that no table lets through."""

from __future__ import annotations

from transforms.minimize.minimizer import Minimizer
from transforms.minimize.plans import FRAME, MAX_PLANS
from transforms.minimize.result import Minimized
from transforms.minimize.roles import TELLING, Role, role_evidence

__all__ = ["FRAME", "MAX_PLANS", "TELLING", "Minimized", "Minimizer", "Role", "role_evidence"]
