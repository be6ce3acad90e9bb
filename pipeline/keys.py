"""The hub's secret keys: one master in a file that only the owner can read; everything else is derived from it (HKDF, RFC 5869)."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from schemas.errors import ConfigError, OperatorError


class KeyRing:
    """Keys by purpose. Two purposes, or two recipients, never share one."""

    def __init__(self, master: bytes) -> None:
        self._master = master
        self._ciphers: dict[str, AESSIV] = {}

    def derive(self, purpose: str, recipient: str = "", length: int = 32) -> bytes:
        """The key for a purpose and, where it is one, a recipient."""
        info = f"tearline/v1/{purpose}/{recipient}".encode()
        return HKDF(algorithm=SHA256(), length=length, salt=None, info=info).derive(self._master)

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


def write_keys(path: Path, random: Callable[[int], bytes]) -> None:
    """Make a key file (mode 0600) from 32 random bytes. Raises FileExistsError where there is one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump({"version": 1, "master": random(32).hex()}, file)
        file.write("\n")


def read_keys(path: Path) -> KeyRing:
    """The key ring of a hub. Raises ConfigError where the file is absent, readable by others, no key file, or its key not random."""
    try:
        mode = path.stat().st_mode & 0o777
        content = json.loads(path.read_text())
        master = bytes.fromhex(content["master"])
    except FileNotFoundError:
        message = f"{path}: no key file; `tearline init` makes one, or copy it from where the hub ran before"
        raise ConfigError(message) from None
    except (ValueError, KeyError, TypeError):
        message = f"{path}: not a key file (JSON with a hexadecimal `master`); restore it from a backup"
        raise ConfigError(message) from None
    if mode & 0o077:
        message = f"{path}: others can read it (mode {mode:o}); run chmod 600 on it"
        raise ConfigError(message)
    if len(master) < 32:
        message = f"{path}: the master key is shorter than 32 bytes; restore it from a backup"
        raise ConfigError(message)
    if _is_made_up(master):
        message = f"{path}: the master key is a default or a typed phrase, not random; `tearline init` in an empty folder makes one"
        raise ConfigError(message)
    return KeyRing(master)


def _is_made_up(master: bytes) -> bool:
    """Whether a key is a placeholder: few different bytes, counted up or down, or text. Chance makes one such key in 10^12 or fewer."""
    steps = {(after - before) % 256 for before, after in pairwise(master)}
    return len(set(master)) < len(master) // 2 or len(steps) == 1 or (master.isascii() and master.decode("ascii").isprintable())
