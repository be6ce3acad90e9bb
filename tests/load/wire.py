"""Raw connections that do what a client should not, and an honest client whose answers are timed."""

from __future__ import annotations

import http.client
import socket
import time
from urllib.parse import urlsplit

from tests.support.serving import ServedHub


def connect(hub: ServedHub, receive_buffer: int | None = None) -> socket.socket:
    """A new connection."""
    made = socket.socket()
    if receive_buffer is not None:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    made.settimeout(40)
    made.connect(("127.0.0.1", hub.port))
    return made


def connect_many(hub: ServedHub, count: int) -> list[socket.socket]:
    """So many connections at once, without waiting for any of them."""
    found = []
    for number in range(count):
        made = socket.socket()
        made.setblocking(False)
        made.connect_ex(("127.0.0.1", hub.port))
        found.append(made)
        if number % 200 == 199:
            time.sleep(0.02)
    return found


def is_closed(connection: socket.socket) -> bool:
    """Whether the server has closed a connection that is not blocking."""
    try:
        return connection.recv(4096) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def answer_to(hub: ServedHub, data: bytes, wait: float = 15) -> bytes:
    """Everything that the server says to some bytes until it closes or is silent."""
    with connect(hub) as connection:
        connection.settimeout(wait)
        found = b""
        try:
            connection.sendall(data)
            while part := connection.recv(65536):
                found += part
        except (TimeoutError, ConnectionError):
            pass
        return found


def seconds_until_closed(connection: socket.socket) -> float:
    """How long the server keeps a connection on which it is owed something; what it sends meanwhile is read."""
    begun = time.monotonic()
    try:
        while connection.recv(65536):
            pass
    except ConnectionError:
        pass
    return time.monotonic() - begun


class Honest:
    """A client that asks for a page again and again."""

    def __init__(self, hub: ServedHub, limit: int = 20) -> None:
        target = urlsplit(hub.url)
        self._connection = http.client.HTTPConnection(str(target.hostname), target.port, timeout=30)
        self._path = f"{hub.objects_path}?limit={limit}"
        self._headers = {"Authorization": hub.basic}

    def times(self, count: int) -> list[float]:
        """Seconds that each of `count` requests took, the shortest first. Every answer must be 200."""
        found = []
        for _ in range(count):
            begun = time.perf_counter()
            self._connection.request("GET", self._path, headers=self._headers)
            answer = self._connection.getresponse()
            answer.read()
            found.append(time.perf_counter() - begun)
            assert answer.status == 200
        return sorted(found)

    def p99(self, count: int = 300) -> float:
        """The time that 99 of 100 answers took at most."""
        return self.times(count)[count * 99 // 100]


def connect_port(port: int) -> socket.socket:
    """A new connection to a port of this machine."""
    made = socket.create_connection(("127.0.0.1", port))
    made.settimeout(40)
    return made


def read_all(connection: socket.socket) -> bytes:
    """What the server says until it closes."""
    found = b""
    try:
        while part := connection.recv(65536):
            found += part
    except ConnectionError:
        pass
    return found
