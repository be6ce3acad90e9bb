"""What released data may be used for: a closed list, so that two files can be held against each other."""

from __future__ import annotations

from typing import Literal, get_args

Purpose = Literal[
    "network_defence",
    "incident_response",
    "threat_research",
    "situational_awareness",
    "victim_notification",
    "law_enforcement",
    "intelligence",
    "evidence",
    "training",
    "extradition_support",
]

PURPOSES: frozenset[str] = frozenset(get_args(Purpose))

BY_NAME_ONLY: frozenset[str] = frozenset({"extradition_support"})
"""Purposes that a policy has by naming them itself, never because an agreement allows them."""

NEED_ASSURANCES: frozenset[str] = frozenset({"evidence", "extradition_support"})
"""Purposes that an agreement without `assurances` on the treatment of persons does not have, whatever it lists."""

NEED_REQUEST: frozenset[str] = frozenset({"evidence", "extradition_support"})
"""Purposes that an agreement has only with the reference of a request for mutual legal assistance."""
