"""Which of the many that refer to an object are looked at: some of each kind, so that those of one kind never crowd out another."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from pipeline.store.rows_in import rows_in
from transforms.decide import topics_of
from transforms.entity import Contribution, Target
from transforms.minimize import TELLING

MAX_KINDS = 128
"""Kinds of referrers of one object by one producer; feeds have a handful. Beyond, the memory would be the feed's to fill."""

Referrers = dict[int, dict[int, set[Target]]]
"""Entity -> what refers to it -> by which (producer, source id)."""


@dataclass(frozen=True)
class Wanted:
    """What is wanted of an object's referrers.

    types: of which types · most: how many of each kind · order: which come first · apart: what tells kinds apart besides
    """

    types: frozenset[str]
    most: int
    order: str
    apart: str = "NULL"


WITNESSES = Wanted(TELLING, 16, "fresh DESC, key, no")
"""What may tell whose an observable is. One that speaks for the threat is enough; the newest are the last to be too old."""

SIGHTINGS = Wanted(frozenset({"sighting"}), 4, "no", "substr(fresh, 1, 7)")
"""Of each month those that came first: more of them would not count for more, and other months are too old at other times."""

_REST = """
), crowd AS (
SELECT pair.target, source.no, source.entity, source.producer, source.alias, source.current, source.fresh, entity.key, entity.type,
count(*) OVER (PARTITION BY pair.target, source.producer) > {wanted.most} AS is_crowded
FROM pair JOIN source ON source.no = pair.referrer AND source.shadowed = 0
JOIN entity ON entity.no = source.entity AND entity.type IN ({types})
), told AS (
SELECT crowd.*, CASE WHEN is_crowded THEN kind_of(version.feed, version.audience, version.revoked, version.body) END AS kind,
CASE WHEN is_crowded AND type = 'relationship' THEN (SELECT group_concat(kind) FROM (
SELECT DISTINCT kind_of(version.feed, version.audience, version.revoked, version.body) AS kind FROM ref
JOIN source AS other ON other.alias = ref.target JOIN version ON version.no = other.current WHERE ref.source = crowd.no ORDER BY 1
)) END AS ends FROM crowd JOIN version ON version.no = crowd.current
), placed AS (
SELECT *, row_number() OVER (PARTITION BY target, producer, kind, ends, {wanted.apart} ORDER BY {wanted.order}) AS place FROM told
), turned AS (
SELECT *, row_number() OVER (PARTITION BY target, producer, place ORDER BY {wanted.order}) AS turn FROM placed WHERE place <= {wanted.most}
)
SELECT turned.target, turned.entity, turned.producer, alias.id FROM turned JOIN alias ON alias.no = turned.alias WHERE turn <= {kinds}
"""
"""crowd: what refers to each · told: of what kind it is, where one producer has too many; a relationship tells something only to those
who may have its ends · placed: the first ones of each kind · turned: of the first, the second … ones of all kinds as many as there may be
kinds."""


def referrers_of(db: sqlite3.Connection, entities: set[int], wanted: Wanted) -> Referrers:
    """What refers to some entities: of each producer all, or the first ones of each kind. The connection has to know `kind_of`."""
    found: Referrers = {}
    for target, referrer, producer, identifier in rows_in(
        db,
        "WITH pair AS (SELECT DISTINCT source.entity AS target, ref.source AS referrer"
        " FROM source JOIN ref ON ref.target = source.alias WHERE source.entity IN",
        entities,
        _REST.format(types=",".join(repr(name) for name in sorted(wanted.types)), wanted=wanted, kinds=MAX_KINDS),
    ):
        found.setdefault(target, {}).setdefault(referrer, set()).add((producer, identifier))
    return found


def kind_of(feed: str, audience: str, revoked: int, body: bytes) -> int:
    """Equal for versions on which every recipient decides alike, but for what depends on their age or on their ids alone."""
    try:
        version = Contribution(feed, (), (), b"", bool(revoked), body)
        said = tuple(version.value.get(name) for name in ("type", "relationship_type", "sighting_of_ref", "confidence"))
        return hash((feed, audience, revoked, said, version.whole, version.nodes, version.words, topics_of(version)))
    except Exception:  # noqa: BLE001 - what cannot be judged goes to nobody
        return -1  # which hash never is
