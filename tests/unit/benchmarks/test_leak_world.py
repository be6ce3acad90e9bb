"""The corpus of LeakBench: valid STIX in every row of the table, the same for the same seed, with a ground truth that is true."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.leak.bench import make_corpus
from benchmarks.leak.canaries import Canary
from benchmarks.leak.corpus import FEEDS, TRUTH, read_truth
from benchmarks.leak.disguises import DISGUISES
from benchmarks.leak.locales import LOCALES
from benchmarks.leak.oracle import Oracle
from benchmarks.leak.places import PLACES
from benchmarks.leak.recipients import entitled
from benchmarks.leak.verdict import bound
from pipeline.lint import lint
from schemas.config import LeniencySettings
from schemas.errors import ConfigError
from schemas.split import MAX_OBJECT_BYTES

REFUSED = 17
"""What row 38 plants in one round: objects that must not be taken in."""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("leak") / "corpus"
    make_corpus(folder, 1500, 1)
    return folder


@pytest.fixture(scope="module")
def canaries(corpus: Path) -> list[Canary]:
    return read_truth(corpus / TRUTH)


def files(corpus: Path) -> Iterator[Path]:
    return (corpus / FEEDS).rglob("*.json")


def test_every_row_role_locale_and_disguise_is_planted(canaries: list[Canary]) -> None:
    private = [canary for canary in canaries if canary.private]
    assert len(private) >= 1500
    assert {canary.row for canary in private} == set(range(39))
    assert {str(canary.role) for canary in canaries} == {"victim", "reporter", "analyst", "threat", "benign"}
    assert {canary.locale for canary in private} == {locale.code for locale in LOCALES}
    assert set(DISGUISES) <= {canary.encoding for canary in private}
    assert len({canary.value for canary in canaries}) == len(canaries)


def test_what_is_not_meant_to_be_refused_is_taken_in(corpus: Path, canaries: list[Canary]) -> None:
    rounds = sum(canary.row == 38 and canary.path == "refused" for canary in canaries) // (REFUSED + 2)
    stopped: Counter[str] = Counter()
    for path in files(corpus):
        with path.open("rb") as file:
            result = lint(file.read, LeniencySettings(), MAX_OBJECT_BYTES)
        stopped.update({item.reason: item.objects for item in result.broken if item.rule in ("quarantine", "reject")})
    assert rounds
    assert set(stopped) <= {
        *("invalid-id", "invalid-property", "invalid-timestamp", "invalid-pattern", "invalid-selector", "empty-list", "duplicate-key"),
        *("unsupported-version", "non-finite-number", "not-an-object", "too-deep"),
    }
    assert sum(stopped.values()) <= rounds * (REFUSED + 1)


def test_the_oracle_finds_all_of_it_in_the_feeds(corpus: Path, canaries: list[Canary]) -> None:
    oracle = Oracle(canaries)
    seen = {hit.number for path in files(corpus) for hit in oracle.find(path.read_bytes())}
    assert seen == set(range(len(canaries)))


def test_the_same_seed_makes_the_same_corpus_and_another_another(corpus: Path, tmp_path: Path) -> None:
    make_corpus(tmp_path / "again", 1500, 1)
    make_corpus(tmp_path / "other", 1500, 2)
    mine = [path.read_bytes() for path in sorted(files(corpus))]
    assert mine == [path.read_bytes() for path in sorted(files(tmp_path / "again"))]
    values = [{canary.value for canary in read_truth(folder / TRUTH)} for folder in (corpus, tmp_path / "other")]
    assert not values[0] & values[1]


def test_all_places_say_which_row_they_are_of() -> None:
    assert {place.row for place in PLACES} == set(range(39)) - {37}  # 37 is the channel: ids of bundles


@pytest.mark.parametrize(
    ("producer", "tlp", "who"),
    [
        ("fjordwatch", "clear", {"greywillow", "ironbridge", "larkfield", "mooring", "northgate"}),
        ("saltmarsh", "clear", {"greywillow", "ironbridge", "larkfield", "mooring", "northgate"}),
        ("fjordwatch", "green", {"ironbridge", "larkfield", "mooring", "northgate"}),
        ("saltmarsh", "green", set()),
        ("somebody-else", "green", {"ironbridge", "larkfield", "mooring", "northgate"}),
        ("fjordwatch", "amber", {"larkfield"}),
        ("kestrelnet", "amber", set()),
        ("fjordwatch", "amber+strict", set()),
        ("fjordwatch", "red", set()),
        ("fjordwatch", "", set()),
    ],
)
def test_markings_say_who_may_have_an_object(producer: str, tlp: str, who: set[str]) -> None:
    assert entitled(producer, tlp) == who


@pytest.mark.parametrize("line", ['{"value": "short", "role": "victim", "producer": "x", "allowed": []}', '{"role": "victim"}', "no JSON"])
def test_a_ground_truth_that_is_none_is_refused_with_its_line(line: str, tmp_path: Path) -> None:
    good: dict[str, Any] = {"value": "long enough", "role": "victim", "producer": "x", "allowed": []}
    (tmp_path / TRUTH).write_text(f"{json.dumps(good)}\n{line}\n")
    with pytest.raises(ConfigError, match=f"{TRUTH}:2:"):
        read_truth(tmp_path / TRUTH)


def test_the_bound_is_the_rule_of_three_and_says_nothing_where_something_leaked() -> None:
    assert bound(0, 30_000) == 0.0001
    assert bound(1, 30_000) is None
    assert bound(0, 0) is None
