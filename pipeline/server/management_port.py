"""The management port: /metrics, /healthz and /readyz, for those who run the hub. No credentials, so never an address of partners."""

from __future__ import annotations

import ipaddress
import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from pipeline.server.health import Readiness, is_ready
from schemas.errors import ConfigError

STALLED_SECONDS = 5.0
"""A connection that says nothing for this long is closed."""

MAX_CONNECTIONS = 16
"""Prometheus and a few probes; more are closed at once, so that a flood costs no threads."""


class _Answer(NamedTuple):
    status: HTTPStatus
    kind: str
    body: bytes


Pages = dict[str, Callable[[], _Answer]]


@contextmanager
def management_port(host: str, port: int | None, registry: CollectorRegistry, readiness: Readiness) -> Iterator[str | None]:
    """Listen within this block and give the base URL; without a `port` give None. Raises ConfigError where the port is taken."""
    if port is None:
        yield None
        return
    pages: Pages = {
        "/metrics": lambda: _Answer(HTTPStatus.OK, CONTENT_TYPE_PLAIN_0_0_4, generate_latest(registry)),
        "/healthz": lambda: _Answer(HTTPStatus.OK, "text/plain", b"ok\n"),
        "/readyz": lambda: _readyz(readiness),
    }
    try:
        server = _Server(host, port, pages)
    except OSError as error:
        message = f"server.metrics_host and server.metrics_port {port} cannot be listened on: {error.strerror}"
        raise ConfigError(message) from error
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, name="management", daemon=True)
    thread.start()
    try:
        yield f"http://[{host}]:{server.server_port}" if ":" in host else f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _readyz(readiness: Readiness) -> _Answer:
    report = readiness.report()
    status = HTTPStatus.OK if is_ready(report) else HTTPStatus.SERVICE_UNAVAILABLE
    return _Answer(status, "application/json", json.dumps({"ready": is_ready(report), "checks": report}).encode() + b"\n")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, host: str, port: int, pages: Pages) -> None:
        self.address_family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
        self.pages = pages
        self._room = threading.BoundedSemaphore(MAX_CONNECTIONS)
        super().__init__((host, port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that broke off is no news."""


class _Handler(BaseHTTPRequestHandler):
    timeout = STALLED_SECONDS
    server: _Server

    def version_string(self) -> str:
        """No version is told."""
        return "tearline"

    def do_GET(self) -> None:
        """Answer for a known path."""
        page = self.server.pages.get(self.path.partition("?")[0].rstrip("/"))
        answer = page() if page is not None else _Answer(HTTPStatus.NOT_FOUND, "text/plain", b"not found\n")
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def log_message(self, *_: object) -> None:
        """Who asks for metrics is no news either."""
