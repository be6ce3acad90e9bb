"""What was not lost: threats that recipients have, texts that passed, and what became of texts that name somebody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.leak.canaries import Canary, Role
from benchmarks.leak.plant import TEXT
from benchmarks.leak.recipients import PROFILES, entitled

CLEAN, CARRYING = "indicators without anybody's data", "indicators that carry somebody's data"

Seen = Mapping[str, set[int]]
"""Recipient -> numbers of the canaries that its client has."""


def texts(canaries: Sequence[Canary], seen: Seen) -> dict[str, Any]:
    """Indicators with somebody in their texts, whose pattern names a threat: passed on without the text, held back, or with it."""
    threats = {canary.object_id: number for number, canary in enumerate(canaries) if canary.role == Role.THREAT and _is_pattern(canary)}
    rows = {}
    for name in PROFILES:
        outcome: Counter[str] = Counter()
        for number, canary in enumerate(canaries):
            if canary.place == TEXT and canary.private and canary.object_id in threats and name in entitled(canary.producer, canary.tlp):
                there = threats[canary.object_id] in seen[name]
                outcome["passed" if number in seen[name] else "regenerated" if there else "held or withheld"] += 1
        rows[name] = dict(outcome)
    return rows


def kept_threats(canaries: Sequence[Canary], seen: Seen, name: str) -> dict[str, Any]:
    """Threat values of CLEAR and GREEN objects that the recipient has, of those that its markings let it have."""
    return {
        label: ratio(canaries, seen, name, Role.THREAT, pattern=pattern, carrying=carrying)
        for label, pattern, carrying in (
            (CLEAN, True, False),
            (CARRYING, True, True),
            ("observables", False, None),
        )
    }


def ratio(
    canaries: Sequence[Canary], seen: Seen, name: str, role: Role, *, pattern: bool | None = None, carrying: bool | None = None
) -> dict[str, Any]:
    """Canaries of a role in CLEAR and GREEN objects: how many the recipient may have, and has. `pattern`: only those that are in an
    indicator's pattern, or that are not · `carrying`: only those whose object holds somebody's data as well, or does not.
    """
    private = {canary.object_id for canary in canaries if canary.private}
    wanted = [
        number
        for number, canary in enumerate(canaries)
        if canary.role == role and canary.tlp in ("clear", "green") and name in canary.allowed
        and pattern in (None, _is_pattern(canary)) and carrying in (None, canary.object_id in private)
    ]  # fmt: skip
    kept = sum(number in seen[name] for number in wanted)
    return {"wanted": len(wanted), "kept": kept, "share": kept / len(wanted) if wanted else None}


def _is_pattern(canary: Canary) -> bool:
    return canary.path == "indicator.pattern"
