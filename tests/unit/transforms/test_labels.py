"""What an object's markings say to one recipient: whose definition counts, what unmarked means, and that words only ever raise."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.labels import FAULT, HANDLING_EXTENSION, UNKNOWN, Label, Pap
from schemas.markings import Tlp
from tests.support.objects import (
    CREATED,
    TLP2,
    Served,
    Stix,
    block,
    candidate,
    identifier,
    indicator,
    marked,
    served,
    statement_marking,
    tlp2,
)
from transforms.entity import Candidate
from transforms.labels import Labels

PAP_AMBER = "marking-definition--60f8932b-e51e-4458-b265-a2e8be9a80ab"


def handling(name: str, **says: Any) -> Stix:
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": identifier("marking-definition", name),
        "created": CREATED,
        "extensions": {HANDLING_EXTENSION: {"extension_type": "property-extension", **says}},
    }


ORCON = handling("m", originator_control=True)
NOFORN = handling("m", no_foreign=True)
USER = marked(indicator("a"), ORCON["id"])


def everybody(_: Candidate) -> bool:
    return True


def nobody(_: Candidate) -> bool:
    return False


def label(value: Stix, *beside: Served, is_open: Any = everybody, unmarked: Tlp = Tlp.AMBER_STRICT, faults: Any = ()) -> Label:
    found = Labels(block([served(value), *beside], faults=faults), is_open)
    return found.whole("maker", candidate(served(value)).current, unmarked)


def test_a_marking_means_what_its_user_says_it_means() -> None:
    own, foreign = served(ORCON), served(NOFORN, producer="other")
    for is_open in (everybody, nobody):
        assert label(USER, own, is_open=is_open) == Label(tlp=Tlp.AMBER_STRICT, orcon=True)
        assert label(USER, own, foreign, is_open=is_open) == Label(tlp=Tlp.AMBER_STRICT, orcon=True)


def test_a_foreign_definition_opens_nothing_and_counts_only_if_the_recipient_may_know_it() -> None:
    foreign = served(NOFORN, producer="other")
    assert label(USER, foreign) == Label(tlp=Tlp.AMBER_STRICT, no_foreign=True, unknown=True)
    assert label(USER, foreign, is_open=nobody) == Label(tlp=Tlp.AMBER_STRICT, unknown=True)
    assert label(USER) == Label(tlp=Tlp.AMBER_STRICT, unknown=True)


def test_of_several_foreign_definitions_all_that_are_open_count() -> None:
    both = [served(NOFORN, producer="other"), served(ORCON, producer="third")]
    assert label(USER, *both) == Label(tlp=Tlp.AMBER_STRICT, no_foreign=True, orcon=True, unknown=True)
    assert label(USER, *both, is_open=lambda item: item.producer == "third") == Label(tlp=Tlp.AMBER_STRICT, orcon=True, unknown=True)


def test_the_word_of_another_producer_never_loosens_what_the_own_one_says() -> None:
    said = label(USER, served(ORCON))
    for more in (served(handling("m", handling_codes=["H0"]), producer="other"), served(statement_marking("m"), producer="other")):
        assert label(USER, served(ORCON), more) == said


@pytest.mark.parametrize("marking", [TLP2["green"], PAP_AMBER])
def test_fixed_ids_need_no_definition_and_nobody_may_redefine_them(marking: str) -> None:
    value = marked(indicator("a"), marking)
    assert label(value) in (Label(tlp=Tlp.GREEN), Label(tlp=Tlp.AMBER_STRICT, pap=Pap.AMBER))
    assert label(value, served(tlp2("green"), producer="other")) == label(value)


def test_a_marking_that_its_producer_has_lied_about_is_a_fault_for_it_alone() -> None:
    value = marked(indicator("a"), "clear")
    assert label(value, faults=[("maker", TLP2["clear"])]) == Label(tlp=Tlp.AMBER_STRICT, fault=True)
    assert label(value, faults=[("other", TLP2["clear"]), ("maker", TLP2["red"])]) == Label(tlp=Tlp.CLEAR)
    assert FAULT.fault
    assert UNKNOWN.unknown


@pytest.mark.parametrize("unmarked", list(Tlp))
def test_unmarked_counts_where_no_marking_states_a_tlp(unmarked: Tlp) -> None:
    assert label(indicator("a"), unmarked=unmarked) == Label(tlp=unmarked)
    assert label(marked(indicator("a"), PAP_AMBER), unmarked=unmarked) == Label(tlp=unmarked, pap=Pap.AMBER)
    assert label(marked(indicator("a"), "green"), unmarked=unmarked) == Label(tlp=Tlp.GREEN)


@pytest.mark.parametrize("word", list(Tlp))
@pytest.mark.parametrize("unmarked", list(Tlp))
def test_words_raise_and_never_lower(word: Tlp, unmarked: Tlp) -> None:
    text = f"TLP:{word.name.replace('_', '+')}"
    assert label(indicator("a", name=text), unmarked=unmarked).tlp == max(word, unmarked)
    assert label(marked(indicator("a", name=text), "amber"), unmarked=unmarked).tlp == max(word, Tlp.AMBER)


def test_a_marking_that_is_not_marked_may_be_known_to_whoever_may_have_what_it_marks() -> None:
    assert label(ORCON) == Label(tlp=Tlp.CLEAR, orcon=True)
    assert label(marked(ORCON, "red")) == Label(tlp=Tlp.RED, orcon=True)
    assert label(statement_marking("s"), unmarked=Tlp.GREEN) == Label(tlp=Tlp.GREEN, statement=True)


def test_granular_markings_count_for_the_whole_only_where_they_point_at_nothing() -> None:
    value = marked(indicator("a", name="n"), "clear")
    good = {"marking_ref": TLP2["red"], "selectors": ["name"]}
    broken = {"marking_ref": TLP2["amber"], "selectors": ["name", "description"]}
    assert label({**value, "granular_markings": [good]}) == Label(tlp=Tlp.CLEAR)
    assert label({**value, "granular_markings": [good, broken]}) == Label(tlp=Tlp.AMBER)
