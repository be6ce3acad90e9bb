"""The sockets beneath the bounded client: waits end on the stop signal, and forbidden addresses are never connected to.

httpx2 cannot be given a network back end, so a transport of our own hands one to httpcore2's pool.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any, TypeVar

import httpcore2
import httpx2

from connectors.http_retry import Stopped
from schemas.errors import ConfigError

SLICE_S = 0.2
"""A wait on the network looks at the stop signal this often; the protocol asks for once a second."""

_METADATA = frozenset(
    ipaddress.ip_address(address)
    for address in ("100.100.100.200", "168.63.129.16", "fd00:ec2::254")  # cloud metadata outside the link-local ranges
)

T = TypeVar("T")
_SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]


@dataclass(slots=True)
class Watch:
    """What every wait of one client looks at: the stop signal, and the moment by which the present reply must be whole."""

    stop: Event
    monotonic: Callable[[], float]
    deadline: float = float("inf")


def is_forbidden(address: str) -> bool:
    """Whether an IP address is link-local or a cloud's metadata service, where no feed is ever served.

    Loopback and private networks are not forbidden: a configured URL may well lead there.
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address) and ip.ipv4_mapped:
        ip = ip.ipv4_mapped
    return ip.is_link_local or ip.is_multicast or ip.is_unspecified or ip in _METADATA


class GuardedTransport(httpx2.BaseTransport):
    """httpx2's transport over httpcore2's pool, with guarded sockets."""

    def __init__(self, watch: Watch, tls: ssl.SSLContext, proxy: httpcore2.Proxy | None = None) -> None:
        self._pool = httpcore2.ConnectionPool(
            ssl_context=tls, proxy=proxy, max_connections=2, keepalive_expiry=30.0, network_backend=_GuardedBackend(watch)
        )

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """One request, its reply's body not yet read. Raises httpx2's errors, Stopped, and ConfigError for a forbidden address."""
        assert isinstance(request.stream, httpx2.SyncByteStream)
        url = request.url
        with _httpx_errors():
            reply = self._pool.handle_request(
                httpcore2.Request(
                    request.method,
                    httpcore2.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
                    headers=request.headers.raw,
                    content=request.stream,
                    extensions=request.extensions,
                )
            )
        assert isinstance(reply.stream, Iterable)
        return httpx2.Response(reply.status, headers=reply.headers, stream=_Body(reply.stream), extensions=reply.extensions)

    def close(self) -> None:
        self._pool.close()


class _Body(httpx2.SyncByteStream):
    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        with _httpx_errors():
            yield from self._stream

    def close(self) -> None:
        if hasattr(self._stream, "close"):
            self._stream.close()


@contextmanager
def _httpx_errors() -> Iterator[None]:
    """httpcore2's errors as httpx2's, which have the same names."""
    try:
        yield
    except (httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError, httpcore2.ProxyError) as error:
        kind: type[httpx2.TransportError] = getattr(httpx2, type(error).__name__)
        raise kind(str(error)) from error


class _GuardedBackend(httpcore2.NetworkBackend):
    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._plain = httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[_SocketOption] | None = None,
    ) -> httpcore2.NetworkStream:
        def connect() -> httpcore2.NetworkStream:
            failure: Exception = httpcore2.ConnectError("the name has no address")
            # The very addresses that were judged are connected to, so that a second look-up cannot lead elsewhere.
            for address in _allowed_addresses(host, port):
                try:
                    return self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
                except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                    failure = error
            raise failure

        return _GuardedStream(_in_slices(connect, timeout, self._watch), self._watch)


class _GuardedStream(httpcore2.NetworkStream):
    def __init__(self, stream: httpcore2.NetworkStream, watch: Watch) -> None:
        self._stream = stream
        self._watch = watch

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        now = self._watch.monotonic
        deadline = min(self._watch.deadline, float("inf") if timeout is None else now() + timeout)
        while True:
            if self._watch.stop.is_set():
                raise Stopped
            try:
                return self._stream.read(max_bytes, SLICE_S)
            except httpcore2.ReadTimeout:
                if now() >= deadline:
                    raise

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, timeout)  # requests are small: they fit the socket's buffer

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore2.NetworkStream:
        secured = _in_slices(lambda: self._stream.start_tls(ssl_context, server_hostname, timeout), timeout, self._watch)
        return _GuardedStream(secured, self._watch)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _allowed_addresses(host: str, port: int) -> list[str]:
    """The addresses of a host. Raises ConfigError where one of them is forbidden, before anything is connected."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        message = "the name cannot be resolved"
        raise httpcore2.ConnectError(message) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    if any(is_forbidden(address) for address in addresses):
        message = (
            "blocked-address: the source's host leads to a link-local or cloud metadata address, where no feed is served. "
            "Nothing was sent. Check the host in `url` and who answers for its name."
        )
        raise ConfigError(message)
    return addresses


def _in_slices(call: Callable[[], T], timeout: float | None, watch: Watch) -> T:
    """The result of a call that blocks, waited for in slices: name look-ups, connects and handshakes cannot be interrupted.

    On the stop signal the call is left to end by itself in its thread.
    """
    done: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            done.put((call(), None))
        except BaseException as error:  # noqa: BLE001 - it is raised again in the thread that waits
            done.put((None, error))

    Thread(target=run, daemon=True, name="tearline-connect").start()
    deadline = time.monotonic() + (timeout or float("inf"))
    while True:
        try:
            result, error = done.get(timeout=SLICE_S)
        except queue.Empty:
            if watch.stop.is_set():
                raise Stopped from None
            if time.monotonic() >= deadline:
                message = "no connection in time"
                raise httpcore2.ConnectTimeout(message) from None
            continue
        if error is not None:
            raise error
        return result  # type: ignore[return-value]  # a call that raised nothing has given its result
