"""Collections as partners may use them, remembered for a moment: a poll or a page needs the same row again and again."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.store.view_reader import Collection, ViewReader

REMEMBER_SECONDS = 0.5
"""Like credentials: what the configuration takes away is gone within a second. Looking it up is 15 % of an idle poll."""

MOST = 4096
"""Rows in memory; the longest unused go first."""


class Remembered:
    """Finds collections. What is not there, or not for this partner, is not remembered. To be used from one event loop."""

    def __init__(self, reader: ViewReader, clock: Callable[[], float]) -> None:
        self._reader = reader
        self._clock = clock
        self._known: dict[tuple[str, str, str], tuple[float, Collection]] = {}

    def find(self, partner: str, name: str, root: str) -> Collection | None:
        """The collection of this id or alias; its `last_seq` may be half a second old."""
        key = (partner, name, root)
        known = self._known.pop(key, None)
        now = self._clock()
        if known is None or now - known[0] >= REMEMBER_SECONDS:
            found = self._reader.collection(partner, name, root)
            if found is None:
                return None
            known = (now, found)
        self._known[key] = known  # at the end of the dict, which thereby stays in order of use
        if len(self._known) > MOST:
            del self._known[next(iter(self._known))]
        return known[1]
