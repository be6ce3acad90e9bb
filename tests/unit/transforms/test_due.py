"""What changes by itself is due: an object grows too old, a marking begins or ceases to let it go."""

from __future__ import annotations

from datetime import datetime

import pytest

from schemas.stix.extensions_known import ACS_EXTENSION, IEP_EXTENSION
from schemas.timestamps import sort_key
from tests.support.objects import Stix, identifier, indicator, marked, policy, relationship, run, served, sighting, terms
from tests.unit.schemas.labels.samples import acs_body, iep_body
from transforms.release import due_moments

SLOT = "2026-07-01T12:30:15Z"


def marking(extension: str, body: Stix) -> Stix:
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": identifier("marking-definition", "m"),
        "created": "2026-01-01T00:00:00.000Z",
        "extensions": {extension: body},
    }


def due(*items: Stix) -> set[str]:
    """When what stands for the indicators is due."""
    state = run([served(item) for item in items], terms(slot=datetime.fromisoformat(SLOT)))
    return {moment for moment, no in due_moments(state) if state.block.entities[no].type == "indicator"}


def policy_of(**more: str) -> Stix:
    return marking(IEP_EXTENSION, iep_body(**{"start_date": "2020-01-01T00:00:00Z", **more}))


@pytest.mark.parametrize(
    ("definition", "moments"),
    [
        (policy_of(end_date="2026-08-01T00:00:00Z"), {"2026-08-01T00:00:00Z"}),
        (policy_of(start_date="2026-09-01T00:00:00Z"), {"2026-09-01T00:00:00Z"}),
        (policy_of(start_date="2026-08-01T00:00:00Z", end_date="2026-09-01T00:00:00Z"), {"2026-08-01T00:00:00Z"}),
        (policy_of(end_date="2026-06-01T00:00:00Z"), set()),
        (marking(ACS_EXTENSION, acs_body(resource_disposition={"disposition_date": "2026-10-01T00:00:00Z"})), {"2026-10-01T00:00:00Z"}),
    ],
    ids=["ends", "begins", "begins and ends", "has ended", "is disposed of"],
)
def test_the_next_moment_at_which_a_marking_turns_is_due_also_for_what_is_withheld(definition: Stix, moments: set[str]) -> None:
    assert due(definition, marked(indicator("i"), definition["id"])) == {sort_key(moment) for moment in moments}


def test_the_marking_of_a_part_counts() -> None:
    definition = policy_of(end_date="2026-08-01T00:00:00Z")
    value = {**indicator("i", name="x"), "granular_markings": [{"marking_ref": definition["id"], "selectors": ["name"]}]}
    assert due(definition, value) == {sort_key("2026-08-01T00:00:00Z")}


def test_what_has_no_such_marking_is_not_due() -> None:
    assert due(marked(indicator("i"), "clear")) == set()


def test_sightings_that_only_count_together_are_due_when_they_grow_too_old() -> None:
    rules = policy("taker", release={"max_age_days": 300}, minimize={"profile": "standard@1"})
    thing = indicator("thing")
    state = run([served(item) for item in (thing, sighting("s", thing), relationship("r", thing, thing))], terms(rules=rules))
    assert state.outgoing.keys() == {no for no, entity in state.block.entities.items() if entity.type != "sighting"}
    assert "sighting" in {state.block.entities[no].type for _, no in due_moments(state)}
