"""Check what a partner sent and cut it into its objects' own bytes; whether each is valid STIX is found out by intake."""

from __future__ import annotations

import re
from collections.abc import Sequence

import orjson

from schemas.errors import BadRequest, Unprocessable
from schemas.split import HEAD_BYTES, MAX_OBJECT_BYTES, Fragment, Piece, elements_of, split_bytes

_OBJECTS = re.compile(rb'\s*\{(?:\s*"(?:more|next|id|type|spec_version)"\s*:\s*(?:"[^"\\]*"|true|false)\s*,)*\s*"objects"\s*:\s*\[')
"""The beginning of an envelope or bundle: asked only where strict JSON has refused the whole."""

_TOO_DEEP = "depth limit exceeded"
"""What orjson says."""

_FRAME = frozenset(("not-json", "truncated-json", "malformed-json", "no-objects"))
"""Reasons that may concern more than one object."""


class _Refusal:
    """Titles; none holds what the client sent."""

    MALFORMED = "the body is not JSON"
    DEPTH = "the body nests too deep"
    NO_ENVELOPE = "the body is not an envelope: a JSON object with a list of objects"
    EMPTY = "the envelope has no objects"


def cut(body: bytes) -> Sequence[bytes | Fragment]:
    """The objects of an envelope, each as its own bytes, or as a fragment with a reason where it cannot go on the bus.

    Malformed JSON is a BadRequest (400): the syntax is wrong. JSON that is no envelope, or an empty one, is Unprocessable (422): the
    syntax is right, and there is nothing that could be processed (TAXII 2.1 §3.6.2, RFC 4918 §11.2).
    """
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        if error.msg == _TOO_DEEP:  # beyond 1,024 levels: an attack, and stepping over it would cost half a second
            raise BadRequest(_Refusal.DEPTH) from None
        return _rescued(body)
    if not isinstance(document, dict) or not isinstance(document.get("objects", []), list):
        raise Unprocessable(_Refusal.NO_ENVELOPE)
    if not document.get("objects"):
        raise Unprocessable(_Refusal.EMPTY if "objects" in document or not document else _Refusal.NO_ENVELOPE)
    del document
    objects = elements_of(body)
    if objects is None:
        return [_own(piece) for piece in split_bytes(body)]
    return [piece if len(piece) <= MAX_OBJECT_BYTES else Fragment("too-large", piece[:HEAD_BYTES], len(piece)) for piece in objects]


def _rescued(body: bytes) -> Sequence[bytes | Fragment]:
    """What is good in an envelope that is no strict JSON: one object with NaN or a lone surrogate does that. BadRequest if nothing is."""
    if _OBJECTS.match(body) is None:
        raise BadRequest(_Refusal.MALFORMED)
    pieces = [_own(piece) for piece in split_bytes(body)]
    flawed = [piece.reason for piece in pieces if isinstance(piece, Fragment)]
    if len(flawed) == len(pieces) or not _FRAME.isdisjoint(flawed):
        raise BadRequest(_Refusal.MALFORMED)
    return pieces


def _own(piece: Piece | Fragment) -> bytes | Fragment:
    return piece.raw if isinstance(piece, Piece) else piece
