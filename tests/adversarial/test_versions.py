"""Time works for the attacker: versions out of order, labels that come later, files that change while the hub works."""

from __future__ import annotations

from datetime import datetime
from threading import Event

import pytest

from pipeline.hub import open_hub
from pipeline.runner import Runner
from tests.adversarial.conftest import MakeWorld
from tests.adversarial.world import STANDARD, VERBATIM, World
from tests.support.hubs import write_yaml
from tests.support.objects import TLP2, indicator, marked

pytestmark = pytest.mark.xdist_group("versions")  # one process runs all of it: its tests share a world

RECIPIENTS = ("plain", "std")
LATER = "2026-02-04T00:00:00.000Z"
LAST = "2026-02-05T00:00:00.000Z"

CALM = marked(indicator("calm", description="Seen at the harbour."), "green")
CLOSED = marked(indicator("calm", description="Seen at zq7text, told by zq7source.", modified=LATER), "amber+strict")
LATE_OLD = marked(indicator("split"), "green")
LATE_NEW = marked(indicator("split", modified=LAST, description="zq34new"), "amber")
LATE_MIDDLE = marked(indicator("split", modified=LATER, description="zq34middle"), "green")
LAX = marked(indicator("lax", description="zq34lax"), "clear")
STRICT_FIRST = marked(indicator("order", modified=LATER, description="zq34order", labels=["zq34field"]), "amber")
GREEN_LATE = marked(indicator("order"), "green")


@pytest.fixture(scope="module")
def world(make_world: MakeWorld) -> World:
    """Day one: everything GREEN. Day two: narrower versions, and older ones that come late."""
    made = make_world({"maker-feed": "maker"}, {"plain": VERBATIM, "std": STANDARD})
    made.put("maker-feed", [CALM, LATE_OLD, LAX, STRICT_FIRST], "1.json")
    made.run("2026-06-01T12:00:00+00:00")
    return made


def test_a07_a_green_object_becomes_amber_strict(world: World) -> None:
    """Who got it gets `revoked: true` under the id that he knows, and never the new text."""
    before = {name: world.received(name) for name in RECIPIENTS}
    known = {name: got.pattern_with("calm.example")[0]["id"] for name, got in before.items()}
    world.put("maker-feed", [CLOSED, LATE_NEW, GREEN_LATE], "2.json")
    world.run("2026-06-02T12:00:00+00:00")
    for name in RECIPIENTS:
        after = world.received(name)
        withdrawn = after.newest[known[name]]
        assert withdrawn["revoked"] is True
        assert withdrawn["modified"] > before[name].newest[known[name]]["modified"]
        assert not after.pattern_with("calm.example")
        for trace in ("zq7text", "zq7source", "harbour"):
            assert not after.holds(trace)
        news = world.received(name, added_after="2026-06-01T23:00:00Z")
        assert [item["id"] for item in news.objects if item["id"] == known[name]] == [known[name]]
    assert known["std"] != CALM["id"]


def test_a07_a_client_in_the_middle_of_its_pages(make_world: MakeWorld) -> None:
    """What is withdrawn while somebody reads is not on the pages that follow, whatever the cursor was made for."""
    world = make_world({"maker-feed": "maker"}, {"plain": VERBATIM})
    world.put("maker-feed", [marked(indicator(f"paged{number}"), "green") for number in range(12)], "1.json")
    world.run("2026-06-01T12:00:00+00:00")
    client, path = world.client("plain"), f"{world.collection('plain')}objects/"
    first = client.get(path, params={"limit": "3"}).json()
    world.put("maker-feed", [marked(indicator(f"paged{number}", modified=LATER), "amber+strict") for number in range(12)], "2.json")
    world.run("2026-06-02T12:00:00+00:00")
    token, rest = first["next"], []
    while token:
        page = client.get(path, params={"limit": "3", "next": token}).json()
        rest += page.get("objects", [])
        token = page.get("next") if page.get("more") else None
    assert rest
    assert all(item.get("revoked") is True and "paged" not in item["pattern"] for item in rest)


def test_a34_the_newest_marking_governs_all_versions(world: World) -> None:
    """v1 GREEN, v2 AMBER with one more field, then a version between them that comes late; and v2 before v1."""
    world.put("maker-feed", [LATE_MIDDLE], "3.json")
    world.run("2026-06-03T12:00:00+00:00")
    for name in RECIPIENTS:
        got = world.received(name)
        assert not got.pattern_with("split.example")
        assert not got.pattern_with("order.example")
        for trace in ("zq34new", "zq34middle", "zq34order", "zq34field"):
            assert not got.holds(trace)


def test_a34_a_narrower_version_that_the_hub_refuses(make_world: MakeWorld) -> None:
    """The newer version is RED or classified, and cannot be taken in: what it says of its handling still ends the older one."""
    world = make_world({"maker-feed": "maker"}, {"plain": VERBATIM, "std": STANDARD})
    hosts = ("selector", "broken", "classified", "loosened")
    world.put("maker-feed", [marked(indicator(host), "green") for host in hosts], "1.json")
    world.run("2026-06-01T12:00:00+00:00")
    red = [{"marking_ref": TLP2["red"], "selectors": ["labels.[4]"]}]
    refused = [
        {**marked(indicator("selector", modified=LATER), "green"), "granular_markings": red},
        marked(indicator("broken", "[not a pattern", modified=LATER), "red"),
        marked(indicator("classified", modified=LATER, description="SECRET//NOFORN\nHost seen."), "green"),
        marked(indicator("loosened", "[not a pattern", modified=LATER), "clear"),
    ]
    world.put("maker-feed", refused, "2.json")
    world.run("2026-06-02T12:00:00+00:00")
    for name in RECIPIENTS:
        got = world.received(name)
        assert got.pattern_with("loosened.example")
        left = [host for host in hosts[:3] if got.pattern_with(f"{host}.example")]
        assert not left, (name, left)


def test_a33_files_that_change_while_the_hub_works(make_world: MakeWorld) -> None:
    """A policy that is widened in the middle of a run: nothing goes out half under the one and half under the other."""
    world = make_world({"maker-feed": "maker"}, {"plain": {"release": {"types": ["malware"], "tlp_max": "green"}}})
    world.put("maker-feed", [marked(indicator("snap"), "green")])
    wide = {"recipient": "plain", "version": "1.1.0", "agreements": ["agr@1.0.0"], "minimize": {"profile": "verbatim@1"}}

    def widen(stage: str, _name: str, _number: int) -> None:
        write_yaml(world.folder / "policies" / "plain.yaml", {**wide, "release": {"types": ["indicator"], "tlp_max": "green"}})

    hub = open_hub(world.folder)
    runner = Runner(hub, lambda: datetime.fromisoformat("2026-06-01T12:00:00+00:00"), widen)
    runner.once(Event())
    runner.close()
    assert not world.received("plain").objects
    world.run("2026-06-01T12:00:01+00:00")
    assert world.received("plain").pattern_with("snap.example")


def test_a33_an_agreement_that_ends_in_the_middle_of_a_run_and_a_clock_that_goes_back(make_world: MakeWorld) -> None:
    """The moment of the slot decides for all objects alike; afterwards nothing is there, and a clock that goes back brings order back."""
    world = make_world({"maker-feed": "maker"}, {"plain": VERBATIM})
    agreement = world.folder / "agreements" / "agr.yaml"
    agreement.write_text(agreement.read_text().replace("valid_until: '2090-01-01'", "valid_until: '2026-06-01T12:00:05Z'"))
    assert "12:00:05" in agreement.read_text()
    hosts = [marked(indicator(f"end{number}"), "green") for number in range(40)]
    world.put("maker-feed", hosts)
    ticks = iter(range(10_000))
    runner = Runner(open_hub(world.folder), lambda: datetime.fromisoformat(f"2026-06-01T12:00:{min(next(ticks), 59):02}+00:00"))
    runner.once(Event())
    runner.close()
    assert len([item for item in world.received("plain").of("indicator") if not item.get("revoked")]) in (0, len(hosts))
    world.run("2026-06-01T12:00:05+00:00")
    assert not [item for item in world.received("plain").objects if not item.get("revoked")]
    first = world.received("plain").answers[-1].headers.get("X-TAXII-Date-Added-Last", "")
    world.run("2026-05-31T12:00:00+00:00")
    got = world.received("plain")
    assert len([item for item in got.of("indicator") if not item.get("revoked")]) in (0, len(hosts))
    assert got.answers[-1].headers["X-TAXII-Date-Added-Last"] >= first
