"""Send an answer to a client that may read it slowly, or not at all.

Small answers go to the server in one piece. A large one goes part by part, each only when the connection has room, so that a stalled
reader holds one part and not a page. What such a reader still holds, the system takes back: see SILENT_SECONDS.
"""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from starlette.types import Send

from pipeline.server.responses import COMMON, Headers, error_reply

PART_BYTES = 1024 * 1024
"""A part costs about 50 µs of hand-over; a page of 1,000 objects is one part."""

PART_SECONDS = 30.0
"""A reader who does not take one part in this time (35 kB/s) is left."""

MAX_BYTES = 256 * 1024 * 1024
"""Of large answers under way at once: 16 of the largest pages. One more is refused with 503, since it would only wait in memory."""

SILENT_SECONDS = 30
"""TCP_USER_TIMEOUT of the listening socket: a connection whose peer takes no bytes for this long is cut off by the system."""

CLIENT_GONE = 499
"""For the audit alone, as nginx calls it: the client did not take the whole answer."""

_BUSY = error_reply(HTTPStatus.SERVICE_UNAVAILABLE, "Too many large pages are under way; ask again", ((b"retry-after", b"5"),))


class Outgoing:
    """Sends answers; knows how much is under way. To be used from one event loop."""

    def __init__(self) -> None:
        self.bytes = 0

    async def send(self, send: Send, status: int, headers: Headers | list[tuple[bytes, bytes]], body: bytes, *, head: bool = False) -> int:
        """Send all of it and return the status that the client got; CLIENT_GONE where it did not take the answer."""
        length = (b"content-length", b"%d" % len(body))
        if head or len(body) <= PART_BYTES:
            await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
            await send({"type": "http.response.body", "body": b"" if head else body})
            return status
        if self.bytes + len(body) > MAX_BYTES:
            busy = [*COMMON, *_BUSY.headers, (b"content-length", b"%d" % len(_BUSY.body))]
            await send({"type": "http.response.start", "status": _BUSY.status, "headers": busy})
            await send({"type": "http.response.body", "body": _BUSY.body})
            return int(_BUSY.status)
        self.bytes += len(body)
        try:
            await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
            return status if await _in_parts(send, body) else CLIENT_GONE
        finally:
            self.bytes -= len(body)


async def _in_parts(send: Send, body: bytes) -> bool:
    """Whether the client took all of it. Without the last part the server closes the connection."""
    for start in range(0, len(body), PART_BYTES):
        end = start + PART_BYTES
        try:
            async with asyncio.timeout(PART_SECONDS):
                await send({"type": "http.response.body", "body": body[start:end], "more_body": end < len(body)})
        except TimeoutError:
            return False
    return True
