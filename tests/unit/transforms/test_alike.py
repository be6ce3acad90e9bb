"""What is decided of one object is taken over for all that is alike, and for nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from schemas.labels import NOTHING, Label
from tests.support.objects import TLP2, Served, Stix, block, identifier, indicator, marked, outcome, policy, served, terms
from tests.unit.transforms.cases_sight import NOTHING_RECALLED, grant, grants
from tests.unit.transforms.test_decide import CLEAR, REASONS
from transforms.entity import Block, Recalled
from transforms.judge import Judge
from transforms.sight import Sight
from transforms.terms import Terms


def reasons(made: Block, under: Terms, backwards: bool) -> dict[tuple[str, str], str]:
    """(producer, source id) -> what is decided, in one order or the other."""
    sight = Sight(made, under)
    candidates = [item for _, entity in sorted(made.entities.items(), reverse=backwards) for item in entity.candidates]
    return {(item.producer, item.source_id): sight.judge(item).reason for item in candidates}


def twins(value: Stix, count: int = 3) -> list[Stix]:
    """Objects under the same markings, of the same type; each about something else."""
    own = [{"pattern": f"[domain-name:value = 'n{number}.example']"} if value["type"] == "indicator" else {} for number in range(count)]
    return [
        {**value, "id": identifier(value["type"], f"twin {number}"), "name": f"twin {number}", **own[number]} for number in range(count)
    ]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(("reason", "value", "given", "how"), REASONS, ids=[f"{number} {row[0]}" for number, row in enumerate(REASONS)])
def test_each_reason_is_its_own_among_others(reason: str, value: Stix, given: Terms, how: dict[str, Any], backwards: bool) -> None:
    """Together, in any order, each object is judged as it is alone."""
    producer, faults = how.get("producer", "maker"), how.get("faults", ())
    recalled = how.get("recalled", NOTHING_RECALLED)
    items = [served(item, producer=producer) for item in (value, *twins(value), *(twins(CLEAR) if value["type"] != "indicator" else ()))]
    items += [served(item, producer="other") for item in twins(value, 1)]

    def made(of: Sequence[Served]) -> Block:
        return replace(block([*of, *how.get("beside", ())], faults=faults), recalled=recalled)

    together = reasons(made(items), given, backwards)
    assert together[producer, value["id"]] == reason
    for item in items:
        if item.producer == producer:
            key = item.producer, item.versions[-1]["id"]
            assert together[key] == reasons(made([item]), given, backwards)[key]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize(
    ("reason", "named"),
    [
        ("recalled", lambda made, it: replace(made, recalled=Recalled(objects=frozenset({it})))),
        ("audience-mismatch", lambda made, it: replace(made, strangers=frozenset({("maker", it)}))),
        ("newer-refused", lambda made, it: replace(made, tightened={("maker", it): "9"})),
    ],
)
def test_what_is_said_of_one_id_is_not_said_of_others(reason: str, named: Any, backwards: bool) -> None:
    values = twins(CLEAR)
    made = named(block([served(value) for value in values]), values[1]["id"])
    found = reasons(made, terms(), backwards)
    assert [found["maker", value["id"]] for value in values] == ["", reason, ""]


@pytest.mark.parametrize("backwards", [False, True])
def test_a_grant_for_one_object_is_none_for_those_that_are_alike(backwards: bool) -> None:
    values = [marked(indicator(f"amber {number}", f"[domain-name:value = 'a{number}.example']"), "amber") for number in range(3)]
    given = grants(grant(objects=[values[1]["id"]]))
    found = reasons(block([served(value) for value in values]), terms(grants=given), backwards)
    assert [found["maker", value["id"]] for value in values] == ["tlp-no-grant", "", "tlp-no-grant"]


@pytest.mark.parametrize("backwards", [False, True])
def test_what_an_object_says_itself_is_its_own(backwards: bool) -> None:
    plain, *others = twins(CLEAR)
    says = {**others[0], "description": "TLP:RED"}
    part = {**others[1], "granular_markings": [{"selectors": ["pattern"], "marking_ref": TLP2["red"]}]}
    made = block([served(value) for value in (plain, says, part)])
    sight = Sight(made, terms(rules=policy("taker", release={"tlp_max": "green"})))
    found = {}
    for _, entity in sorted(made.entities.items(), reverse=backwards):
        found[entity.candidates[0].source_id] = sight.judge(entity.candidates[0])
    assert [found[value["id"]].reason for value in (plain, says, part)] == ["", "tlp-above-ceiling", ""]
    assert [found[value["id"]].hidden for value in (plain, says, part)] == [(), (), (("pattern",),)]


def test_an_object_that_cannot_be_read_takes_no_neighbour_along(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(value: Stix) -> Label:
        if value["name"] == "n1":
            raise RecursionError
        return NOTHING

    values = [{**value, "name": f"n{number}"} for number, value in enumerate(twins(CLEAR))]
    items = [served(value) for value in values]
    monkeypatch.setattr("transforms.entity.words_in", fails)
    found = outcome(items)
    assert [found[value["id"]] for value in values] == ["released", "release-error", "released"]


def test_of_many_alike_one_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    ask = Judge._allow
    monkeypatch.setattr(Judge, "_allow", lambda self, candidate: asked.append(candidate.source_id) or ask(self, candidate))
    found = reasons(block([served(value) for value in twins(CLEAR, 9)]), terms(), backwards=False)
    assert (len(found), len(asked)) == (9, 1)
