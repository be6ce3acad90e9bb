"""Sightings together: who has seen something must not follow from sums, differences or unions."""

from __future__ import annotations

import pytest

from tests.adversarial.conftest import MakeWorld
from tests.adversarial.world import STANDARD, Stix, World
from tests.support.objects import identity, indicator, malware, marked, relationship, sighting

pytestmark = pytest.mark.xdist_group("sightings")  # one process runs all of it: its tests share a world

TELLERS = [f"teller-{letter}" for letter in "abcdefghijk"]
SEEN = marked(indicator("seen"), "green")
FEW = marked(indicator("few"), "green")
ALONE = marked(indicator("alone"), "green")
OPEN = {**STANDARD, "minimize": {**STANDARD["minimize"], "sightings": {"k": 5}}}


def told(teller: str, of: Stix, count: int = 3, label: str = "green", day: int = 3) -> Stix:
    """One partner's sighting, with all that would name it."""
    value = sighting(
        f"{teller} {of['id']} {count} {day}",
        of,
        count=count,
        first_seen=f"2026-02-{day:02}T09:17:31.123Z",
        last_seen=f"2026-02-{day:02}T11:12:13.456Z",
        where_sighted_refs=[identity(teller)["id"]],
        summary=False,
    )
    return marked(value, label)


@pytest.fixture(scope="module")
def world(make_world: MakeWorld) -> World:
    feeds = {"maker-feed": "maker", **{f"{name}-feed": name for name in TELLERS}}
    made = make_world(feeds, {"std": OPEN, "twin": OPEN})
    made.put("maker-feed", [SEEN, FEW, ALONE])
    for number, name in enumerate(TELLERS[:6]):
        mine = [marked(identity(name), "green"), told(name, SEEN, count=3 + number)]
        mine += [told(name, FEW)] if number < 4 else []
        mine += [told(name, ALONE, day=day) for day in range(1, 20)] if number == 0 else []
        made.put(f"{name}-feed", mine, "1.json")
    made.run("2026-06-01T12:00:00+00:00")
    return made


def test_a25_one_to_four_partners_are_nobody(world: World) -> None:
    """Fewer than k submitters, or one of them nineteen times: nothing is said, and nothing of theirs comes through."""
    got = world.received("std")
    few, alone = (got.pattern_with(f"{name}.example")[0]["id"] for name in ("few", "alone"))
    assert {item["sighting_of_ref"] for item in got.of("sighting")}.isdisjoint((few, alone))
    for name in TELLERS:
        assert not got.holds(identity(name)["id"])
        assert not got.holds(name)
    for trace in (":17:31", ".123z", ".456z", "where_sighted_refs", "observed_data_refs"):
        assert trace not in got.everything


def test_a25_what_is_told_together_is_coarse(world: World) -> None:
    """Six partners: one statement about five of them, with a count from the list of buckets, and days."""
    got = world.received("std")
    (together,) = got.of("sighting")
    assert together["count"] in (5, 10, 25, 100)
    assert together["count"] <= 3 + 4 + 5 + 6 + 7
    assert together["first_seen"].endswith("T00:00:00.000Z")
    assert together["last_seen"].endswith("T00:00:00.000Z")
    (other,) = world.received("twin").of("sighting")
    assert together["id"] != other["id"]


def test_a25_the_next_partner_changes_nothing(world: World) -> None:
    """Differencing: after five, the sixth, seventh, eighth and ninth add not one byte; a red sighting counts for nobody."""
    before = {name: world.received(name) for name in ("std", "twin")}
    for day, teller in enumerate(TELLERS[6:9], 2):
        world.put(f"{teller}-feed", [told(teller, SEEN, count=90)], "1.json")
        world.put(f"{TELLERS[0]}-feed", [told(TELLERS[0], SEEN, count=80, day=day + 8)], f"{day}.json")
        world.put(f"{TELLERS[9]}-feed", [told(TELLERS[9], SEEN, count=1000, label="red", day=day)], f"{day}.json")
        world.run(f"2026-06-{day:02}T12:00:00+00:00")
        for name, was in before.items():
            now = world.received(name)
            assert now.of("sighting") == was.of("sighting")
            assert not world.received(name, added_after="2026-06-01T18:00:00Z").objects


def test_a25_the_fifth_of_four_shows_nobody(world: World) -> None:
    """Four have been waiting; with the fifth all of them are told, in one bucket, and at no finer time than a day."""
    world.put(f"{TELLERS[10]}-feed", [told(TELLERS[10], FEW, count=2)], "9.json")
    world.run("2026-06-20T12:00:00+00:00")
    got = world.received("std")
    few = got.pattern_with("few.example")[0]["id"]
    (together,) = [item for item in got.of("sighting") if item["sighting_of_ref"] == few]
    assert together["count"] in (5, 10)
    assert not got.holds(TELLERS[10])


def test_a25_one_partner_under_several_names(make_world: MakeWorld) -> None:
    """Several feeds and several identities of one producer are one submitter."""
    feeds = {"maker-feed": "maker", **{f"f{number}": "teller-a" for number in range(6)}}
    world = make_world(feeds, {"std": OPEN})
    world.put("maker-feed", [SEEN])
    for number in range(6):
        value = told(f"mask {number}", SEEN, count=number + 1)
        world.put(f"f{number}", [value])
    world.run()
    assert not world.received("std").of("sighting")


def test_a36_facts_of_several_partners_add_up(make_world: MakeWorld) -> None:
    """Three partners' GREEN facts join to what a fourth calls RED. The RED object stays withheld with all that hangs on it, and no
    sum says that three saw it; that the three facts can be put side by side is a risk that stays (docs/residual-risks.md)."""
    feeds = {f"{name}-feed": name for name in ("one", "two", "three", "four")}
    world = make_world(feeds, {"std": OPEN})
    host, family = marked(indicator("joined"), "green"), marked(malware("joined-zq36"), "green")
    whole = marked(relationship("whole-zq36", host, family), "red")
    world.put("one-feed", [host])
    world.put("two-feed", [family, told("two", host)])
    world.put("three-feed", [told("three", host)])
    world.put("four-feed", [whole, told("four", host)])
    world.run()
    got = world.received("std")
    assert not got.of("relationship")
    assert not got.of("sighting")
    assert not got.holds(whole["id"][-36:])
    assert len(got.of("indicator")) == len(got.of("malware")) == 1
