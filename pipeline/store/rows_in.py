"""One question about many values."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from typing import Any


def rows_in(db: sqlite3.Connection, query: str, values: set[int] | set[str], tail: str = "") -> Iterator[Any]:
    """The rows of a query that ends in IN, for many values at once."""
    yield from db.execute(f"{query} (SELECT value FROM json_each(?)){tail}", (json.dumps(sorted(values)),))  # noqa: S608 - ours
