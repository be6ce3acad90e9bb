"""The server's way to the bus: what partners POST, its status, and what they delete from their own view.

Commit order of a POST: 1. cut the envelope into messages · 2. append them all and wait until the bus has them · 3. note the status ·
4. answer 202. A crash between 2 and 4 leaves objects that are taken in all the same, and a status that intake makes; the client, which
had no answer, sends them again, and they are found known.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

import orjson

from pipeline.blocks import blocks
from pipeline.bus.base import Bus, Message
from pipeline.bus.open import open_pushed
from pipeline.clock import Clock, system_clock
from pipeline.collections import api_root_specs, collection_specs
from pipeline.config import Configuration
from pipeline.failpoints import failpoint
from pipeline.keys import KeyRing
from pipeline.server.inbox import Push
from pipeline.store.statuses import Envelope, Statuses
from pipeline.store.view_delete import delete_versions
from pipeline.store.view_writer import ViewWriter
from pipeline.topics import FEED, PUSH, RECEIVED, SCHEMA, VERSION, pushed_topic
from schemas.split import Fragment
from schemas.taxii import Status
from schemas.timestamps import to_micros


class HubInbox:
    """Takes envelopes for one hub. Safe to use from several threads."""

    def __init__(self, bus: Bus, topic: str, partitions: int, statuses: Statuses, views: Path, clock: Clock) -> None:
        self._bus = bus
        self._topic = topic
        self._partitions = partitions
        self._has_topic = False
        self._statuses = statuses
        self._views = views
        self._clock = clock

    def now(self) -> int:
        return to_micros(self._clock())

    def append(self, push: Push, pieces: Sequence[bytes | Fragment]) -> None:
        if not self._has_topic:  # not at the start: a server whose bus is down goes on being read
            self._bus.ensure_topic(self._topic, self._partitions)
            self._has_topic = True
        messages = list(push_messages(push, pieces))
        failpoint("push.before_append")
        self._bus.append(self._topic, messages)
        failpoint("push.after_append")
        self._statuses.begin(Envelope(push.id, push.partner, push.root, push.requested, push.total))
        failpoint("push.after_status")

    def status(self, partner: str, root: str, identifier: str) -> Status | None:
        return self._statuses.get(partner, root, identifier)

    def delete(self, collection: int, object_id: str, versions: tuple[str, ...]) -> int:
        return delete_versions(self._views, collection, object_id, versions, self.now)

    def check(self) -> str:
        self._statuses.check()
        self._bus.end_offsets(self._topic)
        return "ok"


def push_messages(push: Push, pieces: Sequence[bytes | Fragment]) -> Iterator[Message]:
    """An envelope as messages. Each says to which status it belongs and which part of it it is."""
    objects = [piece for piece in pieces if isinstance(piece, bytes)]
    fragments = [piece for piece in pieces if isinstance(piece, Fragment)]
    headers = {FEED: push.feed.encode(), RECEIVED: push.requested.encode(), VERSION: SCHEMA}
    for number, message in enumerate(blocks(objects, fragments, push.id, headers)):
        told = orjson.dumps([push.id, push.partner, push.root, push.requested, push.total, number])
        yield Message(message.key, message.value, {**message.headers, PUSH: told})


@contextmanager
def open_inbox(folder: Path, configuration: Configuration, keys: KeyRing, clock: Clock = system_clock) -> Iterator[HubInbox | None]:
    """The inbox of a hub, None where no partner may write to it; views.db, made where it is absent, has the configured collections."""
    views = folder / configuration.store.views
    with closing(ViewWriter(views, clock)) as writer:
        writer.configure(api_root_specs(configuration), collection_specs(configuration, keys))
    if not configuration.takes_pushes:
        yield None
        return
    topic = pushed_topic(configuration.hub.audience)
    with closing(open_pushed(configuration.bus, folder)) as bus, closing(Statuses(folder / configuration.store.statuses)) as statuses:
        yield HubInbox(bus, topic, configuration.bus.partitions, statuses, views, clock)
