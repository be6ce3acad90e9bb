"""How far each partner's reading is behind its collections: deliveries.db beside views.db."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from pipeline.store.deliveries import Delivery

COUNTED = 10_000
"""Objects that are counted at most: beyond, the number says no more than "many", and counting costs time."""


class Lag(NamedTuple):
    """One collection and the partner who reads it, or who should: all times in microseconds since 1970.

    `delivery` is None where it never read. `behind` objects, COUNTED at most, were added after the newest that it got, the first of
    them at `since`. A partner who reads with filters is told apart by nothing: what its filters leave out counts as well.
    """

    partner: str
    collection: str
    delivery: Delivery | None
    behind: int
    since: int | None


def read_lags(views: sqlite3.Connection, deliveries: list[Delivery]) -> Iterator[Lag]:
    """Each collection with its own partner, and with others who read it, by partner and collection."""
    numbers = {}
    known = {(item.partner, item.collection): item for item in deliveries}
    pairs: dict[tuple[str, str], Delivery | None] = {}
    for number, identifier, partner in views.execute("SELECT no, id, partner FROM collection"):
        numbers[identifier] = number
        pairs[partner, identifier] = None
    pairs |= {pair: item for pair, item in known.items() if pair[1] in numbers}  # others are of collections that are no more
    for (partner, identifier), item in sorted(pairs.items()):
        newest = 0 if item is None else item.newest or 0
        behind, since = views.execute(
            "SELECT count(*), min(seq) FROM (SELECT seq FROM record NOT INDEXED"
            " WHERE collection = ? AND latest = 1 AND seq > ? ORDER BY seq LIMIT ?)",
            (numbers[identifier], newest, COUNTED),
        ).fetchone()
        yield Lag(partner, identifier, item, behind, since)
