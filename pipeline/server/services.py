"""What the handlers of one server share, and what one request brings them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from starlette.types import Receive, Scope

from pipeline.server.audit import Audit
from pipeline.server.bodies import Bodies
from pipeline.server.credentials import CredentialSource, Verifier, build_verifier
from pipeline.server.cursor import CursorSealer
from pipeline.server.health import Readiness
from pipeline.server.inbox import Inbox
from pipeline.server.limits import Limits, build_limits
from pipeline.server.offload import Offload
from pipeline.server.outgoing import Outgoing
from pipeline.server.remembered import Remembered
from pipeline.server.responses import Reply
from pipeline.server.settings import ServerSettings
from pipeline.store.view_reader import Collection, ViewReader

HASHING_THREADS, HASHING_WAITING = 2, 64
"""A password check takes 64 MiB and up to 100 ms: two at once leave the machine usable, and the 64th waits for about three seconds."""

HEAVY_THREADS, HEAVY_WAITING = 4, 256
"""Scans and compressions spend their time outside the interpreter lock."""

TAKING_THREADS, TAKING_WAITING = 1, 16
"""One envelope after the other is split and appended: the bus takes one at a time anyway, and memory stays at one split body."""


@dataclass(frozen=True)
class Services:
    """The parts of one server. `clock` gives seconds that never go back."""

    settings: ServerSettings
    reader: ViewReader
    collections: Remembered
    outgoing: Outgoing
    sealer: CursorSealer
    verifier: Verifier
    limits: Limits
    heavy: Offload
    hashing: Offload
    taking: Offload
    bodies: Bodies
    audit: Audit
    readiness: Readiness
    inbox: Inbox | None
    clock: Callable[[], float]

    def close(self) -> None:
        """Stop the threads. The reader and the inbox belong to the caller."""
        self.taking.close()
        self.hashing.close()
        self.heavy.close()


def build_services(
    reader: ViewReader,
    credentials: CredentialSource,
    settings: ServerSettings,
    key: bytes,
    clock: Callable[[], float],
    audit: Audit,
    readiness: Readiness,
    inbox: Inbox | None,
) -> Services:
    """Put the parts together; everything that is secret comes from `key`. Without an inbox nothing can be written."""
    hashing = Offload("hashing", HASHING_THREADS, HASHING_WAITING)
    return Services(
        settings=settings,
        reader=reader,
        collections=Remembered(reader, clock),
        outgoing=Outgoing(),
        sealer=CursorSealer(key),
        verifier=build_verifier(credentials, settings, key, clock, hashing),
        limits=build_limits(settings),
        heavy=Offload("heavy", HEAVY_THREADS, HEAVY_WAITING),
        hashing=hashing,
        taking=Offload("taking", TAKING_THREADS, TAKING_WAITING),
        bodies=Bodies(settings.max_content_length),
        audit=audit,
        readiness=readiness,
        inbox=inbox,
        clock=clock,
    )


class Call(NamedTuple):
    """One authenticated request; `receive` gives its body."""

    services: Services
    partner: str
    scope: Scope
    receive: Receive

    @property
    def path(self) -> Mapping[str, str]:
        """The variable parts of the path."""
        found: Mapping[str, str] = self.scope["path_params"]
        return found

    @property
    def query_string(self) -> bytes:
        """As it came."""
        found: bytes = self.scope["query_string"]
        return found

    def root(self) -> str:
        """The API root in the path as views.db names it: '' for the first one."""
        name = self.path["root"]
        return "" if name == self.services.settings.api_root else name

    def collection(self) -> Collection:
        """The collection in the path, by id or alias. Raises NotFound where the partner may do nothing with it."""
        collection = self.services.collections.find(self.partner, self.path["collection"], self.root())
        if collection is None:
            raise NotFound
        return collection

    def readable(self) -> Collection:
        """The same. Raises Refused where the partner may only write to it."""
        collection = self.collection()
        if not collection.can_read:
            raise Refused
        return collection

    def writable(self) -> tuple[Collection, str, Inbox]:
        """The same with its feed and the way there. Raises Refused where the partner may only read it."""
        collection = self.collection()
        if collection.feed is None or self.services.inbox is None:
            raise Refused
        return collection, collection.feed, self.services.inbox


class Refused(Exception):
    """It is there and the partner knows, but may not do this with it."""


class NotFound(Exception):
    """Nothing is there, as far as this partner may know."""


Handler = Callable[[Call], Awaitable[Reply]]
