"""Add, rotate, revoke and list the credentials of views.db, and shut partners out: for the operator, while the server runs."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from pipeline.store.credential_reader import BASIC, CERTIFICATE, TOKEN
from pipeline.store.secret_forms import hash_password, new_password, new_token, token_digest
from pipeline.store.sqlite import transaction
from pipeline.store.views_schema import open_views
from schemas.errors import ConfigError
from schemas.timestamps import taxii

MIN_PASSWORD = 12
"""Characters. Passwords are typed into other people's products once, so length costs nobody anything."""


class CredentialInfo(NamedTuple):
    """One row as people may see it: times are RFC 3339, `revoked` is None while it works."""

    partner: str
    kind: str
    name: str
    created: str
    revoked: str | None


class LogEntry(NamedTuple):
    """One change: when, by which account, what was done to which credential of which partner (no name: to the partner)."""

    at: str
    who: str
    action: str
    partner: str
    name: str


class CredentialStore:
    """Creates views.db where it is missing. Every change is written down in the transaction that makes it.

    `clock` gives the time of day in UTC, `entropy` that many random bytes, `who` is the account that acts.
    """

    def __init__(self, path: Path, clock: Callable[[], datetime], entropy: Callable[[int], bytes], who: str = "") -> None:
        self._connection = open_views(path)
        self._clock = clock
        self._entropy = entropy
        self._who = who

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
        self._put(partner, BASIC, username, hashed, "this user name belongs to another partner")

    def add_token(self, partner: str) -> str:
        """A new token for `partner`: returned here and never again, since only its SHA-256 is kept."""
        token = new_token(self._entropy)
        self._put(partner, TOKEN, token.name, token_digest(token.secret), "this token belongs to another partner")
        return f"{token.name}_{token.secret}"

    def add_certificate(self, partner: str, name: str) -> None:
        """Let who presents this client certificate in for `partner`; `name` is its fingerprint or subject (certificate_names).

        Raises ConfigError where it belongs to another partner.
        """
        self._put(partner, CERTIFICATE, name, "", "this certificate belongs to another partner")

    def rotate(self, name: str, grace: timedelta) -> str:
        """A new secret for a user name or a token's public part, returned here and never again; the old one is good for `grace` more.

        Raises ConfigError where there is none in force, and for a certificate, which has no secret here.
        """
        found = self._connection.execute(
            "SELECT partner, kind, secret FROM credential WHERE name = ? AND revoked IS NULL", (name,)
        ).fetchone()
        if found is None:
            message = f"{name}: no such credential in force; `tearline partner list` shows them"
            raise ConfigError(message)
        partner, kind, old = found
        if kind == CERTIFICATE:
            message = "a certificate is not rotated: add the new one, and revoke the old one when it is out of use"
            raise ConfigError(message)
        now = self._clock()
        if kind == BASIC:
            secret = shown = new_password(self._entropy)
            kept = hash_password(secret, like=old if grace else None)
        else:
            secret = new_token(self._entropy).secret
            shown, kept = f"{name}_{secret}", token_digest(secret)
        previous = (old, taxii(now + grace)) if grace else (None, None)
        with transaction(self._connection) as connection:
            changed = connection.execute(
                "UPDATE credential SET secret = ?, previous = ?, previous_until = ? WHERE name = ? AND revoked IS NULL AND secret = ?",
                (kept, *previous, name, old),
            ).rowcount
            self._log(connection, now, "rotate", partner, name)
            if not changed:
                message = f"{name}: somebody else changed it just now; run the command again"
                raise ConfigError(message)
        return shown

    def revoke(self, name: str) -> bool:
        """Stop a user name, a certificate, or a token by its public part; false where there is none that still works."""
        now = self._clock()
        with transaction(self._connection) as connection:
            row = connection.execute("SELECT partner FROM credential WHERE name = ? AND revoked IS NULL", (name,)).fetchone()
            if row is None:
                return False
            connection.execute("UPDATE credential SET revoked = ?, previous = NULL WHERE name = ?", (taxii(now), name))
            self._log(connection, now, "revoke", row[0], name)
        return True

    def suspend(self, partner: str) -> bool:
        """Shut a partner out, whatever credentials it has; false where it is out already."""
        now = self._clock()
        with transaction(self._connection) as connection:
            done: bool = (
                connection.execute("INSERT OR IGNORE INTO suspension (partner, since) VALUES (?, ?)", (partner, taxii(now))).rowcount == 1
            )
            if done:
                self._log(connection, now, "suspend", partner)
        return done

    def resume(self, partner: str) -> bool:
        """Let a suspended partner in again with the credentials that it had; false where it is not suspended."""
        with transaction(self._connection) as connection:
            done: bool = connection.execute("DELETE FROM suspension WHERE partner = ?", (partner,)).rowcount == 1
            if done:
                self._log(connection, self._clock(), "resume", partner)
        return done

    def list(self, partner: str | None = None) -> Sequence[CredentialInfo]:
        """All credentials, or one partner's, in the order in which they were made; never a secret."""
        rows = self._connection.execute(
            "SELECT partner, kind, name, created, revoked FROM credential WHERE ? IS NULL OR partner = ? ORDER BY no", (partner, partner)
        )
        return [CredentialInfo(*row) for row in rows]

    def suspended(self) -> dict[str, str]:
        """The partners that are shut out, and since when."""
        return dict(self._connection.execute("SELECT partner, since FROM suspension ORDER BY partner"))

    def log(self, partner: str | None = None) -> Sequence[LogEntry]:
        """What was changed, of all partners or one, the oldest first."""
        rows = self._connection.execute(
            "SELECT at, who, action, partner, name FROM credential_log WHERE ? IS NULL OR partner = ? ORDER BY no", (partner, partner)
        )
        return [LogEntry(*row) for row in rows]

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _put(self, partner: str, kind: str, name: str, secret: str, taken: str) -> None:
        now = self._clock()
        with transaction(self._connection) as connection:
            changed = connection.execute(
                "INSERT INTO credential (partner, kind, name, secret, created) VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE"
                " SET secret = excluded.secret, created = excluded.created, revoked = NULL, previous = NULL, previous_until = NULL"
                " WHERE partner = excluded.partner AND kind = excluded.kind",
                (partner, kind, name, secret, taxii(now)),
            ).rowcount
            if not changed:
                raise ConfigError(taken)
            self._log(connection, now, "add", partner, name)

    def _log(self, connection: sqlite3.Connection, now: datetime, action: str, partner: str, name: str = "") -> None:
        connection.execute(
            "INSERT INTO credential_log (at, who, action, partner, name) VALUES (?, ?, ?, ?, ?)",
            (taxii(now), self._who, action, partner, name),
        )
