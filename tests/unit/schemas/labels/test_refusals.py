"""Intake refuses what is classified, and asks whose audience it is."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.labels import audience_of, refusal
from schemas.reasons import QUARANTINE
from tests.unit.schemas.labels.samples import acs, handling, indicator, pap, statement_marking, tlp2

CLASSIFIED: dict[str, dict[str, Any]] = {
    "ACS C": acs({"classification": "C"}),
    "ACS S": acs({"classification": "S"}),
    "ACS TS": acs({"classification": "TS"}),
    "ACS with compartments": acs({"sci_controls": ["X"]}),
    "our own, restricted": handling(classification="restricted"),
    "our own, secret": handling(classification="secret"),
    "a statement": statement_marking("s", definition={"statement": "NATO SECRET"}),
    "a definition's name": statement_marking("s", name="SECRET//NOFORN"),
    "NR as a tag": indicator(labels=['nato:classification="NR"']),
    "NS as a tag": indicator(labels=['nato:classification="NS"']),
    "EU restricted as a tag": indicator(labels=["euci:EU-RESTRICTED"]),
    "a banner": indicator(description="NATO CONFIDENTIAL\nText."),
}
OPEN: dict[str, dict[str, Any]] = {
    "ACS U": acs(),
    "our own, unclassified": handling(classification="unclassified"),
    "NU as a tag": indicator(labels=['nato:classification="NU"']),
    "a banner": indicator(description="NATO UNCLASSIFIED\nText."),
    "TLP RED": tlp2("red"),
    "PAP RED": pap("red"),
    "nothing": indicator(),
    "not even a type": {},
}


@pytest.mark.parametrize("case", CLASSIFIED)
def test_above_unclassified_is_refused(case: str) -> None:
    assert refusal(CLASSIFIED[case]) == "classified"
    assert refusal(CLASSIFIED[case]) in QUARANTINE


@pytest.mark.parametrize("case", OPEN)
def test_the_rest_is_not(case: str) -> None:
    assert refusal(OPEN[case]) == ""


@pytest.mark.parametrize(
    ("value", "audiences"),
    [
        (indicator(), set()),
        (indicator(labels=["exercise:quiet-harbour"]), {"exercise:quiet-harbour"}),
        (indicator(labels=['exercise:generic="comcheck"', "exercise:b"]), {"exercise:generic-comcheck", "exercise:b"}),
        (handling(audience="exercise:quiet-harbour"), {"exercise:quiet-harbour"}),
        (indicator(description="exercise:quiet-harbour"), set()),
    ],
)
def test_whose_audience_it_is(value: dict[str, Any], audiences: set[str]) -> None:
    assert audience_of(value) == audiences
