"""docs/content-keys.md says what the code does, row by row."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

from schemas.confidence import SCALES, ScaleName
from tests.support.objects import domain, indicator, record
from tests.unit.transforms.test_deduplicate import Memory
from transforms.canonicalize import CONTAINERS, LINKS, content_key
from transforms.external_keys import IDENTIFIED
from transforms.merge import merge, merged
from transforms.observables import COMPOSED

PAGE = (Path(__file__).parent.parent.parent / "docs" / "content-keys.md").read_text()
CODE = re.compile(r"`([^`]*)`")
SPLIT = re.compile(r"\s*\|\s*")


def rows(header: str) -> list[tuple[str, ...]]:
    """The rows of every table that has this header."""

    def found() -> Iterator[tuple[str, ...]]:
        inside = False
        for line in PAGE.splitlines():
            if line.startswith("|---"):
                continue
            if inside and line.startswith("|"):
                yield tuple(SPLIT.split(line.strip())[1:-1])
            inside = line == header or (inside and line.startswith("|"))

    return list(found())


def meant(cell: str, producer: str, trusted: str = "") -> bytes:
    """The key of what a cell says: a STIX pattern, or an object."""
    text = cell.strip("`")
    said: dict[str, Any] = indicator("x", text) if text.startswith("[") else json.loads(text)
    value = {**domain(said["type"], json.dumps(said), **said)}
    return content_key(value, producer, "production", lambda _: None, frozenset(trusted.split()))


@pytest.mark.parametrize(("one", "other", "same"), rows("| A | B | same? |"))
def test_what_is_folded(one: str, other: str, same: str) -> None:
    assert one != other
    assert {"yes": True, "no": False}[same] == (meant(one, "maker") == meant(other, "other"))


@pytest.mark.parametrize(("one", "other", "same_producer", "other_producer"), rows("| A | B | same producer | other producer |"))
def test_within_one_producer(one: str, other: str, same_producer: str, other_producer: str) -> None:
    assert {"yes": True, "no": False}[same_producer] == (meant(one, "maker") == meant(other, "maker"))
    assert {"yes": True, "no": False}[other_producer] == (meant(one, "maker") == meant(other, "other"))


@pytest.mark.parametrize(("one", "other", "trusted", "same"), rows("| A | B | trusted | same? |"))
def test_external_ids(one: str, other: str, trusted: str, same: str) -> None:
    name = trusted.strip("`")
    assert {"yes": True, "no": False}[same] == (meant(one, "maker", name) == meant(other, "other", name))


@pytest.mark.parametrize(("said", "together"), rows("| said, in order of time | confidence |"))
def test_confidence(said: str, together: str) -> None:
    parts = []
    for day, words in enumerate(CODE.findall(said), 1):
        producer, value, *revoked = words.replace(":", "").split()
        more = {"confidence": None if value == "-" else int(value), "revoked": True if revoked else None}
        parts.append(merged(producer, indicator(words, modified=f"2026-01-{day:02d}T00:00:00Z", **more)))
    found = merge(parts).confidence
    assert together.strip("`") == ("-" if found is None else str(found))


@pytest.mark.parametrize(("scale", "word", "value", "extent"), rows("| scale | word | value | range |"))
def test_scales(scale: str, word: str, value: str, extent: str) -> None:
    assert scale.strip("`") in get_args(ScaleName)
    steps = {step.words[0]: step for step in SCALES[scale.strip("`")].steps}  # type: ignore[index]
    step = steps[word.strip("`")]
    assert (str(step.value), f"{step.low}-{step.high}") == (value, extent)


def version(words: str) -> Any:
    name, _, kind = words.partition(" ")
    more = {"": {}, "revoked": {"revoked": True}, "other content": {"name": "x"}, "other created": {"created": "2026-01-01T00:00:00Z"}}[
        kind
    ]
    return record(indicator("a", **{"created": "2026-02-01T00:00:00Z", "modified": f"2026-02-0{name[1]}T00:00:00Z", **more}))


@pytest.mark.parametrize(("known", "arrives", "judged"), rows("| known | arrives | is |"))
def test_versions(known: str, arrives: str, judged: str) -> None:
    memory = Memory()
    for words in CODE.findall(known):
        memory.take(version(words))
    kind, reason = memory.take(version(arrives.strip("`")))
    assert (reason or kind) == judged.strip("`")


def test_no_table_is_empty_and_every_list_is_whole() -> None:
    assert {len(rows(header)) > 3 for header in re.findall(r"^(\| .+ \|)\n\|---", PAGE, re.MULTILINE)} == {True}
    assert sum(same == "yes" for *_, same in rows("| A | B | same? |")) > 15
    assert sum(same == "no" for *_, same in rows("| A | B | same? |")) > 15
    for name in COMPOSED:
        assert f"`{name}`" in PAGE
    named = next(first for first, *_ in rows("| kind | key |") if first.startswith("attack"))
    assert len(named.split(", ")) == len(IDENTIFIED)
    assert (len(LINKS), len(CONTAINERS)) == (2, 6)
