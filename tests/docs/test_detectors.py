"""docs/detectors.md says what the detectors do, example by example."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from transforms.detect import KINDS, MAX_TEXT, detectors

PAGE = (Path(__file__).parent.parent.parent / "docs" / "detectors.md").read_text()
CODE = re.compile(r"`([^`]*)`")
FOUND = detectors("re")


def rows(header: str) -> list[list[str]]:
    """The cells of each row of the table with this header."""
    table = PAGE.split(header + "\n", 1)[1].split("\n\n", 1)[0].splitlines()[1:]
    return [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in table]


KIND_ROWS = {row[0].strip("`"): row[1:] for row in rows("| kind | found | not found |")}
DISGUISES = [example for row in rows("| disguise | |") for example in CODE.findall(row[1])]


def kinds(text: str) -> set[str]:
    """The kinds that are found in a text."""
    return {hit.kind for hit in FOUND.find(text)}


def test_every_kind_is_on_the_page() -> None:
    assert KIND_ROWS.keys() == KINDS.keys()
    assert f"{MAX_TEXT:,} characters" in PAGE


@pytest.mark.parametrize("kind", sorted(KIND_ROWS.keys() - {"too-long"}))
def test_the_examples_of_a_kind(kind: str) -> None:
    found, other = (CODE.findall(cell) for cell in KIND_ROWS[kind])
    assert found
    for text in found:
        assert kind in kinds(f"It says {text}") or kind in kinds(text), text
    for text in other:
        assert kinds(f"It says {text}") == set(), text


@pytest.mark.parametrize("text", DISGUISES)
def test_the_disguises(text: str) -> None:
    assert "email" in kinds(f"It says {text} there")


def test_what_is_not_an_address() -> None:
    assert not FOUND.any("hosted at evil.example")
    assert not FOUND.any("jane at victim.example")
    assert not FOUND.any("Jane Doe opened it")
