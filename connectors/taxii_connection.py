"""The connection that taxii2-client's classes are given: our bounded client, and objects as the server's own bytes."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

import orjson
from taxii2client.exceptions import ValidationError

from connectors.body import Document, take_apart
from connectors.http import BoundedClient, Reply
from connectors.http_retry import TryFailed
from connectors.taxii_times import normal

MAX_NEXT_CHARS = 4096
"""`next` is opaque (§3.5) but goes into a URL and into our cursor; servers limit a request line to about 8 kB."""

MAX_RESOURCE_BYTES = 4 << 20
"""Discovery, collections, a manifest of one object: parsed as a whole, which takes up to ten times their size. A list of 10,000
collections is about 3 MB."""

_TAXII_20 = {"objects": "application/vnd.oasis.stix+json; version=2.0", "other": "application/vnd.oasis.taxii+json; version=2.0"}
_ITEMS = re.compile(r"items\s+(\d+)-(\d+)/(\d+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A page of objects (§3.7), with what the headers say about it.

    more:        as said; None where the server does not say
    first_added, last_added: X-TAXII-Date-Added-First and -Last as normal times; None where absent or no time
    date:        the server's clock
    """

    document: Document
    more: bool | None
    next: str | None
    first_added: str | None
    last_added: str | None
    date: datetime | None

    @property
    def count(self) -> int:
        return len(self.document.objects) + len(self.document.fragments)


class Refused(Exception):
    """The server answered with a status that means no: the walk decides what follows from it."""

    def __init__(self, status: int) -> None:
        super().__init__(f"refused with {status}")
        self.status = status


class TaxiiConnection:
    """What taxii2client.common._HTTPConnection offers to its endpoints, for reading.

    Tolerant where servers are sloppy: any Content-Type or none, 206, a resource without a title. Truncated bodies are failed tries.
    """

    def __init__(self, client: BoundedClient, max_object_bytes: int) -> None:
        self._client = client
        self._max_object_bytes = max_object_bytes
        self._speaks_20 = False

    def get(self, url: str, headers: Mapping[str, str] | None = None, params: Mapping[str, Any] | None = None) -> Any:
        """An Envelope from an objects endpoint, a dict from any other. Raises Refused and what BoundedClient.once raises."""
        kind = "objects" if url.endswith("/objects/") else "other"
        query = {name: _single(value) for name, value in (params or {}).items()}
        reply = self._client.once(url, query, self._headers(kind, headers))
        if reply.status == 406 and not self._speaks_20:
            self._speaks_20 = True  # once: a server that refuses this as well refuses for good
            reply = self._client.once(url, query, self._headers(kind, headers))
        if not 200 <= reply.status < 300:
            raise Refused(reply.status)
        return self._envelope(reply) if kind == "objects" else _resource(reply)

    def post(self, *_: object, **__: object) -> NoReturn:
        """Not offered: a connector only reads."""
        message = "the connector's connection only reads"
        raise io.UnsupportedOperation(message)

    delete = post

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _headers(self, kind: str, asked: Mapping[str, str] | None) -> dict[str, str]:
        return {**(asked or {}), "Accept": _TAXII_20[kind]} if self._speaks_20 else dict(asked or {})

    def _envelope(self, reply: Reply) -> Envelope:
        content_range = reply.headers.get("Content-Range", "")
        if content_range.startswith("bytes"):
            message = "The source sent a part of a page that was not asked for in parts; none of it was taken."
            raise TryFailed(message, "incomplete")
        document = take_apart(reply.body.read, self._max_object_bytes)
        said = document.envelope
        if not document.objects and set(said) <= {"more", "next"}:
            document = replace(document, fragments=())  # an empty page: the list is left out, as §3.7 wants
        token = said.get("next")
        usable = isinstance(token, str | int) and not isinstance(token, bool) and 0 < len(str(token)) <= MAX_NEXT_CHARS
        items = _ITEMS.fullmatch(content_range.strip())
        rest = items is not None and int(items[2]) + 1 < int(items[3])
        return Envelope(
            document=document,
            more=True if rest else {"true": True, "false": False}.get(str(said.get("more")).lower()),
            next=str(token) if usable else None,
            first_added=normal(reply.headers.get("X-TAXII-Date-Added-First")),
            last_added=normal(reply.headers.get("X-TAXII-Date-Added-Last")),
            date=_http_date(reply.headers.get("Date")),
        )


def _single(value: Any) -> str:
    """A query value; taxii2-client wraps `next` into a tuple."""
    return str(value[0]) if isinstance(value, Sequence) and not isinstance(value, str) else str(value)


def _resource(reply: Reply) -> dict[str, Any]:
    """A description as JSON. Raises TryFailed where the body is no JSON, and taxii2-client's own error where it is unusable."""
    try:
        value = orjson.loads(reply.body.getvalue()) if reply.body.getbuffer().nbytes <= MAX_RESOURCE_BYTES else None
    except orjson.JSONDecodeError as error:
        message = "The source's reply is no JSON. Check that `url` is a TAXII 2.1 discovery, API root or collection."
        raise TryFailed(message, "incomplete") from error
    if not isinstance(value, dict):
        message = "no TAXII resource, or too large for one"
        raise ValidationError(message)
    value.setdefault("title", "untitled")  # taxii2-client refuses resources without it; OpenCTI's API root is one
    return value


def _http_date(header: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(header or "")
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else None
