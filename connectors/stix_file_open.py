"""Read one file in chunks, inflating gzip in bounded memory, and tell whether it is the file that was read before."""

from __future__ import annotations

import base64
import os
import stat
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from connectors.bounds import inflates_too_much

SAMPLE_BYTES = 4096
"""Of a file's beginning and end, in its state: catches a file rewritten in place with its old size and time restored, mostly, at two
small reads a file and poll."""

_CHUNK = 1 << 16
_GZIP = b"\x1f\x8b"


class FileReader:
    """The bytes of one open file. `flaw` is a reason code once it turned out not to be whole."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._size = os.fstat(file.fileno()).st_size
        self._inflater = zlib.decompressobj(wbits=31) if file.read(2) == _GZIP else None
        file.seek(0)
        self._pending = b""
        self._taken = 0
        self._given = 0
        self.flaw = ""

    def read(self, size: int) -> bytes:
        """Up to `size` bytes, b"" at the end; a damaged or bomb-like gzip file ends early, with a flaw."""
        if self._inflater is not None:
            return self._inflate(size)
        chunk = self._file.read(size)
        if not chunk and self._file.tell() < self._size:
            self.flaw = "truncated-json"  # the file became shorter while it was read
        return chunk

    def _inflate(self, size: int) -> bytes:
        while not self.flaw:
            assert self._inflater is not None
            if len(self._pending) < len(_GZIP):
                fresh = self._file.read(_CHUNK)
                self._pending += fresh
                self._taken += len(fresh)
            if self._inflater.eof:
                if not self._pending.startswith(_GZIP):  # padding after the last member
                    return b""
                self._inflater = zlib.decompressobj(wbits=31)
            elif not self._pending:
                self.flaw = "truncated-json"
                break
            try:
                chunk = self._inflater.decompress(self._pending, size)
            except zlib.error:
                self.flaw = "truncated-json"
                break
            self._pending = self._inflater.unconsumed_tail or self._inflater.unused_data
            self._given += len(chunk)
            if inflates_too_much(self._taken, self._given):
                self.flaw = "too-large"
            elif chunk:
                return chunk
        return b""


@contextmanager
def open_regular(path: Path) -> Iterator[BinaryIO | None]:
    """An open regular file; None for what is no regular file any more. Raises OSError.

    The path was resolved before: a link in its place by now is not followed, and a pipe does not block.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        yield file if stat.S_ISREG(os.fstat(descriptor).st_mode) else None


def state_of(file: BinaryIO) -> str:
    """What the cursor remembers of a file: a digest of size, modification time, and samples of its content. Leaves it at the start."""
    facts = os.fstat(file.fileno())
    digest = blake2b(f"{facts.st_size} {facts.st_mtime_ns} ".encode(), digest_size=6)
    digest.update(file.read(SAMPLE_BYTES))
    file.seek(max(0, facts.st_size - SAMPLE_BYTES))
    digest.update(file.read(SAMPLE_BYTES))
    file.seek(0)
    return base64.urlsafe_b64encode(digest.digest()).decode()


def key_of(name: str) -> str:
    """What the cursor knows a file's name by: 48 bits. Two names that collide would be read again at each poll, never skipped."""
    return base64.urlsafe_b64encode(blake2b(os.fsencode(name), digest_size=6).digest()).decode()
