"""Where a walk through a collection stands: the cursor of the TAXII connector."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from connectors.base import Cursor
from connectors.taxii_times import later, normal


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a collection; the server's times alone move it.

    added_after: everything up to this time is done; where to begin again without `next`
    walk_from:   the `added_after` that `next` was given for: it is sent again along with `next`
    next:        the server's token for the following page
    page:        pages of this walk so far
    floor:       late arrivals are possible after this time: the next walk begins here
    open:        the walk goes on; False once the server had no more
    """

    added_after: str | None = None
    walk_from: str | None = None
    next: str | None = None
    page: int = 0
    floor: str | None = None
    open: bool = False

    def cursor(self, tag: str) -> Cursor:
        """As a cursor that belongs to the settings of that tag."""
        return {"config": tag, **asdict(self)}

    def restarted(self) -> Position:
        """The same walk without `next`."""
        return replace(self, next=None, walk_from=self.added_after)


def position_of(cursor: Cursor, tag: str, start: str | None) -> Position:
    """The place to go on from: the cursor's, or `start` where the cursor is empty, damaged, or belongs to other settings."""
    beginning = Position(added_after=start, walk_from=start)
    if cursor.get("config") != tag:
        return beginning
    try:
        found = Position(**{name: value for name, value in cursor.items() if name != "config"})
    except TypeError:
        return beginning
    times = (found.added_after, found.walk_from, found.floor)
    if any(time is not None and not _is_time(time) for time in times) or not isinstance(found.next, str | None):
        return beginning
    if found.open or found.next is not None:
        return found
    begin = found.added_after
    if found.floor is not None and begin is not None and later(begin, found.floor) == begin:
        begin = later(found.floor, start)
    return replace(found, walk_from=begin, floor=None, page=0)


def _is_time(value: Any) -> bool:
    return isinstance(value, str) and normal(value) == value
