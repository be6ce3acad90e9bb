"""Split a document into its STIX objects' own bytes, whatever a feed sends, in bounded memory.

Understood are a bundle or envelope (`{"objects": [...]}`), a single object, a list of objects, and a document that embeds these. The
C scanner of the standard library finds where each object ends; what it cannot read is stepped over by its brackets alone, so that
the neighbours of a bad object are kept.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import orjson

from schemas.split.brackets import depth
from schemas.split.piece import HEAD_BYTES, MAX_DEPTH, MAX_OBJECT_BYTES, Fragment, Piece
from schemas.split.quick import pieces
from schemas.split.scan import Scanner, scan_value
from schemas.split.step_over import step_over
from schemas.split.window import STRIDE, Window, encode

_MAX_EMBEDDING = 4
"""How many levels of a foreign document are searched for STIX."""

_EMPTY_ENVELOPE = frozenset({"more", "next"})
"""What a TAXII envelope without objects may say (TAXII 2.1 §3.7)."""

_SPACE = re.compile(r"[ \t\r\n]*")
_SEPARATOR = re.compile(r"[ \t\r\n,]*")
_NEXT_ELEMENT = re.compile(r"[{\[\]]")


def split(
    read: Callable[[int], bytes],
    max_object_bytes: int = MAX_OBJECT_BYTES,
    envelope: dict[str, Any] | None = None,
) -> Iterator[Piece | Fragment]:
    """Yield each object of the document that `read(n)` gives in chunks, and each unusable piece with its reason, in order.

    Holds at most about two objects of `max_object_bytes` in memory, however long the document is. Scalars at the top level of an
    envelope (`more`, `next`, `id` …) are put into `envelope` where the caller gives one.
    """
    text = Window(read)
    start = text.skip(_SPACE, 0, max_object_bytes)
    if text.at(start) == "[":
        parts = _elements(text, start + 1, max_object_bytes)
    elif text.at(start) == "{":
        parts = _document(text, start, max_object_bytes, {} if envelope is None else envelope, 0)
    else:
        parts = iter((text.fragment("not-json", start, len(text.buffer)),))
    cut = False
    for piece in parts:
        if cut and isinstance(piece, Fragment) and piece.size == 0:
            continue  # the frame ends where the last object was cut: one loss, reported once
        cut = isinstance(piece, Fragment) and piece.reason in ("truncated-json", "too-deep")
        yield piece


def split_bytes(
    document: bytes, max_object_bytes: int = MAX_OBJECT_BYTES, envelope: dict[str, Any] | None = None
) -> Iterator[Piece | Fragment]:
    """`split` for a document that is already in memory."""
    found = None if envelope is not None else pieces(document, max_object_bytes, partial(_element, limit=max_object_bytes))
    return split(io.BytesIO(document).read, max_object_bytes, envelope) if found is None else iter(found)


def _element(raw: bytes, limit: int) -> Piece | Fragment | None:
    """One element of a list by itself; None where it does not end where it should."""
    try:
        chars = raw.decode()
        scanner = Scanner()
        value, end, flaw = scanner.scan(chars, 0)
    except (ValueError, StopIteration, RecursionError):
        return None
    return _piece(chars, value, flaw, limit) if end == len(chars) and raw[:1] == b"{" else None


def _document(text: Window, start: int, limit: int, envelope: dict[str, Any], level: int) -> Iterator[Piece | Fragment]:
    """The members of an object: stream its `objects` list if it has one; else it is a STIX object, or embeds some."""
    scanner = Scanner()
    position = start + 1
    embedded: list[tuple[int, int]] = []
    streamed = False
    while True:
        position = text.skip(_SEPARATOR, position, limit)
        if text.at(position) == "}":
            position += 1
            break
        key, position = scan_value(text, scanner, position, limit)
        colon = text.skip(_SPACE, position, limit) if isinstance(key, str) else -1
        if colon < 0 or text.at(colon) != ":":
            yield _broken(text, position if streamed else start)
            return
        position = text.skip(_SPACE, colon + 1, limit)
        if key == "objects" and text.at(position) == "[":
            streamed = True
            yield from _elements(text, text.drop(position + 1), limit)
            position = 0
            continue
        begin = position
        value, position = scan_value(text, scanner, position, limit)
        if position < 0:
            yield step_over(text, begin if streamed else start, limit)[0]
            return
        if isinstance(value, dict | list):
            embedded.append((begin, position))
        else:
            envelope[key] = value
        if streamed:
            position = text.drop(position)
        elif position - start > limit:
            yield step_over(text, start, limit)[0]
            return
    if not streamed:
        yield from _whole(text, start, position, limit, envelope, embedded, level)
    yield from _trailing(text, position, level)


def _whole(
    text: Window,
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
            yield from _elements(Window(io.BytesIO(encode(document)).read), 0, limit, lone=True)
        return
    for member in members:
        inner = Window(io.BytesIO(encode(member)).read)
        inner.fill(1)
        if member.startswith("["):
            yield from _elements(inner, 1, limit)
        else:
            yield from _document(inner, 0, limit, {}, level + 1)
    if envelope.keys() - _EMPTY_ENVELOPE and not members:
        yield text.fragment("no-objects", start, end)


def _elements(text: Window, position: int, limit: int, *, lone: bool = False) -> Iterator[Piece | Fragment]:
    """The elements of a list from `position` on, up to its closing bracket (which is consumed: the text is dropped up to it).

    `lone`: one element without a list around it.
    """
    scanner = Scanner()
    while True:
        position = text.skip(_SEPARATOR, position)
        here = text.at(position)
        if here in ("", "]"):
            if here == "" and not lone:
                yield text.fragment("truncated-json", position, position)
            text.drop(position + 1)
            return
        position = text.drop(position) if position > STRIDE else position
        if here not in "{[":
            end = scan_value(text, scanner, position, limit)[1]
            if end < 0:
                match = _NEXT_ELEMENT.search(text.buffer, position + 1)
                yield text.fragment("malformed-json", position, match.start() if match else len(text.buffer))
                end = match.start() if match else len(text.buffer)
            else:
                yield text.fragment("not-an-object", position, end)
            position = end
            continue
        value, end = scan_value(text, scanner, position, limit)
        if end < 0:
            fragment, position = step_over(text, position, limit, broken=scanner.broken)
            yield fragment
            continue
        yield _piece(text.buffer[position:end], value, scanner.flaw, limit)
        position = end


def _piece(chars: str, value: Any, flaw: str, limit: int) -> Piece | Fragment:
    """One element that the scanner could read, as a piece if nothing is wrong with it."""
    raw = encode(chars)
    reason = flaw
    if not isinstance(value, dict):
        reason = "not-an-object"
    elif len(raw) > limit:
        reason = "too-large"
    elif not chars.isascii() and _is_undecodable(chars):
        reason = "invalid-utf8"
    elif "\\u" in chars and _has_lone_surrogate(value):
        reason = "invalid-unicode"
    elif chars.count("{") + chars.count("[") > MAX_DEPTH and depth(chars) > MAX_DEPTH:
        reason = "too-deep"
    if reason:
        return Fragment(reason, raw[:HEAD_BYTES], len(raw))
    return Piece(raw, value)


def _broken(text: Window, start: int) -> Fragment:
    """The document's own frame is damaged: what came before is kept, the rest is reported."""
    text.fill(len(text.buffer) + STRIDE)
    whole = text.buffer.rstrip().endswith(("}", "]")) and text.buffer[start:].strip()
    return text.fragment("malformed-json" if whole else "truncated-json", start, len(text.buffer))


def _trailing(text: Window, position: int, level: int) -> Iterator[Fragment]:
    """Anything after the document's end."""
    end = text.skip(_SPACE, position)
    if level == 0 and text.at(end):
        yield text.fragment("malformed-json", end, len(text.buffer))


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
