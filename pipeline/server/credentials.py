"""Decide which partner a request comes from: each secret is compared once, then remembered, and looked up again twice a second."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from functools import cache
from typing import NamedTuple, Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from starlette.types import Scope

from pipeline.server.authorization import Presented, Unusable, read_presented
from pipeline.server.client_certificate import SCOPE_KEY, Certificate
from pipeline.server.lockout import Lockout
from pipeline.server.offload import Offload
from pipeline.server.settings import ServerSettings
from pipeline.store.credential_reader import BASIC, CERTIFICATE, TOKEN, Credential
from pipeline.store.secret_forms import hash_password, password_matches, token_digest, token_matches
from schemas.errors import StoreBusy

RECHECK_SECONDS = 0.5
"""What is remembered of a credential is looked up again after this long, so that a revocation takes effect within a second."""

REMEMBERED = 4096
"""Right secrets in memory at most, and wrong ones; the longest unused go first."""


@cache
def _nobody() -> dict[str, str]:
    """What a stranger's secret is compared with, by kind; made at the start, so that not even the first stranger costs more."""
    return {BASIC: hash_password("nobody"), TOKEN: token_digest("nobody")}


class CredentialSource(Protocol):
    """Where credentials are stored."""

    def find(self, name: str) -> Credential | None:
        """The credential of this name, revoked ones too."""


class _Known(NamedTuple):
    """What a secret was compared with, None for a name that nobody has, and when that was last looked up."""

    stored: Credential | None
    checked: float


class Verifier:
    """Checks what requests present. `key` is the server key, `clock` gives seconds that never go back, `wall` Unix time.

    Secrets stay in memory only as keyed digests. A stranger's name costs the same hash as a wrong password. A wrong secret that
    is presented again costs no hash and counts as no further guess: a client that was forgotten at a rotation locks nobody out.
    """

    def __init__(
        self,
        source: CredentialSource,
        key: bytes,
        clock: Callable[[], float],
        hashing: Offload,
        lockout: Lockout,
        api_key_header: str = "",
        wall: Callable[[], float] = time.time,
    ) -> None:
        self._source = source
        self._clock = clock
        self._wall = wall
        self._hashing = hashing
        self._lockout = lockout
        self._api_key_header = api_key_header.lower().encode() or None
        self._digest_key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tearline presented secrets").derive(key)
        self._right: dict[bytes, _Known] = {}
        self._wrong: dict[bytes, _Known] = {}
        self._pending: dict[bytes, asyncio.Task[Credential | None]] = {}
        self._nobody = _nobody()

    async def partner(self, scope: Scope) -> str | None:
        """The partner that an HTTP request comes from, by its headers, its client certificate, or both where they agree; or None.

        Raises TooManyRequests after too many wrong secrets, StoreBusy under a flood of new ones.
        """
        try:
            presented = read_presented(scope["headers"], self._api_key_header)
        except Unusable:
            return None
        certificate: Certificate | None = scope.get(SCOPE_KEY)
        certified = None if certificate is None else self._certified(certificate)
        if presented is None:
            return certified
        client = scope.get("client")
        partner = await self._presented(presented, client[0] if client else "")
        return partner if certified in (None, partner) else None

    async def _presented(self, presented: Presented, address: str) -> str | None:
        digest = self._digest(presented)
        now = self._clock()
        known = self._recall(self._right, digest, presented.name, now)
        if known is not None and known.stored is not None:
            return known.stored.partner
        if self._recall(self._wrong, digest, presented.name, now) is not None:
            return None
        stored = await self._verified(digest, presented, address)
        return None if stored is None else stored.partner

    def _certified(self, certificate: Certificate) -> str | None:
        """The partner that has enrolled the certificate. Its lookups are remembered like a secret's."""
        if certificate.expires <= self._wall():
            return None
        for name in certificate.names:
            digest = self._digest(Presented(CERTIFICATE, name, ""))
            now = self._clock()
            known = self._recall(self._right, digest, name, now)
            if known is None:
                known = _Known(self._source.find(name), now)
            stored = known.stored
            if stored is not None and stored.kind == CERTIFICATE and stored.revoked is None:
                _remember(self._right, digest, known)
                return stored.partner
        return None

    def _recall(self, memory: dict[bytes, _Known], digest: bytes, name: str, now: float) -> _Known | None:
        """What is remembered, unless the whole row is no more as it was: not revoked, same secret, same partner.

        A right secret whose row is gone or revoked is a wrong one from then on: that takes no hash and is nobody's guess.
        """
        known = memory.pop(digest, None)
        if known is None:
            return None
        if now - known.checked >= RECHECK_SECONDS:
            current = self._source.find(name)
            if current != known.stored:
                if memory is self._right and (current is None or current.revoked is not None):
                    _remember(self._wrong, digest, _Known(current, now))
                return None
            known = _Known(current, now)
        _remember(memory, digest, known)
        return known

    async def _verified(self, digest: bytes, presented: Presented, address: str) -> Credential | None:
        """Requests that arrive together with the same secret share one check, as twenty connections of one client do."""
        task = self._pending.get(digest)
        if task is None:
            task = self._pending[digest] = asyncio.create_task(self._verify(digest, presented, address))
            task.add_done_callback(lambda _: self._pending.pop(digest, None))
        return await asyncio.shield(task)

    async def _verify(self, digest: bytes, presented: Presented, address: str) -> Credential | None:
        now = self._clock()
        found = self._source.find(presented.name)
        stored = found if found is not None and found.kind == presented.kind and found.revoked is None else None
        secret = (self._nobody[presented.kind], None) if stored is None else (stored.secret, stored.previous)
        if presented.kind == BASIC:
            matches = await self._matches_password(presented, secret, address, now)
            if matches and stored is not None:
                self._lockout.succeeded(presented.name, address)
        else:
            matches = token_matches(presented.secret, *secret)
            if not matches or stored is None:
                self._lockout.failed_token(address, now)
        right = matches and stored is not None
        _remember(self._right if right else self._wrong, digest, _Known(found, now))
        return stored if right else None

    async def _matches_password(self, presented: Presented, secret: tuple[str, str | None], address: str, now: float) -> bool:
        self._lockout.begin(presented.name, address, now)
        try:
            return await self._hashing.run(password_matches, presented.secret, *secret)
        except StoreBusy:
            self._lockout.undo(presented.name, address)  # nothing was compared
            raise

    def _digest(self, presented: Presented) -> bytes:
        text = f"{presented.kind} {len(presented.name)} {presented.name}{presented.secret}"
        return hashlib.blake2b(text.encode(), key=self._digest_key, digest_size=16).digest()


def build_verifier(
    source: CredentialSource, settings: ServerSettings, key: bytes, clock: Callable[[], float], hashing: Offload
) -> Verifier:
    """The check as the settings of tearline.yaml want it."""
    lockout = Lockout(settings.lockout_attempts, settings.lockout_seconds)
    return Verifier(source, key, clock, hashing, lockout, settings.api_key_header)


def _remember(memory: dict[bytes, _Known], digest: bytes, known: _Known) -> None:
    """At the end of the dict, which thereby stays in order of use."""
    memory[digest] = known
    if len(memory) > REMEMBERED:
        del memory[next(iter(memory))]
