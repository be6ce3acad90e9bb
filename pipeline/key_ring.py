"""The hub's secret keys in memory: a root that stays, epochs that come and go; everything in use is derived from them (HKDF, RFC 5869)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from schemas.errors import ConfigError, OperatorError

PRODUCTION = "production"
FIRST = "1"
"""Name of the first epoch; in rings of version 1 its key is the root."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One span of time in which ids of changed objects and pseudonyms have a key of their own. Without a key it is destroyed."""

    name: str
    key: bytes | None = field(repr=False)
    made: datetime | None = None
    destroyed: datetime | None = None


class KeyRing:
    """Keys by purpose. Two purposes, recipients, epochs or audiences never share one."""

    def __init__(self, master: bytes, epochs: Sequence[Epoch] | None = None) -> None:
        self._master = master
        self.epochs = (Epoch(FIRST, master),) if epochs is None else tuple(epochs)
        self._ciphers: dict[str, AESSIV] = {}

    @property
    def current(self) -> str:
        """The newest epoch that is not destroyed. Raises ConfigError where all are."""
        for epoch in reversed(self.epochs):
            if epoch.key is not None:
                return epoch.name
        message = "every epoch of the key ring is destroyed; `tearline keys rotate` makes a new one"
        raise ConfigError(message)

    def derive(self, purpose: str, recipient: str = "", length: int = 32) -> bytes:
        """The root's key for a purpose and, where it is one, a recipient: the same in every epoch."""
        return _derive(self._master, f"tearline/v1/{purpose}/{recipient}", length)

    def epoch_key(self, purpose: str, recipient: str = "", epoch: str | None = None, length: int = 32) -> bytes:
        """The key of an epoch, or of the current one. Raises OperatorError where there is no such epoch, or it is destroyed."""
        name = self.current if epoch is None else epoch
        found = next((item for item in self.epochs if item.name == name), None)
        if found is None or found.key is None:
            state = "not in the key ring" if found is None else "destroyed"
            message = f"epoch {name} is {state}; `tearline keys list` shows those there are"
            raise OperatorError(message)
        return _derive(found.key, f"tearline/v1/{purpose}/{recipient}", length)

    def for_audience(self, audience: str) -> KeyRing:
        """The ring of an audience: of production this one, of an exercise one that has no key in common with any other."""
        if audience == PRODUCTION:
            return self
        info = f"tearline/v2/audience/{audience}"
        epochs = [
            Epoch(item.name, None if item.key is None else _derive(item.key, info), item.made, item.destroyed) for item in self.epochs
        ]
        return KeyRing(_derive(self._master, info), epochs)

    def is_root(self, epoch: Epoch) -> bool:
        """Whether an epoch's key is the root as well, as in rings of version 1: it stays as long as the root does."""
        return epoch.key == self._master

    def seal(self, purpose: str, content: bytes, context: bytes) -> bytes:
        """Encrypt and authenticate; the same content in the same context gives the same bytes (AES-SIV, RFC 5297)."""
        return self._cipher(purpose).encrypt(content, [context])

    def unseal(self, purpose: str, sealed: bytes, context: bytes) -> bytes:
        """What was sealed. Raises OperatorError where the key or the context is another, or the bytes were changed."""
        try:
            return self._cipher(purpose).decrypt(sealed, [context])
        except InvalidTag:
            message = "a sealed header does not open: it was written under another key ring, or changed; check hub.keys"
            raise OperatorError(message) from None

    def _cipher(self, purpose: str) -> AESSIV:
        if purpose not in self._ciphers:
            self._ciphers[purpose] = AESSIV(self.derive(purpose, length=64))
        return self._ciphers[purpose]


def _derive(key: bytes, info: str, length: int = 32) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=info.encode()).derive(key)
