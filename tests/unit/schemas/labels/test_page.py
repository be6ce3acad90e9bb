"""docs/markings.md says what the code does."""

from __future__ import annotations

import json
import re
from pathlib import Path

from schemas.labels import HANDLING_EXTENSION, Classification, Grade, Label, label_of
from schemas.labels.handling import _KNOWN
from schemas.labels.tags import _READERS
from schemas.reasons import ALL
from schemas.stix.extensions_known import ACS_EXTENSION, IEP_EXTENSION

PAGE = (Path(__file__).parents[4] / "docs" / "markings.md").read_text()
CODES = set(re.findall(r"`([^`\n]+)`", PAGE))


def test_the_example_is_understood() -> None:
    (example,) = (json.loads(block) for block in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL))
    assert label_of(example) == Label(
        handling=frozenset({"H0", "H1"}),
        grades=frozenset({Grade("B", 3)}),
        rel_to=frozenset({frozenset({"DEU", "NLD", "CT-FORUM"})}),
        orcon=True,
        classification=Classification.UNCLASSIFIED,
    )


def test_every_property_of_our_extension_is_told() -> None:
    assert _KNOWN - {"extension_type"} <= CODES


def test_every_extension_is_told() -> None:
    assert {HANDLING_EXTENSION, IEP_EXTENSION, ACS_EXTENSION} <= set(re.findall(r"extension-definition--[0-9a-f-]{36}", PAGE))


def test_every_taxonomy_is_told() -> None:
    assert set(_READERS) <= CODES


def test_every_reason_of_a_marking_is_told() -> None:
    asked = {
        "marking-mismatch",
        "marking-unknown",
        "marking-statement",
        "tlp-above-ceiling",
        "tlp-no-community",
        "tlp-no-grant",
        "originator-control",
        "iep-not-in-force",
        "iep-not-accepted",
        "iep-attribution",
        "pap-not-accepted",
        "acs-refused",
        "not-releasable-to",
        "no-foreign",
        "handling-refused",
        "grade-too-low",
        "audience-mismatch",
        "classified",
    }
    assert asked <= CODES
    assert asked <= set(ALL)
