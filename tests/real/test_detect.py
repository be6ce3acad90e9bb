"""Descriptions of ATT&CK are about nobody: what the detectors find there is the price that a clean text pays."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import orjson
import pytest

from tests.support.data import files, needs_data
from transforms.detect import detectors

pytestmark = [pytest.mark.real, needs_data]

LIMIT = 0.005
"""Share of texts with a hit; some of them do tell private addresses."""


def texts() -> Iterator[str]:
    """Names and descriptions, once each."""
    found = {
        item[key]
        for path in files("attack/*.json")
        for item in orjson.loads(path.read_bytes())["objects"]
        for key in ("name", "description")
        if isinstance(item.get(key), str)
    }
    yield from sorted(found)


def test_descriptions_of_attack_are_clean(capsys: pytest.CaptureFixture[str]) -> None:
    found = detectors("re")
    every = list(texts())
    hits = [found.find(text) for text in every]
    kinds = Counter(hit.kind for some in hits for hit in some)
    share = sum(map(bool, hits)) / len(every)
    with capsys.disabled():
        print(f"\n{len(every):,} names and descriptions of ATT&CK, {100 * share:.2f} % with a hit: {dict(kinds)}")
    assert len(every) > 1000
    assert share <= LIMIT
