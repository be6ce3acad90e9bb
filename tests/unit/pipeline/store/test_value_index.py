"""A catalogue of the releases before values were indexed: it is opened, and the guard knows what quotes what as if it always had."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipeline.store.catalogue import Catalogue
from pipeline.store.catalogue_reader import CatalogueReader
from pipeline.store.catalogue_schema import MIGRATIONS
from pipeline.store.sqlite import connect
from tests.support.objects import indicator, malware, marked, policy, taken, terms
from transforms.release import release, state_block

BEFORE = MIGRATIONS[:2]
ABOUT = marked(indicator("about", "[domain-name:value = 'c2.quoted.example']"), "red")
OLD = malware("m", description="It calls c2.quoted.example.")
NEW = {**malware("m"), "modified": "2026-03-01T00:00:00.000Z", "description": "No more."}
OTHER = malware("n", description="It calls c2.quoted.example, too.")
COPIED = ("shard", "entity", "alias", "source", "version", "ref", "mention", "touched", "moved", "fault", "cursor", "due")


@pytest.fixture
def new(tmp_path: Path) -> Path:
    path = tmp_path / "new.db"
    catalogue = Catalogue(path, 4)
    taken(catalogue, [(ABOUT, "maker"), (OLD, "maker"), (OTHER, "maker"), (OTHER, "other")])
    taken(catalogue, [(NEW, "maker")])
    catalogue.close()
    return path


@pytest.fixture
def old(new: Path, tmp_path: Path) -> Path:
    """The same content in the tables of before."""
    path = tmp_path / "old.db"
    with closing(connect(path, BEFORE)) as target, closing(sqlite3.connect(new)) as source:
        for name in COPIED:
            columns = [row[1] for row in target.execute(f"PRAGMA table_info({name})")]
            for row in source.execute(f"SELECT {','.join(columns)} FROM {name}"):
                target.execute(f"INSERT INTO {name} VALUES ({','.join('?' * len(row))})", row)
    return path


def rows(path: Path) -> Iterator[list[Any]]:
    with closing(sqlite3.connect(path)) as db:
        for name in ("about", "quote", *COPIED):
            yield sorted(map(repr, db.execute(f"SELECT * FROM {name}")))
        yield [db.execute("PRAGMA user_version").fetchone(), db.execute("PRAGMA integrity_check").fetchone()]


def test_a_catalogue_of_before_is_indexed_when_it_is_opened(old: Path, new: Path) -> None:
    connect(old, MIGRATIONS).close()
    assert list(rows(old)) == list(rows(new))


def test_what_it_held_before_is_kept_back_as_what_comes_now(old: Path) -> None:
    connect(old, MIGRATIONS).close()
    reader = CatalogueReader(old)
    try:
        everything = [no for (no,) in reader.connection.execute("SELECT no FROM entity")]
        under = terms(rules=policy("taker", release={"tlp_max": "green"}))
        made = {item.object_id or item.reason for item in state_block(release(reader.block(everything), under, reader.owners))}
    finally:
        reader.close()
    # the older version of one goes with it, so it stops it, too; the other producer's copy of the other one may go, and does
    assert made == {"tlp-above-ceiling", "guard-withheld-value", "gone", OTHER["id"]}


def test_wherever_it_is_interrupted_the_old_file_is_whole(old: Path) -> None:
    with closing(sqlite3.connect(old)) as db:
        before = [*db.iterdump(), db.execute("PRAGMA user_version").fetchone()]

    def broken(db: sqlite3.Connection) -> None:
        MIGRATIONS[3](db)  # type: ignore[operator]
        raise InterruptedError

    with pytest.raises(InterruptedError):
        connect(old, (*MIGRATIONS[:3], broken))
    with closing(sqlite3.connect(old)) as db:
        assert [*db.iterdump(), db.execute("PRAGMA user_version").fetchone()] == before
