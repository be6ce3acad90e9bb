"""Which records of a collection are wanted, and the one SQL statement that finds them (TAXII 2.1 §3.4)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from schemas.taxii import SPEC_VERSION

FIRST, LAST, ALL = "first", "last", "all"
KEYWORDS = frozenset((FIRST, LAST, ALL))

INLINE_ROWS = 2_000
"""A walk of an index over this many records takes about 3 ms: less than handing it to a thread would disturb the others."""

_FIRST_CONDITION = (
    "r.version_key = (SELECT min(v.version_key) FROM record v INDEXED BY record_version"
    " WHERE v.collection = r.collection AND v.object_id = r.object_id)"
)


class Selection(NamedTuple):
    """Filters with their defaults filled in. None is "any"; `versions` holds keywords and version keys, ORed."""

    after: int
    limit: int
    ids: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    versions: tuple[str, ...] = (LAST,)
    spec_versions: tuple[str, ...] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no record can match: every object is STIX 2.1."""
        return self.spec_versions is not None and SPEC_VERSION not in self.spec_versions

    @property
    def is_quick(self) -> bool:
        """Whether an index gives exactly the wanted rows, few enough to read in the event loop."""
        return self.types is None and self.versions in ((LAST,), (ALL,)) and self.limit <= INLINE_ROWS

    def statement(self, columns: str, join: str = "") -> str:
        """The SQL for these filters, ascending by date_added; run it with `parameters`."""
        return _statement(columns, join, len(self.ids or ()), len(self.types or ()), self.versions, len(self._keys()))

    def parameters(self, collection: int) -> list[object]:
        """The values for `statement`; one record more than the limit tells whether there is more."""
        return [collection, self.after, *(self.ids or ()), *(self.types or ()), *self._keys(), self.limit + 1]

    def page_statement(self) -> str:
        """The SQL for a page joined to one value: count, first and last date_added, the bodies with commas between, whether more follows.

        Run it with `page_parameters`. That it is joined in order follows from the order of the inner statement.
        """
        counts = (len(self.ids or ()), len(self.types or ()), self.versions, len(self._keys()))
        return _page_statement(*counts)

    def page_parameters(self, collection: int) -> list[object]:
        """The values for `page_statement`."""
        matched = [*(self.ids or ()), *(self.types or ()), *self._keys()]
        return [collection, *matched, collection, self.after, *matched, self.limit]

    def _keys(self) -> list[str]:
        return [version for version in self.versions if version not in KEYWORDS]


@lru_cache(maxsize=256)
def _page_statement(ids: int, types: int, versions: tuple[str, ...], keys: int) -> str:
    inner = _statement("r.seq AS seq, b.bytes AS bytes", "CROSS JOIN body b ON b.no = r.body", ids, types, versions, keys)
    beyond = f"SELECT 1 FROM record r {_index(ids, versions)} WHERE {_conditions('last', ids, types, versions, keys)}"  # noqa: S608 - as below
    page = "count(*) AS count, min(seq) AS first, max(seq) AS last, group_concat(bytes) AS joined"
    return f"SELECT count, first, last, CAST(joined AS BLOB), EXISTS({beyond}) FROM (SELECT {page} FROM ({inner}))"  # noqa: S608 - as below


@lru_cache(maxsize=256)
def _statement(columns: str, join: str, ids: int, types: int, versions: tuple[str, ...], keys: int) -> str:
    conditions = _conditions("?", ids, types, versions, keys)
    return f"SELECT {columns} FROM record r {_index(ids, versions)} {join} WHERE {conditions} ORDER BY r.seq LIMIT ?"  # noqa: S608 - no text of a request is in it


def _index(ids: int, versions: tuple[str, ...]) -> str:
    """The index is named, not left to the planner: it has no statistics here, and a wrong guess reads the whole collection."""
    if ids:
        return "INDEXED BY record_version"
    if versions == (LAST,):
        return "INDEXED BY record_latest"
    return "NOT INDEXED"  # the primary key, which is the order of date_added


def _conditions(after: str, ids: int, types: int, versions: tuple[str, ...], keys: int) -> str:
    conditions = ["r.collection = ?", f"r.seq > {after}"]
    if ids:
        conditions.append(f"r.object_id IN ({_marks(ids)})")
    if types:
        conditions.append(f"r.type IN ({_marks(types)})")
    if ALL not in versions:
        either = []
        if FIRST in versions:
            either.append(_FIRST_CONDITION)
        if LAST in versions:
            either.append("r.latest = 1")
        if keys:
            either.append(f"r.version_key IN ({_marks(keys)})")
        conditions.append(f"({' OR '.join(either)})" if len(either) > 1 else either[0])
    return " AND ".join(conditions)


def _marks(count: int) -> str:
    return ",".join("?" * count)
