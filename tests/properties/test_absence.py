"""Withheld is as good as absent, nobody else makes a difference, and all that goes out is whole, valid and traceable."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any

import orjson
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schemas.config import LeniencySettings
from schemas.errors import BadInput
from schemas.ids import digest16, uuid_of, uuids_in
from schemas.labels import WELL_KNOWN_MARKINGS
from schemas.stix.registry import KNOWN_PROPERTIES
from tests.properties.marked_worlds import marked_worlds
from tests.properties.policies import FILES, Files
from tests.support.objects import HUB, Served, block, owners, run, states
from transforms.canonicalize import references
from transforms.release import Release, close_block, decide_block, guard_block, minimize_block, state_block
from transforms.second_look import Guards
from transforms.shared import Shared
from transforms.statement import Statement
from transforms.terms import Terms
from transforms.validate import validate

Told = list[tuple[Any, ...]]
"""All that statements tell the recipient. What the hub calls things is its own affair: keys may hang on what is hidden."""

PUTS = ("put", "revoke")


def told(statements: Sequence[Statement]) -> Told:
    return sorted((item.object_id, item.bodies, item.digest) for item in statements if item.decision in PUTS)


def stages(world: list[Served], everybody: Sequence[Terms]) -> dict[str, list[Statement]]:
    """As the job does it: one block, and what can be shared between recipients is shared."""
    piece = block(world)
    shared = Shared()
    found = {under.recipient.id: Release(piece, under, shared) for under in everybody}
    for stage in (decide_block, minimize_block, close_block):
        for state in found.values():
            stage(state)
    guards = Guards()
    return {name: state_block(guard_block(state, owners(world), guards.of(state.terms))) for name, state in found.items()}


@settings(max_examples=200)
@given(marked_worlds(), FILES, st.data())
def test_what_is_withheld_might_as_well_not_be_there(world: list[Served], files: Files, data: st.DataObject) -> None:
    """Any of it, or all of it. What the guard stopped because of something hidden is stopped because it told of it."""
    state = run(world, files.terms())
    assume(not state.stopped)
    visible = {(item.producer, item.source_id) for no in state.outgoing for item in state.block.entities[no].candidates}
    visible |= {
        (item.producer, item.source_id)
        for seen in state.block.sightings.values()
        for item in seen
        if not state.sight.verdict(item)  # it goes out with those of others
    }
    hidden = [item for item in world if (item.producer, item.versions[-1]["id"]) not in visible]
    assume(hidden)
    gone = hidden if data.draw(st.booleans()) else data.draw(st.lists(st.sampled_from(hidden), min_size=1, max_size=3))
    left = [item for item in world if not any(item is other for other in gone)]
    assert told(states(left, files.terms())) == told(state_block(state))


@settings(max_examples=100)
@given(marked_worlds(), FILES, FILES, FILES)
def test_other_recipients_make_no_difference_to_a_byte(world: list[Served], files: Files, second: Files, third: Files) -> None:
    def fresh() -> list[Terms]:
        return [files.terms(), second.terms("second"), third.terms("third-party")]

    alone = states(world, files.terms())
    assert stages(world, fresh())["taker"] == alone
    assert stages(world, fresh()[::-1])["taker"] == alone
    assert stages(world, fresh()[:1])["taker"] == alone


@settings(max_examples=100)
@given(marked_worlds(), FILES, st.randoms())
def test_a_replay_in_any_order_gives_equal_bytes(world: list[Served], files: Files, random: Any) -> None:
    first = states(world, files.terms())
    assert states(world, files.terms()) == first
    other = list(world)
    random.shuffle(other)
    assert told(states(other, files.terms())) == told(first)


@settings(max_examples=200)
@given(marked_worlds(), FILES)
def test_nothing_dangles_and_no_hidden_id_shows(world: list[Served], files: Files) -> None:
    made = states(world, files.terms())
    out = {item.object_id for item in made if item.bodies} | {HUB.identity} | WELL_KNOWN_MARKINGS
    known = {item.versions[-1]["id"] for item in world}
    secret = {uuid_of(item) for item in known} - {uuid_of(item) for item in out}
    for statement in made:
        for body in statement.bodies:
            value = orjson.loads(body)
            assert set(references(value)) <= out
            assert not secret & uuids_in(body)
            validate(value, LeniencySettings())


@settings(max_examples=200)
@given(marked_worlds(), FILES)
def test_what_is_seen_twice_under_one_id_is_the_same(world: list[Served], files: Files) -> None:
    """Two observables that look the same to a recipient are one to it; nothing else ever shares an id."""
    seen: dict[str, tuple[bytes, ...]] = {}
    for statement in states(world, files.terms()):
        if statement.bodies:
            assert seen.setdefault(statement.object_id, statement.bodies) == statement.bodies


def _changed(before: dict[str, Any], after: dict[str, Any]) -> set[str]:
    """Names of properties that differ, apart from those that come with another identity."""
    ours = {"id", "created", "modified", "created_by_ref", "object_marking_refs", "granular_markings"}
    return {name for name in (before.keys() | after.keys()) - ours if before.get(name) != after.get(name)}


@settings(max_examples=200)
@given(marked_worlds(), FILES)
def test_every_byte_that_goes_out_can_be_traced(world: list[Served], files: Files) -> None:
    """To the bytes that came in, by a digest that only the hub can make, and to what was done to them."""
    under = files.terms()
    state = run(world, under)
    sources = {
        hmac.digest(under.secrets.handle_key, digest16(orjson.dumps(item.versions[-1])), "sha256")[:16]: item.versions[-1] for item in world
    }
    for statement in state_block(state):
        if not statement.bodies:
            continue
        assert statement.source
        if statement.reason == "aggregated":
            assert statement.transforms
            continue
        original = sources[statement.source]
        value = orjson.loads(statement.bodies[-1])
        if statement.bodies[-1] == orjson.dumps(original):
            assert (statement.transforms, statement.reason) in (((), "released"), ((), "revoked"))
            continue
        named = {entry.partition("=")[0].split(".")[1] for entry in statement.transforms if "." in entry}
        floored = {name for name in _changed(original, value) if str(value.get(name, "")).endswith(":00:00.000Z") or name == "valid_until"}
        own = KNOWN_PROPERTIES[value["type"]] if "*" in named else _changed(original, value)  # `*` is what no specification names
        assert (_changed(original, value) & own) - floored <= named
    assert under.citation
    assert not state.outgoing or (under.agreements and under.legal_basis and under.purposes)


@settings(max_examples=200)
@given(marked_worlds(), FILES)
def test_what_was_minimized_is_minimal(world: list[Served], files: Files) -> None:
    """Minimizing once more changes nothing."""
    state = run(world, files.terms())
    for no in state.outgoing:
        chosen = state.chosen[no]
        ground = state.terms.ground(chosen.candidate.producer)
        assert ground is not None
        judged = state.sight.judge(chosen.candidate)
        minimizer = ground.unnamed if judged.anonymous else ground.minimizer
        value = {name: item for name, item in chosen.value.items() if name != "granular_markings"}
        try:
            again = minimizer.minimizer.minimize(value, state.sight.role(no, chosen.candidate)).value
        except BadInput as error:
            raise AssertionError(error.reason) from error
        assert again == value
