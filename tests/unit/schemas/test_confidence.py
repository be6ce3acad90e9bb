"""Confidence scales (STIX 2.1, Appendix A): every number of the five tables, and what holds of all of them."""

from __future__ import annotations

import pytest

from schemas.confidence import SCALES, ScaleName, from_confidence, to_confidence

TABLES: dict[ScaleName, list[tuple[str, int, int, int]]] = {
    "none-low-med-high": [("None", 0, 0, 0), ("Low", 15, 1, 29), ("Med", 50, 30, 69), ("High", 85, 70, 100)],
    "0-10": [
        *[("0", 0, 0, 4), ("1", 10, 5, 14), ("2", 20, 15, 24), ("3", 30, 25, 34), ("4", 40, 35, 44), ("5", 50, 45, 54)],
        *[("6", 60, 55, 64), ("7", 70, 65, 74), ("8", 80, 75, 84), ("9", 90, 85, 94), ("10", 100, 95, 100)],
    ],
    "admiralty": [
        *[("5 - Improbable", 10, 0, 19), ("4 - Doubtful", 30, 20, 39), ("3 - Possibly True", 50, 40, 59)],
        *[("2 - Probably True", 70, 60, 79), ("1 - Confirmed by other sources", 90, 80, 100)],
    ],
    "wep": [
        *[("Impossible", 0, 0, 0), ("Highly Unlikely", 10, 1, 19), ("Unlikely", 30, 20, 39), ("Even Chance", 50, 40, 59)],
        *[("Likely", 70, 60, 79), ("Highly Likely", 90, 80, 99), ("Certain", 100, 100, 100)],
    ],
    "dni": [
        *[("Almost No Chance", 5, 0, 9), ("Very Unlikely", 15, 10, 19), ("Unlikely", 30, 20, 39), ("Roughly Even Chance", 50, 40, 59)],
        *[("Likely", 70, 60, 79), ("Very Likely", 85, 80, 89), ("Almost Certain", 95, 90, 100)],
    ],
}
ROWS = [(scale, *row) for scale, rows in TABLES.items() for row in rows]
NAMES = sorted(SCALES)


@pytest.mark.parametrize(("scale", "word", "value", "low", "high"), ROWS)
def test_every_row_of_every_table(scale: ScaleName, word: str, value: int, low: int, high: int) -> None:
    assert to_confidence(scale, word) == value
    assert {from_confidence(scale, number) for number in range(low, high + 1)} == {word}


@pytest.mark.parametrize("scale", NAMES)
def test_there_are_no_other_rows(scale: ScaleName) -> None:
    assert [step.words[0] for step in SCALES[scale].steps] == [word for word, *_ in TABLES[scale]]


@pytest.mark.parametrize("scale", NAMES)
def test_the_ranges_cover_all_without_gap_or_overlap(scale: ScaleName) -> None:
    covered = [number for step in SCALES[scale].steps for number in range(step.low, step.high + 1)]
    assert covered == list(range(101))


@pytest.mark.parametrize("scale", NAMES)
def test_there_and_back_is_the_same_word_for_every_way_to_say_it(scale: ScaleName) -> None:
    for step in SCALES[scale].steps:
        for word in step.words:
            assert from_confidence(scale, to_confidence(scale, word)) == step.words[0]
            assert to_confidence(scale, word.upper()) == step.value
    for word in SCALES[scale].unknown:
        assert from_confidence(scale, to_confidence(scale, word)) == SCALES[scale].unknown[0]


@pytest.mark.parametrize("scale", NAMES)
def test_unknown_is_not_zero(scale: ScaleName) -> None:
    assert to_confidence(scale, "Not Specified") is None
    assert from_confidence(scale, None) != from_confidence(scale, 0)


@pytest.mark.parametrize(
    ("scale", "word", "value"),
    [
        ("admiralty", "6", None),
        ("admiralty", 6, None),
        ("admiralty", 2, 70),
        ("0-10", 7, 70),
        ("wep", "almost certainly not", 10),
        ("wep", "Almost Certain", 90),
        ("dni", "Almost Certain", 95),
        ("dni", "remote", 5),
        ("dni", "Probable", 70),
    ],
)
def test_other_ways_to_say_it(scale: ScaleName, word: str | int, value: int | None) -> None:
    assert to_confidence(scale, word) == value


@pytest.mark.parametrize(
    ("scale", "word"), [("wep", "perhaps"), ("0-10", 11), ("0-10", "-1"), ("admiralty", 0), ("dni", "Certain"), ("wep", "")]
)
def test_what_the_scale_does_not_have_is_refused_and_not_repeated(scale: ScaleName, word: str | int) -> None:
    with pytest.raises(ValueError, match=f"^not a word of the scale {scale}$"):
        to_confidence(scale, word)


@pytest.mark.parametrize("scale", NAMES)
@pytest.mark.parametrize("confidence", [-1, 101])
def test_there_is_nothing_beyond_the_range(scale: ScaleName, confidence: int) -> None:
    with pytest.raises(ValueError, match="0 to 100"):
        from_confidence(scale, confidence)
