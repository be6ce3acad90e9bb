"""The address that the server listens on: take a port for sure, and say its URL."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.server.outgoing import SILENT_SECONDS
from pipeline.server.settings import ServerSettings
from schemas.errors import ConfigError

BACKLOG = 4096
"""Connections that the kernel keeps until they are accepted."""


@contextmanager
def claim(host: str, port: int) -> Iterator[socket.socket]:
    """A listening socket that shares its port with nobody; 0 finds a free one. Raises ConfigError where another server has it.

    Connections inherit its options: small answers leave at once, and a client that takes nothing for SILENT_SECONDS is cut off.
    """
    with socket.socket(socket.AF_INET6 if ipaddress.ip_address(host).version == 6 else socket.AF_INET) as made:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if hasattr(socket, "TCP_USER_TIMEOUT"):  # Linux
            made.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_SECONDS * 1000)
        try:
            made.bind((host, port))
            made.listen(BACKLOG)
        except OSError as error:
            message = f"server.host and server.port {port} cannot be listened on: {error.strerror}"
            raise ConfigError(message) from error
        made.setblocking(False)
        yield made


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
