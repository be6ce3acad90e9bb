"""Reading views.db: indexes that are used, bounds that hold, threads that do not disturb each other."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.store.selection import ALL, FIRST, LAST, Selection
from pipeline.store.view_reader import ViewReader
from schemas.errors import ConfigError, StoreBusy, StoreVersionError
from tests.server.support import Collection, Views, indicators, object_id, stix

MANY = 1 << 30


@pytest.fixture
def reader(views: Views) -> ViewReader:
    return ViewReader(views.path)


@pytest.mark.parametrize(
    ("selection", "index"),
    [
        (Selection(5, 10), "USING PRIMARY KEY (collection=? AND latest=? AND seq>?)"),
        (Selection(5, 10, versions=(ALL,)), "USING PRIMARY KEY (collection=? AND latest=? AND seq>?)"),
        (Selection(5, 10, versions=(FIRST, LAST)), "USING PRIMARY KEY (collection=? AND latest=? AND seq>?)"),
        (Selection(5, 10, types=("malware",)), "USING PRIMARY KEY (collection=? AND latest=? AND seq>?)"),
        (Selection(5, 10, ids=("a", "b")), "INDEX record_object (collection=? AND object=?"),
        (Selection(5, 10, ids=("a",), versions=(FIRST,)), "INDEX record_object (collection=? AND object=?"),
        (Selection(5, 10, ids=("a",), versions=("2024-01-01T00:00:00",)), "INDEX record_object (collection=? AND object=?"),
    ],
)
def test_every_selection_has_its_index(views: Views, selection: Selection, index: str) -> None:
    for columns, join in (("r.seq", ""), ("r.seq, b.bytes", "CROSS JOIN body b ON b.no = r.body")):
        plan = views.sql.execute(f"EXPLAIN QUERY PLAN {selection.statement(columns, join)}", selection.parameters(1)).fetchall()
        steps = [step[3] for step in plan]
        arms = [step for step in steps if index in step]
        assert len(arms) >= (1 if selection.ids or selection.versions == (LAST,) else 2)
        assert not any(step.startswith("SCAN") or step.endswith("(collection=?)") for step in steps)
        assert selection.ids is not None or not any("TEMP B-TREE" in step for step in steps)


def test_what_runs_in_the_event_loop() -> None:
    assert Selection(0, 500).is_quick
    assert Selection(0, 500, ids=("a",), versions=(ALL,)).is_quick
    for slow in (Selection(0, 10_000), Selection(0, 5, types=("malware",)), Selection(0, 5, versions=(FIRST,))):
        assert not slow.is_quick


def test_a_page_and_its_ends(views: Views, reader: ViewReader, twelve: Collection) -> None:
    page = reader.objects(twelve.no, Selection(0, 5), MANY)
    assert (page.number, page.more) == (5, True)
    assert page.last is not None
    rest = reader.objects(twelve.no, Selection(page.last, 7), MANY)
    assert (rest.number, rest.more) == (7, False)
    assert reader.objects(twelve.no, Selection(rest.last or 0, 7), MANY) == (b"", 0, None, None, False)
    assert reader.objects(twelve.no, Selection(0, 5, spec_versions=("2.0",)), MANY).number == 0


def test_bytes_bound_a_page_but_the_first_object_always_comes(views: Views, reader: ViewReader) -> None:
    collection = views.collection("alpha.example")
    views.put(collection, [stix("note", number, pad=1000) for number in range(4)])
    assert reader.objects(collection.no, Selection(0, 4), 2500).number == 2
    page = reader.objects(collection.no, Selection(0, 4), 10)
    assert (page.number, page.more) == (1, True)


def test_equal_bytes_are_stored_once(views: Views, reader: ViewReader) -> None:
    for partner in ("alpha.example", "beta.example"):
        views.put(views.collection(partner), indicators(3))
    assert views.sql.execute("SELECT count(*) FROM body").fetchone() == (3,)


def test_collections_by_partner(views: Views, reader: ViewReader, twelve: Collection) -> None:
    views.collection("beta.example")
    assert [item.id for item in reader.collections("alpha.example")] == [twelve.id]
    for name in (twelve.id, "alpha-feed"):
        found = reader.collection("alpha.example", name)
        assert found is not None
        assert found.no == twelve.no
        assert reader.collection("beta.example", name) is None


def test_has_object(views: Views, reader: ViewReader, twelve: Collection) -> None:
    assert reader.has_object(twelve.no, object_id("indicator", 0))
    assert not reader.has_object(twelve.no, object_id("indicator", 12))


def test_threads_read_side_by_side(views: Views, reader: ViewReader, twelve: Collection) -> None:
    def read(number: int) -> int:
        return reader.objects(twelve.no, Selection(0, 1 + number % 12), MANY).number

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(read, range(200))) == [1 + number % 12 for number in range(200)]


def test_a_page_cut_short_holds_no_snapshot(views: Views, reader: ViewReader, twelve: Collection) -> None:
    reader.objects(twelve.no, Selection(0, 2), MANY)
    reader.objects(twelve.no, Selection(0, 12), 10)
    views.put(twelve, indicators(3, 12))
    assert views.sql.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def test_a_statement_has_a_time_limit(views: Views, twelve: Collection) -> None:
    ticks = iter(range(0, 100_000, 10))
    hasty = ViewReader(views.path, statement_seconds=5, clock=lambda: float(next(ticks)))
    views.put(twelve, indicators(5000, 12))
    with pytest.raises(StoreBusy) as caught:
        hasty.objects(twelve.no, Selection(0, 5, types=("malware",)), MANY)
    assert caught.value.retry_after == 5
    assert len(hasty.collections("alpha.example")) == 1  # the connection is good for the next statement


def test_it_reads_while_a_writer_writes(views: Views, reader: ViewReader, twelve: Collection) -> None:
    views.sql.execute("BEGIN IMMEDIATE")
    views.sql.execute("DELETE FROM record")
    assert reader.objects(twelve.no, Selection(0, 50), MANY).number == 12
    views.sql.execute("COMMIT")
    assert reader.objects(twelve.no, Selection(0, 50), MANY).number == 0


def test_it_cannot_write(views: Views, reader: ViewReader) -> None:
    with reader._pool.statement() as connection, pytest.raises(sqlite3.OperationalError, match="readonly"):
        connection.execute("DELETE FROM credential")


def test_stores_that_do_not_fit(tmp_path: Path, views: Views) -> None:
    with pytest.raises(ConfigError, match="cannot be opened"):
        ViewReader(tmp_path / "missing.db")
    sqlite3.connect(tmp_path / "empty.db").execute("VACUUM")
    with pytest.raises(ConfigError, match="has schema 0"):
        ViewReader(tmp_path / "empty.db")
    views.sql.execute("PRAGMA user_version=99")
    with pytest.raises(StoreVersionError):
        ViewReader(views.path)
