"""What holds of every release: nothing hidden shows, nothing dangles, nobody's bytes hang on what they may not know of."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.store.catalogue import Catalogue
from pipeline.store.catalogue_reader import CatalogueReader
from schemas.config import LeniencySettings
from schemas.ids import uuid_of, uuids_in
from schemas.markings import TLP_BY_ID
from tests.properties.worlds import beside_hidden, worlds
from tests.support.objects import ALL_TYPES, HUB, TLP2, Served, block, owners, partner, policy, run, states, taken, terms
from transforms.canonicalize import references
from transforms.release import Release, close_block, decide_block, guard_block, minimize_block, release, state_block
from transforms.second_look import Guards
from transforms.shared import Shared
from transforms.statement import Statement
from transforms.terms import Terms
from transforms.validate import validate

PEOPLE = [partner(name, "c") for name in ("taker", "second", "maker", "other", "hidden")]


def terms_of(recipient: str, release: dict[str, Any], minimize: dict[str, Any]) -> Terms:
    return terms(recipient, rules=policy(recipient, release=release, minimize=minimize), partners=PEOPLE)


RULES = st.fixed_dictionaries(
    {
        "types": st.sampled_from([ALL_TYPES, ALL_TYPES, tuple(name for name in ALL_TYPES if name not in ("identity", "malware"))]),
        "tlp_max": st.sampled_from(["clear", "green", "red"]),
        "statements": st.sampled_from(["pass", "withhold"]),
    }
)
PATHS: st.SearchStrategy[dict[str, str]] = st.sampled_from(
    [
        {},
        {"*.description": "drop"},
        {"*.description": "withhold"},
        {"*.created_by_ref": "drop"},
        {"*.x_own": "keep"},
        {"domain-name.resolves_to_refs": "drop", "network-traffic.protocols": "keep"},
        {"network-traffic.src_ref": "drop", "malware.aliases": "drop"},
    ]
)
SHOWN: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "profile": st.sampled_from(["verbatim@1", "verbatim@1", "trusted@1", "standard@1"]),
        "attribution": st.sampled_from(["named", "anonymous"]),
        "paths": PATHS,
        "sightings": st.sampled_from([{"k": 2}, {"k": 5}]),
    }
)
TERMS = st.builds(lambda release, minimize: terms_of("taker", release, minimize), RULES, SHOWN)


def emitted(statements: Sequence[Statement]) -> set[str]:
    return {item.object_id for item in statements if item.bodies}


@settings(max_examples=120)
@given(worlds(), TERMS)
def test_no_id_shows_of_what_the_producer_keeps_back(world: list[Served], under: Terms) -> None:
    """What a producer writes of an id of somebody else is its own word (docs/decisions/2026-11-30-ids-of-others.md); references to it are
    dropped. What the hub says by itself names nothing that is not visible.
    """
    state = run(world, under)
    made = state_block(state)
    open_ = {uuid_of(item) for item in (*emitted(made), HUB.identity, *TLP_BY_ID)}
    speakers = {out.object_id: state.chosen[no].candidate.producer for no, out in state.outgoing.items()}
    for statement in made:
        speaker = speakers.get(statement.object_id)
        secret = {uuid_of(item.versions[-1]["id"]) for item in world if speaker in (None, item.producer)} - open_
        for body in statement.bodies:
            assert not secret & uuids_in(body)
            assert not any(item.encode() in body.lower() for item in secret)
            assert {uuid_of(ref) for ref in references(orjson.loads(body))} <= open_


@settings(max_examples=120)
@given(worlds(), TERMS)
def test_no_reference_dangles(world: list[Served], under: Terms) -> None:
    made = states(world, under)
    visible = emitted(made) | {HUB.identity} | TLP_BY_ID.keys()
    for statement in made:
        for body in statement.bodies:
            assert set(references(orjson.loads(body))) <= visible


@settings(max_examples=120)
@given(worlds(), TERMS)
def test_what_goes_out_is_valid_and_says_whose_it_is(world: list[Served], under: Terms) -> None:
    known = {item.versions[-1]["id"] for item in world}
    originals = {orjson.dumps(item.versions[-1]) for item in world}
    for statement in states(world, under):
        assert (statement.decision == "withdraw") == (not statement.bodies) == (statement.object_id == "")
        for body in statement.bodies:
            value = orjson.loads(body)
            validate(value, LeniencySettings())
            assert value["id"] == statement.object_id
            assert (statement.decision == "revoke") == (value.get("revoked") is True)
            if statement.transforms:
                assert "modified" not in value or (value["created_by_ref"] == HUB.identity and value["id"] not in known)
            else:
                assert body in originals


@settings(max_examples=60)
@given(worlds(), TERMS)
def test_each_entity_is_stated_once_and_every_id_is_visible_once(world: list[Served], under: Terms) -> None:
    made = states(world, under)
    piece = block(world)
    assert len({item.handle for item in made}) == len(made) == len(piece.entities) + len(piece.sightings)
    ids = [item.object_id for item in made if item.bodies]
    assert len(ids) == len(set(ids))


@settings(max_examples=60)
@given(worlds(), TERMS)
def test_the_same_input_gives_the_same_bytes(world: list[Served], under: Terms) -> None:
    assert states(world, under) == states(world, under)
    assert {(item.handle, item.bodies) for item in states(world[::-1], under)} == {
        (item.handle, item.bodies) for item in states(world, under)
    }


def served_together(world: list[Served], everybody: Sequence[Terms]) -> dict[str, list[Statement]]:
    """As the job does it: one block, and what can be shared between recipients is shared."""
    piece = block(world)
    shared = Shared()
    found = {under.recipient.id: Release(piece, under, shared) for under in everybody}
    for stage in (decide_block, minimize_block, close_block):
        for state in found.values():
            stage(state)
    return {name: state_block(guard_block(state, owners(world), Guards().of(state.terms))) for name, state in found.items()}


@settings(max_examples=80)
@given(worlds(), RULES, SHOWN, RULES, SHOWN)
def test_another_recipient_changes_nothing(
    world: list[Served], release: dict[str, Any], shown: dict[str, Any], other_release: dict[str, Any], other_shown: dict[str, Any]
) -> None:
    def fresh() -> list[Terms]:
        return [terms_of("second", other_release, other_shown), terms_of("taker", release, shown)]

    alone = states(world, fresh()[1])
    assert served_together(world, fresh())["taker"] == alone
    assert served_together(world, fresh()[::-1])["taker"] == alone
    assert served_together(world, [fresh()[1]])["taker"] == alone


Told = dict[bytes, tuple[Any, ...]]
"""Handle -> all that a statement tells the recipient."""


def told(statements: Sequence[Statement]) -> Told:
    return {item.handle: (item.decision, item.object_id, item.bodies, item.digest, item.transforms) for item in statements}


def same_as_before(before: Told, after: Told) -> bool:
    """Nothing that was stated is stated otherwise, and what is stated more is of nothing that the recipient may have."""
    more = {handle: after[handle] for handle in after.keys() - before.keys()}
    return before.items() <= after.items() and all(decision == "withdraw" for decision, *_ in more.values())


@settings(max_examples=200)
@given(beside_hidden(), TERMS)
def test_a_hidden_source_changes_not_one_byte(both: tuple[list[Served], list[Served]], under: Terms) -> None:
    world, more = both
    before = told(states(world, under))
    assert same_as_before(before, told(states([*more, *world], under)))
    assert same_as_before(before, told(states([*world, *more], under)))


def read_back(arrivals: Sequence[Served], cut: int, under: Terms) -> Told:
    """The same through a catalogue, in two batches."""
    with tempfile.TemporaryDirectory() as folder:
        made = Catalogue(Path(folder) / "catalogue.db", 4)
        made.connection.execute("PRAGMA synchronous=OFF")
        reader = CatalogueReader(Path(folder) / "catalogue.db")
        try:
            for part in (arrivals[:cut], arrivals[cut:]):
                taken(made, [(item.versions[-1], item.producer) for item in part], received="2026-06-30T10:00:00.000000Z")
            everything = [no for (no,) in made.connection.execute("SELECT DISTINCT entity FROM source")]
            return told(state_block(release(reader.block(everything), under, reader.owners)))
        finally:
            reader.close()
            made.close()


@settings(max_examples=60)
@given(beside_hidden(), TERMS, st.data())
def test_nor_does_it_through_a_catalogue_whenever_it_comes(
    both: tuple[list[Served], list[Served]], under: Terms, data: st.DataObject
) -> None:
    world, more = both
    arrivals = data.draw(st.permutations([*world, *more]))
    before = read_back(world, len(world), under)
    assert same_as_before(before, read_back(arrivals, data.draw(st.integers(0, len(arrivals))), under))


def visible_sources(world: list[Served], under: Terms) -> set[str]:
    state = run(world, under)
    return {candidate.source_id for no in state.outgoing for candidate in state.block.entities[no].candidates}


@settings(max_examples=120)
@given(worlds(), TERMS, st.data())
def test_one_more_restrictive_marking_never_shows_more(world: list[Served], under: Terms, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(world) - 1))
    value = world[place].versions[-1]
    labels = [*value.get("object_marking_refs", ()), TLP2["red"]]
    if value["type"] == "marking-definition":
        return
    restricted = [*world[:place], Served(({**value, "object_marking_refs": labels},), world[place].producer), *world[place + 1 :]]
    assert visible_sources(restricted, under) <= visible_sources(world, under)
