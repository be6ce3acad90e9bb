"""What a document is split into, and the bounds of it."""

from __future__ import annotations

from typing import Any, NamedTuple

MAX_DEPTH = 64
"""STIX needs about 10 levels; deeper input is an attack on parsers (RecursionError begins near 1,000)."""

MAX_OBJECT_BYTES = 1 << 20
"""The default bound of one object: the largest real one seen is 60 kB."""

HEAD_BYTES = 4096
"""How much of an unusable piece is kept for the operator."""


class Fragment(NamedTuple):
    """A piece that is no usable object: a reason code, its beginning, and its size in bytes."""

    reason: str
    head: bytes
    size: int


class Piece(NamedTuple):
    """One object: its own bytes and what they say."""

    raw: bytes
    value: dict[str, Any]
