"""The short way to say that a regular expression compiles, held against the compiler."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.patterns import regexes

PIECES = [
    "a",
    "Z",
    "0",
    " ",
    "-",
    "/",
    ".",
    "^",
    "$",
    "*",
    "+",
    "?",
    "[",
    "]",
    "[a-z]",
    "[^0-9_]",
    "[z-a]",
    "\\",
    "\\.",
    "\\d",
    "\\Q",
    "{",
    "(",
    ")",
]


@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.booleans())
def test_what_looks_simple_compiles(expression: str, binary: bool) -> None:
    assert regexes.compiles(expression, binary) == regexes._compiles(expression, binary)


@given(st.from_regex(regexes._SIMPLE, fullmatch=True).filter(lambda text: len(text) <= regexes._CACHED), st.booleans())
def test_whatever_is_simple_compiles(expression: str, binary: bool) -> None:
    assert regexes._compiles(expression, binary)


@pytest.mark.parametrize("piece", ["[a-z]", "[^a-z]*", "\\w+", "a?"])
def test_the_longest_simple_expressions_compile(piece: str) -> None:
    expression = piece * (regexes._CACHED // len(piece))
    assert regexes._SIMPLE.fullmatch(expression)
    assert regexes._compiles(expression, binary=True)
    assert regexes._compiles(expression, binary=False)
