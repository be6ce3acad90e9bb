"""Merged values are a join-semilattice, and what is not given, or hidden from a recipient, leaves no trace in them."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties.test_release import TERMS
from tests.properties.worlds import beside_hidden, worlds
from tests.support.objects import Served, block, domain, indicator, malware, owners, run, sighting
from transforms.merge import EMPTY, Merged, join, merge, merged
from transforms.merged_view import merged_for
from transforms.terms import Terms

MOMENTS = st.sampled_from(["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.5Z", "2026-01-02T00:00:00Z"])
WORDS = st.lists(st.sampled_from("abcd"), max_size=3, unique=True)


def said(name: str, moment: str, more: dict[str, Any], kind: int) -> dict[str, Any]:
    make = (
        indicator,
        malware,
        lambda name, **own: sighting(name, indicator("x"), **own),
        lambda name, **own: domain("campaign", name, **own),
    )[kind]
    value: dict[str, Any] = make(name, modified=moment, **more)  # type: ignore[operator]
    return value


MORE = st.fixed_dictionaries(
    {},
    optional={
        "confidence": st.integers(0, 100),
        "labels": WORDS,
        "indicator_types": WORDS,
        "malware_types": WORDS,
        "first_seen": MOMENTS,
        "last_seen": MOMENTS,
        "valid_from": MOMENTS,
        "valid_until": MOMENTS,
        "count": st.integers(0, 9),
        "revoked": st.booleans(),
    },
)
PARTS = st.builds(
    merged, st.sampled_from(["maker", "other", "third"]), st.builds(said, st.sampled_from("ab"), MOMENTS, MORE, st.integers(0, 3))
)
JOINED = st.builds(merge, st.lists(PARTS, max_size=4))


@given(JOINED, JOINED)
def test_it_is_commutative(one: Merged, other: Merged) -> None:
    assert join(one, other) == join(other, one)


@given(JOINED, JOINED, JOINED)
def test_it_is_associative(one: Merged, other: Merged, third: Merged) -> None:
    assert join(join(one, other), third) == join(one, join(other, third))


@given(JOINED)
def test_it_is_idempotent_and_nothing_changes_nothing(one: Merged) -> None:
    assert join(one, one) == one
    assert join(one, EMPTY) == join(EMPTY, one) == one


@given(st.lists(PARTS, max_size=6), st.data())
def test_order_repeats_and_grouping_do_not_matter(parts: list[Merged], data: st.DataObject) -> None:
    whole = merge(parts)
    repeats = data.draw(st.lists(st.sampled_from(parts), max_size=3)) if parts else []
    assert merge(data.draw(st.permutations([*parts, *repeats]))) == whole
    cut = data.draw(st.integers(0, len(parts)))
    assert join(merge(parts[:cut]), merge(parts[cut:])) == whole
    assert merge([merge(parts[:cut]), *parts]) == whole


@given(st.lists(PARTS, max_size=6), PARTS)
def test_one_more_contribution_only_adds_to_the_facts(parts: list[Merged], more: Merged) -> None:
    before, after = merge(parts), merge([*parts, more])
    assert before.producers <= after.producers
    assert before.labels <= after.labels
    assert before.kinds <= after.kinds
    assert after.last_seen >= before.last_seen
    assert not before.first_seen or after.first_seen <= before.first_seen
    assert (before.confidence is None) or (after.confidence is not None)


@given(st.lists(PARTS, max_size=6), PARTS)
def test_another_producer_never_lowers_the_confidence(parts: list[Merged], more: Merged) -> None:
    others = [part for part in parts if not part.producers & more.producers]
    before, after = merge(others).confidence, merge([*others, more]).confidence
    assert before is None or (after is not None and after >= before)


def shown(world: list[Served], under: Terms) -> dict[bytes, Merged]:
    """Content key -> merged values for the recipient, as far as it may have anything of it."""
    piece = block(world)
    found = {entity.key: merged_for(piece, no, under, owners(world), {}) for no, entity in piece.entities.items() if no in piece.emit}
    return {key: value for key, value in found.items() if value != EMPTY}


@settings(max_examples=80)
@given(beside_hidden(), TERMS)
def test_a_hidden_source_changes_no_merged_value(both: tuple[list[Served], list[Served]], under: Terms) -> None:
    world, secret = both
    assert shown([*secret, *world], under) == shown(world, under)


@settings(max_examples=60)
@given(worlds(), TERMS)
def test_what_is_released_is_counted_and_what_is_not_is_not(world: list[Served], under: Terms) -> None:
    state = run(world, under)
    values = shown(world, under)
    for no, entity in state.block.entities.items():
        visible = no in state.outgoing and not state.chosen[no].candidate.current.revoked
        assert (entity.key in values) >= visible
        if visible:
            assert state.chosen[no].candidate.producer in values[entity.key].producers
        elif no not in state.chosen:
            assert entity.key not in values


@settings(max_examples=40)
@given(worlds(), TERMS)
def test_the_values_for_a_recipient_are_those_of_what_it_may_have(world: list[Served], under: Terms) -> None:
    whole = {entity.key: {item.producer for item in entity.candidates} for entity in block(world).entities.values()}
    for key, values in shown(world, under).items():
        assert values.producers <= whole[key]
