"""What a change of the catalogue reaches: whose release it may change, although nothing of theirs has changed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

from schemas.ids import CONTRIBUTING
from transforms.minimize import TELLING


def affected(db: sqlite3.Connection, changed: Iterable[int], released: Mapping[int, int]) -> list[int]:
    """What must be stated anew when some entities have changed: they, and all that refers to these, directly or through others,
    observables whose role they may tell, what they are sightings of, and what quotes values that they are about.

    `released` is shard -> change number up to which all has been stated already: a referrer beyond it is among the changed itself.
    Iterative; holds numbers only.
    """
    found = set(changed)
    frontier = found if released else set()
    while frontier:
        frontier = (_referrers(db, frontier | successors(db, frontier), released) | _witnessed(db, frontier)) - found
        found |= frontier
    return sorted(found | _sighted(db, found) if released else found)


def successors(db: sqlite3.Connection, entities: set[int]) -> set[int]:
    """Where sources that once meant one of some entities have gone."""
    return {
        no
        for (no,) in rows_in(
            db, "SELECT DISTINCT source.entity FROM moved JOIN source ON source.no = moved.source WHERE moved.entity IN", entities
        )
    }


def _referrers(db: sqlite3.Connection, entities: set[int], released: Mapping[int, int]) -> set[int]:
    rows = rows_in(
        db,
        "SELECT DISTINCT referrer.entity, entity.shard, entity.change FROM source JOIN ref ON ref.target = source.alias"
        " JOIN source AS referrer ON referrer.no = ref.source JOIN entity ON entity.no = referrer.entity WHERE source.entity IN",
        entities,
    )
    mentioning = rows_in(
        db,
        "SELECT DISTINCT referrer.entity, entity.shard, entity.change FROM source JOIN alias ON alias.no = source.alias"
        " JOIN mention ON mention.uuid = lower(substr(alias.id, -36)) JOIN source AS referrer ON referrer.no = mention.source"
        " AND referrer.producer = source.producer"
        " JOIN entity ON entity.no = referrer.entity WHERE source.entity IN",
        entities,
    )
    quoting = rows_in(
        db,
        "SELECT DISTINCT referrer.entity, entity.shard, entity.change FROM source JOIN about ON about.source = source.no"
        " JOIN quote ON quote.digest = about.digest JOIN source AS referrer ON referrer.no = quote.source"
        " AND referrer.producer = source.producer JOIN entity ON entity.no = referrer.entity WHERE source.entity IN",
        entities,
    )
    return {no for no, shard, change in (*rows, *mentioning, *quoting) if change <= released.get(shard, 0)}


def _witnessed(db: sqlite3.Connection, entities: set[int]) -> set[int]:
    """Observables that some entities refer to: these may tell whose they are."""
    return {no for no, kind in _referred(db, entities, TELLING) if kind in CONTRIBUTING}


def _sighted(db: sqlite3.Connection, entities: set[int]) -> set[int]:
    """What those of some entities that are sightings are sightings of."""
    return {no for no, _ in _referred(db, entities, {"sighting"})}


def _referred(db: sqlite3.Connection, entities: set[int], types: Set[str]) -> Iterator[tuple[int, str]]:
    """What those of some entities that are of some types refer to, with its type."""
    yield from rows_in(
        db,
        "SELECT DISTINCT entity.no, entity.type FROM entity AS own JOIN source ON source.entity = own.no"  # noqa: S608 - ours
        " JOIN ref ON ref.source = source.no JOIN source AS target ON target.alias = ref.target JOIN entity ON entity.no = target.entity"
        f" WHERE own.type IN ({','.join(repr(name) for name in sorted(types))}) AND own.no IN",
        entities,
    )


def rows_in(db: sqlite3.Connection, query: str, values: set[int] | set[str], tail: str = "") -> Iterator[Any]:
    """The rows of a query that ends in IN, for many values at once."""
    yield from db.execute(f"{query} (SELECT value FROM json_each(?)){tail}", (json.dumps(sorted(values)),))  # noqa: S608 - ours
