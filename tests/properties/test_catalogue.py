"""Order of arrival never changes the final catalogue, and a replay changes nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import orjson
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.store.catalogue import Catalogue
from pipeline.store.catalogue_queries import entities_of, quarantine_list
from pipeline.store.catalogue_reader import CatalogueReader
from schemas.errors import BadInput
from schemas.sharing import Minimize
from tests.properties.test_release import TERMS, terms_of
from tests.properties.worlds import FAMILIES, INDICATORS, NAMES, worlds
from tests.support.objects import (
    TLP2,
    Served,
    Stix,
    domain,
    groups,
    identifier,
    indicator,
    living,
    malware,
    observable,
    record,
    served,
    sighting,
    states,
    taken,
    terms,
)
from transforms.minimize import Minimizer
from transforms.release import release, state_block
from transforms.terms import Terms

Item = tuple[Stix, str]


@contextmanager
def catalogue() -> Iterator[tuple[Catalogue, CatalogueReader]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.db"
        made = Catalogue(path, 16)
        made.connection.execute("PRAGMA synchronous=OFF")
        reader = CatalogueReader(path)
        try:
            yield made, reader
        finally:
            reader.close()
            made.close()


LATER = "2026-04-01T00:00:00.000Z"
ISSUED = [
    {**value, "id": identifier(value["type"], "again " + value["id"]), "created": LATER, "modified": LATER}
    for value in (*INDICATORS[:2], *FAMILIES)
]
VERSIONS = [
    {**INDICATORS[0], "modified": LATER, "confidence": 5},
    {**INDICATORS[1], "modified": LATER, "pattern": "[url:value = 'https://h2.example/']"},
    {**INDICATORS[2], "modified": LATER, "revoked": True},
    {**FAMILIES[0], "modified": LATER, "description": "more is known"},
    {**FAMILIES[1], "modified": LATER, "created_by_ref": identifier("identity", "author")},
]
CONTENTS = [{**NAMES[0], "defanged": True}, {**NAMES[0], "object_marking_refs": [TLP2["green"]]}, {**NAMES[1], "x_own": 1}]
LINKED = [
    domain("relationship", f"again {end}", relationship_type="indicates", source_ref=end, target_ref=identifier("malware", "m0"))
    for end in (ISSUED[0]["id"], ISSUED[1]["id"], INDICATORS[0]["id"])
]
PARTS = [
    {"type": "domain-name", "spec_version": "2.1", "id": identifier("domain-name", f"part {number}"), "value": value}
    for number, value in enumerate(("h0.example", "H0.Example", "h1.example"))
]
MADE = [
    {
        "type": "network-traffic",
        "spec_version": "2.1",
        "id": identifier("network-traffic", str(place)),
        "protocols": ["tcp"],
        "dst_ref": part["id"],
    }
    for place, part in enumerate((*PARTS, NAMES[0]))
]
"""Observables under ids that say nothing of their values, as many feeds have them."""
LINKED += [
    domain("relationship", f"on {item['id']}", relationship_type="uses", source_ref=FAMILIES[0]["id"], target_ref=item["id"])
    for item in MADE
]
HELD = [domain("report", f"again {item['id']}", name="R", published=LATER, object_refs=[item["id"]]) for item in LINKED]
MORE: st.SearchStrategy[list[Item]] = st.lists(
    st.tuples(st.sampled_from([*ISSUED, *VERSIONS, *CONTENTS, *PARTS, *MADE, *LINKED, *HELD]), st.just("maker")),
    max_size=12,
    unique_by=lambda item: orjson.dumps(item[0]),
)


@st.composite
def items(draw: st.DrawFn) -> list[Item]:
    """Objects in any of their versions, without those that contradict each other: what contradicts first is decided by who came first."""
    found = [
        (value, item.producer if value["type"] in ("domain-name", "ipv4-addr") else "maker")
        for item in draw(worlds())
        for value in item.versions
    ]
    revised = {value["id"] for value in VERSIONS}
    first = {(value["id"], producer): value for value, producer in found}
    kept = [(value, producer) for (_, producer), value in first.items() if value["id"] not in revised or "revoked" not in value]
    return kept + draw(MORE)


def arrive(target: Catalogue, arrivals: list[Item], cuts: list[int]) -> None:
    bounds = [0, *sorted(cut for cut in cuts if cut < len(arrivals)), len(arrivals)]
    for start, end in pairwise(bounds):
        taken(target, arrivals[start:end])


@settings(max_examples=60)
@given(items(), st.data())
def test_order_of_arrival_never_changes_the_final_catalogue(arrivals: list[Item], data: st.DataObject) -> None:
    other = data.draw(st.permutations(arrivals))
    cuts = st.lists(st.integers(0, 25), max_size=5)
    with catalogue() as (one, one_reader), catalogue() as (two, two_reader):
        arrive(one, arrivals, data.draw(cuts))
        arrive(two, other, data.draw(cuts))
        assert list(quarantine_list(one_reader, None, None, 9)) == list(quarantine_list(two_reader, None, None, 9)) == []
        assert groups(one) == groups(two)
        assert living(one) == living(two)


@settings(max_examples=30)
@given(items(), st.data())
def test_a_replay_in_any_order_changes_no_change_number(arrivals: list[Item], data: st.DataObject) -> None:
    with catalogue() as (made, reader):
        arrive(made, arrivals, [])
        before = (reader.heads(), living(made))
        arrive(made, data.draw(st.permutations(arrivals)), [3, 7])
        assert (reader.heads(), living(made)) == before


@settings(max_examples=30)
@given(items(), st.data())
def test_every_change_of_a_meaning_gets_a_number(arrivals: list[Item], data: st.DataObject) -> None:
    """What a release reads by change numbers is all that it needs to read."""
    half = data.draw(st.integers(0, len(arrivals)))
    with catalogue() as (made, reader):
        arrive(made, arrivals[:half], [])
        heads, before = reader.heads(), living(made)
        arrive(made, arrivals[half:], [])
        changed = {no for shard, head in reader.heads().items() for no in reader.changed(shard, heads[shard], head)}
        keys = {made.connection.execute("SELECT hex(key) FROM entity WHERE no = ?", (no,)).fetchone()[0] for no in changed}
        after = living(made)
        differing = {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}
        assert differing <= keys


@settings(max_examples=40)
@given(worlds(), TERMS)
def test_a_block_that_is_read_is_released_like_one_that_is_made(world: list[Served], under: Terms) -> None:
    """The catalogue and its reader against the few lines of tests.support.objects.block."""
    with catalogue() as (made, reader):
        taken(made, [(item.versions[-1], item.producer) for item in world], received="2026-06-30T10:00:00.000000Z")
        everything = [no for (no,) in made.connection.execute("SELECT DISTINCT entity FROM source")]
        state = release(reader.block(everything), under, reader.owners)
        read = [(item.handle, item.decision, item.reason, item.bodies) for item in state_block(state) if item.reason != "gone"]
    assert sorted(read) == sorted((item.handle, item.decision, item.reason, item.bodies) for item in states(world, under))


@settings(max_examples=30)
@given(worlds(), TERMS, st.data())
def test_what_is_stated_of_a_part_is_what_is_stated_of_it_with_all(world: list[Served], under: Terms, data: st.DataObject) -> None:
    """A block may start anywhere: what it emits does not hang on what else is emitted with it."""
    with catalogue() as (made, reader):
        taken(made, [(item.versions[-1], item.producer) for item in world])
        everything = [no for (no,) in made.connection.execute("SELECT no FROM entity ORDER BY no")]
        part = data.draw(st.lists(st.sampled_from(everything), unique=True, min_size=1))
        found = []
        for seeds in (everything, part):
            state = release(reader.block(seeds), under, reader.owners)
            found.append({item.handle: (item.decision, item.reason, item.bodies) for item in state_block(state)})
        whole, some = found
        assert {handle: whole[handle] for handle in some} == some


MOMENTS = [f"2026-03-0{day}T00:00:00.000Z" for day in range(1, 6)]
REVISED = [
    domain("indicator", name, created=created, modified=modified, pattern_type="stix", valid_from=MOMENTS[0], pattern=pattern, **more)
    for name, created in (("first", MOMENTS[0]), ("second", MOMENTS[0]), ("third", MOMENTS[1]))
    for modified in MOMENTS[1:4]
    for pattern in ("[url:value = 'https://h1.example/']", "[url:value = 'https://h2.example/']")
    for more in ({}, {"description": "d"}, {"revoked": True})
]
"""Versions of few indicators that mean one of two things and that recipients can, or cannot, tell apart."""
FOLLOWING = [
    domain("relationship", f"of {name}", relationship_type="indicates", source_ref=name, target_ref=FAMILIES[0]["id"])
    for name in dict.fromkeys(value["id"] for value in REVISED)
]
"""What means the same, or not, as these do."""
DOMAINS = [
    {"type": "domain-name", "spec_version": "2.1", "id": identifier("domain-name", f"part {number}"), "value": "h0.example", **more}
    for number in range(3)
    for more in ({}, {"defanged": True}, {"defanged": False})
]
REVISING = st.sampled_from(REVISED) | st.sampled_from(FOLLOWING) | st.sampled_from(DOMAINS)


def elected(target: Catalogue) -> set[tuple[int, int, str]]:
    """(source, shadowed, fresh) as they must be: in each group of one entity and standing the oldest stands, as fresh as the newest."""
    found: dict[tuple[int, bytes], list[tuple[str, str, int, str]]] = {}
    for entity, standing, created, name, no, modified, received in target.connection.execute(
        "SELECT source.entity, source.standing, source.created, alias.id, source.no, version.modified, version.received"
        " FROM source JOIN alias ON alias.no = source.alias JOIN version ON version.no = source.current"
    ):
        found.setdefault((entity, standing), []).append((created, name, no, modified or received))
    return {
        (no, int(place > 0), own if place else max(item[3] for item in group))
        for group in map(sorted, found.values())
        for place, (_, _, no, own) in enumerate(group)
    }


def re_issued(*which: tuple[int, int]) -> list[Stix]:
    """Indicators that are alike but for their id and times: (who of REVISED, which of its three times of modification)."""
    return [REVISED[18 * who + 6 * when] for who, when in which]


@settings(max_examples=100)
@given(st.lists(st.tuples(st.lists(REVISING, max_size=6), st.sampled_from(MOMENTS)), max_size=6))
@example([(re_issued((1, 0), (2, 2), (0, 0)), MOMENTS[0])]).via("who stood for a newer one gives way to an older one")
@example([(re_issued((0, 0), (2, 2), (1, 0)), MOMENTS[0])]).via("the same, whichever id comes first")
def test_after_each_transaction_the_oldest_stands_for_its_like_and_is_as_fresh_as_the_newest(
    arrivals: list[tuple[list[Stix], str]],
) -> None:
    with catalogue() as (made, _):
        for values, received in arrivals:
            taken(made, [(value, "maker") for value in values], received=received)
            assert set(made.connection.execute("SELECT no, shadowed, fresh FROM source")) == elected(made)


NESTED: st.SearchStrategy[object] = st.recursive(
    st.just(1),
    lambda inner: st.lists(inner, min_size=1, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, min_size=1),
    max_leaves=4,
)
RULES = st.dictionaries(
    st.lists(st.sampled_from(["a", "b", "*"]), max_size=3).map(lambda steps: ".".join(("indicator", "x_own", *steps))),
    st.sampled_from(["keep", "drop", "withhold"]),
    max_size=3,
).map(lambda paths: {"indicator.x_own": "keep", **paths})


def seen(value: Stix, paths: dict[str, str]) -> object:
    """What becomes of the names of an object under the paths of a policy."""
    try:
        found = Minimizer(Minimize.model_validate({"paths": paths})).minimize(value)
    except BadInput as error:
        return error.reason, error.path
    return set(found.changes), found.touched, set(found.value)


@settings(max_examples=200)
@given(st.lists(NESTED, min_size=2, max_size=6), RULES)
def test_objects_of_equal_standing_are_minimized_alike(parts: list[object], paths: dict[str, str]) -> None:
    alike: dict[bytes, object] = {}
    for part in parts:
        value = indicator("a", x_own=part)
        assert alike.setdefault(record(value).standing, seen(value, paths)) == seen(value, paths)


def test_one_that_a_recipient_may_not_see_does_not_hide_its_like() -> None:
    values = [
        indicator(name, "[url:value = 'https://h.example/']", external_references=[{"source_name": "s", **more}])
        for name, more in (("a", {"url": "https://x.example/"}), ("b", {"description": "d"}))
    ]
    for order in (values, values[::-1]):
        with catalogue() as (made, reader):
            taken(made, [(value, "maker") for value in order])
            under = terms_of("taker", {}, {"paths": {"indicator.external_references.url": "withhold"}})
            state = release(reader.block(entities_of(reader, values[0]["id"])), under, reader.owners)
            assert [item.decision for item in state_block(state)] == ["put"]


def test_what_hangs_on_something_that_the_guard_stops_goes_with_it_wherever_the_block_starts() -> None:
    gone = {**indicator("gone"), "revoked": True}
    again = {**indicator("again", gone["pattern"]), "revoked": True, "x_own": 1}
    stopped = indicator("stopped", None, description=f"see {again['id']}")
    seen = sighting("seen", stopped)
    with catalogue() as (made, reader):
        taken(made, [(value, "maker") for value in (gone, again, stopped, seen)])
        under = terms()
        for start in ([seen["id"]], [seen["id"], stopped["id"]]):
            seeds = [no for name in start for no in entities_of(reader, name)]
            state = release(reader.block(seeds), under, reader.owners)
            assert {item.decision for item in state_block(state)} == {"withdraw"}


def test_the_pools_can_meet() -> None:
    """Enough of what the properties draw means the same for them to mean something."""
    assert served(indicator("a")).versions[0]["type"] == "indicator"
    with catalogue() as (made, _):
        taken(
            made,
            [(value, "maker") for value in (*INDICATORS, *FAMILIES, *ISSUED, *NAMES, *PARTS, *MADE, *LINKED, *HELD)],
        )
        taken(made, [(malware("x"), "maker"), (observable("mutex", name="m"), "maker")])
        found = groups(made)
        assert frozenset({MADE[0]["id"], MADE[1]["id"], MADE[3]["id"]}) in found
        assert frozenset({LINKED[-4]["id"], LINKED[-3]["id"], LINKED[-1]["id"]}) in found
        assert max(map(len, groups(made))) > 2
        assert sum(len(group) > 1 for group in groups(made)) >= 4
