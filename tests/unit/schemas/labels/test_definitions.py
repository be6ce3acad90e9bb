"""What one marking definition says, rule by rule."""

from __future__ import annotations

import pytest

from schemas.labels import HANDLING_EXTENSION, UNKNOWN, Label, Pap, join, label_of, label_of_id
from schemas.markings import NAMES, Tlp
from schemas.stix.extensions_known import ACS_EXTENSION, IEP_EXTENSION, PAP_EXTENSION
from tests.unit.schemas.labels.samples import (
    PAP_IDS,
    TLP1,
    TLP2,
    extended,
    identifier,
    iep,
    iep_body,
    pap,
    statement_marking,
    tlp1,
    tlp2,
    without,
)


@pytest.mark.parametrize("word", TLP1)
def test_tlp_1_by_id_and_body(word: str) -> None:
    assert label_of(tlp1(word)) == label_of_id(TLP1[word]) == Label(tlp=NAMES[word])


@pytest.mark.parametrize("word", TLP2)
def test_tlp_2_by_id_and_body(word: str) -> None:
    assert label_of(tlp2(word)) == label_of_id(TLP2[word]) == Label(tlp=NAMES[word])


@pytest.mark.parametrize("word", PAP_IDS)
def test_pap_by_id_and_body(word: str) -> None:
    level = Pap.CLEAR if word == "white" else Pap[word.upper()]
    assert label_of(pap(word)) == label_of_id(PAP_IDS[word][0]) == Label(pap=level)


@pytest.mark.parametrize("word", PAP_IDS)
@pytest.mark.parametrize("other", PAP_IDS)
def test_a_pap_id_over_any_other_body_is_a_fault(word: str, other: str) -> None:
    assert label_of(pap(other, id=PAP_IDS[word][0], name=f"PAP:{other.upper()}")).fault == (word != other)


def test_no_other_id_says_anything_by_itself() -> None:
    assert label_of_id(identifier("marking-definition", "any")) is None
    assert label_of_id("marking-definition--bab4a63c-afd4-4f1c-8e2a-0123456789ab") is None
    assert label_of_id("") is None


FORGED = {
    "a CLEAR id over a RED body (A11)": {**tlp2("red"), "id": TLP2["clear"]},
    "a TLP 2 id with a wrong tail (A11)": {**tlp2("green"), "id": "marking-definition--bab4a63c-afd4-4f1c-8e2a-0123456789ab"},
    "a TLP 1 definition under an id of its own": {**tlp1("green"), "id": identifier("marking-definition", "own")},
    "a statement that calls itself TLP": statement_marking("s", name="TLP:GREEN"),
    "a TLP 1 id over a TLP 2 body": {**tlp2("red"), "id": TLP1["red"]},
    "PAP under an id of its own": pap("green", id=identifier("marking-definition", "own")),
    "PAP by name only": statement_marking("s", name="PAP:CLEAR"),
    "a PAP id without a body": without(pap("green"), "extensions"),
    "a PAP id with an older kind of body beside it": pap("green", definition_type="statement", definition={"statement": "x"}),
    "PAP under a TLP id": {**tlp2("clear"), "extensions": {**tlp2("clear")["extensions"], PAP_EXTENSION: {"pap": "clear"}}},
    "an IEP that is no dictionary": extended(IEP_EXTENSION, "must"),
    "an ACS that is no dictionary": extended(ACS_EXTENSION, []),
    "extensions that are a list": extended(IEP_EXTENSION, {}, extensions=[]),
}


@pytest.mark.parametrize("case", FORGED)
def test_what_is_not_what_it_claims_is_a_fault(case: str) -> None:
    assert label_of(FORGED[case]).fault


OTHERS = {
    "an extension that nobody knows": (extended("extension-definition--" + "0" * 8, {}), UNKNOWN),
    "a known one beside an unknown one": (
        {**tlp2("green"), "extensions": {**tlp2("green")["extensions"], "x": {}}},
        Label(tlp=Tlp.GREEN, unknown=True),
    ),
    "a statement": (statement_marking("s"), Label(statement=True)),
    "a statement with TLP in its text": (
        statement_marking("s", definition={"statement": "Handle as TLP:AMBER+STRICT"}),
        Label(statement=True, tlp=Tlp.AMBER_STRICT),
    ),
    "another definition type": (statement_marking("s", definition_type="x-own", definition={"a": "b"}), UNKNOWN),
    "a body without a type": (without(statement_marking("s"), "definition_type"), UNKNOWN),
    "nothing at all": (without(statement_marking("s"), "definition_type", "definition"), UNKNOWN),
    "a mild id with a strict word in its name": ({**tlp2("clear"), "name": "TLP:RED"}, Label(tlp=Tlp.RED)),
    "two systems in one definition": (
        extended(IEP_EXTENSION, iep_body(), extensions={IEP_EXTENSION: iep_body(), HANDLING_EXTENSION: {"originator_control": True}}),
        join(label_of(iep()), Label(orcon=True)),
    ),
}


@pytest.mark.parametrize("case", OTHERS)
def test_other_definitions(case: str) -> None:
    definition, label = OTHERS[case]
    assert label_of(definition) == label
