"""The short cut in front of the detectors answers as they do."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.detect import detectors
from transforms.minimize import scan

URL_BY_CHANCE = frozenset({"ip-private"})
"""The host of a URL is judged by itself, before its text is looked at."""


@settings(max_examples=400)
@given(st.from_regex(scan._PLAIN, fullmatch=True))
def test_what_is_not_shown_to_the_detectors_is_nothing_to_them(text: str) -> None:
    assert scan.hits(text) == ()
    assert {hit.kind for hit in detectors().find(text)} <= URL_BY_CHANCE


def test_what_the_detectors_find_is_found() -> None:
    for text in (
        "jane.doe@corp.example",
        "https://www.example.com/?mail=jane.doe@corp.example",
        "/home/jane/x",
        "amFuZS5kb2VAY29ycC5leGFtcGxl",
    ):
        assert scan.hits(text)
        assert not scan.is_clean(text)
        assert scan.is_clean(text, frozenset(hit.kind for hit in scan.hits(text)))


def test_long_texts_are_not_remembered() -> None:
    before = scan._known.cache_info().currsize
    assert scan.hits("word " * 1000) == ()
    assert scan._known.cache_info().currsize == before


def test_the_short_cut_is_short() -> None:
    assert not re.fullmatch(scan._PLAIN, "https://threat.example/home/jane")
    assert not re.fullmatch(scan._PLAIN, "amFuZUBjb3JwLmRl")
