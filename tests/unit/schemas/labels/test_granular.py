"""Selectors are resolved on the original; what leads nowhere marks the whole object."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.labels import Nodes, Pointer, marked_nodes, redact
from schemas.labels.granular import selector_of
from tests.unit.schemas.labels.samples import TLP2, identifier, indicator

RED, AMBER = TLP2["red"], TLP2["amber"]


def granular(marking: str, *selectors: str) -> dict[str, Any]:
    return {"marking_ref": marking, "selectors": list(selectors)}


def marked(*markings: Any, **more: Any) -> dict[str, Any]:
    return indicator(granular_markings=list(markings), **more)


LEADS: dict[str, tuple[str, Pointer, dict[str, Any]]] = {
    "a property": ("description", ("description",), {"description": "x"}),
    "an item": ("labels.[1]", ("labels", 1), {"labels": ["a", "b"]}),
    "an item among equal ones (A9)": ("labels.[1]", ("labels", 1), {"labels": ["a", "a"]}),
    "a key with a dash (A10)": ("hashes.SHA-256", ("hashes", "SHA-256"), {"hashes": {"SHA-256": "0" * 64}}),
    "a value of 0 (A10)": ("confidence", ("confidence",), {"confidence": 0}),
    "a value of false": ("revoked", ("revoked",), {"revoked": False}),
    "a part of an item": (
        "external_references.[0].url",
        ("external_references", 0, "url"),
        {"external_references": [{"source_name": "x", "url": "https://example.org"}]},
    ),
    "an item of a list in a list": ("x_rows.[1].[0]", ("x_rows", 1, 0), {"x_rows": [["a"], ["b"]]}),
}


@pytest.mark.parametrize("case", LEADS)
def test_where_a_selector_leads(case: str) -> None:
    selector, pointer, more = LEADS[case]
    assert marked_nodes(marked(granular(RED, selector), **more)) == Nodes(((RED, pointer),), ())
    assert selector_of(pointer) == selector


BROKEN: dict[str, tuple[Any, str]] = {
    "a property that is not there (A10)": (granular(RED, "description"), RED),
    "an item that is not there": (granular(RED, "labels.[9]"), RED),
    "a negative item": (granular(RED, "labels.[-1]"), RED),
    "an item by name": (granular(RED, "labels.0"), RED),
    "a part of a text": (granular(RED, "pattern.x"), RED),
    "one of two": (granular(RED, "pattern", "nothing"), RED),
    "no selectors": ({"marking_ref": RED}, RED),
    "an empty list of selectors": (granular(RED), RED),
    "selectors that are a text": ({"marking_ref": RED, "selectors": "pattern"}, RED),
    "a selector that is a number": ({"marking_ref": RED, "selectors": [0]}, RED),
    "an empty selector": (granular(RED, ""), RED),
    "the markings themselves": (granular(RED, "granular_markings"), RED),
    "the markings of the object": (granular(RED, "object_marking_refs.[0]"), RED),
    "neither marking nor language": ({"selectors": ["pattern"]}, ""),
    "a marking that is a number": ({"marking_ref": 5, "selectors": ["pattern"]}, ""),
    "no dictionary": ("pattern", ""),
}


@pytest.mark.parametrize("case", BROKEN)
def test_what_leads_nowhere_marks_the_whole_object(case: str) -> None:
    marking, identified = BROKEN[case]
    value = marked(marking, labels=["a"], object_marking_refs=[AMBER])
    assert marked_nodes(value) == Nodes((), (identified,))


def test_markings_of_language_mark_nothing() -> None:
    assert marked_nodes(marked({"lang": "de", "selectors": ["pattern"]})) == Nodes((), ())
    assert marked_nodes(marked({"lang": "de", "selectors": ["nothing"]})) == Nodes((), ())


def test_language_and_marking_in_one_is_a_marking() -> None:
    assert marked_nodes(marked({"lang": "de", **granular(RED, "pattern")})) == Nodes(((RED, ("pattern",)),), ())


@pytest.mark.parametrize("odd", [None, 5, "x", {"a": 1}])
def test_markings_that_are_no_list_mark_the_whole_object(odd: object) -> None:
    assert marked_nodes(indicator(granular_markings=odd)) == Nodes((), ("",))


def test_without_markings_nothing_is_marked() -> None:
    assert marked_nodes(indicator()) == Nodes((), ())


def test_removing_two_of_equal_items_leaves_the_right_ones_and_their_markings() -> None:
    """A9."""
    value = marked(
        granular(RED, "labels.[1]", "labels.[3]"),
        granular(AMBER, "labels.[2]", "labels.[4]"),
        labels=["a", "a", "b", "a", "c"],
    )
    left = redact(value, [("labels", 1), ("labels", 3)])
    assert left["labels"] == ["a", "b", "c"]
    assert left["granular_markings"] == [granular(AMBER, "labels.[1]", "labels.[2]")]


def test_what_is_emptied_goes_too() -> None:
    value = marked(
        granular(RED, "external_references.[0].url"),
        granular(AMBER, "external_references.[1].url"),
        external_references=[{"url": "https://a.example"}, {"url": "https://b.example", "source_name": "b"}],
        labels=["a"],
    )
    left = redact(value, [("external_references", 0, "url"), ("labels", 0)])
    assert left["external_references"] == [{"url": "https://b.example", "source_name": "b"}]
    assert left["granular_markings"] == [granular(AMBER, "external_references.[0].url")]
    assert "labels" not in left


def test_a_node_and_its_parent_go_once() -> None:
    value = indicator(x_a={"b": {"c": 1, "d": 2}, "e": 3})
    assert redact(value, [("x_a", "b", "c"), ("x_a", "b"), ("x_a", "b")])["x_a"] == {"e": 3}


def test_markings_are_not_removed_by_a_marking() -> None:
    value = marked(granular(RED, "pattern"))
    assert redact(value, [("granular_markings", 0)]) == value


def test_pointers_that_lead_nowhere_are_passed_over() -> None:
    value = indicator(labels=["a"])
    for pointer in (("nothing",), ("labels", 7), ("pattern", "x"), ("labels", "x"), ()):
        assert redact(value, [pointer]) == value


def test_a_broken_marking_becomes_one_of_the_whole_object() -> None:
    value = marked(granular(AMBER, "labels.[1]", "nothing"), granular(RED, "labels.[0]"), labels=["a", "b"])
    left = redact(value, [("labels", 0)])
    assert left["object_marking_refs"] == [AMBER]
    assert "granular_markings" not in left


def test_everything_may_go() -> None:
    assert redact({"a": 1}, [("a",)]) == {}


KEYS = st.sampled_from(["a", "b", "c"])
JSON = st.recursive(
    st.sampled_from([0, 1, "x", False]),
    lambda inner: st.lists(inner, min_size=1, max_size=4) | st.dictionaries(KEYS, inner, min_size=1, max_size=3),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.sampled_from(["p", "q", "r"]), JSON, min_size=1)


def pointers(node: Any, where: Pointer = ()) -> list[Pointer]:
    """All nodes below one."""
    children: list[tuple[str | int, Any]] = []
    if isinstance(node, dict):
        children = list(node.items())
    elif isinstance(node, list):
        children = list(enumerate(node))
    return [found for key, child in children for found in ((*where, key), *pointers(child, (*where, key)))]


def at(value: Any, pointer: Pointer) -> Any:
    for step in pointer:
        value = value[step]
    return value


@st.composite
def cases(draw: st.DrawFn) -> tuple[dict[str, Any], list[Pointer], list[Pointer]]:
    """An object, nodes to remove, nodes that stay marked."""
    value = draw(OBJECTS)
    nodes = st.sampled_from(pointers(value))
    removed, kept = draw(st.lists(nodes, min_size=1, max_size=3)), draw(st.lists(nodes, min_size=1, max_size=3))
    markings = [granular(RED, *map(selector_of, removed)), granular(AMBER, *map(selector_of, kept))]
    return {**value, "granular_markings": markings}, removed, kept


@given(cases())
def test_redacting_never_changes_what_it_is_given(case: tuple[dict[str, Any], list[Pointer], list[Pointer]]) -> None:
    value, removed, _ = case
    before = copy.deepcopy(value)
    redact(value, removed)
    assert value == before


@given(cases())
def test_what_is_left_has_no_such_mark_and_the_other_marks_where_they_were(
    case: tuple[dict[str, Any], list[Pointer], list[Pointer]],
) -> None:
    value, removed, kept = case
    left = redact(value, removed)
    nodes = marked_nodes(left)
    assert not nodes.broken
    assert all(marking == AMBER for marking, _ in nodes.marked)
    contents = [at(value, pointer) for pointer in kept]
    for _, pointer in nodes.marked:
        assert any(_is_part(at(left, pointer), content) for content in contents)


def _is_part(small: Any, big: Any) -> bool:
    """Whether one is the other with parts removed."""
    if isinstance(small, dict) and isinstance(big, dict):
        return all(key in big and _is_part(child, big[key]) for key, child in small.items())
    if isinstance(small, list) and isinstance(big, list):
        rest = iter(big)
        return all(any(_is_part(child, other) for other in rest) for child in small)
    return bool(small == big)


@given(cases())
def test_redacting_again_what_is_still_marked_changes_nothing(case: tuple[dict[str, Any], list[Pointer], list[Pointer]]) -> None:
    value, removed, _ = case
    once = redact(value, removed)
    again = [pointer for marking, pointer in marked_nodes(once).marked if marking == RED]
    assert redact(once, again) == once


@given(cases())
def test_removing_more_leaves_less(case: tuple[dict[str, Any], list[Pointer], list[Pointer]]) -> None:
    value, removed, kept = case
    less, more = redact(value, removed), redact(value, [*removed, *kept])
    bare = {key: child for key, child in more.items() if key != "granular_markings"}
    assert _is_part(bare, less)


def test_many_items_are_quick() -> None:
    labels = [str(number) for number in range(4000)]
    value = marked(granular(RED, "labels.[0]"), granular(AMBER, *(f"labels.[{number}]" for number in range(1, 4000))), labels=labels)
    left = redact(value, [("labels", 0)])
    assert left["granular_markings"][0]["selectors"][-1] == "labels.[3998]"
    assert identifier("indicator", "a") == left["id"]
