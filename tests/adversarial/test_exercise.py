"""Production and exercises never meet, either way, also by reference or by a later version that has lost its tag."""

from __future__ import annotations

import json

import pytest

from schemas.stix.extensions_known import HANDLING_EXTENSION
from tests.adversarial.conftest import MakeWorld
from tests.adversarial.world import STANDARD, VERBATIM, Stix, World
from tests.support.objects import domain, indicator, malware, marked, relationship, report

pytestmark = pytest.mark.xdist_group("exercise")  # one process runs all of it: its tests share a world

LATER = "2026-02-04T00:00:00.000Z"
STORM = domain(
    "marking-definition",
    "storm",
    modified=None,
    extensions={HANDLING_EXTENSION: {"extension_type": "property-extension", "audience": "exercise:storm"}},
)
OTHER = domain(
    "marking-definition",
    "other",
    modified=None,
    extensions={HANDLING_EXTENSION: {"extension_type": "property-extension", "audience": "exercise:other"}},
)
REAL = marked(malware("real"), "clear")
PLAYED = marked(indicator("zq32played"), "clear", STORM["id"])
TAGGED = marked(indicator("zq32tagged", labels=['exercise:locked-shields="2026"']), "clear")
REFERS = marked(relationship("played-real", PLAYED, REAL), "clear", STORM["id"])
REFERRED = marked(report("zq32referred", [PLAYED]), "clear")
MIXED = marked(report("mixed", [REAL, PLAYED]), "clear")
CLEANED = marked(indicator("zq32played", modified=LATER), "clear")
UNTAGGED = marked(indicator("zq32tagged", modified=LATER), "clear")
HELD = marked(indicator("zq32turned"), "clear")
TURNED = marked(indicator("zq32turned", modified=LATER), "clear", STORM["id"])
TURNED_BACK = marked(indicator("zq32turned", modified="2026-02-05T00:00:00.000Z"), "clear")


@pytest.fixture(scope="module")
def production(make_world: MakeWorld) -> World:
    made = make_world({"maker-feed": "maker"}, {"plain": VERBATIM, "std": STANDARD})
    made.put("maker-feed", [marked(STORM, "clear"), REAL, PLAYED, TAGGED, REFERS, REFERRED, MIXED, HELD], "1.json")
    made.run("2026-06-01T12:00:00+00:00")
    return made


@pytest.fixture(scope="module")
def exercise(make_world: MakeWorld) -> World:
    """A hub of its own for the exercise, which somebody has made with the keys of the other one."""
    recipients = {name: _played(parts) for name, parts in {"plain": VERBATIM, "std": STANDARD}.items()}
    made = make_world({"maker-feed": "maker"}, recipients, settings={"hub": {"audience": "exercise:storm"}})
    names = [STORM, OTHER, PLAYED, marked(indicator("zq32else"), "clear", OTHER["id"]), marked(malware("played"), "clear", STORM["id"])]
    made.put("maker-feed", [*names, _tagged(indicator("zq32real", labels=["production"]))])
    made.run("2026-06-01T12:00:00+00:00")
    return made


def _played(parts: Stix) -> Stix:
    return {**parts, "release": {**parts["release"], "audience": "exercise:storm"}}


def _tagged(value: Stix) -> Stix:
    return marked(value, "clear")


def test_a32_what_is_played_does_not_get_into_production(production: World) -> None:
    """Tagged by marking or by label, or hanging on something that is: nothing of it goes out, and the real object stays as it is."""
    for name in ("plain", "std"):
        got = production.received(name)
        for trace in ("zq32played", "zq32tagged", "zq32referred", PLAYED["id"][-36:], "exercise", "storm"):
            assert not got.holds(trace)
        assert not got.of("relationship")
        assert len(got.of("malware")) == 1
    assert production.received("plain").has(HELD)
    assert production.quarantined("maker-feed")["audience-mismatch"] >= 2


def test_a32_a_tag_that_is_lost_in_a_later_version_sticks_to_the_id(production: World) -> None:
    """An id that was ever played stays played; one that becomes played is withdrawn from those who have it."""
    production.put("maker-feed", [CLEANED, UNTAGGED, TURNED], "2.json")
    production.run("2026-06-02T12:00:00+00:00")
    production.put("maker-feed", [TURNED_BACK], "3.json")
    production.run("2026-06-03T12:00:00+00:00")
    for name in ("plain", "std"):
        got = production.received(name)
        for host in ("zq32played", "zq32tagged", "zq32turned"):
            assert not got.pattern_with(f"{host}.example"), host


def test_a32_what_is_real_or_of_another_exercise_does_not_get_into_this_one(production: World, exercise: World) -> None:
    """Nothing of another audience, and topics, collections and ids of its own, though the keys are the same."""
    got = exercise.received("plain")
    assert got.pattern_with("zq32played.example")
    assert not got.holds("zq32else")
    assert exercise.quarantined("maker-feed")["audience-mismatch"] >= 1
    real, played = (world.received("std") for world in (production, exercise))
    assert not {item["id"] for item in real.objects} & {item["id"] for item in played.objects}
    assert production.collection("std") != exercise.collection("std")
    assert exercise.hub.raw != production.hub.raw
    assert exercise.hub.partner_topic("std") != production.hub.partner_topic("std")
    assert json.dumps(played.objects).count("exercise:other") == 0
