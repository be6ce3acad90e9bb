"""TLP in both versions: nine ids, believed only where the body says the same."""

from __future__ import annotations

from typing import Any

import pytest
import stix2

from schemas.markings import NAMES, TLP_BY_ID, Tlp, claims_tlp, is_genuine_tlp, is_plain_statement, marking_ids, tlp_in_text
from tests.support.objects import TLP1, TLP2, TLP2_EXTENSION, identifier, indicator, statement_marking, tlp1, tlp2

GENUINE = {f"1 {word}": tlp1(word) for word in TLP1} | {f"2 {word}": tlp2(word) for word in TLP2}


def test_there_are_nine_ids() -> None:
    assert {**{TLP1[word]: NAMES[word] for word in TLP1}, **{TLP2[word]: NAMES[word] for word in TLP2}} == dict(TLP_BY_ID)
    assert len(TLP_BY_ID) == 9


def test_the_reference_library_knows_the_first_four() -> None:
    for word, marking in (("white", stix2.TLP_WHITE), ("green", stix2.TLP_GREEN), ("amber", stix2.TLP_AMBER), ("red", stix2.TLP_RED)):
        assert TLP_BY_ID[marking.id] == NAMES[word]
        assert is_genuine_tlp(__import__("json").loads(marking.serialize()))


def test_the_order_is_one_of_restriction() -> None:
    assert Tlp.CLEAR < Tlp.GREEN < Tlp.AMBER < Tlp.AMBER_STRICT < Tlp.RED
    assert NAMES["white"] == NAMES["clear"]
    assert NAMES["amber"] != NAMES["amber+strict"]


@pytest.mark.parametrize("name", GENUINE)
def test_genuine_ones(name: str) -> None:
    assert claims_tlp(GENUINE[name])
    assert is_genuine_tlp(GENUINE[name])


@pytest.mark.parametrize("name", GENUINE)
@pytest.mark.parametrize("other", GENUINE)
def test_an_id_with_any_other_body_is_a_lie(name: str, other: str) -> None:
    """Both directions: a mild id over a strict body, and a strict id over a mild one."""
    lie = {**GENUINE[other], "id": GENUINE[name]["id"]}
    assert claims_tlp(lie)
    assert is_genuine_tlp(lie) == (name == other)


@pytest.mark.parametrize("name", GENUINE)
def test_a_wrong_tail_is_a_lie(name: str) -> None:
    """Seen in public code: the first two groups are right, the rest is not."""
    right = GENUINE[name]["id"]
    for wrong in (right[:-1] + "0", right[:40] + "-afd4-4f1c-8e2a-0123456789ab", right.upper()):
        lie = {**GENUINE[name], "id": wrong}
        assert claims_tlp(lie)
        assert not is_genuine_tlp(lie)


@pytest.mark.parametrize(
    "change",
    [
        {"definition": {"tlp": "AMBER"}},
        {"definition": {"tlp": "amber+strict"}},
        {"definition": {}},
        {"definition": {"statement": "amber"}},
        {"definition_type": "statement"},
        {"definition_type": None},
        {"extensions": {TLP2_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": "amber"}}},
    ],
)
def test_a_tlp_1_id_wants_exactly_its_body(change: dict[str, Any]) -> None:
    assert not is_genuine_tlp({**tlp1("amber"), **change})


@pytest.mark.parametrize(
    "change",
    [
        {"extensions": {}},
        {"extensions": {TLP2_EXTENSION: {}}},
        {"extensions": {TLP2_EXTENSION: {"tlp_2_0": "Amber"}}},
        {"extensions": {TLP2_EXTENSION: {"tlp_2_0": ["amber"]}}},
        {"extensions": {"other": {"tlp_2_0": "amber"}}},
        {"extensions": None},
        {"extensions": "amber"},
        {"definition_type": "tlp", "definition": {"tlp": "white"}},
    ],
)
def test_a_tlp_2_id_wants_exactly_its_body(change: dict[str, Any]) -> None:
    assert claims_tlp({**tlp2("amber"), **change})
    assert not is_genuine_tlp({**tlp2("amber"), **change})


@pytest.mark.parametrize(
    "claim",
    [
        {"definition_type": "tlp"},
        {"name": "TLP:AMBER+STRICT"},
        {"name": "tlp:clear"},
        {"extensions": {TLP2_EXTENSION: {"tlp_2_0": "clear"}}},
        {"id": TLP2["clear"]},
        {"id": TLP1["white"]},
    ],
)
def test_whatever_names_tlp_claims_it(claim: dict[str, Any]) -> None:
    made = {**statement_marking("s"), **claim}
    assert claims_tlp(made)
    assert not is_genuine_tlp(made)


def test_other_markings_claim_nothing() -> None:
    assert not claims_tlp(statement_marking("s"))
    assert not claims_tlp({"type": "marking-definition", "id": identifier("marking-definition", "pap"), "extensions": "x", "name": None})


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("TLP:RED", Tlp.RED),
        ("tlp:amber", Tlp.AMBER),
        ("TLP:AMBER+STRICT", Tlp.AMBER_STRICT),
        ("Tlp : Amber + Strict, please", Tlp.AMBER_STRICT),
        ("TLP\uff1aGREEN", Tlp.GREEN),
        ("first TLP:CLEAR, then TLP:RED", Tlp.RED),
        ("(TLP:WHITE)", Tlp.CLEAR),
        ("TLP", None),
        ("RED", None),
        ("TLP:BLUE", None),
        ("", None),
    ],
)
def test_a_tlp_word_in_a_text_is_read(text: str, level: Tlp | None) -> None:
    assert tlp_in_text(indicator("a", description=text)) == level
    assert tlp_in_text(indicator("a", labels=["x", text])) == level
    assert tlp_in_text(indicator("a", name=text, labels=5)) == level


def test_a_plain_statement_is_a_statement_and_nothing_more() -> None:
    assert is_plain_statement(statement_marking("s"))
    assert not is_plain_statement({**statement_marking("s"), "extensions": {"extension-definition--x": {}}})
    assert not is_plain_statement(tlp1("red"))


def test_all_markings_of_an_object_count_once_in_order() -> None:
    one, two = sorted((TLP2["amber"], identifier("marking-definition", "s")))
    value = indicator(
        "a",
        object_marking_refs=[two],
        granular_markings=[
            {"marking_ref": one, "selectors": ["name"]},
            {"marking_ref": two, "selectors": ["pattern"]},
            {"lang": "de", "selectors": ["name"]},
        ],
    )
    assert marking_ids(value) == (one, two)


@pytest.mark.parametrize("odd", [None, 5, "text", [], [5], [None], {"a": 1}, [{"marking_ref": 5}], [["x"]]])
def test_odd_shapes_have_no_markings(odd: object) -> None:
    assert marking_ids({"granular_markings": odd}) == ()
    assert marking_ids({"object_marking_refs": odd}) == ()
