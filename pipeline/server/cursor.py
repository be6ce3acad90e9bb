"""The `next` parameter (§3.5): a sealed, stateless position, good for one partner, one resource and one set of filters.

AES-SIV both hides and authenticates it. Who asks and for what is bound in as associated data, so a token of another partner,
collection or resource does not open at all (Appendix B). It depends on the server's key alone: it survives restarts, any worker
opens it, and the same position always gives the same token.
"""

from __future__ import annotations

import base64
import struct
from typing import NamedTuple

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pipeline.server.query import Filters, Query
from schemas.errors import BadRequest, ConfigError

_FORMAT = b"tearline next 1"
"""Goes into the key: tokens of another format do not open."""

_HEAD = struct.Struct(">q?q")
"""Position, whether there was an added_after, the added_after."""

MIN_KEY = 32
"""Bytes of the server key."""


class Position(NamedTuple):
    """Where a walk stands: `seq` of the last record sent, and the walk's original filters and `added_after`.

    Both times in microseconds since 1970.
    """

    seq: int
    added_after: int | None
    filters: Filters


class Walk(NamedTuple):
    """What to read next: records after `after`; `added_after` and `filters` go into the page's own `next`."""

    after: int
    added_after: int | None
    filters: Filters


class CursorSealer:
    """Seals positions into tokens and opens them. Raises ConfigError for a key under 32 bytes."""

    def __init__(self, key: bytes) -> None:
        if len(key) < MIN_KEY:
            message = f"the server key has fewer than {MIN_KEY} bytes"
            raise ConfigError(message)
        self._cipher = AESSIV(HKDF(algorithm=SHA256(), length=64, salt=None, info=_FORMAT).derive(key))

    def seal(self, position: Position, scope: tuple[str, ...]) -> str:
        """The token; `scope` names partner, collection and resource."""
        head = _HEAD.pack(position.seq, position.added_after is not None, position.added_after or 0)
        filters = b"" if position.filters == Filters() else orjson.dumps(list(position.filters))
        sealed = self._cipher.encrypt(head + filters, [part.encode() for part in scope])
        return _encode(sealed)

    def open(self, token: str, scope: tuple[str, ...]) -> Position:
        """The position in a token of the same scope. Raises BadRequest for anything else."""
        try:
            plain = self._cipher.decrypt(_decode(token), [part.encode() for part in scope])
        except (ValueError, InvalidTag) as error:
            message = "next is not a value that this server gave for this request"
            raise BadRequest(message) from error
        seq, bounded, added_after = _HEAD.unpack_from(plain)
        lists = orjson.loads(plain[_HEAD.size :]) if len(plain) > _HEAD.size else ()
        return Position(seq, added_after if bounded else None, Filters(*(None if item is None else tuple(item) for item in lists)))


def _encode(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def _decode(token: str) -> bytes:
    """Raises ValueError unless the text is exactly as `_encode` writes it: base64 alone has several spellings of the same bytes."""
    sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    if _encode(sealed) != token:
        message = "not in canonical form"
        raise ValueError(message)
    return sealed


def resume(query: Query, position: Position) -> Walk:
    """Join a follow-up request with the position that it brings.

    Clients drop the filters on later pages, or send them again, or move `added_after` on (the last wins if it is later).
    Anything else asks for a different list than the one that was begun: BadRequest.
    """
    for asked, begun, default in zip(query.filters, position.filters, (None, None, ("last",), None), strict=True):
        if asked is not None and asked != (begun or default):
            message = "a match parameter differs from the request that next belongs to"
            raise BadRequest(message)
    after = position.seq
    if query.added_after is not None:
        if position.added_after is not None and query.added_after < position.added_after:
            message = "added_after is earlier than in the request that next belongs to"
            raise BadRequest(message)
        after = max(after, query.added_after)
    return Walk(after, position.added_after, position.filters)


def begin(query: Query) -> Walk:
    """A walk without `next`. Before 1970 nothing was added."""
    return Walk(max(query.added_after or 0, 0), query.added_after, query.filters)
