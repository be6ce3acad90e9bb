"""Brackets and quotes of a JSON text, where no parser could read it."""

from __future__ import annotations

import re

_OUTSIDE = re.compile(r'["\[\]{}]')
_INSIDE = re.compile(r'["\\]')
_OPENING = {"}": "{", "]": "["}

_TRACKED_DEPTH = 100_000
"""Open brackets that are told apart; deeper ones are only counted, so that a gigabyte of them takes no more memory."""


class Brackets:
    """Follows brackets and quotes through a text that comes in parts, to where the first bracket is closed.

    position: where to go on · deepest: levels so far · unclosed: whether a bracket of what stands around came first
    """

    def __init__(self) -> None:
        self.position = 0
        self.deepest = 0
        self.unclosed = False
        self._opened = bytearray()
        self._beyond = 0
        self._count = {"{": 0, "[": 0}
        self._quoted = self._escaped = False

    def feed(self, buffer: str, position: int) -> int:
        """The end of the value, or -1 where it is not in `buffer`."""
        while True:
            if self._escaped and position < len(buffer):
                self._escaped = False
                position += 1
            match = (_INSIDE if self._quoted else _OUTSIDE).search(buffer, position)
            if match is None:
                self.position = len(buffer)
                return -1
            position = match.end()
            token = match.group()
            if token == "\\":
                self._escaped = True
            elif token == '"':
                self._quoted = not self._quoted
            elif token in "{[":
                self._open(token)
            elif self._close(_OPENING[token]):
                if not self._opened:
                    return position
            else:
                self.unclosed = True
                return position - 1  # it closes what stands around

    def _open(self, token: str) -> None:
        if len(self._opened) < _TRACKED_DEPTH:
            self._opened.append(ord(token))
            self._count[token] += 1
        else:
            self._beyond += 1
        self.deepest = max(self.deepest, len(self._opened))

    def _close(self, opening: str) -> bool:
        """Close the nearest bracket of this kind, and with it what was left open inside; False where there is none."""
        if self._beyond:
            self._beyond -= 1
            return True
        if not self._count[opening]:
            return False
        while True:
            last = chr(self._opened.pop())
            self._count[last] -= 1
            if last == opening:
                return True


def depth(chars: str) -> int:
    """Deepest nesting of a text that the scanner could read."""
    depth = deepest = position = 0
    quoted = False
    while match := (_INSIDE if quoted else _OUTSIDE).search(chars, position):
        position = match.end()
        token = match.group()
        if token == "\\":
            position += 1
        elif token == '"':
            quoted = not quoted
        else:
            depth += 1 if token in "{[" else -1
            deepest = max(deepest, depth)
    return deepest
