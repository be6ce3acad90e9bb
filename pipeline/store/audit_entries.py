"""The changes of a message in the audit of a view: JSON, deflated."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import orjson

_LEVEL = 1
"""A third of the size; higher levels take three times as long for a few percent more."""


def write_entries(entries: Sequence[Sequence[str]]) -> bytes:
    """[handle, decision, reason, object id, path=verb …] of each change, as it is stored."""
    return zlib.compress(orjson.dumps(entries), _LEVEL)


def read_entries(stored: bytes) -> list[list[str]]:
    """The entries again; rows of the first releases are plain JSON."""
    found: list[list[str]] = orjson.loads(stored if stored.startswith(b"[") else zlib.decompress(stored))
    return found
