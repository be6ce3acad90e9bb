"""Run the TAXII server on granian: in the calling thread until told to stop, for the command and for the embedded server alike.

Granian's embedded server is used, not its process supervisor: it takes an application object instead of an import path, so keys
and clocks are passed as arguments, and it leaves signals and the host's start method for processes alone. More workers are more
processes of the same command behind one proxy; the cursors are good for all of them.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.net import SocketHolder  # type: ignore[attr-defined]  # it is public, but says so nowhere
from granian.server.embed import Server
from starlette.types import ASGIApp

from pipeline.server.app import create_app
from pipeline.server.descriptors import places
from pipeline.server.forwarded import ForwardedApp
from pipeline.server.health import Check
from pipeline.server.inbox import Inbox
from pipeline.server.listen import BACKLOG, base_url, claim
from pipeline.server.management import management
from pipeline.server.settings import ServerSettings
from pipeline.server.tls import GRANIAN_MIN, check_tls_files, server_context
from pipeline.server.tls_front import DESCRIPTORS, INNER_HOST, FrontedApp, TlsFront
from pipeline.store.credential_reader import CredentialReader
from pipeline.store.view_reader import ViewReader
from schemas.errors import OperatorError

HEADER_READ_MS = 10_000
"""From accepting a connection, or from its last answer, to the end of the next header: what keeps slow-loris clients out."""

HEADER_BYTES = 64 * 1024
"""Of one request. Granian's own bound is 417,792, and a stranger may have as many connections as there are places."""

CLOSE_SECONDS = 10.0
"""An answer in flight may take this long after the stop; then the server ends without it."""

SETTLE_SECONDS = 0.1
"""Granian's own thread ends just after its server reports that it has; an interpreter that exits in between aborts."""

STOP_POLL_SECONDS = 0.05
"""How often the event loop looks at `stop`, which another thread or a signal handler sets."""

_LOGGING = {"incremental": True, "formatters": {}, "handlers": {}, "loggers": {"_granian": {"level": "ERROR"}}}
"""Set the level and nothing else: granian's default replaces the handlers of the whole process."""


def serve(
    views: Path,
    settings: ServerSettings,
    key: bytes,
    stop: threading.Event,
    on_listening: Callable[[str], None] | None = None,
    clock: Callable[[], float] = time.monotonic,
    *,
    inbox: Inbox | None = None,
    on_management: Callable[[str], None] | None = None,
) -> None:
    """Serve `views` until `stop` is set. Installs no signal handlers, may run in any thread.

    `on_listening` gets the base URL once connections are accepted, `on_management` that of the metrics port, where the settings
    want one. Without an `inbox` nothing can be written. Raises ConfigError where the port is taken, views.db is missing, or TLS
    cannot be had as the settings want it.
    """
    check_tls_files(settings)
    with (
        claim(settings.host, settings.port) as listener,
        closing(ViewReader(views, settings.statement_ms / 1000)) as reader,
        closing(CredentialReader(views)) as credentials,
        management(views, settings.metrics_host, settings.metrics_port, clock, _checks(inbox)) as watched,
    ):
        if watched.url is not None and on_management is not None:
            on_management(watched.url)
        app: ASGIApp = create_app(reader, credentials, settings, key, clock, audit=watched.audit, readiness=watched.readiness, inbox=inbox)
        if settings.trusted_proxies:
            app = ForwardedApp(app, settings.trusted_proxies)
        asyncio.run(_serve(app, settings, listener, stop, on_listening))
    time.sleep(SETTLE_SECONDS)


def _checks(inbox: Inbox | None) -> Mapping[str, Check]:
    return {} if inbox is None else {"inbox": inbox.check}


@contextmanager
def stop_on_signals(stop: threading.Event) -> Iterator[None]:
    """Within this block, in the main thread, SIGTERM and SIGINT set `stop`; afterwards the old handlers are back."""

    def handle(_: int, __: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, handle) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


async def _serve(
    app: ASGIApp, settings: ServerSettings, listener: socket.socket, stop: threading.Event, on_listening: Callable[[str], None] | None
) -> None:
    async with _listening(app, settings, listener) as serving:
        if on_listening is not None:
            on_listening(base_url(settings, listener.getsockname()[1]))
        while not stop.is_set():
            if serving.done():
                message = "the server ended by itself"
                raise OperatorError(message) from serving.exception()
            await asyncio.sleep(STOP_POLL_SECONDS)


def _listening(app: ASGIApp, settings: ServerSettings, listener: socket.socket) -> AbstractAsyncContextManager[asyncio.Task[None]]:
    """Granian on the listener, or behind a front there where client certificates count; gives granian's task."""
    if settings.tls_client_ca is None:
        return _granian(app, settings, listener, places(settings.backpressure, 1), tls=settings.tls_cert is not None)
    return _fronted(app, settings, listener, places(settings.backpressure, DESCRIPTORS))


@asynccontextmanager
async def _fronted(app: ASGIApp, settings: ServerSettings, listener: socket.socket, most: int) -> AsyncIterator[asyncio.Task[None]]:
    with claim(INNER_HOST, 0) as inner:
        front = TlsFront(listener, server_context(settings), inner.getsockname()[1], most)
        async with _granian(FrontedApp(app, front), settings, inner, most, tls=False) as serving:
            accepts = asyncio.create_task(front.run())
            try:
                yield serving
            finally:
                accepts.cancel()
        await front.close()


@asynccontextmanager
async def _granian(
    app: ASGIApp, settings: ServerSettings, listener: socket.socket, most: int, *, tls: bool
) -> AsyncIterator[asyncio.Task[None]]:
    server = _ServerOnSocket(
        app,
        listener.getsockname()[0],
        listener.getsockname()[1],
        interface=Interfaces.ASGI,
        http=HTTPModes.http1,
        websockets=False,
        backpressure=most,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_READ_MS, max_buffer_size=HEADER_BYTES),
        log_level=LogLevels.error,
        log_dictconfig=_LOGGING,
        ssl_cert=settings.tls_cert if tls else None,
        ssl_key=settings.tls_key if tls else None,
        ssl_protocol_min=GRANIAN_MIN[settings.tls_min],
    )
    server.listener = listener
    serving = asyncio.create_task(server.serve())
    try:
        yield serving
    finally:
        server.stop()  # type: ignore[no-untyped-call]  # granian leaves it without annotations
        await asyncio.wait((serving,), timeout=CLOSE_SECONDS)


class _ServerOnSocket(Server):
    """Granian on a socket that is bound already: its own would share the port with whoever asks for it (SO_REUSEPORT)."""

    listener: socket.socket

    def _init_shared_socket(self) -> None:
        self._ssp = None
        holder: Any = SocketHolder  # its stub has neither a constructor nor this attribute's type
        self._shd = holder(os.dup(self.listener.fileno()), False, BACKLOG)
