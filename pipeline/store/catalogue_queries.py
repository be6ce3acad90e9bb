"""Questions that operators ask of the catalogue: counts, quarantine, and where an object stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from pipeline.store.catalogue_reader import CatalogueReader


class Quarantined(NamedTuple):
    """One entry of the quarantine, without its bytes."""

    no: int
    feed: str
    reason: str
    path: str
    source_id: str
    size: int
    first_received: str
    last_received: str


_COLUMNS = "no, feed, reason, path, source_id, size, first_received, last_received"


def quarantine_counts(reader: CatalogueReader) -> Sequence[tuple[str, str, int]]:
    """(feed, reason, entries)."""
    return reader.connection.execute("SELECT feed, reason, count(*) FROM quarantine GROUP BY feed, reason ORDER BY feed, reason").fetchall()


def quarantine_list(reader: CatalogueReader, feed: str | None, reason: str | None, limit: int) -> Sequence[Quarantined]:
    """The newest entries."""
    rows = reader.connection.execute(
        f"SELECT {_COLUMNS} FROM quarantine WHERE (?1 IS NULL OR feed = ?1) AND (?2 IS NULL OR reason = ?2)"  # noqa: S608 - constant
        " ORDER BY no DESC LIMIT ?3",
        (feed, reason, limit),
    )
    return [Quarantined(*row) for row in rows]


def quarantine_entry(reader: CatalogueReader, no: int) -> tuple[Quarantined, bytes] | None:
    """One entry with its bytes."""
    row = reader.connection.execute(f"SELECT {_COLUMNS}, raw FROM quarantine WHERE no = ?", (no,)).fetchone()  # noqa: S608 - constant
    return None if row is None else (Quarantined(*row[:-1]), row[-1])


def catalogue_counts(reader: CatalogueReader) -> Mapping[str, int]:
    """How much the catalogue holds."""
    tables = ("entity", "source", "version", "quarantine")
    return {name: reader.connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in tables}  # noqa: S608 - constant


def entities_of(reader: CatalogueReader, source_id: str) -> Sequence[int]:
    """Entities that a source id means now, for any producer."""
    rows = reader.connection.execute(
        "SELECT DISTINCT source.entity FROM source JOIN alias ON alias.no = source.alias WHERE alias.id = ?", (source_id,)
    )
    return [no for (no,) in rows]


def all_keys(reader: CatalogueReader) -> Any:
    """(entity, content key) of everything, lazily."""
    return reader.connection.execute("SELECT no, key FROM entity")


def sources_of(reader: CatalogueReader, entity: int) -> Sequence[tuple[str, str, str, int, str]]:
    """(producer, source id, feed, shadowed, received) of every contribution to an entity."""
    return reader.connection.execute(
        "SELECT source.producer, alias.id, version.feed, source.shadowed, version.received FROM source"
        " JOIN version ON version.no = source.current JOIN alias ON alias.no = source.alias WHERE source.entity = ? ORDER BY source.no",
        (entity,),
    ).fetchall()


def meaning_of(reader: CatalogueReader, entity: int) -> tuple[str, bytes]:
    """(type, content key) of an entity."""
    found: tuple[str, bytes] = reader.connection.execute("SELECT type, key FROM entity WHERE no = ?", (entity,)).fetchone()
    return found


def contents_of(reader: CatalogueReader, entity: int) -> Sequence[tuple[str, str, bytes, bool, bytes]]:
    """(producer, source id, standing, shadowed, bytes) of every source of an entity, in its current version."""
    rows = reader.connection.execute(
        "SELECT source.producer, alias.id, source.standing, source.shadowed, version.body FROM source"
        " JOIN version ON version.no = source.current JOIN alias ON alias.no = source.alias WHERE source.entity = ? ORDER BY source.no",
        (entity,),
    )
    return [(producer, source_id, standing, bool(shadowed), body) for producer, source_id, standing, shadowed, body in rows]


def has_feed(reader: CatalogueReader, feed: str) -> bool:
    """Whether anything has come from a feed, also from one that is no longer configured."""
    return reader.connection.execute("SELECT 1 FROM version WHERE feed = ? LIMIT 1", (feed,)).fetchone() is not None


def moved_from(reader: CatalogueReader, source_id: str) -> Sequence[int]:
    """Entities that a source id has meant before, for any producer."""
    rows = reader.connection.execute(
        "SELECT DISTINCT moved.entity FROM alias JOIN source ON source.alias = alias.no JOIN moved ON moved.source = source.no"
        " WHERE alias.id = ?",
        (source_id,),
    )
    return [no for (no,) in rows]
