"""The TAXII server in a thread of another program: the demo and the tests."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

from pipeline.server.inbox import Inbox
from pipeline.server.run import CLOSE_SECONDS, serve
from pipeline.server.settings import ServerSettings

READY_SECONDS = 10.0
"""It listens some milliseconds after its start; a machine under full load is given longer."""


class EmbeddedServer:
    """Starts at once and is ready when the constructor returns; `base_url` has no slash at its end, and neither has
    `management_url`, that of the metrics port where the settings want one.

    A context manager that stops the server. Raises what `serve` raises, and TimeoutError where it does not get ready.
    """

    def __init__(
        self,
        views: Path,
        settings: ServerSettings,
        key: bytes,
        clock: Callable[[], float] = time.monotonic,
        *,
        inbox: Inbox | None = None,
    ) -> None:
        self._stop = threading.Event()
        self.management_url: str | None = None
        listening: Future[str] = Future()

        def watched(url: str) -> None:
            self.management_url = url

        def run() -> None:
            try:
                serve(views, settings, key, self._stop, listening.set_result, clock, inbox=inbox, on_management=watched)
            except BaseException as error:
                if listening.done():
                    raise  # nobody waits any more: the thread's own hook reports it
                listening.set_exception(error)

        self._thread = threading.Thread(target=run, name="taxii-server", daemon=True)
        self._thread.start()
        self.base_url = listening.result(READY_SECONDS)

    def stop(self) -> None:
        """Answer what has begun, then end; returns when the port is free."""
        self._stop.set()
        self._thread.join(2 * CLOSE_SECONDS)

    def __enter__(self) -> EmbeddedServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
