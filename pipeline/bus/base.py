"""The bus: the durable log between the stages. Three implementations pass one battery of tests (tests/bus)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

Offsets = dict[int, int]
"""Partition -> offset."""


@dataclass(frozen=True, slots=True)
class Message:
    """What is appended. `key` spreads messages over partitions (equal keys go to one partition); headers never hold feed values."""

    key: bytes
    value: bytes
    headers: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Range:
    """(topic, partition, first offset, end offset): what a job is told to read; `end` is exclusive."""

    topic: str
    partition: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Stored:
    """A message as read back. Offsets rise within a partition but need not be dense."""

    topic: str
    partition: int
    offset: int
    message: Message


class Bus(Protocol):
    """About six verbs. Every method may raise BusUnavailable; after it nothing is known of the messages under way."""

    def ensure_topic(self, topic: str, partitions: int) -> None:
        """Create the topic if it is absent; an existing one keeps its number of partitions."""

    def append(self, topic: str, messages: Sequence[Message]) -> list[tuple[int, int]]:
        """Append in order and return (partition, offset) for each, only after the log has them durably."""

    def read(self, what: Range) -> Iterator[Stored]:
        """Yield the messages of a range in offset order, lazily; stops at the position `end`, never on a count."""

    def begin_offsets(self, topic: str) -> Offsets:
        """First readable offset of each partition."""

    def end_offsets(self, topic: str) -> Offsets:
        """Offset after the last message of each partition. An absent topic has none: {}."""

    def hint_commit(self, group: str, topic: str, offsets: Offsets) -> None:
        """Tell the bus how far `group` has come, for people's tools. A hint: the store's cursor is the truth."""

    def identity(self) -> str:
        """What tells this log from any other: offsets of one mean nothing in another."""

    def close(self) -> None:
        """Release connections and files."""
