"""HostileTaxiiServer: a scripted HTTP server over raw sockets, for tests. It never runs in a hub.

Raw sockets, so that half a body, a reset, a wrong length and a reply that trickles are possible. What it answers is a behaviour of
connectors.hostile, or any function of (Request, Wire):

    with HostileTaxiiServer(hostile.same_page()) as server:
        source = TaxiiSource(TaxiiSettings(url=server.collection_url))
"""

from __future__ import annotations

import json
import socket
import ssl
import struct
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit

TAXII = "application/taxii+json;version=2.1"
COLLECTION_ID = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"  # the id that the TAXII specification uses in its examples
ALIAS = "sample"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came: header names in lower case."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]


@dataclass(slots=True)
class Wire:
    """What a behaviour writes to: whole replies by `reply`, anything else by `raw` and `reset`."""

    connection: socket.socket
    closing: Event
    sent: int = 0
    broken: bool = False

    def reply(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        """A reply with a right Content-Length, and TAXII's Content-Type unless `headers` names one; an empty value omits a header."""
        said = {"Content-Type": TAXII, "Content-Length": str(len(body)), **(headers or {})}
        self.raw(f"HTTP/1.1 {status} Scripted\r\n".encode() + _lines(said) + b"\r\n" + body)

    def raw(self, data: bytes) -> bool:
        """Send bytes as they are; False once the client is gone."""
        try:
            self.connection.sendall(data)
        except OSError:
            self.broken = True
            return False
        self.sent += len(data)
        return not self.closing.is_set()

    def reset(self) -> None:
        """End the connection with a TCP reset."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.broken = True

    def hang_up(self) -> None:
        """End the connection in an orderly way."""
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        self.broken = True


Behaviour = Callable[[Request, Wire], None]


@dataclass
class HostileTaxiiServer:
    """A server on 127.0.0.1. Discovery, API root and collection are honest; objects and manifest do as `behaviour` does.

    behaviour: called for each request whose path is not in `resources`
    resources: replies by path, in place of the honest ones
    requests:  every request, in order
    tls:       serve https with this context
    """

    behaviour: Behaviour
    resources: dict[str, Any] | None = None
    requests: list[Request] = field(default_factory=list)
    tls: ssl.SSLContext | None = None

    def __enter__(self) -> Self:
        self._closing = Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._wires: list[Wire] = []
        self.port: int = self._listener.getsockname()[1]
        if self.resources is None:
            self.resources = honest_resources()
        Thread(target=self._accept, daemon=True, name="hostile-accept").start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for wire in list(self._wires):
            with suppress(OSError):
                wire.connection.shutdown(socket.SHUT_RDWR)
            wire.connection.close()

    @property
    def url(self) -> str:
        """The server's root, with a slash."""
        return f"http{'s' if self.tls else ''}://127.0.0.1:{self.port}/"

    @property
    def discovery_url(self) -> str:
        return self.url + "taxii2/"

    @property
    def api_root_url(self) -> str:
        return self.url + "root/"

    @property
    def collection_url(self) -> str:
        return f"{self.api_root_url}collections/{COLLECTION_ID}/"

    @property
    def sent(self) -> int:
        """Bytes that were sent so far, over all connections."""
        return sum(wire.sent for wire in self._wires)

    @property
    def object_requests(self) -> list[Request]:
        """The requests for pages of objects."""
        return [request for request in self.requests if request.path.endswith("/objects/")]

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            wire = Wire(connection, self._closing)
            self._wires.append(wire)
            Thread(target=self._serve, args=(wire,), daemon=True, name="hostile-connection").start()

    def _serve(self, wire: Wire) -> None:
        with suppress(OSError):
            if self.tls:
                wire.connection = self.tls.wrap_socket(wire.connection, server_side=True)
            while not wire.broken and (request := _receive(wire.connection)):
                self.requests.append(request)
                assert self.resources is not None
                if request.path in self.resources:
                    wire.reply(200, json.dumps(self.resources[request.path]).encode())
                else:
                    self.behaviour(request, wire)
        wire.connection.close()


def honest_resources() -> dict[str, Any]:
    """Discovery, API root and collections as TAXII 2.1 §4.1, 4.2 and 5.1 want them."""
    collection = {"id": COLLECTION_ID, "title": "Sample", "alias": ALIAS, "can_read": True, "can_write": False}
    return {
        "/taxii2/": {"title": "Sample server", "default": "/root/", "api_roots": ["/root/"]},
        "/root/": {"title": "Sample root", "versions": [TAXII], "max_content_length": 1 << 20},
        "/root/collections/": {"collections": [collection]},
        f"/root/collections/{COLLECTION_ID}/": collection,
    }


def _receive(connection: socket.socket) -> Request | None:
    """One request without a body; None where the client is done."""
    head = b""
    while b"\r\n\r\n" not in head:
        chunk = connection.recv(1 << 16)
        if not chunk:
            return None
        head += chunk
    first, *lines = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
    method, target, _ = first.split(" ")
    parts = urlsplit(target)
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    return Request(method, parts.path, dict(parse_qsl(parts.query)), headers)


def _lines(headers: Mapping[str, str]) -> bytes:
    return b"".join(f"{name}: {value}\r\n".encode() for name, value in headers.items() if value)
