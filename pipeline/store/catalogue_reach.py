"""What a change of the catalogue reaches: whose release it may change, although nothing of theirs has changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Set

from pipeline.store.catalogue_quotes import Said, quoters_of, said_in
from pipeline.store.rows_in import rows_in
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
    asked: set[Said] = set()
    while frontier:
        frontier = (_referrers(db, frontier | successors(db, frontier), released, asked) | _witnessed(db, frontier)) - found
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


def _referrers(db: sqlite3.Connection, entities: set[int], released: Mapping[int, int], asked: set[Said]) -> set[int]:
    """What refers to some entities, mentions them, or quotes what they are about; `asked` are the values already asked for."""
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
    values = said_in(db, entities) - asked
    asked |= values
    quoting = quoters_of(db, values)
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
