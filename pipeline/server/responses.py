"""The answers of the TAXII server as status, headers and body: envelopes spliced from stored bytes, and error messages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import NamedTuple

import orjson

from schemas.taxii import DATE_ADDED_FIRST, DATE_ADDED_LAST, MEDIA_TYPE, ErrorMessage
from schemas.timestamps import from_micros, taxii

Headers = tuple[tuple[bytes, bytes], ...]

COMMON: Headers = (
    (b"content-type", MEDIA_TYPE.encode()),
    (b"cache-control", b"no-store"),  # what a partner may see is between us and that partner
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'"),
    (b"vary", b"accept-encoding"),
    (b"server", b"tearline"),  # names no version
)

CHALLENGES: Headers = (
    (b"www-authenticate", b'Basic realm="tearline", charset="UTF-8"'),
    (b"www-authenticate", b'Bearer realm="tearline"'),
)


class Reply(NamedTuple):
    """One answer; `headers` come on top of the common ones.

    For the audit: `records` is how many objects it carries or took, `collection` the id of the one concerned, `first` and `last` the
    date_added of the ends of a page in microseconds since 1970.
    """

    status: int
    body: bytes
    headers: Headers = ()
    records: int = 0
    collection: str = ""
    first: int | None = None
    last: int | None = None


def json_reply(resource: Mapping[str, object]) -> Reply:
    """A 200 with a resource that has no date_added."""
    return Reply(HTTPStatus.OK, orjson.dumps(resource))


def error_reply(status: HTTPStatus, title: str, headers: Headers = ()) -> Reply:
    """A TAXII error message (§3.6.1). `title` is a text of ours: it never holds what the client sent."""
    message = ErrorMessage(title=title, http_status=str(status.value))
    return Reply(status, orjson.dumps(message), headers)


UNAUTHORIZED = error_reply(HTTPStatus.UNAUTHORIZED, "Authentication is required", CHALLENGES)
NOT_FOUND = error_reply(HTTPStatus.NOT_FOUND, "Not found")
"""The one 404: that something exists for somebody else is not to be told apart from its not existing."""
FORBIDDEN = error_reply(HTTPStatus.FORBIDDEN, "This collection does not allow that")
NOT_ACCEPTABLE = error_reply(HTTPStatus.NOT_ACCEPTABLE, f"Only {MEDIA_TYPE} is served here")
UNSUPPORTED = error_reply(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Only {MEDIA_TYPE} is taken here, without a content coding")
CLOSE: Headers = ((b"connection", b"close"),)
"""On answers to a body that was not read to its end."""

TOO_LARGE = error_reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The body is larger than max_content_length of the API root", CLOSE)
TOO_SLOW = error_reply(HTTPStatus.REQUEST_TIMEOUT, "The body did not arrive in time", CLOSE)
FAILED = error_reply(HTTPStatus.INTERNAL_SERVER_ERROR, "The server failed; its log says why")


def envelope(joined: bytes, token: str | None) -> bytes:
    """The envelope of §3.7 around stored objects with commas between them; `token` is the `next` where more follows."""
    if not joined:
        return b"{}"
    head = b'{"more":false,"objects":[' if token is None else b'{"more":true,"next":"' + token.encode() + b'","objects":['
    return b"".join((head, joined, b"]}"))


@lru_cache(maxsize=1024)
def date_added(micros: int) -> str:
    """A date_added as TAXII writes it: six fraction digits, always."""
    return taxii(from_micros(micros))


def date_added_headers(first: int, last: int) -> Headers:
    """The ends of a page, in microseconds since 1970 (§3.2)."""
    return (
        (DATE_ADDED_FIRST.lower().encode(), date_added(first).encode()),
        (DATE_ADDED_LAST.lower().encode(), date_added(last).encode()),
    )
