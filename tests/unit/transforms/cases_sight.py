"""What one recipient's sight makes of an object, and signed grants that need no signature because nobody looks at it any more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from schemas.sharing.grants import GrantSet, SignedGrant, Standing
from tests.support.objects import Served, Stix, block, served
from transforms.entity import Candidate, Recalled
from transforms.judge import Judged
from transforms.sight import Sight
from transforms.terms import Terms

NOTHING_RECALLED = Recalled()
BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)


def grant(name: str = "g-1", originator: str = "maker", recipients: Sequence[str] = ("taker",), **scope: Any) -> Standing:
    """A grant that has been verified; `scope` is one of objects, feed and query."""
    made = SignedGrant.model_validate(
        {
            "statement": "grant",
            "id": name,
            "originator": originator,
            "recipients": recipients,
            "scope": scope,
            "valid_from": BEGIN,
            "valid_until": END,
            "issued": BEGIN,
            "key": "k-1",
            "signature": "A" * 86 + "==",
        }
    )
    return Standing(made, made.valid_from, made.valid_until)


def grants(*standing: Standing) -> GrantSet:
    """A set of grants."""
    return GrantSet(standing)


def placed(
    value: Stix,
    under: Terms,
    producer: str = "maker",
    faults: Iterable[tuple[str, str]] = (),
    beside: Iterable[Served] = (),
    recalled: Recalled = NOTHING_RECALLED,
) -> tuple[Sight, Candidate]:
    """A recipient's sight of a block of the object and of others, and the object in it."""
    made = replace(block([served(value, producer=producer), *beside], faults=faults), recalled=recalled)
    (found,) = (item for entity in made.entities.values() for item in entity.by_id.get(value["id"], ()) if item.producer == producer)
    return Sight(made, under), found


def judged(
    value: Stix,
    under: Terms,
    producer: str = "maker",
    faults: Iterable[tuple[str, str]] = (),
    beside: Iterable[Served] = (),
    recalled: Recalled = NOTHING_RECALLED,
) -> Judged:
    """What is decided of an object."""
    sight, found = placed(value, under, producer, faults, beside, recalled)
    return sight.judge(found)
