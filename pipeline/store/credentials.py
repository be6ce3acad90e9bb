"""Who may log in for which partner: the credential table of views.db."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pipeline.store.read_pool import ReadPool
from pipeline.store.secret_forms import hash_password, new_token, token_digest
from pipeline.store.sqlite import connect, transaction
from pipeline.store.views_schema import MIGRATIONS
from schemas.errors import ConfigError
from schemas.timestamps import taxii

BASIC, TOKEN = "basic", "token"

MIN_PASSWORD = 12
"""Characters. Passwords are typed into other people's products once, so length costs nobody anything."""


class Credential(NamedTuple):
    """One row as the check needs it; `secret` is the stored one-way form."""

    no: int
    partner: str
    kind: str
    name: str
    secret: str
    revoked: str | None


class CredentialInfo(NamedTuple):
    """One row as people may see it: times are RFC 3339, `revoked` is None while it works."""

    partner: str
    kind: str
    name: str
    created: str
    revoked: str | None


class CredentialReader:
    """Looks credentials up for the server: read-only, safe from any thread."""

    def __init__(self, path: Path) -> None:
        self._pool = ReadPool(path, MIGRATIONS)

    def find(self, name: str) -> Credential | None:
        """The credential of this user name or token name, revoked ones too."""
        with self._pool.statement() as connection:
            row = connection.execute("SELECT no, partner, kind, name, secret, revoked FROM credential WHERE name = ?", (name,)).fetchone()
        return None if row is None else Credential(*row)

    def close(self) -> None:
        """Close the connections of all threads."""
        self._pool.close()


class CredentialStore:
    """Adds, revokes and lists credentials for the operator; creates views.db where it is missing.

    `clock` gives the time of day in UTC, `entropy` that many random bytes.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime], entropy: Callable[[int], bytes]) -> None:
        self._connection = connect(path, MIGRATIONS)
        self._clock = clock
        self._entropy = entropy

    def add_basic(self, partner: str, username: str, password: str) -> None:
        """Let `username` in for `partner`; for a name that the partner already has, set the new password and un-revoke it.

        Raises ConfigError for a name that cannot be sent by HTTP Basic (RFC 7617) or belongs to another partner, and for a
        short password.
        """
        if not username or ":" in username or not username.isprintable() or username.startswith("tl_"):
            message = "a user name is printable, has no colon, and does not begin with tl_"
            raise ConfigError(message)
        if len(password) < MIN_PASSWORD:
            message = f"the password has fewer than {MIN_PASSWORD} characters"
            raise ConfigError(message)
        hashed = hash_password(password)  # before the transaction: it takes up to 100 ms, and the publisher may be waiting
        with transaction(self._connection) as connection:
            changed = connection.execute(
                "INSERT INTO credential (partner, kind, name, secret, created) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (name) DO UPDATE SET secret = excluded.secret, created = excluded.created, revoked = NULL"
                " WHERE partner = excluded.partner AND kind = excluded.kind",
                (partner, BASIC, username, hashed, taxii(self._clock())),
            ).rowcount
        if not changed:
            message = "this user name belongs to another partner"
            raise ConfigError(message)

    def add_token(self, partner: str) -> str:
        """A new token for `partner`: returned here and never again, since only its SHA-256 is kept."""
        token = new_token(self._entropy)
        with transaction(self._connection) as connection:
            connection.execute(
                "INSERT INTO credential (partner, kind, name, secret, created) VALUES (?, ?, ?, ?, ?)",
                (partner, TOKEN, token.name, token_digest(token.secret), taxii(self._clock())),
            )
        return f"{token.name}_{token.secret}"

    def revoke(self, name: str) -> bool:
        """Stop a user name, or a token by its public part; false where there is none that still works."""
        with transaction(self._connection) as connection:
            cursor: sqlite3.Cursor = connection.execute(
                "UPDATE credential SET revoked = ? WHERE name = ? AND revoked IS NULL", (taxii(self._clock()), name)
            )
        return cursor.rowcount == 1

    def list(self, partner: str | None = None) -> Sequence[CredentialInfo]:
        """All credentials, or one partner's, in the order in which they were made; never a secret."""
        rows = self._connection.execute(
            "SELECT partner, kind, name, created, revoked FROM credential WHERE ? IS NULL OR partner = ? ORDER BY no", (partner, partner)
        )
        return [CredentialInfo(*row) for row in rows]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
