"""The reference validator of OASIS as a second opinion on what is a pattern. Where it says otherwise, a row says who is right and why."""

from __future__ import annotations

import os
import random
import re
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stix2patterns.validator import run_validator

from schemas.patterns import Flaw, examine, quick
from schemas.patterns.tree import Pattern
from tests.support.data import files, needs_data
from tests.unit.schemas.patterns.strategies import KNOWN_PATHS, PATHS, comparisons, patterns, spelled


def theirs(text: str) -> bool:
    """Whether the reference validator takes a text; a crash is a no."""
    try:
        return not run_validator(text, "2.1")
    except (RecursionError, UnboundLocalError, AttributeError):
        return False


def ours(text: str) -> bool:
    """Whether we take a text: flaws that a setting softens, which no grammar has, do not count."""
    return all(flaw.setting for flaw in examine(text).flaws)


Explain = Callable[[str, Flaw | None], bool]
"""(text, the first flaw that counts) -> whether the row explains a difference."""


def at(reason: str, section: str, word: str) -> Explain:
    def explains(text: str, flaw: Flaw | None) -> bool:
        return flaw is not None and flaw[::2] == (reason, section) and re.match(word, text[flaw.position :]) is not None

    return explains


def has(form: str) -> Explain:
    return lambda text, flaw: flaw is None and re.search(form, text) is not None


A = "[file:size = 5]"
DIFFERENCES: dict[str, tuple[str, str, Explain]] = {
    # name: (section that proves us right, example, what it explains)
    "AND of two object types": ("9.5", "[file:size = 5 AND mutex:name = 'a']", at("pattern-mixed-types", "9.5", "")),
    "STOP before START": (
        "9.5.1",
        f"{A} START t'2026-01-02T00:00:00Z' STOP t'2026-01-01T00:00:00Z'",
        at("pattern-range", "9.5.1", "START"),
    ),
    "qualifiers of zero": ("9.5.1", f"{A} REPEATS 0 TIMES", at("invalid-pattern", "9.5.1", r"\+?[0.]")),
    "days that no calendar has": ("2.16", "[file:ctime = t'2026-02-30T00:00:00Z']", at("invalid-pattern", "9.2", "t'")),
    "days that no calendar has, in a qualifier": (
        "2.16",
        f"{A} START t'2026-02-30T00:00:00Z' STOP t'2026-03-01T00:00:00Z'",
        at("invalid-pattern", "9.2", "t'"),
    ),
    "indexes beyond every integer": ("2.8", f"[a:b[{'9' * 17}] = 5]", at("invalid-pattern", "9.7.2", "[0-9+-]")),
    "line feeds in base64": ("9.2", "[artifact:payload_bin = b'QU\nJD']", has(r"b'[A-Za-z0-9+/=]*\n")),
    "a comment in front, which its own grammar allows": ("9.4", f"/* a */{A}", has(r"^[\s(]*/[/*]")),
    "white space in front that Python does not strip": ("9.4", f"\u2003\x85{A}", lambda _text, _flaw: False),
    "parts of hashes under LIKE and others": ("9.6.1", "[file:hashes.MD5 LIKE 'ab%']", has("hashes")),
    "sets of hashes": ("9.6.1", f"[file:hashes.MD5 IN ('{'a' * 32}')]", has("hashes")),
    "hashes as octets": ("9.2", f"[file:hashes.MD5 = h'{'a' * 32}']", has("hashes")),
    "an index behind hashes, where it crashes": ("9.7", "[file:hashes[0] = 'a']", has("hashes")),
    "indexes below zero, where it crashes": ("9.7.2", "[file:name[-1] = 'a']", has("-[0-9]")),
    "long OR": ("9.5", f"[{' OR '.join(f'file:size = {number}' for number in range(1000))}]", lambda _text, _flaw: False),
    "needless parentheses": ("9.5", f"{'(' * 400}{A}{')' * 400}", lambda _text, _flaw: False),
}
AGREED = {"white space in front that Python does not strip"}


@pytest.mark.parametrize("name", DIFFERENCES)
def test_the_table_of_differences_is_true(name: str) -> None:
    _, example, explains = DIFFERENCES[name]
    assert (ours(example) != theirs(example)) == (name not in AGREED)
    if len(example) < 200:
        hard = [flaw for flaw in examine(example).flaws if not flaw.setting]
        assert explains(example, hard[0] if hard else None) or name in AGREED


def test_hashes_that_both_find_wrong_are_soft_here() -> None:
    for text in ("[file:hashes.'SHA-256' = 'f00']", "[file:hashes.MD5 = 'x']", "[file:hashes.WHIRLPOOL = 'x']"):
        assert not theirs(text)
        assert [flaw.reason for flaw in examine(text).flaws] == ["pattern-value"]


def agree(text: str) -> None:
    if ours(text) == theirs(text):
        return
    hard = [flaw for flaw in examine(text).flaws if not flaw.setting]
    assert any(explains(text, hard[0] if hard else None) for _, _, explains in DIFFERENCES.values()), text


spare = settings(max_examples=int(os.environ.get("TEARLINE_FUZZ_CASES", 100)), suppress_health_check=[HealthCheck.too_slow])


@spare
@given(patterns(comparisons(st.one_of(PATHS, KNOWN_PATHS)), 3), st.integers(0, 1 << 32))
def test_patterns_as_people_write_them(tree: Pattern, seed: int) -> None:
    agree(spelled(tree, random.Random(seed)))


@spare
@given(patterns(comparisons(st.one_of(PATHS, KNOWN_PATHS)), 2), st.integers(0, 1 << 32))
def test_patterns_with_one_character_wrong(tree: Pattern, seed: int) -> None:
    chance = random.Random(seed)
    text = spelled(tree, chance)
    place = chance.randrange(len(text))
    agree(text[:place] + chance.choice(["", chance.choice("[]()'\\.,:=<>!+-*0a ANDORhbt\n")]) + text[place + chance.randint(0, 1) :])


def indicators(value: Any) -> Iterator[str]:
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if node.get("type") == "indicator" and isinstance(node.get("pattern"), str) and node.get("pattern_type", "stix") == "stix":
                yield node["pattern"]
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)


def real_patterns() -> list[str]:
    found: set[str] = set()
    for path in files("*/*.json", "*/*.stix2", "oasis_examples/*/*.json"):
        try:
            found.update(indicators(orjson.loads(path.read_bytes())))
        except orjson.JSONDecodeError:
            assert path.name.startswith("invalid_")
    return sorted(found)


@pytest.mark.real
@needs_data
def test_real_patterns() -> None:
    """All that are more than one equality, and of these every path and every tenth value; all of them in the long run."""
    every = real_patterns()
    assert len(every) > 8000
    seen: set[str] = set()
    for number, text in enumerate(every):
        path = text.partition("=")[0]
        if quick.report(text) is None or path not in seen or not number % 10 or "TEARLINE_FUZZ_CASES" in os.environ:
            seen.add(path)
            agree(text)
