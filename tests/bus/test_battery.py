"""What every bus does, whatever it is made of."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import islice

import pytest

from pipeline.bus.base import Bus, Message, Offsets, Range, Stored
from pipeline.bus.limits import MAX_MESSAGE_BYTES
from schemas.errors import BusUnavailable, OperatorError
from tests.bus.conftest import OpenBus

PARTITIONS = 4
AWKWARD = bytes(range(256)) + b"\r\n\x00\xff\xfe{}[]"


def numbered(count: int, key: bytes | None = None) -> list[Message]:
    """Messages whose value is their number; keys differ unless one is given."""
    return [Message(b"key-%d" % number if key is None else key, b"%d" % number) for number in range(count)]


def whole(bus: Bus, topic: str) -> Iterator[Stored]:
    """Everything in a topic, one partition after the other."""
    begin = bus.begin_offsets(topic)
    for partition, end in bus.end_offsets(topic).items():
        yield from bus.read(Range(topic, partition, begin[partition], end))


def growth(before: Offsets, after: Offsets) -> int:
    return sum(after.values()) - sum(before.values())


@pytest.fixture
def filled(bus: Bus, topic: str) -> tuple[int, list[tuple[int, int]]]:
    """Twenty messages in one partition of `topic`: (partition, their places)."""
    bus.ensure_topic(topic, PARTITIONS)
    places = bus.append(topic, numbered(20, key=b"same"))
    return places[0][0], places


def test_append_returns_a_place_for_each_message_in_order(bus: Bus, topic: str) -> None:
    bus.ensure_topic(topic, PARTITIONS)
    sent = numbered(50)
    places = bus.append(topic, sent)
    found = {(stored.partition, stored.offset): stored.message.value for stored in whole(bus, topic)}
    assert [found[place] for place in places] == [message.value for message in sent]
    assert len(set(places)) == len(sent) == len(found)


def test_equal_keys_go_to_one_partition_in_order(bus: Bus, topic: str) -> None:
    bus.ensure_topic(topic, PARTITIONS)
    for start in range(0, 30, 10):
        bus.append(topic, [Message(b"a" if n % 2 else b"b", b"%d" % n) for n in range(start, start + 10)])
    for key, expected in ((b"a", range(1, 30, 2)), (b"b", range(0, 30, 2))):
        mine = [stored for stored in whole(bus, topic) if stored.message.key == key]
        assert [int(stored.message.value) for stored in mine] == list(expected)
        assert len({stored.partition for stored in mine}) == 1


def test_different_keys_reach_every_partition(bus: Bus, topic: str) -> None:
    bus.ensure_topic(topic, PARTITIONS)
    assert {partition for partition, _ in bus.append(topic, numbered(100))} == set(range(PARTITIONS))


def test_offsets_rise_within_a_partition(bus: Bus, topic: str) -> None:
    bus.ensure_topic(topic, PARTITIONS)
    bus.append(topic, numbered(40))
    bus.append(topic, numbered(40))
    for partition, end in bus.end_offsets(topic).items():
        offsets = [stored.offset for stored in bus.read(Range(topic, partition, 0, end))]
        assert offsets == sorted(set(offsets))
        assert all(0 <= offset < end for offset in offsets)


def test_end_offsets_count_what_was_appended(bus: Bus, topic: str) -> None:
    bus.ensure_topic(topic, PARTITIONS)
    before = bus.end_offsets(topic)
    assert before == bus.begin_offsets(topic)
    assert sorted(before) == list(range(PARTITIONS))
    places = bus.append(topic, numbered(33))
    after = bus.end_offsets(topic)
    assert growth(before, after) == 33
    for partition, offset in places:
        assert before[partition] <= offset < after[partition]
    assert bus.begin_offsets(topic) == before


def test_a_range_is_read_exactly(bus: Bus, topic: str, filled: tuple[int, list[tuple[int, int]]]) -> None:
    partition, places = filled
    offsets = [offset for _, offset in places]
    for first, last in ((0, 20), (0, 1), (3, 9), (19, 20)):
        end = offsets[last] if last < len(offsets) else offsets[-1] + 1
        read = list(bus.read(Range(topic, partition, offsets[first], end)))
        assert [int(stored.message.value) for stored in read] == list(range(first, last))
        assert [stored.offset for stored in read] == offsets[first:last]
        assert {(stored.topic, stored.partition) for stored in read} == {(topic, partition)}


def test_an_empty_range_gives_nothing(bus: Bus, topic: str, filled: tuple[int, list[tuple[int, int]]]) -> None:
    partition, _ = filled
    assert list(bus.read(Range(topic, partition, 5, 5))) == []
    assert list(bus.read(Range("test.absent", 0, 0, 0))) == []


def test_a_range_beyond_the_end_is_refused_not_cut(bus: Bus, topic: str, filled: tuple[int, list[tuple[int, int]]]) -> None:
    partition, _ = filled
    end = bus.end_offsets(topic)[partition]
    with pytest.raises(BusUnavailable, match="ends at"):
        list(bus.read(Range(topic, partition, 0, end + 1)))
    with pytest.raises(BusUnavailable, match="ends at"):
        list(bus.read(Range(topic, partition, end + 5, end + 9)))


def test_reading_is_lazy_and_can_stop_early(bus: Bus, topic: str, filled: tuple[int, list[tuple[int, int]]]) -> None:
    partition, _ = filled
    end = bus.end_offsets(topic)[partition]
    reading = bus.read(Range(topic, partition, 0, end))
    assert [int(stored.message.value) for stored in islice(reading, 3)] == [0, 1, 2]
    bus.append(topic, numbered(5, key=b"same"))  # an open reading does not hold up a writer
    assert [int(stored.message.value) for stored in reading] == list(range(3, 20))
    for _ in bus.read(Range(topic, partition, 0, end)):
        break
    assert len(list(bus.read(Range(topic, partition, 0, end)))) == 20


def test_two_readings_at_once_do_not_disturb_each_other(bus: Bus, topic: str, filled: tuple[int, list[tuple[int, int]]]) -> None:
    partition, _ = filled
    what = Range(topic, partition, 0, bus.end_offsets(topic)[partition])
    pairs = list(zip(bus.read(what), bus.read(what), strict=True))
    assert [int(left.message.value) for left, _ in pairs] == list(range(20))
    assert all(left == right for left, right in pairs)


def test_an_absent_topic_has_no_offsets_and_takes_nothing(bus: Bus, topic: str) -> None:
    assert bus.end_offsets(topic) == {}
    assert bus.begin_offsets(topic) == {}
    with pytest.raises(OperatorError, match="no topic"):
        bus.append(topic, numbered(1))
    assert bus.end_offsets(topic) == {}
    with pytest.raises(BusUnavailable, match="ends at 0"):
        list(bus.read(Range(topic, 0, 0, 1)))


def test_appending_nothing_changes_nothing(bus: Bus, topic: str) -> None:
    bus.ensure_topic(topic, PARTITIONS)
    assert bus.append(topic, []) == []
    assert set(bus.end_offsets(topic).values()) == {0}


def test_headers_and_binary_values_come_back(bus: Bus, topic: str) -> None:
    bus.ensure_topic(topic, PARTITIONS)
    sent = [
        Message(AWKWARD, AWKWARD, {"feed": b"alpha", "raw": AWKWARD, "empty": b"", "naïve": b"\x80"}),
        Message(b"", b""),
        Message(b"k", b"\x00", {}),
    ]
    places = bus.append(topic, sent)
    back = {(stored.partition, stored.offset): stored.message for stored in whole(bus, topic)}
    for place, message in zip(places, sent, strict=True):
        assert back[place].key == message.key
        assert back[place].value == message.value
        assert dict(back[place].headers) == dict(message.headers)


def test_values_of_a_megabyte_come_back(bus: Bus, topic: str) -> None:
    bus.ensure_topic(topic, 1)
    sent = [Message(b"big", bytes([number]) * (1024 * 1024)) for number in range(6)]
    bus.append(topic, sent)
    assert [stored.message for stored in whole(bus, topic)] == sent


def test_the_largest_message_is_taken_and_a_larger_one_refused(bus: Bus, topic: str) -> None:
    bus.ensure_topic(topic, 1)
    largest = Message(b"k", b"v" * (MAX_MESSAGE_BYTES - 1))
    bus.append(topic, [largest])
    with pytest.raises(OperatorError, match="larger than the bus takes"):
        bus.append(topic, [Message(b"k", b"fits"), Message(b"kk", b"v" * (MAX_MESSAGE_BYTES - 1))])
    assert [stored.message for stored in whole(bus, topic)] == [largest]  # the neighbour was not appended either


def test_ensure_topic_again_keeps_partitions_and_messages(bus: Bus, topic: str) -> None:
    bus.ensure_topic(topic, PARTITIONS)
    bus.append(topic, numbered(10))
    bus.ensure_topic(topic, PARTITIONS)
    bus.ensure_topic(topic, PARTITIONS * 2)
    assert sorted(bus.end_offsets(topic)) == list(range(PARTITIONS))
    assert len(list(whole(bus, topic))) == 10


def test_topics_are_apart(bus: Bus, topic: str) -> None:
    other = topic + ".other"
    bus.ensure_topic(topic, PARTITIONS)
    bus.ensure_topic(other, 1)
    bus.append(topic, numbered(5))
    assert bus.end_offsets(other) == {0: 0}
    assert bus.append(other, numbered(1)) == [(0, 0)]


def test_a_new_handle_sees_everything(reopen: OpenBus, topic: str) -> None:
    first = reopen()
    first.ensure_topic(topic, PARTITIONS)
    places = first.append(topic, numbered(25))
    first.close()
    second = reopen()
    assert {(stored.partition, stored.offset) for stored in whole(second, topic)} == set(places)
    assert second.append(topic, [Message(b"key-0", b"more")])[0] > places[0]


def test_two_handles_append_at_once_without_loss(reopen: OpenBus, topic: str) -> None:
    handles = [reopen(), reopen()]
    handles[0].ensure_topic(topic, PARTITIONS)
    places: list[tuple[int, int]] = []

    def work(handle: Bus) -> None:
        for _ in range(20):
            places.extend(handle.append(topic, numbered(5)))

    threads = [threading.Thread(target=work, args=[handle]) for handle in handles]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(places)) == len(places) == 200
    assert {(stored.partition, stored.offset) for stored in whole(handles[0], topic)} == set(places)


def test_one_handle_serves_several_threads(bus: Bus, topic: str) -> None:
    bus.ensure_topic(topic, PARTITIONS)
    wrong: list[object] = []

    def work(key: bytes) -> None:
        for number in range(20):
            ((partition, offset),) = bus.append(topic, [Message(key, b"%d" % number)])
            (back,) = bus.read(Range(topic, partition, offset, offset + 1))
            if back.message != Message(key, b"%d" % number):
                wrong.append(back)

    threads = [threading.Thread(target=work, args=[b"thread-%d" % number]) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(list(whole(bus, topic))) == 80


def test_a_hint_changes_nothing_that_is_read(bus: Bus, topic: str, filled: tuple[int, list[tuple[int, int]]]) -> None:
    partition, _ = filled
    end = bus.end_offsets(topic)[partition]
    bus.hint_commit("test-group", topic, {partition: 7})
    bus.hint_commit("test-group", topic, {partition: 3})
    bus.hint_commit("test-group", topic, {})
    bus.hint_commit("test-group", topic, {PARTITIONS + 5: 1})  # no such partition: still only a hint
    assert len(list(bus.read(Range(topic, partition, 0, end)))) == 20
    assert bus.end_offsets(topic)[partition] == end


def test_a_closed_handle_refuses_every_call(bus: Bus, topic: str, filled: tuple[int, list[tuple[int, int]]]) -> None:
    partition, _ = filled
    reading = bus.read(Range(topic, partition, 0, 5))
    bus.close()
    bus.close()
    for call in (
        lambda: bus.ensure_topic(topic, 1),
        lambda: bus.append(topic, numbered(1)),
        lambda: next(reading),
        lambda: bus.begin_offsets(topic),
        lambda: bus.end_offsets(topic),
        lambda: bus.hint_commit("test-group", topic, {0: 1}),
    ):
        with pytest.raises(BusUnavailable, match="closed"):
            call()


def test_closing_in_mid_reading_is_safe(reopen: OpenBus, topic: str) -> None:
    writer, reader = reopen(), reopen()
    writer.ensure_topic(topic, 1)
    writer.append(topic, numbered(2000))
    reading = reader.read(Range(topic, 0, 0, 2000))
    next(reading)
    reader.close()
    with pytest.raises(BusUnavailable):
        list(reading)
    assert len(list(writer.read(Range(topic, 0, 0, 2000)))) == 2000
