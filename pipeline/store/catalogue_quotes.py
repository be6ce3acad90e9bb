"""Who quotes which values, and who is about them: each apart, since all pairs of the two would be more than any feed is worth."""

from __future__ import annotations

import sqlite3
from collections.abc import Set

from pipeline.store.rows_in import rows_in
from transforms.entity import Target

Said = tuple[str, bytes]
"""(producer, digest of a value)."""

AT_ONCE = 500
"""Digests in one question; SQLite before 3.32 took 999."""


def quotes_of(db: sqlite3.Connection, entities: set[int]) -> dict[Target, tuple[bytes, ...]]:
    """(producer, source id) of some entities' sources -> the values in their bytes that any other source is about."""
    found: dict[Target, list[bytes]] = {}
    for producer, identifier, digest in rows_in(
        db,
        "SELECT source.producer, alias.id, quote.digest FROM source JOIN quote ON quote.source = source.no"
        " JOIN alias ON alias.no = source.alias WHERE source.entity IN",
        entities,
        " AND EXISTS (SELECT 1 FROM about WHERE about.digest = quote.digest) ORDER BY source.no, quote.digest",
    ):
        found.setdefault((producer, identifier), []).append(digest)
    return {target: tuple(digests) for target, digests in found.items()}


def said_in(db: sqlite3.Connection, entities: set[int]) -> set[Said]:
    """The values that some entities' sources are about, each as its producer's."""
    query = "SELECT DISTINCT source.producer, about.digest FROM source CROSS JOIN about ON about.source = source.no WHERE source.entity IN"
    return set(rows_in(db, query, entities))


def quoters_of(db: sqlite3.Connection, wanted: Set[Said]) -> set[tuple[int, int, int]]:
    """(entity, shard, change) of what quotes some values of its own producer's."""
    digests = sorted({digest for _, digest in wanted})
    found: set[tuple[int, int, int]] = set()
    for start in range(0, len(digests), AT_ONCE):
        part = digests[start : start + AT_ONCE]
        for producer, digest, *entity in db.execute(
            "SELECT source.producer, quote.digest, entity.no, entity.shard, entity.change FROM quote"  # noqa: S608 - ours
            " CROSS JOIN source ON source.no = quote.source CROSS JOIN entity ON entity.no = source.entity"
            f" WHERE quote.digest IN ({','.join('?' * len(part))})",
            part,
        ):
            if (producer, digest) in wanted:
                found.add((entity[0], entity[1], entity[2]))
    return found


def holders_of(db: sqlite3.Connection, wanted: Set[Said]) -> dict[tuple[str, int], list[bytes]]:
    """(producer, entity) -> which of some values of the producer's that entity is about, in its words."""
    digests = sorted({digest for _, digest in wanted})
    found: dict[tuple[str, int], list[bytes]] = {}
    for start in range(0, len(digests), AT_ONCE):
        part = digests[start : start + AT_ONCE]
        for producer, entity, digest in db.execute(
            "SELECT DISTINCT source.producer, source.entity, about.digest FROM about JOIN source ON source.no = about.source"  # noqa: S608 - ours
            f" WHERE about.digest IN ({','.join('?' * len(part))})",
            part,
        ):
            if (producer, digest) in wanted:
                found.setdefault((producer, entity), []).append(digest)
    return found
