"""Read request bodies: no more than the limit, no longer than the deadline, and not too many at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable

from starlette.types import Message, Receive

from schemas.errors import StoreBusy

BODY_SECONDS = 30.0
"""For a whole body: 10 MiB in that time is 3 Mbit/s."""

AT_ONCE, FOR_ONE_PARTNER = 16, 8
"""Bodies in memory at once: 160 MiB at the default limit, and one partner cannot keep the others out."""


class TooLarge(Exception):
    """The body is, or says that it is, larger than the limit."""


class TooSlow(Exception):
    """The body did not arrive in time, or the client went away."""


class Bodies:
    """Reads bodies of at most `limit` bytes. To be used from one event loop."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._reading: Counter[str] = Counter()

    async def read(self, partner: str, headers: Iterable[tuple[bytes, bytes]], receive: Receive) -> bytes:
        """The whole body. Raises TooLarge before it has read more than the limit, TooSlow, and StoreBusy where too many are read."""
        declared = next((value for name, value in headers if name == b"content-length"), b"")
        if declared.isdigit() and (len(declared) > 15 or int(declared) > self._limit):
            raise TooLarge
        if self._reading.total() >= AT_ONCE or self._reading[partner] >= FOR_ONE_PARTNER:
            message = "too many bodies are being received; ask again"
            raise StoreBusy(message, retry_after=1)
        self._reading[partner] += 1
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await self._all(receive)
        except TimeoutError:
            raise TooSlow from None
        finally:
            self._reading[partner] -= 1
            if not self._reading[partner]:
                del self._reading[partner]

    async def _all(self, receive: Receive) -> bytes:
        parts: list[bytes] = []
        size = 0
        while True:
            message: Message = await receive()
            if message["type"] != "http.request":
                raise TooSlow
            part: bytes = message.get("body", b"")
            size += len(part)
            if size > self._limit:
                raise TooLarge
            parts.append(part)
            if not message.get("more_body", False):
                return b"".join(parts)
