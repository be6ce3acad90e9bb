"""IEP 2.0: what its duties become in a label, and which bodies are not believed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.labels import FAULT, Label, join, label_of
from schemas.labels.iep import ACTIONS
from schemas.markings import Tlp
from schemas.stix.extensions_known import IEP_EXTENSION
from tests.unit.schemas.labels.samples import extended, iep, iep_body, without


def one(label: Label, part: str) -> Any:
    (item,) = getattr(label, part)
    return item


IEP: dict[str, tuple[dict[str, Any], Label]] = {
    "asks for nothing": ({}, Label(tlp=Tlp.CLEAR)),
    "its TLP joins the TLP": ({"tlp": "red"}, Label(tlp=Tlp.RED)),
    "its TLP amber": ({"tlp": "amber"}, Label(tlp=Tlp.AMBER)),
    "who provided must not be named": ({"provider_attribution": "must-not"}, Label(tlp=Tlp.CLEAR, anonymous=True)),
    "version as a whole number": ({"iep_version": 2}, Label(tlp=Tlp.CLEAR)),
    "more than the framework defines": ({"labels_only": "must"}, Label(tlp=Tlp.CLEAR, unknown=True)),
}


@pytest.mark.parametrize("case", IEP)
def test_iep(case: str) -> None:
    body, label = IEP[case]
    found = label_of(iep(**body))
    assert found == join(label, Label(iep=found.iep))
    assert len(found.iep) == 1


@pytest.mark.parametrize(
    ("body", "part", "value"),
    [
        ({}, "starts", datetime(2026, 1, 1, tzinfo=UTC)),
        ({}, "ends", None),
        ({"end_date": "2026-12-31T00:00:00Z"}, "ends", datetime(2026, 12, 31, tzinfo=UTC)),
        ({"encrypt_in_transit": "must"}, "encrypt", True),
        ({"affected_party_notifications": "must-not"}, "notify", False),
        ({"unmodified_resale": "must-not"}, "resale", False),
        ({"provider_attribution": "must"}, "attribution", "must"),
        *(({"permitted_actions": action}, "actions", action) for action in ACTIONS),
    ],
)
def test_iep_duties(body: dict[str, Any], part: str, value: object) -> None:
    assert getattr(one(label_of(iep(**body)), "iep"), part) == value


@pytest.mark.parametrize("missing", sorted(set(iep_body()) - {"extension_type"}))
def test_an_iep_without_a_required_part_is_a_fault(missing: str) -> None:
    assert label_of(extended(IEP_EXTENSION, without(iep_body(), missing))).fault


@pytest.mark.parametrize(
    "body",
    [
        {"encrypt_in_transit": "should"},
        {"permitted_actions": "NONE"},
        {"affected_party_notifications": True},
        {"tlp": "clear"},
        {"tlp": ["red"]},
        {"provider_attribution": "must not"},
        {"unmodified_resale": None},
        {"iep_id": "6b9d2f0e-3c51-1d6e-8a0b-2f9c7c1d4e55"},
        {"iep_version": 1.0},
        {"iep_version": "2.0"},
        {"iep_version": True},
        {"start_date": "2026-01-01"},
        {"end_date": None},
        {"extension_type": "new-sdo"},
    ],
)
def test_an_iep_in_other_words_is_a_fault(body: dict[str, Any]) -> None:
    assert label_of(iep(**body)) == join(FAULT, Label(tlp=label_of(iep(**body)).tlp))
