"""Which records of a collection are wanted, and the one SQL statement that finds them (TAXII 2.1 §3.4)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from pipeline.store.compact_schema import version_key
from pipeline.store.object_ids import FIND, split
from schemas.taxii import SPEC_VERSION

FIRST, LAST, ALL = "first", "last", "all"
KEYWORDS = frozenset((FIRST, LAST, ALL))

_LATEST, _ANY = "r.latest = 1", "r.latest IN (0, 1)"

INLINE_ROWS = 2_000
"""A walk of an index over this many records takes about 3 ms: less than handing it to a thread would disturb the others."""

_VERSION = "coalesce(r.version, (SELECT v.version FROM version v WHERE v.object = r.object AND v.body = r.body))"
"""SQL for the version of a record `r`."""

_KEY = version_key(_VERSION)

_FIRST_CONDITION = f"{_KEY} = (SELECT min(f.version_key) FROM record_text f WHERE f.collection = r.collection AND f.object = r.object)"  # noqa: S608 - ours


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
        return [*self._values(collection), self.limit + 1]

    def page_statement(self) -> str:
        """The SQL for a page joined to one value: count, first and last date_added, the bodies with commas between, whether more follows.

        Run it with `page_parameters`. That it is joined in order follows from the order of the inner statement.
        """
        counts = (len(self.ids or ()), len(self.types or ()), self.versions, len(self._keys()))
        return _page_statement(*counts)

    def page_parameters(self, collection: int) -> list[object]:
        """The values for `page_statement`."""
        return [collection, *self._matched(), *self._values(collection), self.limit]

    def _values(self, collection: int) -> list[object]:
        return [collection, self.after, *self._matched()] * len(_arms(len(self.ids or ()), self.versions))

    def _matched(self) -> list[object]:
        return [*(part for identifier in self.ids or () for part in split(identifier)), *(self.types or ()), *self._keys()]

    def _keys(self) -> list[str]:
        return [version for version in self.versions if version not in KEYWORDS]


@lru_cache(maxsize=256)
def _page_statement(ids: int, types: int, versions: tuple[str, ...], keys: int) -> str:
    inner = _statement("r.seq AS seq, b.bytes AS bytes", "CROSS JOIN body b ON b.no = r.body", ids, types, versions, keys)
    where = f"{_conditions('last', ids, types, versions, keys)} AND {_LATEST if versions == (LAST,) else _ANY}"
    beyond = f"SELECT 1 FROM record r {_index(ids)} WHERE {where}"  # noqa: S608 - as below
    page = "count(*) AS count, min(seq) AS first, max(seq) AS last, group_concat(bytes) AS joined"
    return f"SELECT count, first, last, CAST(joined AS BLOB), EXISTS({beyond}) FROM (SELECT {page} FROM ({inner}))"  # noqa: S608 - as below


@lru_cache(maxsize=256)
def _statement(columns: str, join: str, ids: int, types: int, versions: tuple[str, ...], keys: int) -> str:
    conditions = _conditions("?", ids, types, versions, keys)
    arms = [
        f"SELECT {columns} FROM record r {_index(ids)} {join} WHERE {conditions} AND {latest}"  # noqa: S608 - no text of a request is in it
        for latest in _arms(ids, versions)
    ]
    return f"{' UNION ALL '.join(arms)} ORDER BY seq LIMIT ?"


def _arms(ids: int, versions: tuple[str, ...]) -> tuple[str, ...]:
    """Conditions that give the wanted records in parts, each in the order of date_added by the primary key; SQLite merges them."""
    if versions == (LAST,):
        return (_LATEST,)
    return (_ANY,) if ids else (_LATEST, "r.latest = 0")


def _index(ids: int) -> str:
    """The index is named, not left to the planner: it has no statistics here, and a wrong guess reads the whole collection.

    NOT INDEXED is the primary key: collection, latest, date_added.
    """
    return "INDEXED BY record_object" if ids else "NOT INDEXED"


def _conditions(after: str, ids: int, types: int, versions: tuple[str, ...], keys: int) -> str:
    conditions = ["r.collection = ?", f"r.seq > {after}"]
    if ids:
        conditions.append(f"r.object IN ({','.join([f'({FIND})'] * ids)})")
    if types:
        kind = "(SELECT o.type FROM object o WHERE o.no = r.object)"
        conditions.append(f"{kind} IN (SELECT no FROM word WHERE text IN ({_marks(types)}))")  # noqa: S608 - as above
    if ALL not in versions and versions != (LAST,):
        either = []
        if FIRST in versions:
            either.append(_FIRST_CONDITION)
        if LAST in versions:
            either.append(_LATEST)
        if keys:
            either.append(f"{_KEY} IN ({_marks(keys)})")
        conditions.append(f"({' OR '.join(either)})" if len(either) > 1 else either[0])
    return " AND ".join(conditions)


def _marks(count: int) -> str:
    return ",".join("?" * count)
