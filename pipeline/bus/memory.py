"""A bus in this process's memory, for tests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from threading import RLock
from uuid import uuid4

from pipeline.bus.base import Message, Offsets, Range, Stored
from pipeline.bus.checks import check_range, closed, no_topic
from pipeline.bus.limits import check_size
from pipeline.bus.partition import partition_of
from schemas.errors import BusUnavailable


@dataclass(slots=True)
class Log:
    """What the handles of one name share."""

    topics: dict[str, list[list[Message]]] = field(default_factory=dict)
    hints: dict[tuple[str, str], Offsets] = field(default_factory=dict)
    online: bool = True
    identity: str = field(default_factory=lambda: uuid4().hex)
    lock: RLock = field(default_factory=RLock)


_LOGS: dict[str, Log] = {}


class MemoryBus:
    """A handle onto a log. Handles of one name share it within this process; without a name it has one of its own.

    `offline()` makes every call on every handle raise BusUnavailable until `online()`; what was appended stays.
    """

    def __init__(self, name: str | None = None) -> None:
        self._log = Log() if name is None else _LOGS.setdefault(name, Log())
        self._open = True

    def offline(self) -> None:
        """Behave like a broker that is down."""
        self._log.online = False

    def online(self) -> None:
        """Behave like a broker that is back."""
        self._log.online = True

    @property
    def hints(self) -> dict[tuple[str, str], Offsets]:
        """(group, topic) -> offsets, as hinted so far."""
        return self._log.hints

    def ensure_topic(self, topic: str, partitions: int) -> None:
        with self._log.lock:
            self._check()
            self._log.topics.setdefault(topic, [[] for _ in range(partitions)])

    def append(self, topic: str, messages: Sequence[Message]) -> list[tuple[int, int]]:
        with self._log.lock:
            self._check()
            for message in messages:
                check_size(message)
            partitions = self._log.topics.get(topic)
            if partitions is None:
                raise no_topic(topic)
            placed = []
            for message in messages:
                partition = partition_of(message.key, len(partitions))
                placed.append((partition, len(partitions[partition])))
                partitions[partition].append(Message(message.key, message.value, dict(message.headers)))
            return placed

    def read(self, what: Range) -> Iterator[Stored]:
        if what.start < what.end:
            check_range(what, 0, self.end_offsets(what.topic).get(what.partition, 0))
        for offset in range(what.start, what.end):
            with self._log.lock:
                self._check()
                message = self._log.topics[what.topic][what.partition][offset]
            yield Stored(what.topic, what.partition, offset, message)

    def begin_offsets(self, topic: str) -> Offsets:
        return dict.fromkeys(self.end_offsets(topic), 0)

    def end_offsets(self, topic: str) -> Offsets:
        with self._log.lock:
            self._check()
            return {partition: len(messages) for partition, messages in enumerate(self._log.topics.get(topic, []))}

    def hint_commit(self, group: str, topic: str, offsets: Offsets) -> None:
        with self._log.lock:
            self._check()
            self._log.hints[group, topic] = dict(offsets)

    def identity(self) -> str:
        with self._log.lock:
            self._check()
            return self._log.identity

    def close(self) -> None:
        self._open = False

    def _check(self) -> None:
        if not self._open:
            raise closed()
        if not self._log.online:
            message = "the bus was taken offline by the test"
            raise BusUnavailable(message)
