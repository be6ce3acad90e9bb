"""An originator's signing key: a PEM file (PKCS #8) of its own, never the hub's; and its public half as a partner file writes it."""

from __future__ import annotations

import hashlib
import os
from base64 import b64encode
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat, load_pem_private_key

from schemas.errors import ConfigError
from schemas.sharing import GrantKey


def write_signing_key(path: Path) -> GrantKey:
    """Make a key file (mode 0600). Raises ConfigError where there is one already, or it cannot be written."""
    key = Ed25519PrivateKey.generate()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        message = f"{path}: is there already; a signing key is never written over"
        raise ConfigError(message) from None
    except OSError as error:
        message = f"{path}: cannot be written: {error.strerror}"
        raise ConfigError(message) from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return public_half(key)


def read_signing_key(path: Path) -> Ed25519PrivateKey:
    """The key in a file. Raises ConfigError where there is none, it is no Ed25519 key, has a passphrase, or others can read it."""
    try:
        mode = path.stat().st_mode & 0o777
        key = load_pem_private_key(path.read_bytes(), None)
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise ConfigError(message) from None
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key, mode = None, 0
    if not isinstance(key, Ed25519PrivateKey):
        message = f"{path}: no Ed25519 key as unencrypted PEM; `tearline grant keygen` makes one"
        raise ConfigError(message)
    if mode & 0o077:
        message = f"{path}: others can read it (mode {mode:o}); run chmod 600 on it"
        raise ConfigError(message)
    return key


def public_half(key: Ed25519PrivateKey) -> GrantKey:
    """What goes into the partner file. The name is a digest of the key, so whoever has the key knows its name."""
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    return GrantKey(id=f"k-{hashlib.sha256(raw).hexdigest()[:16]}", key=b64encode(raw).decode())
