"""What stands in one recipient's view, handle by handle."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from pipeline.store.view_effect import Standing

AT_ONCE = 500
"""Handles that are looked up by one statement."""


def read_standing(views: sqlite3.Connection, view_id: str, handles: Sequence[bytes]) -> dict[bytes, Standing[str]]:
    """Handle -> the decision that stands for it in the view of this collection id, for those that have one."""
    found: dict[bytes, Standing[str]] = {}
    for start in range(0, len(handles), AT_ONCE):
        part = handles[start : start + AT_ONCE]
        rows = views.execute(
            "SELECT handle, decision, reason, object_id, digest, coalesce(slot, '') FROM member_text"  # noqa: S608 - marks
            f" WHERE collection = (SELECT no FROM collection WHERE id = ?) AND handle IN ({','.join('?' * len(part))})",
            (view_id, *part),
        )
        found.update((handle, Standing(*row)) for handle, *row in rows)
    return found
