"""Split an envelope that is already in memory and has nothing unusual about it: most are like that, and it takes half the time.

What this is not sure of, it leaves to the careful way: one object, or the whole document. The pieces are the same (a property test).
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import orjson

from schemas.split.piece import Fragment, Piece

_TEXT = frozenset({str})


class _Envelope(msgspec.Struct):
    objects: list[msgspec.Raw]


_DECODER = msgspec.json.Decoder(_Envelope)


def elements_of(envelope: bytes) -> list[bytes] | None:
    """The own bytes of each element of `objects`, in no more time than it takes to find them; None where that is not certain.

    Only the JSON around them is read: an element may still be no UTF-8, or name a property twice.
    """
    try:
        return [bytes(element) for element in _DECODER.decode(envelope).objects]
    except (msgspec.DecodeError, RecursionError):  # it stops at fewer levels than orjson
        return None


def pieces(document: bytes, limit: int, carefully: Callable[[bytes], Piece | Fragment | None]) -> list[Piece | Fragment] | None:
    """The objects of an envelope; None where it is none, or one of its elements is unusual in itself.

    `carefully` reads one element that is not plain, and gives None where that cannot be done without what stands around it.
    """
    if document.count(b'"objects"') != 1:
        return None
    elements = elements_of(document)
    if elements is None:
        return None
    found: list[Piece | Fragment] = []
    for raw in elements:
        piece = (_plain(raw) if len(raw) <= limit else None) or carefully(raw)
        if piece is None:
            return None
        found.append(piece)
    return found


def _plain(raw: bytes) -> Piece | None:
    """An object whose value says what its bytes say; None where that is not certain.

    orjson refuses what is no JSON, no UTF-8 or no number, but takes the last of two equal names, and makes floats of large integers.
    In an object without others inside and without escapes every name ends in one quote and colon, so that names can be counted.
    """
    if raw[:1] != b"{" or raw.find(b"{", 1) >= 0 or b"\\" in raw:
        return None
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return None
    kinds = set(map(type, value.values()))
    if raw.count(b'":') != len(value) or float in kinds or b" :" in raw or b"\t:" in raw or b"\n:" in raw or b"\r:" in raw:
        return None
    if list in kinds and not all(_TEXT.issuperset(map(type, item)) for item in value.values() if item.__class__ is list):
        return None
    return Piece(raw, value)
