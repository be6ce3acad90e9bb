"""At most two requests at a time to one host, whatever the number of feeds that point there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Event, Lock

from connectors.http_network import SLICE_S
from connectors.http_retry import Stopped

AT_ONCE = 2
"""Partners throttle by address; two keep a large page and a small poll going without looking like an attack."""

_lock = Lock()
_slots: dict[str, BoundedSemaphore] = {}  # as many entries as hosts are configured: redirects never lead to another


@contextmanager
def host_slot(host: str, stop: Event) -> Iterator[None]:
    """Hold one of the host's slots. Raises Stopped where the stop signal comes first."""
    with _lock:
        slot = _slots.setdefault(host, BoundedSemaphore(AT_ONCE))
    while not slot.acquire(timeout=SLICE_S):
        if stop.is_set():
            raise Stopped
    try:
        yield
    finally:
        slot.release()
