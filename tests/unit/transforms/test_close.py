"""Closing a set over its references: nothing that needs what is gone stays, nothing else goes, whatever the shape of the graph."""

from __future__ import annotations

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.reasons import WITHHOLD
from tests.support.objects import (
    CREATED,
    TLP2,
    Stix,
    domain,
    identifier,
    identity,
    indicator,
    malware,
    note,
    observable,
    relationship,
    report,
    sighting,
)
from transforms.canonicalize import references
from transforms.close import Links, close, links, map_references

NUMBERS: dict[str, int] = {}


def find(reference: str) -> int:
    return NUMBERS.setdefault(reference, len(NUMBERS) + 1)


def hanging(value: Stix) -> Links:
    return links(value, references(value), find)


def ids(*names: tuple[str, str]) -> list[str]:
    return [identifier(kind, name) for kind, name in names]


A, B = indicator("a")["id"], malware("b")["id"]
STATEMENT = identifier("marking-definition", "s")
ME = identity("m")["id"]


def test_a_relationship_needs_both_ends_and_can_do_without_its_author() -> None:
    made = hanging(relationship("r", A, B, "indicates", created_by_ref=ME))
    assert set(made.needs) == {find(A), find(B)}
    assert made.others == (find(ME),)
    assert made.subjects == made.members == ()


def test_a_sighting_needs_what_was_sighted() -> None:
    made = hanging(sighting("s", A, where_sighted_refs=[ME], observed_data_refs=ids(("observed-data", "o"))))
    assert made.needs == (find(A),)
    assert set(made.others) == {find(ME), find(identifier("observed-data", "o"))}


@pytest.mark.parametrize("make", [report, lambda name, of: domain("grouping", name, context="x", object_refs=of)])
def test_containers_need_one_of_their_members(make: Any) -> None:
    made = hanging(make("r", [A, B]))
    assert (made.needs, made.subjects, set(made.members)) == ((), (), {find(A), find(B)})


@pytest.mark.parametrize("make", [note, lambda name, of: domain("opinion", name, opinion="agree", object_refs=of)])
def test_remarks_need_all_their_subjects(make: Any) -> None:
    made = hanging(make("n", [A, B]))
    assert (made.needs, set(made.subjects), made.members) == ((), {find(A), find(B)}, ())


def test_observed_data_needs_one_of_what_it_holds() -> None:
    value = domain("observed-data", "o", first_observed=CREATED, last_observed=CREATED, number_observed=1, object_refs=[A])
    assert hanging(value).members == (find(A),)


def test_traffic_needs_one_of_its_ends() -> None:
    one, other = observable("ipv4-addr", value="192.0.2.1")["id"], observable("ipv4-addr", value="192.0.2.2")["id"]
    made = hanging(
        observable("network-traffic", protocols=["tcp"], src_ref=one, dst_ref=other, src_payload_ref=identifier("artifact", "a"))
    )
    assert set(made.members) == {find(one), find(other)}
    assert made.needs == ()


def test_everything_needs_its_markings() -> None:
    value = indicator(
        "a",
        object_marking_refs=[STATEMENT, TLP2["red"]],
        granular_markings=[
            {"marking_ref": identifier("marking-definition", "g"), "selectors": ["id"]},
            {"lang": "de", "selectors": ["id"]},
        ],
    )
    assert set(hanging(value).needs) == {find(STATEMENT), find(identifier("marking-definition", "g"))}


def test_language_content_needs_what_it_translates() -> None:
    value = domain("language-content", "l", object_ref=A, contents={"de": {"name": "x"}})
    assert hanging(value).needs == (find(A),)


def test_nothing_hangs_on_nothing() -> None:
    assert hanging(indicator("a")) == Links()


CASES: list[tuple[str, dict[int, Links], dict[int, str]]] = [
    ("nothing", {}, {}),
    ("free", {1: Links(), 2: Links()}, {}),
    ("standing", {1: Links(), 2: Links(needs=(1,)), 3: Links(members=(1, 2)), 4: Links(subjects=(1, 2, 3))}, {}),
    ("missing end", {2: Links(needs=(1,))}, {2: "closure-missing-end"}),
    ("one of two ends missing", {1: Links(), 2: Links(needs=(1, -1))}, {2: "closure-missing-end"}),
    ("one member is enough", {1: Links(), 2: Links(members=(-1, 9, 1))}, {}),
    ("no member left", {2: Links(members=(-1, 9, 8))}, {2: "closure-empty"}),
    ("the same member twice", {1: Links(), 2: Links(members=(9, 9, 1, 1))}, {}),
    ("only the same missing member", {2: Links(members=(9, 9))}, {2: "closure-empty"}),
    ("one subject missing", {1: Links(), 2: Links(subjects=(1, 9))}, {2: "closure-subject-withheld"}),
    ("others do not count", {2: Links(others=(9, -1))}, {}),
    (
        "chain",
        {2: Links(needs=(1,)), 3: Links(needs=(2,)), 4: Links(subjects=(3,))},
        {2: "closure-missing-end", 3: "closure-missing-end", 4: "closure-subject-withheld"},
    ),
    ("cycle that stands", {1: Links(needs=(2,)), 2: Links(needs=(1,))}, {}),
    ("cycle that falls", {1: Links(needs=(2,)), 2: Links(needs=(1, 9))}, {1: "closure-missing-end", 2: "closure-missing-end"}),
    ("self", {1: Links(needs=(1,)), 2: Links(members=(2,))}, {}),
    (
        "containers in containers",
        {2: Links(members=(9,)), 3: Links(members=(2,)), 4: Links(members=(3, 5)), 5: Links()},
        {2: "closure-empty", 3: "closure-empty"},
    ),
    ("need and member", {1: Links(needs=(9,), members=(2,)), 2: Links()}, {1: "closure-missing-end"}),
]


@pytest.mark.parametrize(("graph", "gone"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_goes_and_why(graph: dict[int, Links], gone: dict[int, str]) -> None:
    assert close(graph) == gone
    assert set(gone.values()) <= WITHHOLD.keys()


def test_long_chains_and_wide_stars_take_linear_time() -> None:
    length = 100_000
    chain = {0: Links(needs=(-1,))} | {step: Links(needs=(step - 1,)) for step in range(1, length)}
    members = {step: Links(members=(step - 1,)) for step in range(1, length)} | {0: Links(members=(-1,))}
    cycle = {step: Links(needs=((step + 1) % length,)) for step in range(length)}
    star = {step: Links(needs=(0,)) for step in range(1, length)}
    wide = {0: Links(members=tuple(range(1, length)))}
    started = time.process_time()
    assert len(close(chain)) == length
    assert len(close(members)) == length
    assert close(cycle) == {}
    assert len(close(cycle | {7: Links(needs=(8, -1))})) == length
    assert len(close(star)) == length - 1
    assert close(wide) == {0: "closure-empty"}
    assert time.process_time() - started < 10


NODES = st.integers(-1, 12)
LINKS = st.builds(
    lambda needs, subjects, members, others: Links(tuple(needs), tuple(subjects), tuple(members), tuple(others)),
    *(st.lists(NODES, max_size=size) for size in (2, 1, 3, 2)),
)
GRAPHS = st.dictionaries(st.integers(0, 12), LINKS, max_size=13)


def stands(link: Links, left: set[int]) -> bool:
    return {*link.needs, *link.subjects} <= left and (not link.members or bool(set(link.members) & left))


@settings(max_examples=300)
@given(GRAPHS)
def test_what_is_left_is_the_largest_closed_part(graph: dict[int, Links]) -> None:
    left = set(graph) - set(close(graph))
    assert close(graph).keys() <= graph.keys()
    assert all(stands(graph[node], left) for node in left)
    assert close({node: graph[node] for node in left}) == {}
    naive = set(graph)
    while True:
        falling = {node for node in naive if not stands(graph[node], naive)}
        if not falling:
            break
        naive -= falling
    assert left == naive


@given(GRAPHS, st.integers(0, 12))
def test_taking_one_more_away_never_keeps_more(graph: dict[int, Links], node: int) -> None:
    smaller = {key: item for key, item in graph.items() if key != node}
    assert set(smaller) - set(close(smaller)) <= set(graph) - set(close(graph))


def seen_as(reference: str) -> str | None:
    return None if reference.endswith("gone") else reference.replace("old", "new")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a_ref": "old"}, {"a_ref": "new"}),
        ({"a_ref": "gone"}, {}),
        ({"a_refs": ["old", "gone", "same"]}, {"a_refs": ["new", "same"]}),
        ({"a_refs": ["gone"]}, {}),
        ({"a_refs": ["old", "new", "old"]}, {"a_refs": ["new"]}),
        ({"object_marking_refs": ["old", TLP2["red"]]}, {"object_marking_refs": ["new", TLP2["red"]]}),
        ({"marking_ref": TLP2["red"]}, {"marking_ref": TLP2["red"]}),
        ({"deep": [{"list": [[{"b_ref": "old", "c_refs": ["gone"]}]]}]}, {"deep": [{"list": [[{"b_ref": "new"}]]}]}),
        ({"old": "old", "ref": "old", "refs": ["old"]}, {"old": "old", "ref": "old", "refs": ["old"]}),
        ({"a_ref": {"b_ref": "old"}}, {"a_ref": {"b_ref": "new"}}),
        ({"a_refs": {"b_ref": "gone", "x": 1}}, {"a_refs": {"x": 1}}),
        ({"a_refs": [5, None, "old"]}, {"a_refs": ["new"]}),
        ({"n": 1, "t": True, "z": None}, {"n": 1, "t": True, "z": None}),
    ],
)
def test_references_as_the_recipient_sees_them(before: Stix, after: Stix) -> None:
    kept = repr(before)
    assert map_references(before, seen_as) == after
    assert repr(before) == kept
