"""What a job is told to read: the part of a topic between the saved cursor and its end, in bounded micro-batches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import orjson

from pipeline.bus.base import Bus, Offsets, Range
from schemas.errors import OperatorError

MESSAGES_IN_MICRO_BATCH = 128
"""GroupByKey holds about six times its input: 128 messages of at most 512 KiB stay under 64 MB of input."""

MESSAGES_IN_RANGE = 8
"""One element of `Create`: small enough to spread over workers, large enough not to count."""


def pending(bus: Bus, topic: str, saved: Mapping[str, int]) -> Iterator[tuple[list[Range], Offsets]]:
    """Micro-batches of what is on the topic now beyond `saved` (partition -> next offset): ranges, and the offsets after them.

    Raises OperatorError where less is there than was read before: messages would be taken for known that nobody has seen.
    """
    ends = bus.end_offsets(topic)
    if any(saved.get(str(partition), 0) > end for partition, end in ends.items()):
        message = f"topic {topic} ends before what was read of it: it was emptied or made anew; restore it, or begin with a new hub folder"
        raise OperatorError(message)
    begins = bus.begin_offsets(topic)
    at = {partition: max(saved.get(str(partition), 0), begins.get(partition, 0)) for partition in ends}
    while any(at[partition] < end for partition, end in ends.items()):
        ranges: list[Range] = []
        room = MESSAGES_IN_MICRO_BATCH
        for partition, end in sorted(ends.items()):
            while at[partition] < end and room > 0:
                stop = min(end, at[partition] + min(MESSAGES_IN_RANGE, room))
                ranges.append(Range(topic, partition, at[partition], stop))
                room -= stop - at[partition]
                at[partition] = stop
        yield ranges, dict(at)


def encode_range(what: Range) -> bytes:
    """A range as an element."""
    return orjson.dumps([what.topic, what.partition, what.start, what.end])


def decode_range(element: bytes) -> Range:
    """An element as a range."""
    return Range(*orjson.loads(element))
