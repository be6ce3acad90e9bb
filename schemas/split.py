"""Split a document into its STIX objects' own bytes, whatever a feed sends, in bounded memory.

Understood are a bundle or envelope (`{"objects": [...]}`), a single object, a list of objects, and a document that embeds these. The
C scanner of the standard library finds where each object ends; what it cannot read is stepped over by its brackets alone, so that
the neighbours of a bad object are kept.
"""

from __future__ import annotations

import codecs
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

MAX_DEPTH = 64
"""STIX needs about 10 levels; deeper input is an attack on parsers (RecursionError begins near 1,000)."""

MAX_OBJECT_BYTES = 1 << 20
"""The default bound of one object: the largest real one seen is 60 kB."""

HEAD_BYTES = 4096
"""How much of an unusable piece is kept for the operator."""

_MAX_EMBEDDING = 4
"""How many levels of a foreign document are searched for STIX."""

_WINDOW = 1 << 16
_SPACE = re.compile(r"[ \t\r\n]*")
_SEPARATOR = re.compile(r"[ \t\r\n,]*")
_OUTSIDE = re.compile(r'["\[\]{}]')
_INSIDE = re.compile(r'["\\]')
_OPENING = {"}": "{", "]": "["}
_NEXT_ELEMENT = re.compile(r"[{\[\]]")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece that is no usable object: a reason code, its beginning, and its size in bytes."""

    reason: str
    head: bytes
    size: int


@dataclass(frozen=True, slots=True)
class Piece:
    """One object: its own bytes and what they say."""

    raw: bytes
    value: dict[str, Any]


def split(
    read: Callable[[int], bytes],
    max_object_bytes: int = MAX_OBJECT_BYTES,
    envelope: dict[str, Any] | None = None,
) -> Iterator[Piece | Fragment]:
    """Yield each object of the document that `read(n)` gives in chunks, and each unusable piece with its reason, in order.

    Holds at most about two objects of `max_object_bytes` in memory, however long the document is. Scalars at the top level of an
    envelope (`more`, `next`, `id` …) are put into `envelope` where the caller gives one.
    """
    text = _Text(read)
    start = text.skip(_SPACE, 0)
    if text.at(start) == "[":
        pieces = _elements(text, start + 1, max_object_bytes)
    elif text.at(start) == "{":
        pieces = _document(text, start, max_object_bytes, {} if envelope is None else envelope, 0)
    else:
        pieces = iter((text.fragment("not-json", start, len(text.buffer)),))
    cut = False
    for piece in pieces:
        if cut and isinstance(piece, Fragment) and piece.size == 0:
            continue  # the frame ends where the last object was cut: one loss, reported once
        cut = isinstance(piece, Fragment) and piece.reason in ("truncated-json", "too-deep")
        yield piece


def split_bytes(
    document: bytes, max_object_bytes: int = MAX_OBJECT_BYTES, envelope: dict[str, Any] | None = None
) -> Iterator[Piece | Fragment]:
    """`split` for a document that is already in memory."""
    return split(io.BytesIO(document).read, max_object_bytes, envelope)


class _Text:
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
            chunk = self._read(max(_WINDOW, wanted - len(self.buffer)))
            self.ended = not chunk
            self.buffer += self._decoder.decode(chunk, final=self.ended)
        return len(self.buffer) > before

    def drop(self, position: int) -> int:
        """Forget what is before `position`; the new position is 0."""
        self.buffer = self.buffer[position:]
        return 0

    def skip(self, pattern: re.Pattern[str], position: int) -> int:
        """Position of the first character from `position` on that is not part of `pattern`."""
        while True:
            match = pattern.match(self.buffer, position)
            end = match.end() if match else position
            if end < len(self.buffer) or not self.fill(len(self.buffer) + _WINDOW):
                return end

    def at(self, position: int) -> str:
        """The character there, or '' at the end."""
        return self.buffer[position : position + 1]

    def fragment(self, reason: str, start: int, end: int) -> Fragment:
        """What stands between two positions, as unusable."""
        piece = self.buffer[start:end]
        head = piece[:HEAD_BYTES].encode("utf-8", "surrogateescape")[:HEAD_BYTES]
        return Fragment(reason, head, len(piece))


class _Scanner:
    """The C scanner, with what it tolerates noted as a flaw of the value it last read."""

    def __init__(self) -> None:
        self.flaw = ""
        decoder = json.JSONDecoder(object_pairs_hook=self._pairs, parse_constant=self._constant, parse_float=self._float)
        self._scan_once = decoder.scan_once  # type: ignore[attr-defined]

    def scan(self, text: str, position: int) -> tuple[Any, int, str]:
        """Value, end, flaw ('' if none). Raises ValueError, StopIteration or RecursionError where there is no value."""
        self.flaw = ""
        value, end = self._scan_once(text, position)
        return value, end, self.flaw

    def _pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self.flaw = "duplicate-key"
        return found

    def _constant(self, _: str) -> None:
        self.flaw = "non-finite-number"

    def _float(self, digits: str) -> float:
        number = float(digits)
        if number in (float("inf"), float("-inf")):
            self.flaw = "non-finite-number"
        return number


def _document(text: _Text, start: int, limit: int, envelope: dict[str, Any], level: int) -> Iterator[Piece | Fragment]:
    """The members of an object: stream its `objects` list if it has one; else it is a STIX object, or embeds some."""
    scanner = _Scanner()
    position = start + 1
    embedded: list[tuple[int, int]] = []
    streamed = False
    while True:
        position = text.skip(_SEPARATOR, position)
        if text.at(position) == "}":
            position += 1
            break
        key, position = _scan_value(text, scanner, position, limit)
        colon = text.skip(_SPACE, position) if isinstance(key, str) else -1
        if colon < 0 or text.at(colon) != ":":
            yield _broken(text, position if streamed else start)
            return
        position = text.skip(_SPACE, colon + 1)
        if key == "objects" and text.at(position) == "[":
            streamed = True
            yield from _elements(text, text.drop(position + 1), limit)
            position = 0
            continue
        begin = position
        value, position = _scan_value(text, scanner, position, limit)
        if position < 0:
            yield _step_over(text, begin if streamed else start, limit)
            return
        if isinstance(value, dict | list):
            embedded.append((begin, position))
        else:
            envelope[key] = value
        if streamed:
            position = text.drop(position)
        elif position - start > limit:
            yield _step_over(text, start, limit)
            return
    if not streamed:
        yield from _whole(text, start, position, limit, envelope, embedded, level)
    yield from _trailing(text, position, level)


def _whole(
    text: _Text,
    start: int,
    end: int,
    limit: int,
    envelope: dict[str, Any],
    embedded: list[tuple[int, int]],
    level: int,
) -> Iterator[Piece | Fragment]:
    """A document without an `objects` list: one STIX object, an empty envelope, or a foreign document with STIX inside."""
    document = text.buffer[start:end]
    members = [document[begin - start : stop - start] for begin, stop in embedded]
    if "type" in envelope or "id" in envelope or level >= _MAX_EMBEDDING:
        if envelope.get("type") != "bundle":
            yield from _elements(_Text(io.BytesIO(_encode(document)).read), 0, limit)
        return
    for member in members:
        inner = _Text(io.BytesIO(_encode(member)).read)
        inner.fill(1)
        if member.startswith("["):
            yield from _elements(inner, 1, limit)
        else:
            yield from _document(inner, 0, limit, {}, level + 1)
    if envelope and not members:
        yield text.fragment("no-objects", start, end)


def _elements(text: _Text, position: int, limit: int) -> Iterator[Piece | Fragment]:
    """The elements of a list from `position` on, up to its closing bracket (which is consumed: the text is dropped up to it)."""
    scanner = _Scanner()
    while True:
        position = text.skip(_SEPARATOR, position)
        here = text.at(position)
        if here in ("", "]"):
            text.drop(position + 1)
            return
        position = text.drop(position) if position > _WINDOW else position
        if here not in "{[":
            end = _scan_value(text, scanner, position, limit)[1]
            if end < 0:
                match = _NEXT_ELEMENT.search(text.buffer, position + 1)
                yield text.fragment("malformed-json", position, match.start() if match else len(text.buffer))
                end = match.start() if match else len(text.buffer)
            else:
                yield text.fragment("not-an-object", position, end)
            position = end
            continue
        value, end = _scan_value(text, scanner, position, limit)
        if end < 0:
            yield _step_over(text, position, limit)
            position = 0
            continue
        yield _piece(text.buffer[position:end], value, scanner.flaw, limit)
        position = end


def _scan_value(text: _Text, scanner: _Scanner, position: int, limit: int) -> tuple[Any, int]:
    """Value and end of what begins at `position`, reading on while it may only be cut off; end is -1 where there is none."""
    wanted = _WINDOW
    while True:
        try:
            value, end, _ = scanner.scan(text.buffer, position)
        except (ValueError, StopIteration, RecursionError):
            value, end = None, -1
        if 0 <= end < len(text.buffer):
            return value, end
        if len(text.buffer) - position > limit or not text.fill(len(text.buffer) + wanted):
            return value, end
        wanted *= 2


def _piece(chars: str, value: Any, flaw: str, limit: int) -> Piece | Fragment:
    """One element that the scanner could read, as a piece if nothing is wrong with it."""
    raw = _encode(chars)
    reason = flaw
    if not isinstance(value, dict):
        reason = "not-an-object"
    elif len(raw) > limit:
        reason = "too-large"
    elif not chars.isascii() and _is_undecodable(chars):
        reason = "invalid-utf8"
    elif "\\u" in chars and _has_lone_surrogate(value):
        reason = "invalid-unicode"
    elif chars.count("{") + chars.count("[") > MAX_DEPTH and _depth(chars) > MAX_DEPTH:
        reason = "too-deep"
    if reason:
        return Fragment(reason, raw[:HEAD_BYTES], len(raw))
    return Piece(raw, value)


def _step_over(text: _Text, position: int, limit: int) -> Fragment:
    """Consume one bracketed value that the scanner could not read, by brackets and quotes alone, in bounded memory."""
    text.drop(position)
    head = text.buffer[:HEAD_BYTES].encode("utf-8", "surrogateescape")[:HEAD_BYTES]
    size = deepest = position = 0
    opened: list[str] = []
    quoted = False
    while True:
        match = (_INSIDE if quoted else _OUTSIDE).search(text.buffer, position)
        if match is None:
            size += len(text.buffer)
            text.drop(len(text.buffer))
            position = 0
            if not text.fill(_WINDOW):
                reason = "too-deep" if deepest > MAX_DEPTH else "truncated-json"
                return Fragment(reason, head, size)
            continue
        position = match.end()
        token = match.group()
        if token == "\\":
            position += 1
            if position >= len(text.buffer):
                text.fill(position + _WINDOW)
        elif token == '"':
            quoted = not quoted
        elif token in "{[":
            opened.append(token)
            deepest = max(deepest, len(opened))
        elif _OPENING[token] not in opened:
            position -= 1  # it closes what stands around: the value was never closed
            break
        else:
            while opened.pop() != _OPENING[token]:
                pass  # what was left open inside ends with it
            if not opened:
                break
    size += position
    text.drop(position)
    reason = "too-deep" if deepest > MAX_DEPTH else "too-large" if size > limit else "malformed-json"
    return Fragment(reason, head, size)


def _broken(text: _Text, start: int) -> Fragment:
    """The document's own frame is damaged: what came before is kept, the rest is reported."""
    text.fill(len(text.buffer) + _WINDOW)
    whole = text.buffer.rstrip().endswith(("}", "]")) and text.buffer[start:].strip()
    return text.fragment("malformed-json" if whole else "truncated-json", start, len(text.buffer))


def _trailing(text: _Text, position: int, level: int) -> Iterator[Fragment]:
    """Anything after the document's end."""
    end = text.skip(_SPACE, position)
    if level == 0 and text.at(end):
        yield text.fragment("malformed-json", end, len(text.buffer))


def _encode(chars: str) -> bytes:
    return chars.encode("utf-8", "surrogateescape")


def _is_undecodable(chars: str) -> bool:
    try:
        chars.encode()
    except UnicodeEncodeError:
        return True
    return False


def _has_lone_surrogate(value: dict[str, Any]) -> bool:
    try:
        orjson.dumps(value)
    except TypeError as error:
        return "surrogates" in str(error)
    return False


def _depth(chars: str) -> int:
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
