"""What every bus refuses in the same words."""

from __future__ import annotations

from pipeline.bus.base import Range
from schemas.errors import BusUnavailable, OperatorError


def no_topic(topic: str) -> OperatorError:
    """An append to a topic that nobody made: the program forgot it, or someone removed it."""
    return OperatorError(f"the bus has no topic {topic}: make it first (ensure_topic), or look who removed it")


def closed() -> BusUnavailable:
    """A call on a bus after close()."""
    return BusUnavailable("this bus was closed: open it again")


def check_range(what: Range, begin: int, end: int) -> None:
    """Raise where the log does not hold the whole of `what`; it holds `begin` … `end` - 1.

    Giving less silently would let a job save a cursor behind messages that it never saw: OperatorError where the first
    are no longer kept, BusUnavailable where the last are not there (yet, or since the topic was made anew).
    """
    where = f"{what.topic}, partition {what.partition}"
    if what.start < begin:
        message = f"{where}: asked from offset {what.start}, but it is kept from {begin} on only; keep the topic longer, or move the cursor"
        raise OperatorError(message)
    if what.end > end:
        message = f"{where}: asked up to offset {what.end}, but it ends at {end}; if the topic was made anew, reset the cursor"
        raise BusUnavailable(message)
