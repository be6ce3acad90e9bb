"""A block is freed as soon as it is done with: a long run would wait for the collector of cycles otherwise."""

from __future__ import annotations

import gc
import weakref

import pytest

from tests.support.objects import block, indicator, marked, owners, served, statement_marking, terms
from transforms.release import Release, all_stages, due_moments, state_block
from transforms.second_look import Guards
from transforms.shared import Shared
from transforms.weakly import weakly

ITEMS = [served(marked(indicator("a"), "clear", statement_marking("s")["id"])), served(statement_marking("s")), served(indicator("b"))]


def test_a_block_with_its_releases_is_freed_without_looking_for_cycles() -> None:
    made, shared = block(ITEMS), Shared()
    states = [all_stages(Release(made, terms(), shared), owners(ITEMS), Guards().of(terms())) for _ in range(2)]
    for state in states:
        state_block(state)
        due_moments(state)
    left = [weakref.ref(made), weakref.ref(shared), *(weakref.ref(state.sight) for state in states)]
    gc.disable()
    try:
        del made, shared, states, state
        assert [item() for item in left] == [None] * len(left)
    finally:
        gc.enable()


class Whole:
    def method(self, number: int) -> int:
        return number + 1


def test_a_part_calls_the_whole_as_long_as_it_is_there() -> None:
    whole = Whole()
    part = weakly(whole.method)
    assert part(1) == 2
    del whole
    with pytest.raises(ReferenceError):
        part(1)
