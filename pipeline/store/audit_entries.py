"""The changes of a message in the audit of a view: JSON, deflated."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from typing import Any

import orjson

_LEVEL = 1
"""A third of the size; higher levels take three times as long for a few percent more."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What was decided of one entity: never a value of a feed.

    handle:    the entity, as the recipient's view calls it · source: keyed digest of the bytes that came in
    object_id: the id that the recipient sees, '' where it sees none
    grant:     id of the signed grant that it rests on, '' where it needs none · transforms: path=verb
    """

    handle: str
    decision: str
    reason: str
    object_id: str
    source: str = ""
    grant: str = ""
    transforms: tuple[str, ...] = ()


def write_entries(entries: Sequence[Entry]) -> bytes:
    """Entries as they are stored."""
    return zlib.compress(orjson.dumps([astuple(entry) for entry in entries]), _LEVEL)


def read_entries(stored: bytes) -> list[Entry]:
    """The entries again. Rows of the first releases are plain JSON, and neither source nor grant is in theirs."""
    return [_entry(row) for row in orjson.loads(stored if stored.startswith(b"[") else zlib.decompress(stored))]


def _entry(row: list[Any]) -> Entry:
    if len(row) == 7 and isinstance(row[6], list):
        handle, decision, reason, object_id, source, grant, transforms = row
        return Entry(handle, decision, reason, object_id, source, grant, tuple(transforms))
    handle, decision, reason, object_id, *transforms = row
    return Entry(handle, decision, reason, object_id, transforms=tuple(transforms))
