"""What passwords and tokens look like, and the one-way form in which they are stored."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from typing import NamedTuple

from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import InvalidHashError
from argon2.low_level import hash_secret

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


def token_matches(secret: str, stored: str, previous: str | None = None) -> bool:
    """Whether it is the stored one or the one before; compared in constant time."""
    return _is_one_of(token_digest(secret), stored, previous)


def new_password(entropy: Callable[[int], bytes]) -> str:
    """144 random bits in 36 hex digits: no product refuses them, and nobody guesses them."""
    return entropy(18).hex()


def hash_password(password: str, like: str | None = None) -> str:
    """The argon2id hash with its salt and parameters; those of the hash `like`, where one is given.

    A rotated password shares salt and parameters with the one before, so that one computation compares with both: otherwise a
    wrong password would take twice as long for a name that exists and was rotated lately.
    """
    return _PASSWORDS.hash(password) if like is None else _hashed_like(password, like)


def password_matches(password: str, stored: str, previous: str | None = None) -> bool:
    """Whether it is the stored one or the one before. 50 to 100 ms, outside the interpreter lock."""
    try:
        made = _hashed_like(password, stored)
    except (InvalidHashError, ValueError):
        return False
    return _is_one_of(made, stored, previous)


def _hashed_like(password: str, stored: str) -> str:
    """Raises InvalidHashError or ValueError where `stored` is no argon2 hash."""
    use = extract_parameters(stored)
    encoded = stored.split("$")[-2]
    salt = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    made = hash_secret(password.encode(), salt, use.time_cost, use.memory_cost, use.parallelism, use.hash_len, use.type, use.version)
    return made.decode()


def _is_one_of(made: str, stored: str, previous: str | None) -> bool:
    now = hmac.compare_digest(made.encode(), stored.encode())
    before = hmac.compare_digest(made.encode(), (previous or stored).encode())
    return now or before
