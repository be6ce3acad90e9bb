"""What only the bus in memory has: names, and outages on demand."""

from __future__ import annotations

import pytest

from pipeline.bus.base import Message, Range
from pipeline.bus.memory import MemoryBus
from schemas.errors import BusUnavailable


def test_handles_of_one_name_share_a_log_and_others_do_not() -> None:
    left, right, alone = MemoryBus("test-shared"), MemoryBus("test-shared"), MemoryBus()
    left.ensure_topic("t", 1)
    left.append("t", [Message(b"k", b"v")])
    assert right.end_offsets("t") == {0: 1}
    assert alone.end_offsets("t") == {}
    assert MemoryBus().end_offsets("t") == {}


def test_an_outage_stops_every_handle_and_loses_nothing() -> None:
    bus, other = MemoryBus("test-outage"), MemoryBus("test-outage")
    bus.ensure_topic("t", 1)
    bus.append("t", [Message(b"k", b"%d" % number) for number in range(3)])
    reading = other.read(Range("t", 0, 0, 3))
    next(reading)
    bus.offline()
    with pytest.raises(BusUnavailable):
        bus.append("t", [Message(b"k", b"lost")])
    with pytest.raises(BusUnavailable):
        next(reading)
    bus.online()
    assert [stored.message.value for stored in other.read(Range("t", 0, 0, 3))] == [b"0", b"1", b"2"]
    assert bus.end_offsets("t") == {0: 3}


def test_hints_can_be_looked_at() -> None:
    bus = MemoryBus()
    bus.hint_commit("group", "t", {0: 5})
    assert bus.hints == {("group", "t"): {0: 5}}


def test_what_a_caller_changes_later_is_not_in_the_log() -> None:
    bus = MemoryBus()
    bus.ensure_topic("t", 1)
    headers = {"feed": b"alpha"}
    bus.append("t", [Message(b"k", b"v", headers)])
    headers["feed"] = b"changed"
    (stored,) = bus.read(Range("t", 0, 0, 1))
    assert stored.message.headers == {"feed": b"alpha"}
