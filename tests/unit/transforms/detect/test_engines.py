"""Whatever the engine, the same spans; whatever the text, in time that grows with its length."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import ConfigError
from tests.unit.transforms.detect.canaries import CANARIES, EVERYWHERE, HARD, LOCALES, MAIL
from transforms.detect import MAX_TEXT, Detectors, detectors, mask, views
from transforms.detect.engines import EngineName

CORPUS = [
    *CANARIES.values(),
    *MAIL.values(),
    *HARD,
    *(text for texts in LOCALES.values() for text in texts),
    *(disguise(canary) for canary in CANARIES.values() for disguise in EVERYWHERE.values()),
]
PIECES = st.one_of(
    st.sampled_from(CORPUS),
    st.text(max_size=12),
    st.sampled_from(
        [" ", ", ", ": ", "=", "@", ".", "-", "%40", "\n", "+", "0", "12", "/", "\\", "(", "&#64;", " at ", "Mr ", "tel ", "Dear ", "é"]
    ),
)
TEXTS = st.lists(PIECES, max_size=8).map("".join)


@cache
def engine(name: EngineName) -> Detectors:
    """Made once: Hyperscan takes seconds to compile."""
    if name not in ("re", "auto"):
        pytest.importorskip(name)
    return detectors(name)


@pytest.mark.parametrize("name", ["re2", "hyperscan", "auto"])
def test_engines_agree_on_the_corpus(name: EngineName) -> None:
    for text in [*CORPUS, " | ".join(CORPUS[:60])]:
        assert engine(name).find(text) == engine("re").find(text), text
        assert engine(name).any(text) == bool(engine("re").find(text)), text


@pytest.mark.parametrize("name", ["re", "re2", "hyperscan"])
@settings(max_examples=300, deadline=None)
@given(text=TEXTS)
def test_engines_agree(name: EngineName, text: str) -> None:
    found = engine("re").find(text)
    assert engine(name).find(text) == found
    assert engine(name).any(text) == bool(found)
    assert all(0 <= hit.start < hit.end <= len(text) for hit in found)
    assert len(mask(text, found)) <= len(text) + 20 * len(found)


def test_lone_surrogates_are_read() -> None:
    for name in ("re", "hyperscan"):
        assert engine(name).any("\ud800 jane@victim.example")


def test_an_engine_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr("transforms.detect.engines.import_module", missing)
    detectors.cache_clear()
    with pytest.raises(ConfigError, match=r"tearline\[re2\]"):
        detectors("re2")
    detectors.cache_clear()


def test_threads_share_an_engine() -> None:
    shared = engine("auto")
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(shared.any, CORPUS * 3))
    assert found == [engine("re").any(text) for text in CORPUS * 3]


HOSTILE = {
    "one letter": "a",
    "capital": "A",
    "digits": "1",
    "at signs": "@",
    "local parts": "a" * 64 + "@",
    "domains": "a@" + "a." * 20,
    "dots": ".",
    "blanks": " ",
    "colons": "Victim: ",
    "names": "Victim: Jane ",
    "equals": "password=",
    "digits and blanks": "1 2 ",
    "digits and dashes": "12-",
    "groups": "4111 1111 ",
    "iban heads": "DE89 ",
    "percent": "%25",
    "entities": "&#64;",
    "escapes": "\\u0040",
    "backslashes": "\\",
    "slashes": "/",
    "paths": "/home/",
    "colons and hex": "ab:",
    "hex": "6a",
    "base64": "amFuZS5x",
    "base64 lines": "amFuZS5xN2sz\n",
    "brackets": "[at",
    "spelled": "a.b at ",
    "tags": "<b ",
    "url": "://",
    "url user": "://a",
    "titles": "Mr ",
    "greetings": "Dear ",
    "streets": "1 A ",
    "street heads": "Via ",
    "phones": "tel 1",
    "plus": "+1",
    "wide": "ａ",
    "cyrillic": "а",
    "chinese": "受",
    "marks": "e\u0301",
    "zero-width": "a\u200b",
    "key": "-----BEGIN PRIVATE KEY-----",
    "quoted": '"',
    "quoted-printable": "=40",
    "coordinates": "1.23456,",
    "jwt": "eyJhbGciOi.",
    "capitals": "Aa ",
    "born": "born ",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_time_is_linear(unit: str) -> None:
    def spent(size: int) -> float:
        text = (unit * size)[:size]
        started = time.process_time()
        engine("re").any(text)
        engine("re").find(text)
        return time.process_time() - started

    small, large = spent(MAX_TEXT // 8), spent(MAX_TEXT)
    assert large < 6
    assert large < 0.05 or large < 30 * max(small, 0.002)


def test_readings_are_bounded() -> None:
    for unit in HOSTILE.values():
        assert sum(map(len, views((unit * MAX_TEXT)[:MAX_TEXT]))) <= 6 * MAX_TEXT
