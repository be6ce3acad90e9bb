"""Ingest: pages from a connector onto the raw topic.

Commit order (architecture section 3): 1. produce the page · 2. wait until the bus has it · 3. save the feed's cursor. A crash between
2 and 3 puts the page on the raw topic again; intake finds it known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Event

from connectors.base import Page, Source
from pipeline.blocks import blocks
from pipeline.bus.base import Bus, Message
from pipeline.clock import Clock
from pipeline.failpoints import failpoint
from pipeline.store.cursors import Cursors
from pipeline.topics import FEED, RECEIVED, SCHEMA, VERSION
from schemas.timestamps import taxii


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
    """A page as raw messages."""
    headers = {FEED: feed.encode(), RECEIVED: received.encode(), VERSION: SCHEMA}
    return blocks(page.objects, page.fragments, f"{feed}/{received}", headers)
