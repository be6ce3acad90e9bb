"""Object ids in views.db: one number for each, shared by all collections; 17 bytes where the text has 47.

A UUID in its usual form is kept as 16 bytes and the type as the number of a word; whatever else stands behind `--` is kept as text.
"""

from __future__ import annotations

import re
import sqlite3

_USUAL = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)

FIND = "SELECT no FROM object WHERE uuid = ? AND type = (SELECT no FROM word WHERE text = ?)"
"""The number of an object; the parameters are what `split` gives."""


def split(identifier: str) -> tuple[bytes | str, str]:
    """(UUID as it is stored, type) of an id."""
    kind, _, uuid = identifier.partition("--")
    return (bytes.fromhex(uuid.replace("-", "")) if _USUAL.fullmatch(uuid) else uuid), kind


def join(uuid: bytes | str, kind: str) -> str:
    """The id of what `split` gave."""
    if isinstance(uuid, str):
        return f"{kind}--{uuid}"
    digits = uuid.hex()
    return f"{kind}--{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def find(db: sqlite3.Connection, identifier: str) -> int | None:
    """The number of an object, None where no collection ever had it."""
    row = db.execute(FIND, split(identifier)).fetchone()
    return None if row is None else int(row[0])
