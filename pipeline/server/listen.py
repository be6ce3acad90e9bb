"""The address that the server listens on: take a port for sure, say its URL, wait until it answers."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.server.settings import ServerSettings
from schemas.errors import ConfigError

READY_SECONDS = 10.0
"""Granian listens some milliseconds after its start; a machine under full load is given longer."""


@contextmanager
def claim(host: str, port: int) -> Iterator[int]:
    """Hold a port for the server; 0 finds a free one. Raises ConfigError where another server has it.

    Granian shares its port (SO_REUSEPORT), so a second hub on the same one would silently get half of the requests. Hence
    the first bind, which shares with nobody; the second only keeps the port ours until granian has it.
    """
    family = socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _bind(probe, host, port)
    with socket.socket(family) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        _bind(held, host, port)
        yield held.getsockname()[1]


def base_url(settings: ServerSettings, port: int) -> str:
    """The URL to reach the server on this machine, without a slash at the end."""
    scheme = "http" if settings.tls_cert is None else "https"
    host = local_address(settings.host)
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


def local_address(host: str) -> str:
    """Where to connect to a server that listens on `host`: a wildcard address is reached by loopback."""
    address = ipaddress.ip_address(host)
    if not address.is_unspecified:
        return host
    return "::1" if address.version == 6 else "127.0.0.1"


async def accepting(host: str, port: int) -> None:
    """Return once a connection is accepted. Raises ConfigError after READY_SECONDS."""
    try:
        async with asyncio.timeout(READY_SECONDS):
            while True:
                try:
                    _, writer = await asyncio.open_connection(local_address(host), port)
                except ConnectionRefusedError:
                    await asyncio.sleep(0.01)
                else:
                    writer.close()
                    return
    except TimeoutError as error:
        message = f"the server does not answer on port {port}"
        raise ConfigError(message) from error


def _bind(listener: socket.socket, host: str, port: int) -> None:
    try:
        listener.bind((host, port))
    except OSError as error:
        message = f"server.host and server.port {port} cannot be listened on: {error.strerror}"
        raise ConfigError(message) from error
