"""What passwords and tokens look like, and the one-way form in which they are stored."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from typing import NamedTuple

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_TOKEN = re.compile(r"(tl_[0-9a-f]{16})_([0-9a-f]{64})", re.ASCII)
_PASSWORDS = PasswordHasher()
"""argon2id with the library's defaults (RFC 9106, the low-memory profile): 50 to 100 ms and 64 MiB a check."""


class Token(NamedTuple):
    """A presented token: `name` is its public first part, `secret` 64 hex digits."""

    name: str
    secret: str


def new_token(entropy: Callable[[int], bytes]) -> Token:
    """A fresh token, `tl_<public>_<secret>`; the prefix lets scanners recognize one that leaked."""
    return Token(f"tl_{entropy(8).hex()}", entropy(32).hex())


def split_token(text: str) -> Token | None:
    """The two parts of a token, or None where it has not that form."""
    match = _TOKEN.fullmatch(text)
    return None if match is None else Token(match[1], match[2])


def token_digest(secret: str) -> str:
    """SHA-256 is enough here: a random 256-bit secret cannot be guessed, so a slow hash would only cost."""
    return hashlib.sha256(secret.encode()).hexdigest()


def token_matches(secret: str, stored: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(token_digest(secret).encode(), stored.encode())


def hash_password(password: str) -> str:
    """The argon2id hash with its salt and parameters."""
    return _PASSWORDS.hash(password)


def password_matches(password: str, stored: str) -> bool:
    """50 to 100 ms, outside the interpreter lock."""
    try:
        return _PASSWORDS.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False
