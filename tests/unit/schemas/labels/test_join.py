"""Labels are a lattice: joining only adds restrictions, in any order."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given

from schemas.labels import FAULT, NOTHING, UNKNOWN, Classification, Label, Pap, join, total
from schemas.markings import Tlp
from tests.unit.schemas.labels.strategies import LABELS


@given(LABELS, LABELS, LABELS)
def test_join_is_a_semilattice(one: Label, two: Label, three: Label) -> None:
    assert join(one, two) == join(two, one)
    assert join(one, join(two, three)) == join(join(one, two), three) == join(one, two, three)
    assert join(one, one) == one
    assert join(one, NOTHING) == join(NOTHING, one) == join(one) == one


@given(LABELS, LABELS)
def test_what_one_says_stays_said(one: Label, two: Label) -> None:
    both = join(one, two)
    assert join(both, one) == join(both, two) == both
    for field in fields(Label):
        part, whole = getattr(one, field.name), getattr(both, field.name)
        if isinstance(part, frozenset):
            assert part <= whole
        else:
            assert part is None or part <= whole


def test_joining_nothing_says_nothing() -> None:
    assert join() == NOTHING == Label()


@pytest.mark.parametrize(
    ("one", "two", "both"),
    [
        pytest.param(Label(tlp=Tlp.AMBER), Label(tlp=Tlp.AMBER_STRICT), Label(tlp=Tlp.AMBER_STRICT), id="AMBER+STRICT is not AMBER"),
        pytest.param(Label(tlp=Tlp.CLEAR), Label(), Label(tlp=Tlp.CLEAR), id="CLEAR says something"),
        pytest.param(Label(tlp=Tlp.CLEAR), Label(pap=Pap.RED), Label(tlp=Tlp.CLEAR, pap=Pap.RED), id="systems add up"),
        pytest.param(Label(pap=Pap.RED), Label(pap=Pap.CLEAR), Label(pap=Pap.RED), id="within a system the narrowest"),
        pytest.param(
            Label(classification=Classification.UNCLASSIFIED),
            Label(classification=Classification.RESTRICTED),
            Label(classification=Classification.RESTRICTED),
            id="the higher classification",
        ),
        pytest.param(
            Label(rel_to=frozenset({frozenset({"XXA", "XXB"})})),
            Label(rel_to=frozenset({frozenset({"XXB"})})),
            Label(rel_to=frozenset({frozenset({"XXA", "XXB"}), frozenset({"XXB"})})),
            id="two lists of recipients must both be met",
        ),
        pytest.param(UNKNOWN, FAULT, Label(unknown=True, fault=True), id="two reasons to refuse"),
    ],
)
def test_systems_add_up_and_the_narrowest_wins(one: Label, two: Label, both: Label) -> None:
    assert join(one, two) == both


@pytest.mark.parametrize(
    ("marked", "words", "tlp"),
    [
        pytest.param([], NOTHING, Tlp.AMBER_STRICT, id="unmarked"),
        pytest.param([], Label(tlp=Tlp.CLEAR), Tlp.AMBER_STRICT, id="a mild word does not stand in for a marking"),
        pytest.param([], Label(tlp=Tlp.RED), Tlp.RED, id="a strict word raises the default"),
        pytest.param([Label(tlp=Tlp.GREEN)], NOTHING, Tlp.GREEN, id="a marking replaces the default"),
        pytest.param([Label(tlp=Tlp.GREEN)], Label(tlp=Tlp.CLEAR), Tlp.GREEN, id="a mild word lowers nothing"),
        pytest.param([Label(tlp=Tlp.GREEN), Label(tlp=Tlp.CLEAR)], Label(tlp=Tlp.AMBER), Tlp.AMBER, id="the narrowest of all"),
        pytest.param([Label(statement=True)], NOTHING, Tlp.AMBER_STRICT, id="a statement is not a TLP"),
        pytest.param([Label(pap=Pap.CLEAR)], NOTHING, Tlp.AMBER_STRICT, id="PAP is not a TLP"),
    ],
)
def test_an_object_without_tlp_counts_as_its_feed_says(marked: list[Label], words: Label, tlp: Tlp) -> None:
    whole = total(marked, words, Tlp.AMBER_STRICT)
    assert whole == join(*marked, words, Label(tlp=tlp))


@given(LABELS, LABELS)
def test_words_only_raise(marked: Label, words: Label) -> None:
    without = total([marked], NOTHING, Tlp.AMBER_STRICT)
    assert join(without, words) == total([marked], words, Tlp.AMBER_STRICT)
