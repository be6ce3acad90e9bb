"""Objects that are wrong, or only unusual, in one place: every part of an object under everything that fits its kind."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from typing import Any

from hypothesis import strategies as st

from schemas.stix.names import COMMON_PROPERTIES
from schemas.stix.registry import REQUIRED
from tests.differential.difference import AGREED, Stix
from tests.unit.schemas.stix.clauses import GONE
from tests.unit.schemas.stix.sample_observables import UUID

Path = tuple[str | int, ...]

_OTHER_KINDS: tuple[Any, ...] = (GONE, None, 5, 1.5, True, "x", [], {}, ["x"], ["x", "x"], [None], {"key": "v"})
_MOMENTS = (
    *("2026-02-30T00:00:00.000Z", "2026-02-03", "2026-02-03T04:05:06+01:00", "2026-02-03t04:05:06.000z", "2026-02-03T24:00:00.000Z"),
    *("2026-02-03T04:05:06Z", "2026-02-03T04:05:06.1Z", "2026-02-03T04:05:06.Z", "2026-02-03T04:05:06.123456789Z"),
    *("2016-12-31T23:59:60.000Z", "2026-02-03T04:05:60.000Z", "0000-02-03T04:05:06.000Z"),
    *("1999-02-03T04:05:06.000Z", "2099-02-03T04:05:06.000Z"),
)
_TYPES = (
    *("identity", "url", "file", "marking-definition", "relationship", "bundle", "x-custom", "indicator", "software", "language-content"),
    *("extension-definition", "observed-data", "sighting", "ipv4-addr", "zz"),
)
_UUIDS = (
    *(f"{UUID[:14]}{version}{UUID[15:]}" for version in "017f"),
    *(f"{UUID[:19]}7{UUID[20:]}", "00000000-0000-0000-0000-000000000000", UUID[:-1], UUID.upper(), f"urn:uuid:{UUID}", f"{{{UUID}}}"),
)
_NUMBERS = (-1, 0, 101, 181, 65536, 10**9, 2**53, 10**30)
_NAMES = ("x_own", "a b", "1ab", "ab", "Foo", "a-b", "a.b", "severity", "x_bin", "x_hex", "x_ref", "a" * 251)
_IS_MOMENT = re.compile(r"[12]\d{3}-\d\d-\d\dT.*Z")
_IS_ID = re.compile(r"([a-z][a-z0-9-]*)--[0-9a-fA-F-]{36}")


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Where something stands in a JSON value; two items of each list are enough."""
    yield path
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from places(item, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value[:2]):
            yield from places(item, (*path, index))


def at(value: Any, path: Path) -> Any:
    """What stands there."""
    for step in path:
        value = value[step]
    return value


def placed(value: Stix, path: Path, item: Any) -> Any:
    """The object with something else in one place; GONE takes it away."""
    if not path:
        return item
    made = copy.deepcopy(dict(value))
    holder = at(made, path[:-1])
    if item is GONE:
        del holder[path[-1]]
    else:
        holder[path[-1]] = item
    return made


def instead(item: Any, path: Path) -> Iterator[Any]:
    """What may stand in the place of an item."""
    if path:
        yield from (other for other in _OTHER_KINDS if type(other) is not type(item) or not other)
    if isinstance(item, str):
        yield from _texts(item)
    elif isinstance(item, bool):
        yield from ("true", 1)
    elif isinstance(item, int | float):
        yield from (*_NUMBERS, float(item), str(item))
    elif isinstance(item, list) and item:
        yield from (item[:1], item[0], item + item[:1], [*item, None], [*item, 5])
    elif isinstance(item, Mapping):
        slow = path == ("extensions",)  # the validator's expression for these names takes exponential time
        yield from ({**item, name: "v v"} for name in _NAMES if not (slow and len(name) > 250))
        yield from ({**item, "x_own": inner} for inner in (None, [], {}, 5))


def _texts(item: str) -> Iterator[str]:
    yield from ("", "a b", item.upper(), f"{item}\u00e9", f"{item}{'a' * 300}", f"{item}\n")
    if _IS_MOMENT.fullmatch(item):
        yield from _MOMENTS
    if found := _IS_ID.fullmatch(item):
        yield from (f"{name}--{UUID}" for name in _TYPES)
        yield from (f"{found[1]}--{uuid}" for uuid in _UUIDS)
        yield from (f"{found[1]}-{UUID}", UUID)


def single_mutations() -> Iterator[Any]:
    """Every type with every mutation of one place; what all types have in common on a few of them."""
    for name, value in AGREED.items():
        whole = name in ("tool", "mutex", "language-content", "marking-definition", "extension-definition")
        for path in places(value):
            common = bool(path) and path[0] in COMMON_PROPERTIES - {"id", "type"}
            if not common or whole or (path[0] == "extensions" and name in ("file", "network-traffic", "process", "user-account")):
                yield from (placed(value, path, item) for item in instead(at(value, path), path))


_FREE = frozenset({"name", "description", "abstract", "content", "explanation", "objective", "cwd", "command_line", "subject", "path"})
_CREATED = st.integers(1, 2025).map(lambda year: f"{year:04}-02-03T04:05:06.789Z")


@st.composite
def objects(draw: st.DrawFn) -> dict[str, Any]:
    """An object of some type with some of its optional properties, its free texts and times drawn; most are valid."""
    value = copy.deepcopy(AGREED[draw(st.sampled_from(sorted(AGREED)))])
    optional = sorted(value.keys() - REQUIRED[value["type"]])
    for name in draw(st.lists(st.sampled_from(optional), unique=True, max_size=len(optional) // 2)):
        del value[name]
    for name in sorted(value.keys() & _FREE):
        value[name] = draw(st.text(min_size=1, max_size=20))
    if "created" in value:
        value["created"] = draw(_CREATED)
    return value


@st.composite
def mutated(draw: st.DrawFn) -> Any:
    """An object with none to two mutations."""
    value = draw(objects())
    for _ in range(draw(st.integers(0, 2))):
        path = draw(st.sampled_from([path for path in places(value) if path]))
        value = placed(value, path, draw(st.sampled_from(list(instead(at(value, path), path)))))
    return value
