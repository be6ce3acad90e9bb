"""TLS with client certificates, in front of granian, which verifies them but does not tell the application whose they were.

The front ends TLS and carries bytes to and from granian over a loopback connection for each client, without looking into them:
there is no second parser of HTTP to disagree with the first, and no header that could be forged. The application finds the
certificate by the source port of the loopback connection (FrontedApp). See docs/decisions/2026-11-24-mtls.md.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from contextlib import suppress
from http import HTTPStatus
from typing import NamedTuple

from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.server.client_certificate import SCOPE_KEY, Certificate, read_der
from pipeline.server.outgoing import SILENT_SECONDS

INNER_HOST = "127.0.0.1"

HANDSHAKE_SECONDS = 10.0
"""As long as granian waits for a header."""

SHUTDOWN_SECONDS = 2.0
"""How long a client may take to answer the end of TLS."""

CHUNK = 64 * 1024

DESCRIPTORS = 3
"""File descriptors for each client: its connection, and both ends of the one to granian."""


class _Client(NamedTuple):
    address: str
    port: int
    certificate: Certificate | None


class TlsFront:
    """Serves connections of `listener`, at most `places` at once, until cancelled; granian listens on `inner_port`."""

    def __init__(self, listener: socket.socket, context: ssl.SSLContext, inner_port: int, places: int) -> None:
        self._listener = listener
        self._context = context
        self._inner_port = inner_port
        self._places = asyncio.Semaphore(places)
        self._tasks: set[asyncio.Task[None]] = set()
        self._clients: dict[int, _Client] = {}

    def client(self, port: int) -> _Client | None:
        """Who is behind the loopback connection with this source port."""
        return self._clients.get(port)

    async def run(self) -> None:
        """Accept connections until cancelled; those that are open go on."""
        loop = asyncio.get_running_loop()
        while True:
            await self._places.acquire()
            try:
                connection, address = await loop.sock_accept(self._listener)
            except OSError:  # out of file descriptors, or the client has gone: others may still be served
                self._places.release()
                await asyncio.sleep(0.05)
                continue
            except asyncio.CancelledError:
                self._places.release()
                raise
            task = asyncio.create_task(self._serve(connection, address))
            self._tasks.add(task)
            task.add_done_callback(self._ended)

    async def close(self) -> None:
        """End the connections that granian has left open."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._places.release()

    async def _serve(self, connection: socket.socket, address: tuple[str, int]) -> None:
        """One client, from the handshake to the end. What goes wrong on the wire ends its connection and nothing else."""
        with suppress(OSError, ssl.SSLError, TimeoutError):
            async with asyncio.timeout(HANDSHAKE_SECONDS):
                outer = await _handshake(connection, self._context)
            try:
                inner = await asyncio.open_connection(INNER_HOST, self._inner_port, limit=CHUNK)
                port = inner[1].get_extra_info("sockname")[1]
                self._clients[port] = _Client(address[0], address[1], _certificate(outer[1]))
                try:
                    await _join(outer, inner)
                finally:
                    del self._clients[port]  # before the port is free for another process
                    await _close(inner[1])
            finally:
                await _close(outer[1])


class FrontedApp:
    """The application behind a TlsFront: puts the client's own address and certificate into the scope."""

    def __init__(self, app: ASGIApp, front: TlsFront) -> None:
        self._app = app
        self._front = front

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            client = self._front.client(int(scope["client"][1]))
            if client is None:  # a process of this machine that found the inner port: TLS is not to be had without TLS
                await send(
                    {"type": "http.response.start", "status": HTTPStatus.MISDIRECTED_REQUEST, "headers": [(b"content-length", b"0")]}
                )
                await send({"type": "http.response.body", "body": b""})
                return
            scope.update({"client": client[:2], "scheme": "https", SCOPE_KEY: client.certificate})
        await self._app(scope, receive, send)


_Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _handshake(connection: socket.socket, context: ssl.SSLContext) -> _Streams:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(CHUNK)
    protocol = asyncio.StreamReaderProtocol(reader)
    try:
        transport, _ = await loop.connect_accepted_socket(
            lambda: protocol, connection, ssl=context, ssl_handshake_timeout=HANDSHAKE_SECONDS, ssl_shutdown_timeout=SHUTDOWN_SECONDS
        )
    except BaseException:
        connection.close()
        raise
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)


def _certificate(writer: asyncio.StreamWriter) -> Certificate | None:
    der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    return None if der is None else read_der(der)


async def _join(outer: _Streams, inner: _Streams) -> None:
    """Carry bytes both ways until either side ends."""
    copies = (asyncio.create_task(_copy(outer[0], inner[1])), asyncio.create_task(_copy(inner[0], outer[1])))
    try:
        await asyncio.wait(copies, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for copy in copies:
            copy.cancel()
        await asyncio.gather(*copies, return_exceptions=True)


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(CHUNK):
        writer.write(data)
        async with asyncio.timeout(SILENT_SECONDS):
            await writer.drain()


async def _close(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with suppress(OSError, ssl.SSLError, TimeoutError):
        async with asyncio.timeout(SHUTDOWN_SECONDS):
            await writer.wait_closed()
    writer.transport.abort()
