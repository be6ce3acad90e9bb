"""What holds of `permit` for every label: whoever says more is allowed no more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.labels import Grade, Label, Pap, Tlp, join, total, words_in
from schemas.reasons import WITHHOLD
from tests.unit.schemas.labels.samples import indicator
from tests.unit.schemas.labels.strategies import GROUPS, LABELS, MILD, MOMENTS, NATIONS, subsets
from tests.unit.transforms.cases_permit import ask, case_of
from transforms.permit import RULES, Party

PARTIES = st.builds(
    Party,
    id=st.just("taker"),
    kind=st.sampled_from(["le", "intel", "csirt", "private", "nation"]),
    nations=subsets(NATIONS),
    communities=subsets(("FORUM", "CLUB")),
    organizations=subsets(GROUPS),
)
ASKED = st.fixed_dictionaries(
    {
        "taker": PARTIES,
        "giver": PARTIES,
        "slot": st.sampled_from(MOMENTS),
        "is_client": st.booleans(),
        "granted": st.none() | st.sampled_from(Tlp),
        "released": st.booleans(),
        "encrypted": st.booleans(),
        "tlp_max": st.sampled_from([Tlp.AMBER, Tlp.RED]),
        "honour_grants": st.booleans(),
        "pap_max": st.sampled_from([Pap.AMBER, Pap.RED]),
        "resale": st.booleans(),
        "attribution": st.sampled_from(["named", "anonymous"]),
        "refuse_handling": subsets(("H0", "H1", "H2", "H3")),
        "statements": st.sampled_from(["pass", "withhold"]),
        "audience": st.sampled_from(["production", "exercise:one"]),
    }
)
LABEL = LABELS | MILD
GRADE_LIMITS: dict[str, Any] = {"min_source": "C", "min_information": 4}


def known(label: Label) -> Label:
    """A label that states a TLP, as whoever asks makes sure of."""
    return label if label.tlp is not None else replace(label, tlp=Tlp.GREEN)


@settings(max_examples=200)
@given(LABELS, LABELS, ASKED)
def test_no_rule_allows_more_where_more_is_said(one: Label, two: Label, asked: dict[str, Any]) -> None:
    case = case_of(**asked)
    both = join(known(one), known(two))
    for rule in RULES:
        assert rule.reason(both, case) or not (rule.reason(known(one), case) or rule.reason(known(two), case)), rule.name


@settings(max_examples=200)
@given(MILD, MILD, ASKED)
def test_what_is_allowed_together_is_allowed_alone(one: Label, two: Label, asked: dict[str, Any]) -> None:
    one, two = known(one), known(two)
    both = ask(join(one, two), **asked)
    if not both.reason:
        for label in (one, two):
            alone = ask(label, **asked)
            assert not alone.reason
            assert alone.forbidden_purposes <= both.forbidden_purposes
            assert alone.anonymous <= both.anonymous


@settings(max_examples=200)
@given(MILD, MILD, ASKED)
def test_so_it_is_with_grades_where_both_are_graded(one: Label, two: Label, asked: dict[str, Any]) -> None:
    one, two = (replace(label, grades=label.grades | {Grade("B", 2)}) for label in (one, two))
    if not ask(join(one, two), **asked, **GRADE_LIMITS).reason:
        assert not ask(one, **asked, **GRADE_LIMITS).reason
        assert not ask(two, **asked, **GRADE_LIMITS).reason


TEXTS = st.lists(
    st.sampled_from(
        [
            "TLP:CLEAR",
            "tlp:green",
            "TLP:RED",
            "PAP:CLEAR",
            "PAP:RED",
            "ORCON",
            "NOFORN",
            "REL TO XXA",
            "handling: H2",
            "NATO SECRET",
            "text",
            'admiralty-scale:source-reliability="a"',
            "exercise:one",
            "TLP:EX:CHR",
            'iep:encrypt-in-transit="MUST"',
        ]
    ),
    max_size=3,
)


@settings(max_examples=200)
@given(st.none() | MILD, TEXTS, st.sampled_from(Tlp), ASKED, st.booleans())
def test_words_never_open_what_is_closed_without_them(
    marked: Label | None, texts: list[str], unmarked: Tlp, asked: dict[str, Any], graded: bool
) -> None:
    markings = [] if marked is None else [marked]
    limits: dict[str, Any] = GRADE_LIMITS if graded else {}
    silent = total(markings, Label(), unmarked)
    spoken = total(markings, words_in(indicator(description="\n".join(texts), labels=texts)), unmarked)
    if not ask(spoken, **asked, **limits).reason:
        assert not ask(silent, **asked, **limits).reason


@given(LABEL, ASKED)
def test_every_answer_is_a_documented_reason(label: Label, asked: dict[str, Any]) -> None:
    verdict = ask(label, **asked)
    assert verdict.reason == "" or verdict.reason in WITHHOLD
    assert not (verdict.reason and (verdict.forbidden_purposes or verdict.anonymous))


@given(LABEL, ASKED)
def test_a_signed_grant_never_closes(label: Label, asked: dict[str, Any]) -> None:
    if not ask(label, **(asked | {"released": False})).reason:
        assert not ask(label, **(asked | {"released": True})).reason


@given(LABEL, ASKED)
def test_equal_questions_have_equal_answers(label: Label, asked: dict[str, Any]) -> None:
    assert ask(label, **asked) == ask(replace(label), **asked)
