"""A document as text, of which only a window is in memory."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

from schemas.split.piece import HEAD_BYTES, Fragment

STRIDE = 1 << 16
"""Characters that are read at once, and after which what is done with is forgotten."""


class Window:
    """A window over the document: decoded text from the last `drop` to the furthest `fill`."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("surrogateescape")
        self.buffer = ""
        self.ended = False

    def fill(self, wanted: int) -> bool:
        """Try to hold `wanted` characters; False where the document ends before anything could be added."""
        before = len(self.buffer)
        while len(self.buffer) < wanted and not self.ended:
            chunk = self._read(max(STRIDE, wanted - len(self.buffer)))
            self.ended = not chunk
            self.buffer += self._decoder.decode(chunk, final=self.ended)
        return len(self.buffer) > before

    def drop(self, position: int) -> int:
        """Forget what is before `position`; the new position is 0."""
        self.buffer = self.buffer[position:]
        return 0

    def skip(self, pattern: re.Pattern[str], position: int, most: int | None = None) -> int:
        """Position of the first character from `position` on that is not part of `pattern`.

        Where nothing before it is needed any more (`most` is None) what is skipped is forgotten; else no more than `most` is skipped.
        """
        while True:
            match = pattern.match(self.buffer, position)
            end = match.end() if match else position
            if end < len(self.buffer) or (most is not None and end - position > most):
                return end
            if most is None and end > STRIDE:
                end = position = self.drop(end)
            if not self.fill(len(self.buffer) + STRIDE):
                return end

    def at(self, position: int) -> str:
        """The character there, or '' at the end."""
        return self.buffer[position : position + 1]

    def fragment(self, reason: str, start: int, end: int) -> Fragment:
        """What stands between two positions, as unusable."""
        piece = self.buffer[start:end]
        head = piece[:HEAD_BYTES].encode("utf-8", "surrogateescape")[:HEAD_BYTES]
        return Fragment(reason, head, byte_size(piece))


def encode(chars: str) -> bytes:
    """The bytes that a text was decoded from, also where they were no UTF-8."""
    return chars.encode("utf-8", "surrogateescape")


def byte_size(chars: str) -> int:
    """In bytes."""
    return len(chars) if chars.isascii() else len(encode(chars))
