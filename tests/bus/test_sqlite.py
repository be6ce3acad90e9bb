"""What the embedded bus must survive: kill -9, a full disk, a damaged file, many processes."""

from __future__ import annotations

import multiprocessing
import signal
import sqlite3
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NoReturn

import pytest

from pipeline.bus.base import Message, Range
from pipeline.bus.sqlite import SqliteBus
from schemas.errors import BusUnavailable, OperatorError, StoreVersionError

APPENDER = """
import sys
from pathlib import Path
from pipeline.bus.base import Message
from pipeline.bus.sqlite import SqliteBus

bus = SqliteBus(Path(sys.argv[1]))
bus.ensure_topic("t", 4)
number = 0
while True:
    block = [Message(b"key-%d" % n, b"%d." % n * 2000) for n in range(number, number + 5)]
    for partition, offset in bus.append("t", block):
        print(partition, offset, number, flush=True)
        number += 1
"""


def stored_numbers(bus: SqliteBus, topic: str = "t") -> dict[tuple[int, int], int]:
    """Place -> number of every message; checks on the way that none is torn."""
    found = {}
    for partition, end in bus.end_offsets(topic).items():
        for stored in bus.read(Range(topic, partition, 0, end)):
            number = int(stored.message.value.partition(b".")[0])
            assert stored.message.value == b"%d." % number * 2000
            assert stored.message.key == b"key-%d" % number
            found[partition, stored.offset] = number
    return found


@pytest.mark.parametrize("after", [1, 37, 200])
def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path, after: int) -> None:
    path = tmp_path / "bus.db"
    child = subprocess.Popen([sys.executable, "-c", APPENDER, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout
    acknowledged = list(islice(child.stdout, after))
    child.send_signal(signal.SIGKILL)
    acknowledged += list(child.stdout)
    child.wait()
    child.stdout.close()
    whole_lines = [line for line in acknowledged if line.endswith("\n")]
    assert len(whole_lines) >= after
    bus = SqliteBus(path)
    found = stored_numbers(bus)
    for line in whole_lines:
        partition, offset, number = map(int, line.split())
        assert found[partition, offset] == number
    assert len(found) % 5 == 0  # a block is there as a whole or not at all
    assert len(set(found.values())) == len(found)
    bus.append("t", [Message(b"key-0", b"0." * 2000)])
    bus.close()


def test_a_reader_in_another_process_never_waits_for_a_writer(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    child = subprocess.Popen([sys.executable, "-c", APPENDER, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout
    try:
        next(child.stdout)
        bus = SqliteBus(path)
        seen = 0
        for _ in range(10):
            now = len(stored_numbers(bus))
            assert now >= seen
            seen = now
        assert seen > 0
        bus.close()
    finally:
        child.kill()
        child.wait()
        child.stdout.close()


def test_a_full_disk_is_unavailable_and_tears_nothing(tmp_path: Path) -> None:
    bus = SqliteBus(tmp_path / "bus.db")
    bus.ensure_topic("t", 2)
    limit = bus._db.execute("PRAGMA max_page_count = 200").fetchone()[0]  # 800 KiB
    number = 0

    def fill() -> NoReturn:
        nonlocal number
        while True:
            bus.append("t", [Message(b"key-%d" % n, b"%d." % n * 2000) for n in range(number, number + 10)])
            number += 10

    with pytest.raises(BusUnavailable):
        fill()
    assert limit == 200
    assert 0 < number < 1000
    assert sorted(stored_numbers(bus).values()) == list(range(number))
    with pytest.raises(BusUnavailable):
        bus.append("t", [Message(b"k", b"x" * 100_000)])
    bus._db.execute("PRAGMA max_page_count = 100000")  # someone made room
    bus.append("t", [Message(b"key-%d" % number, b"%d." % number * 2000)])
    assert sorted(stored_numbers(bus).values()) == list(range(number + 1))
    bus.close()


def test_a_locked_file_is_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    bus = SqliteBus(path)
    bus.ensure_topic("t", 1)
    bus._db.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusUnavailable, match="locked"):
        bus.append("t", [Message(b"k", b"v")])
    other.execute("ROLLBACK")
    other.close()
    assert bus.append("t", [Message(b"k", b"v")]) == [(0, 0)]
    bus.close()


def test_a_damaged_file_is_for_the_operator(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    path.write_bytes(b"this is no database, but long enough to look at" * 100)
    with pytest.raises(OperatorError, match="damaged"):
        SqliteBus(path)


def test_a_folder_in_the_way_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(BusUnavailable, match="could not be used"):
        SqliteBus(tmp_path)


def test_a_file_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    SqliteBus(path).close()
    with sqlite3.connect(path) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    with pytest.raises(StoreVersionError):
        SqliteBus(path)


def _make(path: Path) -> int:
    bus = SqliteBus(path)
    bus.ensure_topic("t", 2)
    places = bus.append("t", [Message(b"k", b"v")])
    bus.close()
    return len(places)


def test_processes_that_make_the_file_at_once_all_succeed(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        for attempt in range(10):
            path = tmp_path / f"{attempt}.db"
            assert pool.map(_make, [path] * 4, chunksize=1) == [1, 1, 1, 1]
            bus = SqliteBus(path)
            assert sum(bus.end_offsets("t").values()) == 4
            bus.close()


def test_reading_holds_one_message_at_a_time(tmp_path: Path) -> None:
    bus = SqliteBus(tmp_path / "bus.db")
    bus.ensure_topic("t", 1)
    for _ in range(8):
        bus.append("t", [Message(b"k", b"x" * 1_000_000) for _ in range(4)])
    tracemalloc.start()
    assert sum(len(stored.message.value) for stored in bus.read(Range("t", 0, 0, 32))) == 32_000_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4_000_000
    bus.close()


def test_an_open_reading_lets_the_log_file_be_taken_back(tmp_path: Path) -> None:
    """A reading that pinned the WAL would let it grow for as long as a slow job runs."""
    bus = SqliteBus(tmp_path / "bus.db")
    bus.ensure_topic("t", 1)
    bus.append("t", [Message(b"k", b"v") for _ in range(3)])
    reading: Iterator[object] = bus.read(Range("t", 0, 0, 3))
    next(reading)
    for _ in range(20):
        bus.append("t", [Message(b"k", b"x" * 1_000_000)])
    assert (tmp_path / "bus.db-wal").stat().st_size < 10_000_000
    assert len(list(reading)) == 2
    bus.close()


def test_hints_are_kept_for_people_to_look_at(tmp_path: Path) -> None:
    bus = SqliteBus(tmp_path / "bus.db")
    bus.hint_commit("intake", "raw", {0: 5, 1: 6})
    bus.hint_commit("intake", "raw", {0: 9})
    bus.close()
    with sqlite3.connect(tmp_path / "bus.db") as other:
        assert other.execute("SELECT number, offset FROM hints WHERE consumers = 'intake' AND topic = 'raw'").fetchall() == [(0, 9), (1, 6)]
    other.close()


def test_a_log_whose_beginning_was_removed_says_so(tmp_path: Path) -> None:
    bus = SqliteBus(tmp_path / "bus.db")
    bus.ensure_topic("t", 1)
    bus.append("t", [Message(b"k", b"%d" % number) for number in range(6)])
    bus._db.execute("DELETE FROM messages WHERE offset IN (0, 1, 4)")
    assert bus.begin_offsets("t") == {0: 2}
    assert [stored.offset for stored in bus.read(Range("t", 0, 2, 6))] == [2, 3, 5]  # offsets need not be dense
    with pytest.raises(OperatorError, match="kept from 2"):
        list(bus.read(Range("t", 0, 0, 6)))
    bus._db.execute("DELETE FROM messages")
    assert bus.begin_offsets("t") == bus.end_offsets("t") == {0: 6}
    assert bus.append("t", [Message(b"k", b"v")]) == [(0, 6)]  # an offset is never given twice
    bus.close()
