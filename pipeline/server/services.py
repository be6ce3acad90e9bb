"""What the handlers of one server share, and what one request brings them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.server.credentials import CredentialSource, Verifier
from pipeline.server.cursor import CursorSealer
from pipeline.server.offload import Offload
from pipeline.server.responses import Reply
from pipeline.server.settings import ServerSettings
from pipeline.store.view_reader import Collection, ViewReader

HASHING_THREADS, HASHING_WAITING = 2, 64
"""A password check takes 64 MiB and up to 100 ms: two at once leave the machine usable, and the 64th waits for about three seconds."""

HEAVY_THREADS, HEAVY_WAITING = 4, 256
"""Scans and compressions spend their time outside the interpreter lock."""


@dataclass(frozen=True)
class Services:
    """The parts of one server. `clock` gives seconds that never go back."""

    settings: ServerSettings
    reader: ViewReader
    sealer: CursorSealer
    verifier: Verifier
    heavy: Offload
    hashing: Offload
    clock: Callable[[], float]

    def close(self) -> None:
        """Stop the threads. The reader belongs to the caller."""
        self.hashing.close()
        self.heavy.close()


def build_services(
    reader: ViewReader, credentials: CredentialSource, settings: ServerSettings, key: bytes, clock: Callable[[], float]
) -> Services:
    """Put the parts together; everything that is secret comes from `key`."""
    hashing = Offload("hashing", HASHING_THREADS, HASHING_WAITING)
    return Services(
        settings=settings,
        reader=reader,
        sealer=CursorSealer(key),
        verifier=Verifier(credentials, key, clock, hashing),
        heavy=Offload("heavy", HEAVY_THREADS, HEAVY_WAITING),
        hashing=hashing,
        clock=clock,
    )


class Call(NamedTuple):
    """One authenticated request."""

    services: Services
    partner: str
    path: Mapping[str, str]
    query_string: bytes

    def collection(self) -> Collection:
        """The collection in the path, by id or alias. Raises NotFound unless it is the partner's own."""
        collection = self.services.reader.collection(self.partner, self.path["collection"])
        if collection is None:
            raise NotFound
        return collection


class NotFound(Exception):
    """Nothing is there, as far as this partner may know."""


Handler = Callable[[Call], Awaitable[Reply]]
