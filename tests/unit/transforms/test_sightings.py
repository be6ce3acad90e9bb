"""Sightings together: so many and never who; and what changes between two statements is never one partner's word alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.config import LeniencySettings
from schemas.markings import Tlp
from schemas.sharing import SightingRules
from schemas.timestamps import parse, sort_key, stix
from tests.support.objects import (
    HUB,
    TLP2,
    Served,
    Stix,
    identifier,
    identity,
    indicator,
    marked,
    partner,
    policy,
    served,
    sighting,
    states,
    terms,
)
from transforms.release.sightings import Together, Word, together
from transforms.statement import Statement
from transforms.terms import Terms
from transforms.validate import validate

PRODUCERS = [f"p{number}" for number in range(12)]
THING = indicator("thing")
RULES = SightingRules(k=3, buckets=(3, 10, 25), slot_hours=24)
START = datetime(2026, 3, 1, tzinfo=UTC)


def seen(number: int, producer: str, *, hours: int = 0, received: int = 0, count: int | None = None, name: str = "") -> Word:
    moment = stix(START + timedelta(hours=hours))
    more: dict[str, Any] = {} if count is None else {"count": count}
    value = sighting(name or f"s{number}", THING, created=moment, modified=moment, first_seen=moment, last_seen=moment, **more)
    return Word(sort_key(stix(START + timedelta(minutes=received))), producer, value["id"], value, orjson.dumps(value), Tlp.CLEAR)


def by(*producers: str, **more: Any) -> list[Word]:
    return [seen(number, producer, received=number, **more) for number, producer in enumerate(producers)]


def summed(sightings: Iterable[Word], rules: SightingRules = RULES) -> tuple[int, int, datetime, datetime] | None:
    found = together(sightings, rules)
    return None if found is None else (len(found.counted), found.count, found.first_seen, found.last_seen)


def test_fewer_partners_than_k_say_nothing_however_often_they_speak() -> None:
    assert together([], RULES) is None
    assert together(by("p0", "p1", "p0", "p1", "p0", "p1", count=1000), RULES) is None
    assert summed(by("p0", "p1", "p2")) == (3, 3, START, START)


def test_the_next_ones_wait_until_k_of_them_speak_for_the_first_time() -> None:
    first = by("p0", "p1", "p2")
    for more in (["p3"], ["p3", "p4"], ["p3", "p4", "p3"], ["p0", "p1", "p2"], ["p0", "p1", "p3", "p4"]):
        assert summed(by("p0", "p1", "p2", *more)) == summed(first)
    assert summed(by("p0", "p1", "p2", "p3", "p4", "p5")) == (6, 3, START, START)
    assert summed(by("p0", "p1", "p2", "p0", "p3", "p4", "p5")) == (7, 3, START, START)


@pytest.mark.parametrize(("partners", "bucket"), [(3, 3), (5, 3), (9, 3), (11, 3), (12, 10)])
def test_what_is_told_is_k_for_each_group_rounded_down_to_a_bucket(partners: int, bucket: int) -> None:
    found = together(by(*PRODUCERS[:partners]), RULES)
    assert found is not None
    assert found.count == bucket


@pytest.mark.parametrize("count", [-5, 0, 1, 1_000_000])
def test_the_count_that_one_partner_gives_makes_no_difference(count: int) -> None:
    found = together([seen(0, "p0", count=count), *by("p1", "p2", count=1)], RULES)
    assert found is not None
    assert found.count == 3


@pytest.mark.parametrize("hours", [1, 24, 168])
def test_times_are_those_of_slots(hours: int) -> None:
    rules = replace(RULES, slot_hours=hours)
    found = together([seen(0, "p0", hours=5), seen(1, "p1", hours=30), seen(2, "p2", hours=200)], rules)
    assert found is not None
    for moment, real in ((found.first_seen, START + timedelta(hours=5)), (found.last_seen, START + timedelta(hours=200))):
        assert moment <= real < moment + timedelta(hours=hours)
        assert (moment - datetime(1970, 1, 1, tzinfo=UTC)) % timedelta(hours=hours) == timedelta(0)


SIGHTINGS = st.lists(
    st.tuples(st.sampled_from(PRODUCERS), st.integers(0, 400), st.integers(0, 50), st.none() | st.integers(0, 40)), max_size=25
).map(lambda rows: [seen(no, who, hours=hours, received=came, count=count) for no, (who, hours, came, count) in enumerate(rows)])
K = st.integers(2, 5)


@given(SIGHTINGS, K, st.randoms())
def test_the_order_in_which_they_are_given_does_not_matter(sightings: list[Word], k: int, random: Any) -> None:
    rules = replace(RULES, k=k, buckets=(k, 10, 25))
    other = list(sightings)
    random.shuffle(other)
    assert together(sightings, rules) == together(other, rules)


def in_order(sightings: Sequence[Word]) -> list[Word]:
    return sorted(sightings, key=lambda item: (item.received, item.producer, item.source_id))


def published(found: Together | None) -> Any:
    return None if found is None else (found.count, found.first_seen, found.last_seen)


@given(SIGHTINGS, K)
def test_between_two_different_statements_at_least_k_partners_have_spoken(sightings: list[Word], k: int) -> None:
    """As they come, one after the other: nobody can tell what one of them has said."""
    rules = replace(RULES, k=k, buckets=(k, 10, 25))
    arrived = in_order(sightings)
    last, since = None, 0
    for end in range(1, len(arrived) + 1):
        found = published(together(arrived[:end], rules))
        if found != last:
            assert len({item.producer for item in arrived[since:end]}) >= k
            last, since = found, end


@given(SIGHTINGS, K)
def test_what_counts_once_goes_on_to_count(sightings: list[Word], k: int) -> None:
    rules = replace(RULES, k=k, buckets=(k, 10, 25))
    arrived = in_order(sightings)
    before: tuple[Word, ...] = ()
    for end in range(1, len(arrived) + 1):
        found = together(arrived[:end], rules)
        counted = () if found is None else found.counted
        assert counted[: len(before)] == before
        before = counted


@given(SIGHTINGS.filter(bool), K, st.data())
def test_taking_one_away_never_says_more(sightings: list[Word], k: int, data: st.DataObject) -> None:
    rules = replace(RULES, k=k, buckets=(k, 10, 25))
    gone = data.draw(st.integers(0, len(sightings) - 1))
    before, after = together(sightings, rules), together([*sightings[:gone], *sightings[gone + 1 :]], rules)
    if after is not None:
        assert before is not None
        assert after.count <= before.count
        assert {item.source_id for item in after.counted} <= {item.source_id for item in sightings}


# --- as one statement


PEOPLE = [partner(name, "c") for name in ("taker", *PRODUCERS)]
STANDARD = policy("taker", minimize={"profile": "standard@1", "attribution": "anonymous", "sightings": {"k": 3, "buckets": [3, 10]}})


def under(**more: Any) -> Terms:
    return terms(rules=STANDARD, partners=PEOPLE, **more)


def reports(*producers: str, of: Stix | str = THING, **more: Any) -> list[Served]:
    return [served(sighting(f"by {who}", of, **more), producer=who) for who in producers]


def aggregated(items: Sequence[Served], terms_: Terms | None = None) -> list[tuple[Statement, Stix]]:
    made = states(items, terms_ or under())
    return [(item, orjson.loads(item.bodies[-1])) for item in made if item.bodies and item.object_id.startswith("sighting--")]


WORLD = [served(THING, producer="p0")]


def test_it_is_a_valid_sighting_of_the_hub_about_what_the_recipient_sees() -> None:
    ((statement, made),) = aggregated([*WORLD, *reports("p1", "p2", "p3")])
    assert (statement.decision, statement.reason) == ("put", "aggregated")
    validate(made, LeniencySettings())
    assert made["created_by_ref"] == HUB.identity
    assert made["sighting_of_ref"] == THING["id"]
    assert made["count"] == 3
    assert made["object_marking_refs"] == [TLP2["clear"]]
    assert made.keys() <= {
        *("type", "spec_version", "id", "created", "modified", "created_by_ref", "first_seen", "last_seen", "count"),
        *("sighting_of_ref", "object_marking_refs"),
    }
    for who in PRODUCERS:
        assert who.encode() not in statement.bodies[-1]
    for item in reports("p1", "p2", "p3"):
        assert item.versions[-1]["id"].encode() not in statement.bodies[-1]


def test_it_carries_the_highest_label_of_what_counts() -> None:
    items = [*reports("p1", "p2"), served(marked(sighting("by p3", THING), "green"), producer="p3")]
    ((_, made),) = aggregated([*WORLD, *items])
    assert made["object_marking_refs"] == [TLP2["green"]]


def test_who_else_saw_it_makes_no_difference_to_its_id() -> None:
    ((first, _),) = aggregated([*WORLD, *reports("p1", "p2", "p3")])
    ((second, _),) = aggregated([*WORLD, *reports("p4", "p5", "p6")])
    assert (first.handle, first.object_id, first.digest) == (second.handle, second.object_id, second.digest)


@pytest.mark.parametrize(
    "hidden",
    [
        served(marked(sighting("by p3", THING), "red"), producer="p3"),
        served({**sighting("by p3", THING), "revoked": True}, producer="p3"),
        served(sighting("by p3", THING), producer="stranger"),
        served(sighting("again", THING), producer="p2"),
    ],
)
def test_what_the_recipient_may_not_have_and_a_second_word_of_one_partner_do_not_make_k(hidden: Served) -> None:
    assert aggregated([*WORLD, *reports("p1", "p2"), hidden]) == []


def test_of_what_the_recipient_does_not_see_nothing_is_said() -> None:
    assert aggregated([served(marked(THING, "red"), producer="p0"), *reports("p1", "p2", "p3")]) == []
    assert aggregated([served({**THING, "revoked": True}, producer="p0"), *reports("p1", "p2", "p3")]) == []


def test_where_single_sightings_go_out_they_are_not_counted_as_well() -> None:
    verbatim = terms(rules=policy("taker", minimize={"sightings": {"k": 3}}), partners=PEOPLE)
    found = aggregated([*WORLD, *reports("p1", "p2", "p3")], verbatim)
    assert sorted(statement.reason for statement, _ in found) == ["released"] * 3


def test_a_sighting_of_an_id_that_the_recipient_may_not_know_does_not_count_for_what_means_the_same() -> None:
    """Else what a hidden source serves would change what is told of a visible one."""
    hidden = indicator("hidden", THING["pattern"], created="2026-01-01T00:00:00.000Z")
    items = [*WORLD, *reports("p1", "p2", "p3", of=hidden)]
    assert aggregated(items) == []
    assert aggregated([*items, served(marked(hidden, "red"), producer="p4")]) == []
    ((_, made),) = aggregated([*WORLD, *reports("p1", "p2", "p3"), *reports("p4", "p5", "p6", of=hidden, count=50)])
    ((_, beside),) = aggregated(
        [*WORLD, *reports("p1", "p2", "p3"), *reports("p4", "p5", "p6", of=hidden, count=50), served(marked(hidden, "red"), producer="p4")]
    )
    assert made == beside


def test_where_it_was_seen_is_not_what_was_seen() -> None:
    place = identity("place")
    items = [*WORLD, served(place, producer="p0"), *reports("p1", "p2", "p3", where_sighted_refs=[place["id"]])]
    ((_, made),) = aggregated(items)
    assert made["sighting_of_ref"] == THING["id"]
    nobody = identifier("indicator", "nobody has it")
    assert aggregated([served(place, producer="p0"), *reports("p1", "p2", "p3", of=nobody, where_sighted_refs=[place["id"]])]) == []


def test_two_recipients_get_what_each_may_have() -> None:
    """A group of k is complete only of those whose words the recipient may have."""
    far = [partner("taker", "c"), partner("p0", "c"), partner("p1", "c"), partner("p2", "c"), partner("p3", "elsewhere")]
    items = [*WORLD, *[served(marked(item.versions[-1], "green"), producer=item.producer) for item in reports("p1", "p2", "p3")]]
    assert len(aggregated(items)) == 1
    assert aggregated(items, terms(rules=STANDARD, partners=far)) == []


def test_moments_of_the_statement_tell_slots_only() -> None:
    ((_, made),) = aggregated([*WORLD, *reports("p1", "p2", "p3", first_seen="2026-02-03T04:05:06Z", last_seen="2026-02-04T07:08:09Z")])
    assert (made["first_seen"], made["last_seen"]) == ("2026-02-03T00:00:00.000Z", "2026-02-04T00:00:00.000Z")
    assert parse(made["created"]).hour == 0


def parted(value: Stix, selector: str) -> Stix:
    return {**value, "granular_markings": [{"marking_ref": TLP2["red"], "selectors": [selector]}]}


WHEN = {"first_seen": "2026-02-03T04:05:06Z", "last_seen": "2026-02-04T07:08:09Z"}
LONG_AFTER = {**WHEN, "last_seen": "2026-06-13T00:00:00Z"}


def test_a_part_that_is_marked_for_others_says_nothing_in_the_sum() -> None:
    late = parted(marked(sighting("by p3", THING, **LONG_AFTER), "clear"), "last_seen")
    ((_, made),) = aggregated([*WORLD, *reports("p1", "p2", **WHEN), served(late, producer="p3")])
    assert made["last_seen"] == "2026-02-04T00:00:00.000Z"


def test_a_sighting_of_which_the_recipient_may_not_know_what_it_is_of_does_not_count() -> None:
    third = parted(marked(sighting("by p3", THING), "clear"), "sighting_of_ref")
    assert aggregated([*WORLD, *reports("p1", "p2"), served(third, producer="p3")]) == []


def test_what_one_partner_says_later_waits_for_others_also_where_it_is_a_new_version() -> None:
    first = sighting("by p3", THING, **WHEN)
    later = {**first, **LONG_AFTER, "modified": "2026-06-13T00:00:00.000Z"}
    ((_, before),) = aggregated([*WORLD, *reports("p1", "p2", **WHEN), served(first, producer="p3")])
    ((_, after),) = aggregated([*WORLD, *reports("p1", "p2", **WHEN), served(first, later, producer="p3")])
    assert before == after


PAP_RED = {
    "type": "marking-definition",
    "spec_version": "2.1",
    "id": "marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e",
}


def test_a_sum_is_not_made_of_what_is_bound_by_more_than_a_tlp() -> None:
    """It would go out free of a duty that each of its parts has."""
    people = policy("taker", release={"pap_max": "red"}, minimize={"profile": "standard@1", "sightings": {"k": 3}})
    rules = terms(rules=people, partners=PEOPLE)
    free = reports("p1", "p2", "p3")
    bound = [served(marked(item.versions[-1], "clear", PAP_RED["id"]), producer=item.producer) for item in free]
    assert len(aggregated([*WORLD, *free], rules)) == 1
    assert aggregated([*WORLD, *bound], rules) == []


@pytest.mark.parametrize("hours", [7, 36, 168])
def test_the_beginning_of_time_stops_nobody(hours: int) -> None:
    rules = policy("taker", minimize={"profile": "standard@1", "sightings": {"k": 3, "slot_hours": hours}})
    ancient = {"first_seen": "0001-01-01T00:00:00Z", "last_seen": "0001-01-01T00:00:00Z"}
    ((_, made),) = aggregated([*WORLD, *reports("p1", "p2", "p3", **ancient)], terms(rules=rules, partners=PEOPLE))
    assert made["first_seen"] == "0001-01-01T00:00:00.000Z"
    validate(made, LeniencySettings())
