"""Look credentials up in views.db, for the server: read-only."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pipeline.clock import system_clock
from pipeline.store.read_pool import ReadPool
from pipeline.store.views_schema import MIGRATIONS
from schemas.timestamps import taxii

BASIC, TOKEN, CERTIFICATE = "basic", "token", "certificate"


class Credential(NamedTuple):
    """One row as the check needs it.

    `secret` is the stored one-way form, `previous` that of the secret before the last rotation while it still counts. `revoked`
    says since when it does not work, be it for itself or because its partner is suspended.
    """

    no: int
    partner: str
    kind: str
    name: str
    secret: str
    revoked: str | None
    previous: str | None = None


_FIND = (
    "SELECT no, partner, kind, name, secret,"
    " coalesce(revoked, (SELECT since FROM suspension WHERE suspension.partner = credential.partner)),"
    " CASE WHEN previous_until > ? THEN previous END"
    " FROM credential WHERE name = ?"
)


class CredentialReader:
    """Safe from any thread. `clock` gives the time of day in UTC, at which a rotated secret lapses."""

    def __init__(self, path: Path, clock: Callable[[], datetime] = system_clock) -> None:
        self._pool = ReadPool(path, MIGRATIONS)
        self._clock = clock

    def find(self, name: str) -> Credential | None:
        """The credential of this user name, token name or certificate, revoked ones too."""
        with self._pool.statement() as connection:
            row = connection.execute(_FIND, (taxii(self._clock()), name)).fetchone()
        return None if row is None else Credential(*row)

    def close(self) -> None:
        """Close the connections of all threads."""
        self._pool.close()
