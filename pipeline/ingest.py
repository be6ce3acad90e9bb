"""Ingest: pages from a connector onto the raw topic.

Commit order (architecture section 3): 1. produce the page · 2. wait until the bus has it · 3. save the feed's cursor. A crash between
2 and 3 puts the page on the raw topic again; intake finds it known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from threading import Event
from typing import TypeVar

from connectors.base import Page, Source
from pipeline.bus.base import Bus, Message
from pipeline.clock import Clock
from pipeline.failpoints import failpoint
from pipeline.store.cursors import Cursors
from pipeline.topics import FEED, FRAGMENTS, MAX_BYTES, MAX_OBJECTS, RECEIVED, SCHEMA, VERSION
from schemas.timestamps import taxii
from transforms.batch import encode_fragments

Item = TypeVar("Item")


@dataclass(frozen=True)
class Ingest:
    """Polls feeds. `progress` is told (feed, objects of the page)."""

    bus: Bus
    cursors: Cursors
    topic: str
    clock: Clock
    progress: Callable[[str, int], None] = lambda _feed, _objects: None

    def poll(self, feed: str, source: Source, stop: Event) -> int:
        """Take in all that the source has now; returns the number of objects and fragments. Raises what the source or the bus raises,
        with everything before it taken in.
        """
        taken = 0
        name = f"feed.{feed}"
        for page in source.pages(self.cursors.get(name), stop):
            failpoint("ingest.before_produce")
            messages = list(slices(page, feed, taxii(self.clock())))
            if messages:
                self.bus.append(self.topic, messages)
            failpoint("ingest.after_produce")
            self.cursors.save(name, dict(page.cursor))
            failpoint("ingest.after_cursor")
            taken += len(page.objects) + len(page.fragments)
            self.progress(feed, len(page.objects) + len(page.fragments))
            if stop.is_set():
                break
        return taken


def slices(page: Page, feed: str, received: str) -> Iterator[Message]:
    """A page as raw messages: envelopes of the objects' own bytes, and beside them the unusable pieces with their reasons."""
    headers = {FEED: feed.encode(), RECEIVED: received.encode(), VERSION: SCHEMA}
    for number, part in enumerate(_parts(page.objects, len)):
        yield Message(f"{feed}/{received}/{number}".encode(), envelope(part), headers)
    for number, pieces in enumerate(_parts(page.fragments, lambda piece: 2 * len(piece.head))):
        yield Message(f"{feed}/{received}/f{number}".encode(), encode_fragments(pieces), {**headers, FRAGMENTS: b"1"})


def _parts(items: Sequence[Item], weigh: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Items in order, in parts of at most MAX_OBJECTS items and, unless one alone is heavier, MAX_BYTES."""
    part: list[Item] = []
    size = 0
    for item in items:
        if part and (len(part) >= MAX_OBJECTS or size + weigh(item) > MAX_BYTES):
            yield part
            part, size = [], 0
        part.append(item)
        size += weigh(item)
    if part:
        yield part


def envelope(objects: list[bytes]) -> bytes:
    """A TAXII envelope around objects' own bytes."""
    return b'{"objects":[' + b",".join(objects) + b"]}"
