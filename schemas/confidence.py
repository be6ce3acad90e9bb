"""Confidence on the five scales of STIX 2.1, Appendix A, as data. What says nothing is unknown, which is not 0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

ScaleName = Literal["none-low-med-high", "0-10", "admiralty", "wep", "dni"]


class Step(NamedTuple):
    """One row of a table: its words, the own one first, its value, and the range that reads as it."""

    words: tuple[str, ...]
    value: int
    low: int
    high: int


class Scale(NamedTuple):
    """Words for "not specified", the own one first, and the steps from the lowest to the highest."""

    unknown: tuple[str, ...]
    steps: tuple[Step, ...]


_NOT_SPECIFIED = ("Not Specified",)

SCALES: Mapping[ScaleName, Scale] = {
    "none-low-med-high": Scale(
        _NOT_SPECIFIED,
        (
            Step(("None",), 0, 0, 0),
            Step(("Low",), 15, 1, 29),
            Step(("Med",), 50, 30, 69),
            Step(("High",), 85, 70, 100),
        ),
    ),
    "0-10": Scale(
        _NOT_SPECIFIED,
        tuple(Step((str(step),), 10 * step, max(0, 10 * step - 5), min(100, 10 * step + 4)) for step in range(11)),
    ),
    "admiralty": Scale(
        ("6 - Truth cannot be judged", "6", "Truth cannot be judged", "Not Specified"),
        (
            Step(("5 - Improbable", "5", "Improbable"), 10, 0, 19),
            Step(("4 - Doubtful", "4", "Doubtful"), 30, 20, 39),
            Step(("3 - Possibly True", "3", "Possibly True"), 50, 40, 59),
            Step(("2 - Probably True", "2", "Probably True"), 70, 60, 79),
            Step(("1 - Confirmed by other sources", "1", "Confirmed by other sources"), 90, 80, 100),
        ),
    ),
    "wep": Scale(
        _NOT_SPECIFIED,
        (
            Step(("Impossible",), 0, 0, 0),
            Step(("Highly Unlikely", "Almost Certainly Not"), 10, 1, 19),
            Step(("Unlikely", "Probably Not"), 30, 20, 39),
            Step(("Even Chance",), 50, 40, 59),
            Step(("Likely", "Probable"), 70, 60, 79),
            Step(("Highly Likely", "Almost Certain"), 90, 80, 99),
            Step(("Certain",), 100, 100, 100),
        ),
    ),
    "dni": Scale(
        _NOT_SPECIFIED,
        (
            Step(("Almost No Chance", "Remote"), 5, 0, 9),
            Step(("Very Unlikely", "Highly Improbable"), 15, 10, 19),
            Step(("Unlikely", "Improbable"), 30, 20, 39),
            Step(("Roughly Even Chance", "Roughly Even Odds"), 50, 40, 59),
            Step(("Likely", "Probable"), 70, 60, 79),
            Step(("Very Likely", "Highly Probable"), 85, 80, 89),
            Step(("Almost Certain", "Nearly Certain"), 95, 90, 100),
        ),
    ),
}

_VALUES: Mapping[ScaleName, Mapping[str, int | None]] = {
    name: {
        **{word.lower(): None for word in scale.unknown},
        **{word.lower(): step.value for step in scale.steps for word in step.words},
    }
    for name, scale in SCALES.items()
}


def to_confidence(scale: ScaleName, word: str | int) -> int | None:
    """The confidence that a word or number of a scale stands for, None where it says that nothing is known. Letter case does not count.

    Raises ValueError where the scale has no such word.
    """
    try:
        return _VALUES[scale][str(word).lower()]
    except KeyError:
        message = f"not a word of the scale {scale}"
        raise ValueError(message) from None


def from_confidence(scale: ScaleName, confidence: int | None) -> str:
    """The word of a scale for a confidence from 0 to 100, or for an unknown one. Raises ValueError beyond that range."""
    if confidence is None:
        return SCALES[scale].unknown[0]
    for step in SCALES[scale].steps:
        if step.low <= confidence <= step.high:
            return step.words[0]
    message = "confidence is from 0 to 100"
    raise ValueError(message)
