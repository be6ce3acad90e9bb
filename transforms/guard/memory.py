"""What a guard has found in bytes that differ in nothing but ids, which are looked up and not looked at."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import NamedTuple

from transforms.guard.ids import GAP, split_ids, uuids
from transforms.guard.look import Guard

MAX_REMEMBERED = 4_096
LONGEST_REMEMBERED = 4_096
"""Bodies that a guard remembers either way, and their bytes at most: some 32 MB."""


class Seen(NamedTuple):
    """What a look at some bytes finds: why they must not go to the recipient ('' for nothing), and the UUIDs in them but their own."""

    reason: str
    uuids: frozenset[str]


@dataclass
class Memory:
    """A guard with what it has found around the own ids of objects, and around all ids that stand plainly in them."""

    guard: Guard
    _own: dict[Hashable, Seen] = field(default_factory=dict)
    _all: dict[Hashable, Seen] = field(default_factory=dict)

    def look(self, body: bytes, own: bytes) -> Seen:
        """What is found in the bytes of an object; `own` is the UUID under which it goes out."""
        head, found, tail = body.partition(own)
        seen = self._own.get((head, tail))
        if seen is None:
            seen = self._look(body, head + GAP + tail if found else body)
            _remember(self._own, (head, tail), seen, len(body))
        return seen

    def _look(self, body: bytes, without_own: bytes) -> Seen:
        plain, rest = split_ids(without_own)
        seen = self._all.get(rest)
        if seen is None:
            seen = Seen(self.guard.look(body), uuids(rest))
            _remember(self._all, rest, seen, len(rest))
        return Seen(seen.reason, seen.uuids | plain)


def _remember(known: dict[Hashable, Seen], key: Hashable, seen: Seen, size: int) -> None:
    if len(known) >= MAX_REMEMBERED:
        known.clear()
    if size <= LONGEST_REMEMBERED:
        known[key] = seen
