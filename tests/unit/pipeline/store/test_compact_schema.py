"""A views.db of the releases before ids and words had numbers is opened, and reads the same."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pipeline.store.compact_schema import compact
from pipeline.store.object_ids import join, split
from pipeline.store.selection import ALL, FIRST, LAST, Selection
from pipeline.store.sqlite import connect
from pipeline.store.view_delete import _delete_in, delete_versions
from pipeline.store.view_queries import handle_of_object, held, open_views, view_counts
from pipeline.store.view_reader import ViewReader
from pipeline.store.view_writer import Delivery
from pipeline.store.views_schema import MIGRATIONS
from schemas.timestamps import to_micros
from tests.support.objects import domain, indicator, malware, observable
from tests.unit.pipeline.store.test_view_writer import START, View, handle, put, slot, withdraw
from transforms.bundle import Ledger
from transforms.statement import Statement

BEFORE = MIGRATIONS[:3]
TIMELESS = observable("ipv4-addr", value="198.51.100.7")
ODD = {**indicator("odd"), "id": "indicator--6BA7B810-9DAD-41D1-80B4-00C04FD430C8"}
SAID: tuple[tuple[Statement, ...], ...] = (
    (
        put("a", indicator("a")),
        put("b", domain("tool", "b", name="b")),
        put("t", TIMELESS),
        put("o", ODD),
        withdraw("w", "tlp-above-ceiling"),
    ),
    (put("a", indicator("a"), indicator("a", modified="2026-05-01T00:00:00.123456Z")), put("m", malware("m"), reason="minimized")),
    (withdraw("b"), put("c", indicator("c")), withdraw("m")),
)
COPIED = {
    "collection": "*",
    "body": "no, NULL, bytes",
    "record_text": "collection, seq, object_id, version, version_key, type, latest, body",
    "member_text": "collection, handle, decision, reason, object_id, digest, change, slot, audit",
    "audit": "no, collection, slot, policy, agreements, topic_partition, topic_offset, put, withdrawn, withheld, entries",
    "consumed": "*",
    "tombstone": "*",
}


def say(view: View, collection: int, at: int, statements: tuple[Statement, ...]) -> Any:
    ledger = Ledger(slot(at), "taker@1.0.0", "agr-1@1.0.0", None, statements)
    return view.writer.apply(collection, [Delivery("partner.taker", 0, at, ledger)])


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """What the program of today writes: two collections with the same objects, one of them an older release's, and a deletion."""
    (tmp_path / "new").mkdir()
    view = View(tmp_path / "new")
    for collection in (view.no, view.writer.ensure_collection("c-2", "second", "Title")):
        for at, statements in enumerate(SAID[: 4 - collection], 1):
            say(view, collection, at, statements)
    path = tmp_path / "new" / "views.db"
    delete_versions(path, view.no, indicator("c")["id"], (ALL,), lambda: to_micros(START))
    view.writer.close()
    view.reader.close()
    return path


@pytest.fixture
def old(new: Path, tmp_path: Path) -> Path:
    """The same content in the tables of before."""
    path = tmp_path / "views.db"
    with closing(connect(path, BEFORE)) as target, closing(sqlite3.connect(new)) as source:
        for name, columns in COPIED.items():
            for row in source.execute(f"SELECT {columns} FROM {name}"):
                target.execute(f"INSERT INTO {name.removesuffix('_text')} VALUES ({','.join('?' * len(row))})", row)
    return path


def shown(path: Path) -> Iterator[Any]:
    """All that anyone asks of the views."""
    reader = ViewReader(path)
    for collection in (1, 2):
        for versions in ((LAST,), (ALL,), (FIRST,), (FIRST, LAST), ("2026-05-01T00:00:00.123456",)):
            for more in ({}, {"types": ("indicator", "ipv4-addr")}, {"ids": (indicator("a")["id"], ODD["id"], TIMELESS["id"], "x")}):
                for after in (0, to_micros(START) + 1):
                    selection = Selection(after, 3, versions=versions, **more)  # type: ignore[arg-type]
                    yield reader.objects(collection, selection, 1 << 20)
                    yield reader.manifest(collection, selection)
        yield [reader.has_object(collection, name) for name in (ODD["id"], domain("tool", "b", name="b")["id"], "x--y", "x")]
    reader.close()
    with open_views(path) as views:
        yield view_counts(views)
        for name in "abtowmc":
            yield [held(views, partner, handle(name)) for partner in ("taker", "second")]
        yield [handle_of_object(views, "taker", made["id"]) for made in (indicator("a"), ODD, indicator("none"))]


def dump(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as db:
        return [*db.iterdump(), str(db.execute("PRAGMA user_version").fetchone())]


def test_it_reads_the_same_and_goes_on(old: Path, new: Path) -> None:
    connect(old, MIGRATIONS).close()
    assert list(shown(old)) == list(shown(new))
    with closing(sqlite3.connect(old)) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    view = View(old.parent)
    try:
        assert not say(view, 1, 3, SAID[2]), "what is so already is applied again"
        assert say(view, 2, 3, SAID[2]), "what is new is not applied"
        assert view.writer._connection.execute("SELECT count(*) FROM (SELECT DISTINCT bytes FROM body)").fetchone() == (
            view.writer._connection.execute("SELECT count(DISTINCT body) FROM version").fetchone()
        )
    finally:
        view.writer.close()
        view.reader.close()


def test_wherever_it_is_interrupted_the_old_file_is_whole(old: Path, new: Path) -> None:
    before = dump(old)
    steps = 0
    done = False
    while not done:
        with closing(sqlite3.connect(old)) as db:
            assert db.execute("SELECT count(*) FROM member").fetchone() != (0,)

        def interrupted(db: sqlite3.Connection, limit: int = steps) -> None:
            compact(_Breaking(db, limit))  # type: ignore[arg-type]

        try:
            connect(old, (*BEFORE, interrupted, *MIGRATIONS[4:])).close()
            done = True
        except InterruptedError:
            assert dump(old) == before
            steps += 1
    assert steps > 20
    assert list(shown(old)) == list(shown(new))


class _Breaking:
    """A connection that breaks at its statement of this number."""

    def __init__(self, db: sqlite3.Connection, limit: int) -> None:
        self._left = limit
        self._db = db
        self.create_function = db.create_function

    def execute(self, statement: str) -> sqlite3.Cursor:
        if not self._left:
            raise InterruptedError
        self._left -= 1
        return self._db.execute(statement)


def test_no_statement_reads_a_whole_collection(tmp_path: Path) -> None:
    view = View(tmp_path)
    db = view.writer._connection
    ran: set[str] = set()
    db.set_trace_callback(ran.add)
    for at, statements in enumerate((*SAID, (put("a", indicator("a", name="other bytes")),)), 1):
        say(view, view.no, at, statements)
    _delete_in(db, view.no, indicator("a")["id"], (ALL,), lambda: to_micros(START))
    db.set_trace_callback(None)
    asked = {sql for sql in ran if sql.startswith(("SELECT", "UPDATE", "DELETE")) and "record" in sql}
    assert len(asked) > 8
    for sql in asked:
        for *_, step in db.execute(f"EXPLAIN QUERY PLAN {sql}"):
            assert not step.startswith("SCAN"), (sql, step)
            assert not step.endswith("(collection=?)"), (sql, step)
    view.writer.close()
    view.reader.close()


@pytest.mark.parametrize(
    "identifier", [indicator("a")["id"], ODD["id"], "x-note--", "x-note--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3", "a--b--c"]
)
def test_ids_come_back_as_they_were(identifier: str) -> None:
    assert join(*split(identifier)) == identifier
