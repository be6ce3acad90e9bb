"""Free TCP ports on the loopback interface."""

from __future__ import annotations

import os
import socket

HOST = "127.0.0.1"

FIRST, LAST = 20_000, 31_999
"""Below what kernels give to outgoing connections (32,768 and up on Linux): while a server is down, a client that
tries again and again could otherwise be given the server's port and connect to itself."""


def free_ports(count: int, seed: int | None = None) -> list[int]:
    """Return `count` different ports that nobody listens on now.

    The search starts at a place that depends on `seed` (this process's id by default), so that processes that search
    at the same time hardly meet.
    """
    start = (os.getpid() if seed is None else seed) * 97 % (LAST - FIRST)
    found: list[int] = []
    for step in range(LAST - FIRST):
        port = FIRST + (start + step) % (LAST - FIRST)
        if _is_free(port):
            found.append(port)
        if len(found) == count:
            return found
    message = f"no {count} free ports between {FIRST} and {LAST} on {HOST}"
    raise OSError(message)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port whose last server has just ended is free
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True
