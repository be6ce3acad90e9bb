"""Work that is too long for the event loop, in a few threads, with a bound on how much may wait."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from schemas.errors import StoreBusy

P = ParamSpec("P")
T = TypeVar("T")


class Offload:
    """Runs functions in `threads` threads; beyond `waiting` more it refuses, since a longer queue helps nobody.

    To be used from one event loop.
    """

    def __init__(self, name: str, threads: int, waiting: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._room = threads + waiting
        self._taken = 0

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The function's result. Raises StoreBusy where the queue is full."""
        if self._taken >= self._room:
            message = "the server is busy; ask again"
            raise StoreBusy(message, retry_after=1)
        self._taken += 1
        try:
            return await asyncio.wrap_future(self._pool.submit(function, *args, **kwargs))
        finally:
            self._taken -= 1

    def close(self) -> None:
        """Let what runs end, start nothing more."""
        self._pool.shutdown(wait=True, cancel_futures=True)
