"""Objects that are valid one by one and hostile together: none stops the hub, takes another's id, or outlives what removes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.hub import open_hub
from pipeline.starter.content import TLP
from schemas.ids import keyed_id, observable_id
from tests.faults.conftest import Forge
from tests.support.hubs import bodies, make_hub, put_objects

pytestmark = pytest.mark.xdist_group("faults")

EVERYTHING = {"release": {"types": ["indicator", "malware", "identity", "domain-name", "relationship"], "tlp_max": "green"}}


def sdo(kind: str, label: str, day: int = 1, **properties: Any) -> dict[str, Any]:
    """A domain object whose version is the day of its `modified`."""
    pattern = {"pattern": f"[domain-name:value = '{label}.example']", "pattern_type": "stix", "valid_from": "2026-01-01T00:00:00Z"}
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": keyed_id(kind, b"hostile", label),
        "created": "2026-01-01T00:00:00.000Z",
        "modified": f"2026-02-{day:02d}T00:00:00.000Z",
        "object_marking_refs": [TLP["clear"]],
        **(pattern if kind == "indicator" else {"name": label}),
        **properties,
    }


class World:
    """A hub with two producers and one recipient, run again and again."""

    def __init__(self, folder: Path, forge: Forge) -> None:
        self.folder = make_hub(folder, {"fa": "maker", "fb": "other"}, {"taker": EVERYTHING})
        self._forge = forge
        self._files = 0

    def serve(self, feed: str, *objects: dict[str, Any], failpoint: str = "") -> dict[str, Any]:
        """Put objects into a feed and run; the report."""
        self._files += 1
        if objects:
            put_objects(self.folder, feed, f"{self._files:03d}.json", objects)
        done = self._forge(self.folder, failpoint)
        assert failpoint or done["signal"] == 0
        return json.loads(done["report"]) if done["report"] else {}

    def policy(self, **parts: Any) -> None:
        """Give the recipient another policy."""
        make_hub(self.folder, {"fa": "maker", "fb": "other"}, {"taker": {**EVERYTHING, **parts}})

    def held(self, kind: str = "") -> list[dict[str, Any]]:
        """What the recipient holds, the hub's identity left out."""
        hub = open_hub(self.folder).identity.identity
        return [item for item in bodies(self.folder, "taker") if item["id"] != hub and item["type"].startswith(kind)]


@pytest.fixture
def world(tmp_path: Path, forge: Forge) -> World:
    return World(tmp_path / "hub", forge)


def domain_name(value: str, **properties: Any) -> dict[str, Any]:
    made = {"type": "domain-name", "spec_version": "2.1", "value": value}
    return {**made, "id": observable_id(made), "object_marking_refs": [TLP["clear"]], **properties}


def test_a_property_that_looks_like_a_time_stops_nobody(world: World) -> None:
    world.serve("fa", domain_name("a.example", modified=5, created="never"), sdo("indicator", "late", modified="9999-12-31T23:59:59.999Z"))
    assert len(world.held()) == 2
    world.policy(release={"types": ["domain-name"], "tlp_max": "green"})
    world.serve("fa", domain_name("b.example"))
    assert {item["value"] for item in world.held("domain")} == {"a.example", "b.example"}
    assert [item["revoked"] for item in world.held("indicator")] == [True]


def test_large_versions_of_one_object_stop_nobody(world: World) -> None:
    report = world.serve("fa", *(sdo("indicator", "large", day, description="x" * 900_000) for day in (1, 2, 3)), sdo("indicator", "small"))
    assert report["recipients"]["taker"]["released"] == 2
    assert {item["modified"][8:10] for item in world.held()} == {"03", "01"}


def test_an_id_belongs_to_who_came_first(world: World) -> None:
    original = sdo("malware", "x", 1, is_family=False, description="ours")
    world.serve("fa", original)
    evil = sdo("malware", "x", 2, is_family=False, description="EVIL")
    assert world.serve("fb", evil)["feeds"]["fb"]["quarantined"] == {"id-conflict": 1}
    report = world.serve("fb", original, evil, {**original, "modified": "2026-02-03T00:00:00.000Z", "revoked": True})
    assert report["feeds"]["fb"]["quarantined"] == {"id-conflict": 2}
    assert [item.get("description") for item in world.held()] == ["ours"]


def test_a_partner_that_lags_behind_takes_nothing_back(world: World) -> None:
    versions = [sdo("malware", "x", day, is_family=False, description=f"v{day}") for day in (1, 2, 3)]
    world.serve("fa", *versions)
    world.serve("fb", *versions[:2])
    assert [item["description"] for item in world.held()] == ["v3"]


def test_an_observable_under_the_id_of_another_value_is_refused(world: World) -> None:
    good = domain_name("good.example")
    world.serve("fa", good)
    assert world.serve("fb", {**good, "value": "evil.example"})["feeds"]["fb"]["quarantined"] == {"id-conflict": 1}
    assert [item["value"] for item in world.held()] == ["good.example"]


def test_a_stricter_marking_on_an_observable_counts_however_short_it_is(world: World) -> None:
    value = domain_name("marked.example", resolves_to_refs=["ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"])
    world.serve("fa", value)
    assert len(world.held()) == 1
    world.serve("fa", {**domain_name("marked.example"), "object_marking_refs": [TLP["red"]]})
    assert world.held() == []


@pytest.mark.parametrize("order", [(1, 2, 3), (1, 3, 2), (2, 1, 3), (3, 2, 1)])
def test_revoked_is_final_in_whatever_order_it_comes(order: tuple[int, ...], world: World) -> None:
    versions = {day: sdo("malware", "x", day, is_family=False, **({"revoked": True} if day == 2 else {})) for day in (1, 2, 3)}
    for day in order:
        world.serve("fa", versions[day])
    assert [item for item in world.held() if not item.get("revoked")] == []


def test_nobody_else_says_who_the_hub_is(world: World) -> None:
    hub = open_hub(world.folder).identity.identity
    world.policy(minimize={"paths": {"*.description": "drop"}})
    world.serve("fa", sdo("indicator", "a", description="d"), sdo("identity", "evil", 9, id=hub, name="EVIL"))
    assert {item["name"] for item in bodies(world.folder, "taker") if item["id"] == hub} == {"Tearline hub"}


def test_an_intent_that_was_given_up_leaves_no_other_terms_behind(world: World) -> None:
    world.policy(release={"types": ["malware"], "tlp_max": "green"})
    world.serve("fa", sdo("indicator", "a"), sdo("malware", "m", is_family=False))
    world.policy(release={"types": ["malware", "indicator"], "tlp_max": "green"})
    world.serve("fa", failpoint="release.before_cursor")
    world.policy(release={"types": ["malware"], "tlp_max": "green"})
    world.serve("fa")
    assert [item for item in world.held("indicator") if not item.get("revoked")] == []


def test_a_recipient_whose_policy_is_deleted_loses_its_view(world: World) -> None:
    world.serve("fa", sdo("indicator", "a"), domain_name("a.example"))
    (world.folder / "policies" / "taker.yaml").unlink()
    world.serve("fa")
    assert [item.get("revoked") for item in world.held()] == [True]


def test_what_hides_behind_a_later_stage_lets_the_next_one_through(world: World) -> None:
    world.policy(minimize={"paths": {"indicator.description": "withhold"}})
    clean = sdo("indicator", "same")
    described = {**clean, "id": keyed_id("indicator", b"hostile", "older"), "created": "2025-01-01T00:00:00.000Z", "description": "d"}
    world.serve("fa", clean)
    world.serve("fb", described)
    assert [item["id"] for item in world.held()] == [clean["id"]]


def test_a_mention_of_what_turns_red_later_is_taken_back(world: World) -> None:
    secret = sdo("malware", "secret", is_family=False)
    world.serve("fa", secret, sdo("indicator", "talks", description=f"see\n{secret['id']}"))
    assert len(world.held()) == 2
    world.serve("fa", {**secret, "modified": "2026-02-05T00:00:00.000Z", "object_marking_refs": [TLP["red"]]})
    assert [item for item in world.held() if not item.get("revoked")] == []
