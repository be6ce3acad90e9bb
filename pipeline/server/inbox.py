"""What the server may change, as it sees it: objects that partners send, their status, and what partners delete from their own view.

pipeline.inbox implements it on the bus; the server itself knows no bus.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from schemas.split import Fragment
from schemas.taxii import Status


class Push(NamedTuple):
    """One envelope that a partner sent: the id of its status, whose it is, where it was sent, and how many objects it has.

    `root` is the API root ('' is the first one), `feed` whose objects they are, `requested` the time as TAXII writes it.
    """

    id: str
    partner: str
    root: str
    collection: str
    feed: str
    requested: str
    total: int


class Inbox(Protocol):
    """Safe to use from several threads. Every method may raise RetryLater."""

    def now(self) -> int:
        """The time of day, in microseconds since 1970."""

    def append(self, push: Push, pieces: Sequence[bytes | Fragment]) -> None:
        """Put an envelope on the bus; when it returns, the objects are durable and the status can be read."""

    def status(self, partner: str, root: str, identifier: str) -> Status | None:
        """How far an envelope of this partner has come; None where there is none, or none any more."""

    def delete(self, collection: int, object_id: str, versions: tuple[str, ...]) -> int:
        """Take versions of an object (keywords and version keys) out of the view behind a collection; returns how many there were."""

    def check(self) -> str:
        """Say `ok`, or what is wrong in a few words."""
