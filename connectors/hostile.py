"""How TAXII servers misbehave, one behaviour each, for HostileTaxiiServer; and Shelf, which behaves. For tests alone.

Each function returns a behaviour. `first(n, bad, then)` lets a server misbehave n times and then recover.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

from connectors.testing_server import Behaviour, Request, Wire

_BEGINNING = datetime(2024, 1, 1, tzinfo=UTC)


def sample_object(number: int, **more: Any) -> dict[str, Any]:
    """A small indicator; equal numbers give equal objects. Names only addresses reserved for documentation (RFC 5737)."""
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--00000000-0000-4000-8000-{number:012d}",
        "created": "2024-01-01T00:00:00.000Z",
        "modified": "2024-01-01T00:00:00.000Z",
        "pattern": f"[ipv4-addr:value = '192.0.2.{number % 256}']",
        "pattern_type": "stix",
        "valid_from": "2024-01-01T00:00:00Z",
        **more,
    }


def moment(number: int) -> str:
    """The date_added of the n-th object of a Shelf: one second apart."""
    return (_BEGINNING + timedelta(seconds=number)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def envelope(objects: Iterable[Any], **scalars: Any) -> bytes:
    """A TAXII envelope (§3.7); `more` and `next` are given by name."""
    return json.dumps({**scalars, "objects": list(objects)}).encode()


@dataclass
class Shelf:
    """An honest collection of `count` objects, whose honesty can be taken away point by point.

    dates:     date_added of each object; one second apart by default
    page:      the most that one reply holds
    tokens:    send `next`
    headers:   send X-TAXII-Date-Added-First and -Last
    inclusive: take added_after as "from this time on", against §3.4.1
    manifest:  answer the manifest endpoint
    now:       the Date header; none by default
    """

    count: int = 5
    dates: Sequence[str] | None = None
    page: int = 1000
    tokens: bool = True
    headers: bool = True
    inclusive: bool = False
    manifest: bool = True
    now: datetime | None = None

    def __call__(self, request: Request, wire: Wire) -> None:
        dates = self.dates or [moment(number) for number in range(self.count)]
        if request.path.endswith("/manifest/"):
            self._manifest(request, wire, dates)
            return
        after = request.query.get("added_after", "")
        chosen = [number for number, date in enumerate(dates) if date > after or (self.inclusive and date == after)]
        begin = int(request.query.get("next", "0"))
        chosen = [number for number in chosen if number >= begin]
        page = chosen[: min(self.page, int(request.query.get("limit", "1000")))]
        said: dict[str, Any] = {"more": len(page) < len(chosen)}
        if said["more"] and self.tokens:
            said["next"] = str(page[-1] + 1)
        headers = {"Date": format_datetime(self.now, usegmt=True)} if self.now else {}
        if self.headers and page:
            headers |= {"X-TAXII-Date-Added-First": dates[page[0]], "X-TAXII-Date-Added-Last": dates[page[-1]]}
        wire.reply(200, envelope([sample_object(number) for number in page], **said) if page else b"{}", headers)

    def _manifest(self, request: Request, wire: Wire, dates: Sequence[str]) -> None:
        if not self.manifest:
            wire.reply(404)
            return
        number = int(request.query["match[id]"][-12:])
        record = {"id": request.query["match[id]"], "date_added": dates[number], "version": sample_object(number)["modified"]}
        wire.reply(200, json.dumps({"objects": [record]}).encode())


def first(times: int, bad: Behaviour, then: Behaviour) -> Behaviour:
    """Misbehave so many times, then recover."""
    left = times

    def behave(request: Request, wire: Wire) -> None:
        nonlocal left
        left -= 1
        (bad if left >= 0 else then)(request, wire)

    return behave


def same_page(**scalars: Any) -> Behaviour:
    """The same page for ever, with `more` and, unless overridden, the same `next`."""
    body = envelope([sample_object(0), sample_object(1)], **{"more": True, "next": "again", **scalars})
    dates = {"X-TAXII-Date-Added-First": moment(0), "X-TAXII-Date-Added-Last": moment(1)}
    return lambda _, wire: wire.reply(200, body, dates)


def cycle() -> Behaviour:
    """`next` leads from A to B and from B to A."""

    def behave(request: Request, wire: Wire) -> None:
        on_b = request.query.get("next") == "b"
        wire.reply(200, envelope([sample_object(int(on_b))], more=True, next="a" if on_b else "b"))

    return behave


def status(code: int, headers: Mapping[str, str] | None = None) -> Behaviour:
    """An error status; for 429 and 503 give `Retry-After` in the headers."""
    return lambda _, wire: wire.reply(code, b'{"title": "scripted"}', headers)


def redirect(location: str, code: int = 302) -> Behaviour:
    """A redirect."""
    return status(code, {"Location": location})


def truncated_json(objects: int = 3) -> Behaviour:
    """A reply whose Content-Length is right and whose JSON ends in the middle of an object."""
    body = envelope([sample_object(number) for number in range(objects)])[:-40]
    return lambda _, wire: wire.reply(200, body)


def short_body(objects: int = 3) -> Behaviour:
    """Less than Content-Length says, and then an orderly end."""

    def behave(_: Request, wire: Wire) -> None:
        body = envelope([sample_object(number) for number in range(objects)])
        wire.reply(200, body[: len(body) // 2], {"Content-Length": str(len(body))})
        wire.hang_up()

    return behave


def reset_mid_body(objects: int = 3) -> Behaviour:
    """Half a body and a TCP reset."""

    def behave(_: Request, wire: Wire) -> None:
        body = envelope([sample_object(number) for number in range(objects)])
        wire.reply(200, body[: len(body) // 2], {"Content-Length": str(len(body))})
        wire.reset()

    return behave


def gzip_bomb(inflated: int = 512 << 20, nested: bool = False) -> Behaviour:
    """About a thousandth of `inflated` bytes, which inflate to them; nested is compressed twice over."""
    packer = zlib.compressobj(9, wbits=31)
    block = b" " * (1 << 20)
    body = b"".join(packer.compress(block) for _ in range(inflated >> 20)) + packer.flush()
    encoding = "gzip"
    if nested:
        body, encoding = gzip.compress(body), "gzip, gzip"
    return lambda _, wire: wire.reply(200, body, {"Content-Encoding": encoding})


def endless_body() -> Behaviour:
    """A page that never ends."""

    def behave(_: Request, wire: Wire) -> None:
        wire.raw(b"HTTP/1.1 200 Scripted\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        objects = b",".join(json.dumps(sample_object(number)).encode() for number in range(200))
        going = _chunk(wire, b'{"objects": [')
        while going:
            going = _chunk(wire, objects + b",")

    return behave


def slow_body(pause_s: float = 0.2) -> Behaviour:
    """A byte at a time."""

    def behave(_: Request, wire: Wire) -> None:
        wire.raw(b"HTTP/1.1 200 Scripted\r\nContent-Length: 1000000\r\n\r\n")
        while wire.raw(b" ") and not wire.closing.wait(pause_s):
            pass

    return behave


def silence() -> Behaviour:
    """No answer at all."""

    def behave(_: Request, wire: Wire) -> None:
        wire.closing.wait()

    return behave


def content_type(value: str, objects: int = 2) -> Behaviour:
    """A good page under another Content-Type; "" sends none."""
    body = envelope([sample_object(number) for number in range(objects)])
    return lambda _, wire: wire.reply(200, body, {"Content-Type": value})


def partial(objects: int = 2, total: int = 2) -> Behaviour:
    """206 with a Content-Range, as TAXII 2.0 pages; the header says how many there are in all."""
    body = envelope([sample_object(number) for number in range(objects)])
    headers = {
        "Content-Range": f"items 0-{objects - 1}/{total}",
        "X-TAXII-Date-Added-First": moment(0),
        "X-TAXII-Date-Added-Last": moment(objects - 1),
    }
    return lambda _, wire: wire.reply(206, body, headers)


def text(body: bytes, headers: Mapping[str, str] | None = None) -> Behaviour:
    """Any body."""
    return lambda _, wire: wire.reply(200, body, headers)


def _chunk(wire: Wire, data: bytes) -> bool:
    return wire.raw(f"{len(data):x}\r\n".encode() + data + b"\r\n")
