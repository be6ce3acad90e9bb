"""Properties of the effective policy: a meet, and nothing that anybody adds lets anything more through."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.sharing import Agreement, Effective, Limits, Policy, SharingSet, Shown, effective
from schemas.sharing.meet import FIELDS, meet, said
from schemas.sharing.order import widened
from tests.support import sharing
from tests.support.sharing import TAKER, agreement, community, overlay, policy, sharing_set, template

EXTENDS = st.lists(st.sampled_from([f"t{number}@1.0.0" for number in range(3)]), max_size=2, unique=True)
IDS = st.sampled_from(["a", "b", "c"])

policies = st.builds(
    lambda limits, shown, extends: policy(
        extends=extends, release=limits.model_dump(exclude_unset=True), minimize=shown.model_dump(exclude_unset=True)
    ),
    sharing.limits.filter(lambda item: not {name for name, word in item if name in item.model_fields_set and word is None}),
    sharing.shown,
    EXTENDS,
)
narrowing: st.SearchStrategy[Any] = st.one_of(
    st.builds(
        lambda name, limits, shown, extends: agreement(name, limits=limits, minimize=shown, extends=extends),
        IDS,
        sharing.limits,
        sharing.shown,
        EXTENDS,
    ),
    st.builds(
        lambda name, limits, shown, extends: overlay(name, release=limits, minimize=shown, extends=extends),
        IDS,
        sharing.limits,
        sharing.shown,
        EXTENDS,
    ),
    st.builds(lambda name, limits, shown: community(name, limits=limits, minimize=shown), IDS, sharing.limits, sharing.shown),
)
templates = st.lists(
    st.builds(
        lambda name, limits, shown: template(f"t{name}", release=limits, minimize=shown), st.integers(0, 2), sharing.limits, sharing.shown
    ),
    max_size=3,
)


def of(held: Policy, files: SharingSet) -> Effective:
    return effective(held, TAKER, tuple(files.agreements.values()), files)


@given(policies, templates, st.lists(narrowing, max_size=3), narrowing)
def test_one_file_more_never_lets_anything_more_through(held: Policy, base: list[Any], others: list[Any], more: Any) -> None:
    files = [agreement(), *base, *others]
    if any(type(item) is type(more) and item.id == more.id for item in others):
        return
    assert widened(of(held, sharing_set(*files)), of(held, sharing_set(*files, more))) == ()


@given(policies, templates, st.lists(narrowing, max_size=2))
def test_a_template_that_is_there_at_last_lets_nothing_through_beyond_what_the_files_say(
    held: Policy, base: list[Any], others: list[Any]
) -> None:
    """Where a template is missing nothing is released; so neither does its loss let anything through."""
    files = sharing_set(agreement(), *base, *others)
    found = of(held, files)
    lost = of(held, replace(files, templates={}))
    if held.extends:
        assert lost.types == frozenset()
    elif not any(getattr(item, "extends", ()) for item in others):
        assert lost == found


@given(policies, templates, st.lists(narrowing, max_size=3))
def test_files_meet_in_any_order_and_number(held: Policy, base: list[Any], others: list[Any]) -> None:
    unique = {(type(item), item.id): item for item in [agreement(), *base, *others]}.values()
    found = {repr(of(held, sharing_set(*order))) for order in list(permutations(unique))[:6]}
    assert len(found) == 1
    files = sharing_set(*unique)
    twice = effective(held, TAKER, [*files.agreements.values(), *files.agreements.values()], files)
    assert twice == of(held, files)


@given(st.data())
@pytest.mark.parametrize("name", FIELDS)
def test_each_field_is_a_meet(name: str, data: st.DataObject) -> None:
    """Idempotent, commutative and associative; the result is within each word."""
    words = [
        item.words[name]
        for item in data.draw(st.lists(st.builds(said, st.just("x"), sharing.limits, sharing.shown), max_size=6))
        if name in item.words
    ]
    words = [*words, FIELDS[name].default, FIELDS[name].default]
    a, b, c = words[0], words[1], words[-1]
    rule = FIELDS[name].meet
    assert rule(a, a) == a
    assert rule(a, b) == rule(b, a)
    assert rule(rule(a, b), c) == rule(a, rule(b, c))
    found = meet(name, words)
    assert all(rule(found, word) == found for word in words)


@given(policies, templates, st.lists(narrowing, max_size=3))
def test_deny_by_default(held: Policy, base: list[Any], others: list[Any]) -> None:
    """Nothing that no policy or template of it names is ever released, whatever the other files list."""
    silent = held.model_copy(update={"release": policy().release, "extends": ()})
    found = of(silent, sharing_set(agreement(), *base, *others))
    assert found.types == frozenset()
    assert found.iep_accept == frozenset()
    assert (found.tlp_max, found.pap_max, found.statements, found.own_objects, found.honour_grants) == (0, 0, "withhold", False, False)
    none: tuple[Agreement, ...] = ()
    without = effective(held, TAKER, none, sharing_set(*base, *others))
    assert without.types == without.purposes == frozenset()


@given(policies, templates, st.lists(narrowing, max_size=3))
def test_every_line_names_the_files_that_made_it(held: Policy, base: list[Any], others: list[Any]) -> None:
    found = of(held, sharing_set(agreement(), *base, *others))
    assert found.origins.keys() == {*FIELDS, "resale"}
    assert all(found.origins.values())


def test_what_says_nothing_is_no_word() -> None:
    assert said("x", Limits(), Shown()).words == {}
    assert said("x", policy().release, policy().minimize).words == {}
