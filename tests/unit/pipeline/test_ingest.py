"""Pages onto the raw topic: slices of bounded size, and the cursor only after the bus has the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any, ClassVar

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from connectors.base import Cursor, Page
from pipeline.blocks import envelope
from pipeline.bus.base import Message, Range
from pipeline.bus.memory import MemoryBus
from pipeline.ingest import Ingest, slices
from pipeline.jobs.ranges import MESSAGES_IN_MICRO_BATCH, MESSAGES_IN_RANGE, decode_range, encode_range, pending
from pipeline.store.cursors import Cursors
from pipeline.topics import FEED, FRAGMENTS, MAX_BYTES, MAX_OBJECTS, RECEIVED, VERSION
from schemas.errors import BusUnavailable, OperatorError, SourceUnavailable
from schemas.split import Fragment, Piece, split_bytes
from tests.support.objects import origin
from transforms.batch import parse_fragments

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


def body(number: int, size: int = 0) -> bytes:
    return orjson.dumps({"type": "tool", "id": f"tool--{number}", "x": "y" * size})


def objects(messages: list[Message]) -> list[bytes]:
    return [
        piece.raw
        for message in messages
        if FRAGMENTS not in message.headers
        for piece in split_bytes(message.value, 64 << 20)
        if isinstance(piece, Piece)
    ]


@given(st.lists(st.binary(max_size=3).map(lambda data: orjson.dumps({"x": data.hex()})), max_size=30), st.integers(0, 4))
def test_slices_hold_the_objects_own_bytes_in_order(bodies: list[bytes], fragments: int) -> None:
    page = Page(tuple(bodies), {}, tuple(Fragment("too-deep", bytes([number]), 99) for number in range(fragments)))
    messages = list(slices(page, "f", "r"))
    assert objects(messages) == bodies
    lost = [message for message in messages if FRAGMENTS in message.headers]
    found = [item for message in lost for item in parse_fragments(message.value, origin()).rejected]
    assert [(item.reason, item.raw, item.size) for item in found] == [("too-deep", bytes([number]), 99) for number in range(fragments)]
    assert len({message.key for message in messages}) == len(messages)


def test_slices_are_bounded() -> None:
    many = list(slices(Page(tuple(body(number) for number in range(2 * MAX_OBJECTS + 1)), {}), "f", "r"))
    assert [len(objects([message])) for message in many] == [MAX_OBJECTS, MAX_OBJECTS, 1]
    large = list(slices(Page(tuple(body(number, MAX_BYTES // 3) for number in range(5)), {}), "f", "r"))
    assert [len(objects([message])) for message in large] == [2, 2, 1]
    huge = list(slices(Page((body(1), body(2, 3 * MAX_BYTES), body(3)), {}), "f", "r"))
    assert [len(objects([message])) for message in huge] == [1, 1, 1]
    assert list(slices(Page((), {}), "f", "r")) == []


def test_fragments_are_sliced_like_objects() -> None:
    page = Page((), {}, tuple(Fragment("too-deep", b"x" * 4096, number) for number in range(MAX_OBJECTS + 1)))
    messages = list(slices(page, "f", "r"))
    assert all(len(message.value) <= MAX_BYTES + 8192 for message in messages)
    assert [item.size for message in messages for item in parse_fragments(message.value, origin()).rejected] == list(range(MAX_OBJECTS + 1))


def test_headers_name_feed_and_time_and_nothing_of_the_content() -> None:
    page = Page((b'{"x":"canary"}',), {}, (Fragment("too-large", b"canary", 5),))
    first, second = slices(page, "f", "2026-07-01T12:00:00.000000Z")
    common = {FEED: b"f", RECEIVED: b"2026-07-01T12:00:00.000000Z", VERSION: b"1"}
    assert first.headers == common
    assert second.headers == {**common, FRAGMENTS: b"1"}
    assert b"canary" not in first.key + second.key


def test_an_envelope_is_one_that_any_tool_can_read() -> None:
    assert orjson.loads(envelope([body(1), body(2)])) == {"objects": [orjson.loads(body(1)), orjson.loads(body(2))]}
    assert orjson.loads(envelope([])) == {"objects": []}


class Scripted:
    """A source that plays what it is given: pages, or an error to raise."""

    name: ClassVar[str] = "scripted"
    Settings: ClassVar[type[BaseModel]] = BaseModel

    def __init__(self, *script: Page | Exception) -> None:
        self.script = script
        self.asked: list[Mapping[str, Any]] = []

    def pages(self, cursor: Cursor, stop: Event) -> Iterator[Page]:
        self.asked.append(dict(cursor))
        for item in self.script:
            if isinstance(item, Exception):
                raise item
            yield item


class Polling:
    """An ingest over a memory bus."""

    def __init__(self, folder: Path) -> None:
        self.bus = MemoryBus()
        self.bus.ensure_topic("raw", 1)
        self.cursors = Cursors(folder / "catalogue.db")
        self.told: list[tuple[str, int]] = []
        self.ingest = Ingest(self.bus, self.cursors, "raw", lambda: NOW, lambda feed, number: self.told.append((feed, number)))

    def raw(self) -> list[Message]:
        return [stored.message for stored in self.bus.read(Range("raw", 0, 0, self.bus.end_offsets("raw")[0]))]


@pytest.fixture
def polling(tmp_path: Path) -> Iterator[Polling]:
    made = Polling(tmp_path)
    yield made
    made.cursors.close()


PAGES = [Page((body(1), body(2)), {"at": 1}), Page((), {"at": 2}), Page((body(3),), {"at": 3}, (Fragment("not-json", b"x", 1),))]


def test_a_poll_takes_every_page_and_saves_where_it_is(polling: Polling) -> None:
    source = Scripted(*PAGES)
    assert polling.ingest.poll("f", source, Event()) == 4
    assert objects(polling.raw()) == [body(1), body(2), body(3)]
    assert polling.cursors.get("feed.f") == {"at": 3}
    assert polling.told == [("f", 2), ("f", 0), ("f", 2)]
    polling.ingest.poll("f", source, Event())
    assert source.asked == [{}, {"at": 3}]


def test_what_came_before_an_error_is_kept(polling: Polling) -> None:
    with pytest.raises(SourceUnavailable):
        polling.ingest.poll("f", Scripted(PAGES[0], SourceUnavailable("later")), Event())
    assert objects(polling.raw()) == [body(1), body(2)]
    assert polling.cursors.get("feed.f") == {"at": 1}


def test_the_cursor_stays_where_the_bus_did_not_take_the_page(polling: Polling) -> None:
    polling.ingest.poll("f", Scripted(PAGES[0]), Event())
    polling.bus.offline()
    with pytest.raises(BusUnavailable):
        polling.ingest.poll("f", Scripted(PAGES[2]), Event())
    assert polling.cursors.get("feed.f") == {"at": 1}


def test_a_poll_stops_between_two_pages(polling: Polling) -> None:
    stop = Event()
    stop.set()
    assert polling.ingest.poll("f", Scripted(*PAGES), stop) == 2
    assert polling.cursors.get("feed.f") == {"at": 1}


def test_a_range_travels_unchanged() -> None:
    assert decode_range(encode_range(Range("raw", 3, 5, 9))) == Range("raw", 3, 5, 9)


@given(st.lists(st.integers(0, 300), min_size=1, max_size=4), st.data())
def test_ranges_cover_what_is_beyond_the_cursor_once(sizes: list[int], data: st.DataObject) -> None:
    bus = Lengths(dict(enumerate(sizes)))
    saved = {str(partition): data.draw(st.integers(0, size)) for partition, size in enumerate(sizes) if data.draw(st.booleans())}
    read: list[tuple[int, int]] = []
    at: dict[int, int] = {partition: saved.get(str(partition), 0) for partition in range(len(sizes))}
    for ranges, after in pending(bus, "raw", saved):  # type: ignore[arg-type]
        assert 0 < sum(item.end - item.start for item in ranges) <= MESSAGES_IN_MICRO_BATCH
        for item in ranges:
            assert item.start == at[item.partition]
            assert 0 < item.end - item.start <= MESSAGES_IN_RANGE
            at[item.partition] = item.end
            read += [(item.partition, offset) for offset in range(item.start, item.end)]
        assert after == at
    wanted = [(partition, offset) for partition, size in enumerate(sizes) for offset in range(saved.get(str(partition), 0), size)]
    assert sorted(read) == wanted


def test_a_topic_that_lost_messages_is_not_read_on() -> None:
    with pytest.raises(OperatorError, match="topic raw ends before what was read"):
        list(pending(Lengths({0: 5}), "raw", {"0": 6}))  # type: ignore[arg-type]


class Lengths:
    """As much of a bus as planning asks for."""

    def __init__(self, ends: dict[int, int]) -> None:
        self._ends = ends

    def end_offsets(self, topic: str) -> dict[int, int]:
        return dict(self._ends)

    def begin_offsets(self, topic: str) -> dict[int, int]:
        return dict.fromkeys(self._ends, 0)
