"""gzip for answers that are worth it."""

from __future__ import annotations

import zlib

from pipeline.server.offload import Offload

WORTH_BYTES = 1024
"""Below this a packet goes out either way."""

INLINE_BYTES = 256 * 1024
"""Compressed in the event loop: about 1 ms, roughly what a hand-over to a thread and back costs a busy server."""

LEVEL = 1
"""STIX JSON shrinks 12-fold at level 1 and 13-fold at level 6, which takes twice the time (2 ms and 4 ms for 580 kB)."""

_GZIP_WINDOW = 31  # zlib's code for a 32 kB window with a gzip header


def gzip(body: bytes) -> bytes:
    """The body as one gzip member, without a time, so that equal bodies stay equal."""
    return zlib.compress(body, LEVEL, wbits=_GZIP_WINDOW)


async def compressed(body: bytes, offload: Offload) -> bytes:
    """The same, in a thread where it would hold up the event loop; zlib works outside the interpreter lock."""
    return gzip(body) if len(body) <= INLINE_BYTES else await offload.run(gzip, body)
