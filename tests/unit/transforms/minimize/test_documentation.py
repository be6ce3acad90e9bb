"""docs/minimization.md: every example in it is run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas.errors import BadInput
from schemas.sharing.verbs import ORDER
from tests.support.objects import identifier
from tests.unit.transforms.minimize.support import minimizer, reason_of
from transforms.minimize import Role, patterns

PAGE = (Path(__file__).parents[4] / "docs" / "minimization.md").read_text(encoding="utf-8")


def rows(title: str) -> Iterator[tuple[str, ...]]:
    """The rows of the first table under a title, without the signs of code."""
    section = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    assert table
    for line in table[2:]:
        yield tuple(cell.strip().strip("`") for cell in line.strip("|").split(" | "))


def shown(path: str, before: str, found: Any) -> str:
    type_name, name = path.split(".")
    value = {"type": type_name, "id": identifier(type_name, "a"), name: json.loads(before)}
    role = Role.VICTIM if isinstance(found, str) else found[1]
    one = found[0] if isinstance(found, tuple) else minimizer("verbatim@1", {path: found})
    try:
        left = one.minimize(value, role).value
    except BadInput as problem:
        return reason_of(problem)
    return json.dumps(left[name], ensure_ascii=False) if name in left else "nothing"


def fits(found: str, wanted: str) -> bool:
    return re.fullmatch(re.escape(wanted).replace("…", "[a-z2-7]{26}"), found) is not None


@pytest.mark.parametrize("row", list(rows("Verbs")), ids=" ".join)
def test_verbs(row: tuple[str, ...]) -> None:
    verb, path, before, after = row
    assert fits(shown(path, before, verb), after)


def test_every_verb_has_an_example() -> None:
    assert {verb.partition("(")[0] for verb, *_ in rows("Verbs")} == {*ORDER, "withhold", "decode_then"}


@pytest.mark.parametrize("row", list(rows("Roles")), ids=" ".join)
def test_roles(row: tuple[str, ...]) -> None:
    path, role, before, after = row
    assert fits(shown(path, before, (minimizer(), Role(role))), after)


@pytest.mark.parametrize("row", list(rows("Names and texts")), ids=" ".join)
def test_names(row: tuple[str, ...]) -> None:
    value = json.loads(row[0])
    found = minimizer().minimize({"id": identifier(value["type"], "a"), "name": "text", **value})
    assert found.value["name"] == row[1]


@pytest.mark.parametrize("row", list(rows("Patterns")), ids=" ".join)
def test_patterns(row: tuple[str, ...]) -> None:
    found = patterns.minimize(row[0], "stix")
    assert (found.reason or found.text) == row[1]


def test_the_page_names_every_profile_and_the_order_of_restriction() -> None:
    assert [row[0] for row in rows("Profiles")] == ["standard@1", "trusted@1", "verbatim@1"]
    assert ", ".join(f"`{verb}`" for verb in ORDER) in PAGE.replace("\n", " ")
