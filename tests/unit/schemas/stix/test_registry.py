"""What each type has and needs: that of the reference library, but for what the text says otherwise; and the vocabularies."""

from __future__ import annotations

from typing import Any

import pytest
import stix2
import stix2.v21.vocab as theirs

from schemas.ids import CONTRIBUTING
from schemas.stix import vocabularies as ours
from schemas.stix.common import Domain
from schemas.stix.names import COMMON_PROPERTIES, DOMAIN_TYPES, META_TYPES, OBSERVABLE_TYPES, RELATIONSHIP_TYPES
from schemas.stix.registry import KNOWN_PROPERTIES, KNOWN_WORDS, MODELS, OBSERVABLES, REQUIRED, model_for, times

MADE = {name: made for table in ("objects", "observables") for name, made in stix2.registry.STIX2_OBJ_MAPS["2.1"][table].items()}
BOTH = sorted(MADE.keys() & KNOWN_PROPERTIES.keys())


def test_every_type_of_the_specification_is_known() -> None:
    assert set(OBSERVABLES) == set(CONTRIBUTING) == OBSERVABLE_TYPES
    assert set(MODELS) == set(KNOWN_PROPERTIES) == set(REQUIRED) == DOMAIN_TYPES | RELATIONSHIP_TYPES | META_TYPES | OBSERVABLE_TYPES
    assert {name for name in MADE if not name.startswith("x-")} - {"bundle"} <= set(KNOWN_PROPERTIES)


@pytest.mark.parametrize("name", BOTH)
def test_properties_are_those_of_the_reference_library(name: str) -> None:
    has = set(MADE[name]._properties)
    missing = {"incident": {"kill_chain_phases"}}.get(name, set())  # not in §4.6.1
    assert has - KNOWN_PROPERTIES[name] == missing
    assert KNOWN_PROPERTIES[name] - has <= COMMON_PROPERTIES  # the library leaves some common properties out of some types


@pytest.mark.parametrize("name", BOTH)
def test_required_properties_are_those_of_the_reference_library(name: str) -> None:
    assert {key for key, item in MADE[name]._properties.items() if item.required} <= REQUIRED[name]


def test_custom_types_have_the_common_model() -> None:
    assert model_for("x-own") is Domain
    assert model_for("indicator") is MODELS["indicator"]


def test_names_are_those_of_json() -> None:
    assert "schema" in KNOWN_PROPERTIES["extension-definition"] & REQUIRED["extension-definition"] & KNOWN_WORDS
    assert "normative" not in KNOWN_WORDS
    assert {"windows-pebinary-ext", "source_name", "pe_type", "objects"} <= KNOWN_WORDS
    assert COMMON_PROPERTIES.issubset(KNOWN_WORDS)


@pytest.mark.parametrize(
    ("value", "moments"),
    [
        ({"type": "tool", "created": "1", "modified": "2"}, ("1", "2")),
        ({"type": "marking-definition", "created": "1", "modified": "2"}, ("1", "")),
        ({"type": "file", "created": "1", "modified": "2"}, ("", "")),
        ({"type": "x-own", "created": "1", "modified": "2"}, ("1", "2")),
        ({"type": "x-own"}, ("", "")),
    ],
)
def test_times(value: dict[str, Any], moments: tuple[str, str]) -> None:
    assert times(value) == moments


ADDED = {
    "IMPLEMENTATION_LANGUAGE": {"rust"},
    "INDUSTRY_SECTOR": {"legal"},
    "REPORT_TYPE": {"incident"},
    "THREAT_ACTOR_TYPE": {"private-sector"},
}
"""§1.3.1: what Errata 01 added, which the library does not have yet."""

OPEN = sorted(name for name, words in vars(ours).items() if isinstance(words, frozenset) and name != "MARKING_TYPE")


def test_no_vocabulary_is_left_out() -> None:
    assert len(OPEN) == 19


@pytest.mark.parametrize("name", OPEN)
def test_vocabularies_are_those_of_the_reference_library_and_the_errata(name: str) -> None:
    assert getattr(ours, name) == set(getattr(theirs, name)) | ADDED.get(name, set())
