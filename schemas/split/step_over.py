"""Step over what cannot be read, to where its neighbour begins."""

from __future__ import annotations

import json
import re

from schemas.split.brackets import Brackets
from schemas.split.piece import HEAD_BYTES, MAX_DEPTH, Fragment
from schemas.split.window import STRIDE, Window, byte_size

_ELEMENT = re.compile(r',\s*(\{\s*")')
_PLAIN = json.JSONDecoder()

_MAX_TRIES = 256
"""Beginnings of objects that are tried after an element that never ends."""


def step_over(text: Window, position: int, limit: int, *, broken: bool = False) -> tuple[Fragment, int]:
    """Step over a bracketed value that the scanner could not read, by brackets and quotes alone, in bounded memory; also its end.

    Where it is broken and not closed within the bound, a quote or bracket is missing: then it ends where the next STIX object begins.
    """
    if position > STRIDE:
        position = text.drop(position)
    brackets = Brackets()
    start = position
    end = brackets.feed(text.buffer, position)
    if end < 0 and text.fill(start + limit):
        end = brackets.feed(text.buffer, brackets.position)
    head = text.buffer[start : start + HEAD_BYTES].encode("utf-8", "surrogateescape")[:HEAD_BYTES]
    if broken and (end < 0 or brackets.unclosed):
        following = _next_object(text.buffer, start + 1)
        if following >= 0 and (following < end or end < 0):
            return Fragment("malformed-json", head, byte_size(text.buffer[start:following])), following
    size = 0
    while end < 0:
        size += byte_size(text.buffer[start:])
        start = brackets.position = text.drop(len(text.buffer))
        if not text.fill(STRIDE):
            return Fragment("too-deep" if brackets.deepest > MAX_DEPTH else "truncated-json", head, size), 0
        end = brackets.feed(text.buffer, 0)
    size += byte_size(text.buffer[start:end])
    reason = "too-deep" if brackets.deepest > MAX_DEPTH else "too-large" if size > limit else "malformed-json"
    return Fragment(reason, head, size), end


def _next_object(buffer: str, position: int) -> int:
    """Where the next element with a type and an id begins, after a comma; -1 where none does."""
    tries = 0
    for match in _ELEMENT.finditer(buffer, position):
        tries += 1
        if tries > _MAX_TRIES:
            return -1
        try:
            value, _ = _PLAIN.scan_once(buffer, match.start(1))  # type: ignore[attr-defined]
        except (ValueError, StopIteration, RecursionError):
            continue
        if isinstance(value.get("type"), str) and isinstance(value.get("id"), str):
            return match.start(1)
    return -1
