"""Run the TAXII server on granian: in the calling thread until told to stop, for the command and for the embedded server alike.

Granian's embedded server is used, not its process supervisor: it takes an application object instead of an import path, so keys
and clocks are passed as arguments, and it leaves signals and the host's start method for processes alone. More workers are more
processes of the same command behind one proxy; the cursors are good for all of them.
"""

from __future__ import annotations

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import FrameType

from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server
from starlette.types import ASGIApp

from pipeline.server.app import create_app
from pipeline.server.listen import accepting, base_url, claim
from pipeline.server.settings import ServerSettings
from pipeline.store.credentials import CredentialReader
from pipeline.store.view_reader import ViewReader
from schemas.errors import ConfigError, OperatorError

HEADER_READ_MS = 10_000
"""From accepting a connection, or from its last answer, to the end of the next header: what keeps slow-loris clients out."""

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
) -> None:
    """Serve `views` until `stop` is set. Installs no signal handlers, may run in any thread.

    `on_listening` gets the base URL once connections are accepted. Raises ConfigError where the port is taken or views.db is missing.
    """
    with (
        claim(settings.host, settings.port) as port,
        closing(ViewReader(views, settings.statement_ms / 1000)) as reader,
        closing(CredentialReader(views)) as credentials,
    ):
        app = create_app(reader, credentials, settings, key, clock)
        asyncio.run(_serve(app, settings, port, stop, on_listening))
    time.sleep(SETTLE_SECONDS)


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
    app: ASGIApp, settings: ServerSettings, port: int, stop: threading.Event, on_listening: Callable[[str], None] | None
) -> None:
    server = _server(app, settings, port)
    serving = asyncio.create_task(server.serve())
    try:
        if on_listening is not None:
            await accepting(settings.host, port)
            on_listening(base_url(settings, port))
        while not stop.is_set():
            if serving.done():
                message = "the server ended by itself"
                raise OperatorError(message) from serving.exception()
            await asyncio.sleep(STOP_POLL_SECONDS)
    finally:
        server.stop()  # type: ignore[no-untyped-call]  # granian leaves it without annotations
        await asyncio.wait((serving,), timeout=CLOSE_SECONDS)


def _server(app: ASGIApp, settings: ServerSettings, port: int) -> Server:
    try:
        return Server(
            app,
            settings.host,
            port,
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            websockets=False,
            backlog=1024,
            backpressure=settings.backpressure,
            http1_settings=HTTP1Settings(header_read_timeout=HEADER_READ_MS),
            log_level=LogLevels.error,
            log_dictconfig=_LOGGING,
            ssl_cert=settings.tls_cert,
            ssl_key=settings.tls_key,
            ssl_protocol_min=SSLProtocols.tls12,
        )
    except OSError as error:  # ssl.SSLError is one
        message = f"server.tls_cert and server.tls_key cannot be used: {error.strerror}"
        raise ConfigError(message) from error
