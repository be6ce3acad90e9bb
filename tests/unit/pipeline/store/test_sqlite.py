"""Opening a store: its schema grows by numbered steps, it belongs to its owner, and a transaction is all or nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from pipeline.store.sqlite import connect, transaction
from schemas.errors import StoreBusy, StoreVersionError

ONE = "CREATE TABLE a (x INTEGER);\nCREATE TABLE b (x INTEGER)"
TWO = "ALTER TABLE a ADD COLUMN y INTEGER"


def version(connection: sqlite3.Connection) -> int:
    found: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return found


def test_a_new_file_gets_every_step_once(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "s.db"
    connection = connect(path, (ONE, TWO))
    connection.execute("INSERT INTO a VALUES (1, 2)")
    assert version(connection) == 2
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    connection.close()
    assert path.stat().st_mode & 0o077 == 0
    again = connect(path, (ONE, TWO))
    assert again.execute("SELECT * FROM a").fetchall() == [(1, 2)]
    again.close()


def test_an_older_file_gets_what_it_lacks(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    first = connect(path, (ONE,))
    first.execute("INSERT INTO a VALUES (1)")
    first.close()
    second = connect(path, (ONE, TWO))
    assert second.execute("SELECT * FROM a").fetchall() == [(1, None)]
    assert version(second) == 2
    second.close()


def test_a_newer_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    connect(path, (ONE, TWO)).close()
    with pytest.raises(StoreVersionError, match=r"s\.db has schema 2, this program knows 1: use the newer program"):
        connect(path, (ONE,))
    again = connect(path, (ONE, TWO))
    assert version(again) == 2
    again.close()


def test_a_reader_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "a ?#%.db"
    connect(path, (ONE,)).close()
    reader = connect(path, (ONE,), read_only=True)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        reader.execute("INSERT INTO a VALUES (1)")
    reader.close()


def _fail(connection: sqlite3.Connection, error: type[BaseException]) -> None:
    with transaction(connection) as db:
        db.execute("INSERT INTO a VALUES (2)")
        raise error


def test_a_transaction_is_all_or_nothing(tmp_path: Path) -> None:
    connection = connect(tmp_path / "s.db", (ONE,))
    with transaction(connection) as db:
        db.execute("INSERT INTO a VALUES (1)")
    for error in (ValueError, KeyboardInterrupt):
        with pytest.raises(error):
            _fail(connection, error)
    assert connection.execute("SELECT x FROM a").fetchall() == [(1,)]
    assert not connection.in_transaction
    connection.close()


def test_a_locked_file_is_said_to_be_busy(tmp_path: Path) -> None:
    one, other = (connect(tmp_path / "s.db", (ONE,)) for _ in range(2))
    other.execute("PRAGMA busy_timeout=1")
    with transaction(one), pytest.raises(StoreBusy, match="locked"), transaction(other):
        pass
    with transaction(other) as db:
        db.execute("INSERT INTO a VALUES (1)")
    one.close()
    other.close()


def test_a_full_disk_is_said_to_be_full_and_nothing_is_lost(tmp_path: Path) -> None:
    connection = connect(tmp_path / "s.db", (ONE,))
    with transaction(connection) as db:
        db.execute("INSERT INTO a VALUES (1)")
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StoreBusy, match="full"), transaction(connection) as db:
        db.executemany("INSERT INTO a VALUES (?)", [(number,) for number in range(100_000)])
    assert connection.execute("SELECT x FROM a").fetchall() == [(1,)]
    connection.execute("PRAGMA max_page_count=1000000")
    with transaction(connection) as db:
        db.execute("INSERT INTO a VALUES (2)")
    connection.close()


def test_other_mistakes_are_not_called_busy(tmp_path: Path) -> None:
    connection = connect(tmp_path / "s.db", (ONE,))
    with pytest.raises(sqlite3.OperationalError, match="no such table"), transaction(connection) as db:
        db.execute("INSERT INTO nowhere VALUES (1)")
    connection.close()
