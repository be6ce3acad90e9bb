"""Objects before three judges: ours, stix2 and stix2-validator. Each disagreement is one of docs/differences.md, or fails.

TEARLINE_DIFFERENTIAL=all compares every real object with the validator too, and every object with one mutation: some minutes.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings

from schemas.stix.registry import REQUIRED
from tests.differential.broken import MUSTS
from tests.differential.difference import AGREED, Difference, Stix, disputed, like, unexplained
from tests.differential.differences import ROWS
from tests.differential.mutations import mutated, single_mutations
from tests.differential.witnesses import library, ours, validator, whole_validator
from tests.support.data import FOLDER, files, needs_data
from tests.unit.schemas.stix.clauses import GONE
from transforms.upgrade import is_stix20, upgrade

PAGE = (Path(__file__).parents[2] / "docs" / "differences.md").read_text()
ALL = os.environ.get("TEARLINE_DIFFERENTIAL") == "all"
opt_in = pytest.mark.skipif(not ALL, reason="some minutes: set TEARLINE_DIFFERENTIAL=all")


# --- the witnesses


@pytest.mark.parametrize("type_name", AGREED)
def test_all_take_the_objects_that_the_others_are_made_of(type_name: str) -> None:
    assert (ours(AGREED[type_name]), library(AGREED[type_name]), validator(AGREED[type_name])) == ((), (), ())


def test_the_validator_is_asked_rightly() -> None:
    """What the faster way to ask it says is what its own front door says."""
    values = [*AGREED.values(), *(row.example for row in ROWS), *(value for _, _, value, _ in MUSTS)]
    assert [value for value in values if whole_validator(value) != (not validator(value))] == []


# --- the table


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.witness} {'takes' if row.takes else 'refuses'} {row.what}" for row in ROWS])
def test_each_example_shows_its_difference(row: Difference) -> None:
    takes, complaints = disputed(row.example, row.witness)
    assert complaints, "both say the same"
    assert takes == row.takes
    assert [complaint for complaint in complaints if row.explains(row.example, complaint)] != []
    assert unexplained(row.example, ROWS) == []


def test_no_row_can_be_left_out() -> None:
    """Without its row, an example is not explained; one row alone, so that each class is what its example shows."""
    for row in ROWS:
        rest = tuple(other for other in ROWS if other is not row)
        assert row.witness in {witness for witness, _ in unexplained(row.example, rest)}, row.what


def test_the_page_tells_the_table() -> None:
    tables = re.findall(r"^\| what \|.*\n\|[-|]+\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    told = [tuple(cell.strip() for cell in line.strip("|").split("|")) for table in tables for line in table.splitlines()]
    assert told == [(row.what, f"§{row.section}", row.verdict, row.why) for row in ROWS]


# --- one object for each rule


@pytest.mark.parametrize(("kind", "path", "value", "reason"), MUSTS, ids=[f"{row[2]['type']}-{row[0]}-{row[3]}" for row in MUSTS])
def test_what_the_validator_demands_we_demand(kind: str, path: str, value: Stix, reason: str) -> None:
    assert (kind, path) in {(complaint.kind, complaint.path) for complaint in validator(value)}
    assert reason in {complaint.kind for complaint in ours(value)}
    assert unexplained(value, ROWS) == []


def test_all_demand_what_is_required() -> None:
    missing = [like(name, **{needed: GONE}) for name in AGREED for needed in REQUIRED[name]]
    assert len(missing) > 150
    assert [value for value in missing if unexplained(value, ROWS)] == []
    lenient = [value["type"] for value in missing if not ours(value)]
    assert lenient == ["grouping", "malware"], "what Errata 01 made optional, or required, without a word is missed, not demanded"


# --- real objects


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Objects with a type and an id at any depth; bundles are opened, and STIX 2.0 is upgraded."""
    stack = [value]
    while stack:
        at = stack.pop()
        if isinstance(at, dict) and isinstance(at.get("type"), str) and isinstance(at.get("id"), str) and at["type"] != "bundle":
            yield from upgrade(at).objects if is_stix20(at) else (at,)
        if isinstance(at, dict | list):
            stack.extend(at.values() if isinstance(at, dict) else at)


def _shape(value: Any, name: str = "") -> Any:
    """What an object has in common with others: types, names of properties, kinds of values and of texts."""
    if isinstance(value, dict):
        return tuple(sorted((key, _shape(item, key)) for key, item in value.items()))
    if isinstance(value, list):
        return frozenset(_shape(item) for item in value)
    if not isinstance(value, str):
        return type(value).__name__
    return value if name == "type" else re.sub(r"[a-z]+", "a", re.sub(r"[0-9]+", "0", value)) if name == "pattern" else value[:0]


def _content() -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in files("*/**/*.json", "*/**/*.stix2"):
        try:
            yield from ((path, value) for value in _objects(orjson.loads(path.read_bytes())))
        except orjson.JSONDecodeError:
            assert path.name in ("invalid_braces.json", "invalid_comma.json")


@pytest.mark.real
@needs_data
def test_real_objects() -> None:
    """Every object before stix2; one of each shape before the validator, unless all are asked for."""
    seen: Counter[str] = Counter()
    shapes: set[Any] = set()
    for path, value in _content():
        shape = _shape(value)
        names = ("stix2", "stix2-validator") if ALL or shape not in shapes else ("stix2",)
        shapes.add(shape)
        seen.update(names)
        assert [complaint for _, complaint in unexplained(value, ROWS, names)] == [], str(path.relative_to(FOLDER))
    assert seen["stix2"] > 35_000
    assert seen["stix2-validator"] > 500


OASIS = {
    # file: which of (we, the validator) take what is in it
    "identity.json": (True, True),
    "identity_custom.json": (True, True),
    "identity_unicode.json": (True, True),
    "identity_warning.json": (True, True),
    "invalid_identity.json": (False, False),
    "invalid_timestamp.json": (False, False),
    "tlp-amber.json": (True, True),
    "tool.json": (True, True),
}


@pytest.mark.real
@needs_data
@pytest.mark.parametrize("name", OASIS)
def test_the_tests_of_the_validator(name: str) -> None:
    (value,) = _objects(orjson.loads((FOLDER / "oasis_validator_tests" / name).read_bytes()))
    assert (not ours(value), not validator(value)) == OASIS[name]


@pytest.mark.real
@needs_data
def test_the_tests_of_the_validator_are_all_known() -> None:
    broken = {"invalid_braces.json", "invalid_comma.json"}
    assert {path.name for path in files("oasis_validator_tests/*")} == OASIS.keys() | broken
    for name in broken:
        with pytest.raises(orjson.JSONDecodeError):
            orjson.loads((FOLDER / "oasis_validator_tests" / name).read_bytes())


# --- made objects


@settings(max_examples=1500, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck))
@given(mutated())
def test_made_objects(value: Stix) -> None:
    assert unexplained(value, ROWS) == []


@opt_in
def test_every_single_mutation() -> None:
    left = [(value, found) for value in single_mutations() if isinstance(value, dict) and (found := unexplained(value, ROWS))]
    assert left == []
