"""Our own marking extension: every property, and every mistake."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.labels import HANDLING_EXTENSION, Classification, Grade, Label, label_of
from schemas.markings import TLP2_EXTENSION
from tests.unit.schemas.labels.samples import handling

HANDLING: dict[str, tuple[dict[str, Any], Label]] = {
    "H0": ({"handling_codes": ["H0"]}, Label(handling=frozenset({"H0"}))),
    "H1 and H2": ({"handling_codes": ["H1", "H2"]}, Label(handling=frozenset({"H1", "H2"}))),
    "6x6": ({"grade": {"scale": "6x6", "source": "B", "information": 3}}, Label(grades=frozenset({Grade("B", 3)}))),
    "4x4, not assessed": (
        {"grade": {"scale": "4x4", "source": "X", "information": 4}},
        Label(grades=frozenset({Grade("F", 6, "4x4")})),
    ),
    "originator control": ({"originator_control": True}, Label(orcon=True)),
    "originator control, denied": ({"originator_control": False}, Label()),
    "releasable to": ({"releasable_to": ["XXA", "forum"]}, Label(rel_to=frozenset({frozenset({"XXA", "FORUM"})}))),
    "no foreigners": ({"no_foreign": True}, Label(no_foreign=True)),
    "nobody is named": ({"anonymous": True}, Label(anonymous=True)),
    "an exercise": ({"audience": "exercise:quiet-harbour"}, Label(audiences=frozenset({"exercise:quiet-harbour"}))),
    "unclassified": ({"classification": "unclassified"}, Label(classification=Classification.UNCLASSIFIED)),
    "restricted": ({"classification": "restricted"}, Label(classification=Classification.RESTRICTED)),
    "top secret": ({"classification": "top-secret"}, Label(classification=Classification.TOP_SECRET)),
    "more than it defines": ({"originator_control": True, "x": 1}, Label(orcon=True, unknown=True)),
}


@pytest.mark.parametrize("case", HANDLING)
def test_our_own_extension(case: str) -> None:
    body, label = HANDLING[case]
    assert label_of(handling(**body)) == label


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"handling_codes": ["H4"]},
        {"handling_codes": []},
        {"handling_codes": "H1"},
        {"grade": {"scale": "6x6", "source": "X", "information": 1}},
        {"grade": {"scale": "6x6", "source": "A", "information": 7}},
        {"grade": {"scale": "6x6", "source": "A", "information": True}},
        {"grade": {"scale": "4x4", "source": "A", "information": 5}},
        {"grade": {"scale": "4x4", "source": "D", "information": 1}},
        {"grade": {"scale": "5x5", "source": "A", "information": 1}},
        {"grade": {"source": "A", "information": 1}},
        {"grade": "A1"},
        {"originator_control": "yes"},
        {"no_foreign": 1},
        {"releasable_to": []},
        {"releasable_to": [""]},
        {"audience": "production"},
        {"audience": "exercise:"},
        {"audience": "exercise:A b"},
        {"classification": "SECRET"},
        {"classification": None},
        {"extension_type": "new-sdo", "originator_control": True},
    ],
)
def test_our_own_extension_in_other_words_is_a_fault(body: dict[str, Any]) -> None:
    assert label_of(handling(**body)).fault


def test_the_id_of_our_extension_never_changes() -> None:
    assert HANDLING_EXTENSION == "extension-definition--0c9d6a5e-7b1f-4e58-9a3d-64f1b2c8e7a0"
    assert TLP2_EXTENSION != HANDLING_EXTENSION
