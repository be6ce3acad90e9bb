"""Deny by default, and monotone: whatever restricts one thing more, nothing more is shown of anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from schemas.reasons import HOLD
from tests.properties.marked_worlds import RESTRICTIVE, marked_worlds, places
from tests.properties.policies import FILES, LIMITS, NARROWER, SHOWN, Files, narrowed
from tests.support.objects import TLP2, Served, Stix, run, served
from transforms.release import Release, state_block
from transforms.release.sightings import SUM
from transforms.statement import handle_of
from transforms.terms import Terms

Leaf = tuple[str, bytes]
"""Path of names, and the JSON of what stands there."""

FRAME = frozenset({"id", "created", "modified", "created_by_ref", "object_marking_refs", "granular_markings", "spec_version"})


def leaves(value: Any, place: str = "") -> Iterator[Leaf]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield from leaves(item, f"{place}.{name}")
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, f"{place}.*")
    else:
        yield place, orjson.dumps(value)


def as_it_came(shown: Stix, original: Stix) -> set[Leaf]:
    """What of an object is shown as its producer wrote it. References are the closure's, and are looked at elsewhere."""
    ours = {name: item for name, item in shown.items() if name not in FRAME and not name.endswith(("_ref", "_refs"))}
    return set(leaves(ours)) & set(leaves(original))


def definitions(state: Release) -> set[int]:
    """Definitions of markings: they go with what they mark, so a marking more may bring its definition."""
    return {no for no, entity in state.block.entities.items() if entity.type == "marking-definition"}


def shown(state: Release) -> dict[frozenset[tuple[str, str]], tuple[str, set[Leaf]]]:
    """(producer, source id) of all that an entity stands for -> who stands for it, and what of it is shown as it came."""
    found = {}
    for no in state.outgoing.keys() - definitions(state):
        chosen = state.chosen[no]
        candidate = chosen.candidate
        everybody = frozenset((item.producer, item.source_id) for item in state.block.entities[no].candidates)
        body = orjson.loads(state.outgoing[no].bodies[-1])
        found[everybody] = (candidate.producer + candidate.source_id, as_it_came(body, candidate.current.value))
    return found


def sums(state: Release) -> set[frozenset[tuple[str, str]]]:
    """(producer, source id) of all that is summed as one: a marking on a part can tell objects apart that were one before."""
    told = {item.handle for item in state_block(state) if item.reason == "aggregated"}
    key = state.terms.secrets.handle_key
    summed = [entity for entity in state.block.entities.values() if handle_of(key, entity.key + SUM) in told]
    return {frozenset((item.producer, item.source_id) for item in entity.candidates) for entity in summed}


def assert_no_more(before: Release, after: Release) -> None:
    """A guard that stops something by itself is not held against a restriction that takes away what it objected to, nor a sum of
    sightings against one that takes away each of them.
    """
    assume(not before.stopped and not any(reason in HOLD for reason in before.reasons.values()))
    was, now = shown(before), shown(after)
    alone = any(before.block.entities[no].type == "sighting" for no in before.outgoing)
    assert now.keys() <= was.keys()
    for entity, (who, seen) in now.items():
        if was[entity][0] == who:
            assert seen <= was[entity][1]
    assert alone or all(any(left <= held for held in sums(before)) for left in sums(after))


def outcome(world: list[Served], under: Terms) -> Release:
    return run(world, under)


def changed(world: list[Served], place: int, **more: Any) -> list[Served]:
    item = world[place]
    return [*world[:place], replace(item, versions=({**item.versions[-1], **more},)), *world[place + 1 :]]


@settings(max_examples=200)
@given(marked_worlds(), FILES, st.data())
def test_one_marking_more_on_an_object_never_shows_more(world: list[Served], files: Files, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(world) - 1))
    value = world[place].versions[-1]
    marking = data.draw(st.sampled_from([item for item in RESTRICTIVE if item != value["id"]]))
    whole = value.get("object_marking_refs", [])
    assume(marking not in whole)
    restricted = changed(world, place, object_marking_refs=[*whole, marking])
    assert_no_more(outcome(world, files.terms()), outcome(restricted, files.terms()))


@settings(max_examples=200)
@given(marked_worlds(), FILES, st.data())
def test_one_marking_more_on_a_part_never_shows_more(world: list[Served], files: Files, data: st.DataObject) -> None:
    able = [no for no, item in enumerate(world) if item.versions[-1]["type"] != "marking-definition"]
    assume(able)
    place = data.draw(st.sampled_from(able))
    value = world[place].versions[-1]
    marking = data.draw(st.sampled_from(RESTRICTIVE))
    selector = data.draw(st.sampled_from(places(value)))
    granular = [*value.get("granular_markings", []), {"marking_ref": marking, "selectors": [selector]}]
    assert_no_more(outcome(world, files.terms()), outcome(changed(world, place, granular_markings=granular), files.terms()))


@settings(max_examples=150)
@given(marked_worlds(), FILES, st.sampled_from(["TLP:RED", "PAP:RED", "ORCON", "NOFORN", "REL TO XXB", "handling code: H3"]), st.data())
def test_one_word_more_never_shows_more(world: list[Served], files: Files, word: str, data: st.DataObject) -> None:
    able = [no for no, item in enumerate(world) if "modified" in item.versions[-1] and item.versions[-1]["type"] != "marking-definition"]
    assume(able)
    place = data.draw(st.sampled_from(able))
    labels = [*world[place].versions[-1].get("labels", ()), word]
    before, after = outcome(world, files.terms()), outcome(changed(world, place, labels=labels), files.terms())
    source = world[place].versions[-1]["id"]
    if not any(chosen.candidate.source_id == source for chosen in after.chosen.values()):
        assert_no_more(before, after)


@settings(max_examples=300)
@given(marked_worlds(), FILES, st.sampled_from(NARROWER), LIMITS, SHOWN)
def test_one_restriction_more_in_any_file_never_shows_more(
    world: list[Served], files: Files, how: str, limits: dict[str, Any], how_shown: dict[str, Any]
) -> None:
    assert_no_more(outcome(world, files.terms()), outcome(world, narrowed(files, how, limits, how_shown).terms()))


SHUT = {
    "no types": lambda files: replace(files, release={**files.release, "types": []}),
    "no agreement in force": lambda files: replace(
        files, agreements=tuple({**item, "valid_until": "2026-06-01T00:00:00Z"} for item in files.agreements)
    ),
    "no legal basis left": lambda files: replace(
        files,
        agreements=tuple({**item, "legal_basis": [{"id": "x", "valid_until": "2026-06-01T00:00:00Z"}]} for item in files.agreements),
    ),
    "suspended": lambda files: replace(files, suspended=True),
    "no purpose in common": lambda files: replace(files, release={**files.release, "purposes": ["training"]}),
    "another audience": lambda files: replace(files, release={**files.release, "audience": "exercise:storm"}),
    "an overlay without types": lambda files: replace(files, overlays=(*files.overlays, ({"types": []}, {}))),
}


@pytest.mark.parametrize("how", SHUT)
@settings(max_examples=20)
@given(world=marked_worlds(), files=FILES)
def test_deny_is_the_default(how: str, world: list[Served], files: Files) -> None:
    """Without any one of what must be there, nothing goes out; nor do definitions of markings, which mark nothing then."""
    assert outcome(world, SHUT[how](files).terms()).outgoing == {}


@settings(max_examples=100)
@given(marked_worlds(), FILES)
def test_what_a_stranger_serves_never_goes_out(world: list[Served], files: Files) -> None:
    strange = [served(item.versions[-1], producer="stranger") for item in world]
    assert outcome(strange, files.terms()).outgoing == {}


@settings(max_examples=100)
@given(marked_worlds(), FILES)
def test_nothing_above_the_ceiling_goes_out_without_a_grant(world: list[Served], files: Files) -> None:
    plain = replace(files, signed=(), agreements=tuple({**item, "grants": [], "clients": []} for item in files.agreements))
    above = {TLP2[word] for word in ("amber", "amber+strict", "red")}
    state = outcome(world, plain.terms())
    for no in state.outgoing:
        assert not above & set(state.chosen[no].candidate.current.value.get("object_marking_refs", ()))
