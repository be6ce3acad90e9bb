"""Decide which partner a request comes from: each secret is hashed once, then remembered, and looked up again twice a second."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from functools import cache
from typing import NamedTuple, Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pipeline.server.authorization import Presented, read_authorization
from pipeline.server.offload import Offload
from pipeline.store.credentials import BASIC, TOKEN, Credential
from pipeline.store.secret_forms import hash_password, password_matches, token_digest, token_matches

RECHECK_SECONDS = 0.5
"""A remembered credential is looked up again after this long, so that a revocation takes effect within a second."""

REMEMBERED = 4096
"""Credentials in memory at most; the longest unused go first."""


@cache
def _nobody() -> dict[str, str]:
    """What a stranger's secret is compared with, by kind; made at the start, so that not even the first stranger costs more."""
    return {BASIC: hash_password("nobody"), TOKEN: token_digest("nobody")}


class CredentialSource(Protocol):
    """Where credentials are stored."""

    def find(self, name: str) -> Credential | None:
        """The credential of this name, revoked ones too."""


class _Known(NamedTuple):
    stored: Credential
    checked: float


class Verifier:
    """Checks Authorization headers. `key` is the server key, `clock` gives seconds that never go back.

    Secrets stay in memory only as keyed digests. A stranger's name costs the same hash as a wrong password.
    """

    def __init__(self, source: CredentialSource, key: bytes, clock: Callable[[], float], hashing: Offload) -> None:
        self._source = source
        self._clock = clock
        self._hashing = hashing
        self._digest_key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"tearline presented secrets").derive(key)
        self._known: dict[bytes, _Known] = {}
        self._pending: dict[bytes, asyncio.Task[Credential | None]] = {}
        self._nobody = _nobody()

    async def partner(self, header: bytes | None) -> str | None:
        """The partner whose credential an Authorization header holds, or None. Raises StoreBusy under a flood of new ones."""
        presented = read_authorization(header)
        if presented is None:
            return None
        digest = hashlib.blake2b("\0".join(presented).encode(), key=self._digest_key, digest_size=16).digest()
        known = self._known.pop(digest, None)
        now = self._clock()
        if known is not None and now - known.checked >= RECHECK_SECONDS:
            # the whole row must be as it was: not revoked, same secret, same partner
            known = _Known(known.stored, now) if self._source.find(presented.name) == known.stored else None
        if known is None:
            stored = await self._verified(digest, presented)
            if stored is None:
                return None
            known = _Known(stored, now)
        self._known[digest] = known  # at the end of the dict, which thereby stays in order of use
        if len(self._known) > REMEMBERED:
            del self._known[next(iter(self._known))]
        return known.stored.partner

    async def _verified(self, digest: bytes, presented: Presented) -> Credential | None:
        """Requests that arrive together with the same secret share one check, as twenty connections of one client do."""
        task = self._pending.get(digest)
        if task is None:
            task = self._pending[digest] = asyncio.create_task(self._verify(presented))
            task.add_done_callback(lambda _: self._pending.pop(digest, None))
        return await asyncio.shield(task)

    async def _verify(self, presented: Presented) -> Credential | None:
        stored = self._source.find(presented.name)
        if stored is not None and (stored.kind != presented.kind or stored.revoked is not None):
            stored = None
        secret = self._nobody[presented.kind] if stored is None else stored.secret
        if presented.kind == BASIC:
            matches = await self._hashing.run(password_matches, presented.secret, secret)
        else:
            matches = token_matches(presented.secret, secret)
        return stored if matches else None
