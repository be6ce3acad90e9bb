"""Every rule on markings, as one question and its answer."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from schemas.labels import FAULT, NOTHING, UNKNOWN, Classification, Grade, Label, Pap, Tlp, join, label_of, total
from schemas.reasons import WITHHOLD
from schemas.sharing.effective import Effective
from tests.unit.schemas.labels.samples import acs, handling, iep, pap, privilege, statement_marking, tlp2
from tests.unit.transforms.cases_permit import AMBER, CLEAR, GREEN, NOBODY, RED, STRANGER, STRICT, TAKER, ask, clear, marked
from tests.unit.transforms.rows_permit_acs import ACS
from transforms.permit import RULES, Limits, Party

TLP: dict[str, tuple[Label, Party, dict[str, Any], str]] = {
    "CLEAR goes to anyone": (CLEAR, NOBODY, {}, ""),
    "GREEN goes to the community": (GREEN, TAKER, {}, ""),
    "GREEN stays in the community": (GREEN, STRANGER, {}, "tlp-no-community"),
    "GREEN goes where permission stands": (GREEN, STRANGER, {"granted": Tlp.GREEN}, ""),
    "GREEN goes where AMBER may": (GREEN, STRANGER, {"granted": Tlp.AMBER}, ""),
    "GREEN goes to a client": (GREEN, STRANGER, {"is_client": True}, ""),
    "GREEN goes with a signed grant": (GREEN, STRANGER, {"released": True}, ""),
    "AMBER stays with its recipient": (AMBER, TAKER, {}, "tlp-no-grant"),
    "AMBER goes to a client": (AMBER, TAKER, {"is_client": True}, ""),
    "AMBER goes where permission stands": (AMBER, TAKER, {"granted": Tlp.AMBER}, ""),
    "a permission for GREEN is none for AMBER": (AMBER, TAKER, {"granted": Tlp.GREEN}, "tlp-no-grant"),
    "AMBER goes with a signed grant": (AMBER, TAKER, {"released": True}, ""),
    "AMBER+STRICT does not go to clients": (STRICT, TAKER, {"is_client": True}, "tlp-no-grant"),
    "AMBER+STRICT is not AMBER": (STRICT, TAKER, {"granted": Tlp.AMBER}, "tlp-no-grant"),
    "no standing permission covers AMBER+STRICT": (STRICT, TAKER, {"granted": Tlp.AMBER_STRICT}, "tlp-no-grant"),
    "AMBER+STRICT goes with a signed grant": (STRICT, TAKER, {"released": True}, ""),
    "no standing permission covers RED": (RED, TAKER, {"granted": Tlp.RED}, "tlp-no-grant"),
    "RED goes with a signed grant": (RED, TAKER, {"released": True}, ""),
    "above the ceiling": (AMBER, TAKER, {"tlp_max": Tlp.GREEN, "is_client": True}, "tlp-above-ceiling"),
    "at the ceiling": (GREEN, TAKER, {"tlp_max": Tlp.GREEN}, ""),
    "a signed grant lifts the ceiling where the policy says so": (RED, TAKER, {"tlp_max": Tlp.GREEN, "released": True}, ""),
    "a signed grant does not lift it elsewhere": (
        RED,
        TAKER,
        {"tlp_max": Tlp.GREEN, "released": True, "honour_grants": False},
        "tlp-above-ceiling",
    ),
    "a standing permission never lifts it": (AMBER, TAKER, {"tlp_max": Tlp.GREEN, "granted": Tlp.AMBER}, "tlp-above-ceiling"),
    "without TLP it is AMBER+STRICT": (NOTHING, TAKER, {"is_client": True}, "tlp-no-grant"),
    "without TLP, with a signed grant": (NOTHING, TAKER, {"released": True}, ""),
    "a word raises (A8)": (total([GREEN], STRICT, Tlp.AMBER_STRICT), TAKER, {"is_client": True}, "tlp-no-grant"),
    "a word lowers nothing (A8)": (total([], CLEAR, Tlp.AMBER_STRICT), TAKER, {}, "tlp-no-grant"),
    "empty markings count as unmarked (A11)": (total([], NOTHING, Tlp.AMBER_STRICT), TAKER, {}, "tlp-no-grant"),
    "CLEAR with an IEP that says red (A12)": (marked(iep(tlp="red")), TAKER, {}, "tlp-no-grant"),
    "a CLEAR id over a RED body (A11)": (marked({**tlp2("red"), "id": tlp2("clear")["id"]}), TAKER, {"released": True}, "marking-mismatch"),
}

OTHERS: dict[str, tuple[Label, Party, dict[str, Any], str]] = {
    "a fault is never released": (join(CLEAR, FAULT), TAKER, {"released": True}, "marking-mismatch"),
    "an unknown marking is never released": (join(CLEAR, UNKNOWN), TAKER, {"released": True}, "marking-unknown"),
    "unclassified": (clear(classification=Classification.UNCLASSIFIED), TAKER, {}, ""),
    **{
        f"{level.name} is refused": (clear(classification=level), TAKER, {"released": True}, "classification-refused")
        for level in list(Classification)[1:]
    },
    "an exercise stays out of production": (clear(audiences=frozenset({"exercise:a"})), TAKER, {"released": True}, "audience-mismatch"),
    "an exercise goes to its own": (clear(audiences=frozenset({"exercise:a"})), TAKER, {"audience": "exercise:a"}, ""),
    "an exercise does not go to another": (
        clear(audiences=frozenset({"exercise:a"})),
        TAKER,
        {"audience": "exercise:b"},
        "audience-mismatch",
    ),
    "of two exercises it goes to neither": (
        clear(audiences=frozenset({"exercise:a", "exercise:b"})),
        TAKER,
        {"audience": "exercise:a"},
        "audience-mismatch",
    ),
    "ORCON needs a signed grant": (clear(orcon=True), TAKER, {"granted": Tlp.RED, "is_client": True}, "originator-control"),
    "ORCON with a signed grant": (clear(orcon=True), TAKER, {"released": True}, ""),
    "H0 goes": (marked(handling(handling_codes=["H0"])), TAKER, {}, ""),
    "H1 goes": (marked(handling(handling_codes=["H1"])), TAKER, {}, ""),
    "H2 is originator control": (marked(handling(handling_codes=["H2"])), TAKER, {}, "handling-refused"),
    "H2 with a signed grant": (marked(handling(handling_codes=["H2"])), TAKER, {"released": True}, ""),
    "H3 can only be explained by its originator": (marked(handling(handling_codes=["H3"])), TAKER, {}, "handling-refused"),
    "a code that the policy refuses": (
        marked(handling(handling_codes=["H1"])),
        TAKER,
        {"refuse_handling": frozenset({"H1"}), "released": True},
        "handling-refused",
    ),
    "REL TO names the nation": (marked(handling(releasable_to=["XXA", "XXC"])), TAKER, {}, ""),
    "REL TO names the community": (marked(handling(releasable_to=["Forum"])), TAKER, {}, ""),
    "REL TO names the organization": (marked(handling(releasable_to=["xxa.org"])), TAKER, {}, ""),
    "REL TO names others": (marked(handling(releasable_to=["XXC"])), TAKER, {"released": True}, "not-releasable-to"),
    "REL TO, and nothing is known of the partner": (marked(handling(releasable_to=["XXA"])), NOBODY, {}, "not-releasable-to"),
    "of two REL TO both must name it": (
        marked(handling(releasable_to=["XXA"]), handling(releasable_to=["XXC"])),
        TAKER,
        {},
        "not-releasable-to",
    ),
    "REL TO nobody": (clear(rel_to=frozenset({frozenset()})), TAKER, {}, "not-releasable-to"),
    "no foreigners, same nation": (clear(no_foreign=True), TAKER, {}, ""),
    "no foreigners, another nation": (clear(no_foreign=True), STRANGER, {"released": True}, "no-foreign"),
    "no foreigners, two nations": (clear(no_foreign=True), replace(TAKER, nations=frozenset({"XXA", "XXB"})), {}, "no-foreign"),
    "no foreigners, and nothing is known": (clear(no_foreign=True), NOBODY, {}, "no-foreign"),
    "GREEN and NF, within the community (A12)": (
        join(GREEN, label_of(acs({"formal_determination": ["NF"]}))),
        replace(TAKER, nations=frozenset({"XXB"})),
        {},
        "no-foreign",
    ),
    "NF of another nation's custodian": (
        marked(acs({"formal_determination": ["NF"]}, responsible_entity_custodian="XXB.ORG")),
        TAKER,
        {},
        "no-foreign",
    ),
    "a statement that is passed": (marked(statement_marking("s")), TAKER, {}, ""),
    "a statement that is not": (marked(statement_marking("s")), TAKER, {"statements": "withhold"}, "marking-statement"),
    "good enough": (clear(grades=frozenset({Grade("B", 3)})), TAKER, {"min_source": "B", "min_information": 3}, ""),
    "source too bad": (clear(grades=frozenset({Grade("C", 1)})), TAKER, {"min_source": "B"}, "grade-too-low"),
    "information too bad": (clear(grades=frozenset({Grade("A", 4)})), TAKER, {"min_information": 3}, "grade-too-low"),
    "the worst of two grades": (
        clear(grades=frozenset({Grade("A", 1), Grade("E", 1)})),
        TAKER,
        {"min_source": "B"},
        "grade-too-low",
    ),
    "not graded": (CLEAR, TAKER, {"min_source": "F"}, "grade-too-low"),
    "graded by words only": (clear(grades=frozenset({Grade("A", 1, word=True)})), TAKER, {"min_source": "F"}, "grade-too-low"),
    "a bad word beside a good grade": (
        clear(grades=frozenset({Grade("A", 1), Grade("F", 1, word=True)})),
        TAKER,
        {"min_source": "B"},
        "grade-too-low",
    ),
    "no grade is asked for": (clear(grades=frozenset({Grade("F", 6)})), TAKER, {}, ""),
}

IEP: dict[str, tuple[Label, Party, dict[str, Any], str]] = {
    "asks for nothing": (marked(iep()), TAKER, {"iep_accept": frozenset()}, ""),
    "has not begun": (marked(iep(start_date="2026-08-01T00:00:00Z")), TAKER, {"released": True}, "iep-not-in-force"),
    "begins now": (marked(iep(start_date="2026-07-01T00:00:00Z")), TAKER, {}, ""),
    "has ended": (marked(iep(end_date="2026-07-01T00:00:00Z")), TAKER, {}, "iep-not-in-force"),
    "has not ended": (marked(iep(end_date="2026-07-01T00:00:00.001Z")), TAKER, {}, ""),
    "encryption, and it is": (marked(iep(encrypt_in_transit="must")), TAKER, {}, ""),
    "encryption, and it is not": (marked(iep(encrypt_in_transit="must")), TAKER, {"encrypted": False}, "iep-not-accepted"),
    "actions that are promised": (
        marked(iep(permitted_actions="internally-visible-actions")),
        TAKER,
        {"iep_accept": frozenset({"internally-visible-actions"})},
        "",
    ),
    "actions that are not promised": (
        marked(iep(permitted_actions="none")),
        TAKER,
        {"iep_accept": frozenset({"internally-visible-actions"})},
        "iep-not-accepted",
    ),
    "no resale, to somebody who does": (marked(iep(unmodified_resale="must-not")), TAKER, {"resale": True}, "iep-not-accepted"),
    "no resale, to somebody who does not": (marked(iep(unmodified_resale="must-not")), TAKER, {}, ""),
    "resale allowed": (marked(iep()), TAKER, {"resale": True}, ""),
    "must be named, and is": (marked(iep(provider_attribution="must")), TAKER, {}, ""),
    "must be named, and the policy names nobody": (
        marked(iep(provider_attribution="must")),
        TAKER,
        {"attribution": "anonymous"},
        "iep-attribution",
    ),
    "must be named, and must not": (
        marked(iep(provider_attribution="must"), iep(provider_attribution="must-not")),
        TAKER,
        {},
        "iep-attribution",
    ),
    "of two policies both count": (marked(iep(), iep(end_date="2026-02-01T00:00:00Z")), TAKER, {}, "iep-not-in-force"),
}

PAP: dict[str, tuple[Label, Party, dict[str, Any], str]] = {
    "CLEAR asks for nothing": (marked(pap("clear")), TAKER, {"pap_max": Pap.CLEAR}, ""),
    "WHITE is CLEAR": (marked(pap("white")), TAKER, {"pap_max": Pap.CLEAR}, ""),
    "no promise": (marked(pap("green")), TAKER, {"pap_max": Pap.CLEAR}, "pap-not-accepted"),
    "promised": (marked(pap("amber")), TAKER, {"pap_max": Pap.AMBER}, ""),
    "narrower than promised": (marked(pap("red")), TAKER, {"pap_max": Pap.AMBER, "released": True}, "pap-not-accepted"),
    "everything promised": (marked(pap("red")), TAKER, {"pap_max": Pap.RED}, ""),
    "no PAP": (CLEAR, TAKER, {"pap_max": Pap.CLEAR}, ""),
}

ALL = {
    f"{system}: {name}": row
    for system, rows in {"tlp": TLP, "": OTHERS, "iep": IEP, "pap": PAP, "acs": ACS}.items()
    for name, row in rows.items()
}


@pytest.mark.parametrize("case", ALL)
def test_a_rule(case: str) -> None:
    label, taker, asked, reason = ALL[case]
    verdict = ask(label, taker, **asked)
    assert verdict.reason == reason
    assert reason in WITHHOLD or reason == ""


@pytest.mark.parametrize("case", ALL)
def test_grantable_is_what_a_signed_grant_lifts(case: str) -> None:
    label, taker, asked, reason = ALL[case]
    verdict = ask(label, taker, **asked)
    lifted = ask(label, taker, **(asked | {"released": True}))
    if verdict.grantable:
        assert reason
        assert lifted.reason != reason
    elif reason:
        assert lifted.reason == reason


def test_every_system_has_a_rule() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES) == 14


@pytest.mark.parametrize(
    ("label", "purposes"),
    [
        pytest.param(CLEAR, set(), id="nothing is forbidden"),
        pytest.param(marked(iep(affected_party_notifications="must-not")), {"victim_notification"}, id="IEP: no notification"),
        pytest.param(marked(handling(handling_codes=["H1"])), {"evidence", "extradition_support"}, id="H1: not in court"),
        pytest.param(
            marked(handling(handling_codes=["H0"])), {"threat_research", "situational_awareness", "training"}, id="H0: against crime only"
        ),
        pytest.param(marked(acs(access_privilege=[privilege("TENOT", "deny")])), {"victim_notification"}, id="ACS: no notification"),
        pytest.param(
            marked(acs(access_privilege=[privilege("NETDEF", "deny")])), {"network_defence", "incident_response"}, id="ACS: no defence"
        ),
        pytest.param(
            marked(acs(priv="deny", access_privilege=[privilege("DSPLY"), privilege("NETDEF"), privilege("INTEL"), privilege("TENOT")])),
            {"evidence", "law_enforcement", "extradition_support"},
            id="ACS: what is not granted",
        ),
    ],
)
def test_purposes_that_are_forbidden(label: Label, purposes: set[str]) -> None:
    assert ask(label).forbidden_purposes == purposes


@pytest.mark.parametrize(
    ("label", "anonymous"),
    [
        pytest.param(CLEAR, False, id="may be named"),
        pytest.param(clear(anonymous=True), True, id="Chatham House"),
        pytest.param(marked(iep(provider_attribution="must-not")), True, id="IEP"),
        pytest.param(marked(acs(access_privilege=[privilege("IDSRC", "deny")])), True, id="ACS: refused"),
        pytest.param(marked(acs(priv="deny", access_privilege=[privilege("DSPLY")])), True, id="ACS: not granted"),
        pytest.param(marked(acs(access_privilege=[privilege("IDSRC", "deny", permitted_nationalities=["XXB"])])), False, id="ACS: others"),
    ],
)
def test_who_must_not_be_named(label: Label, anonymous: bool) -> None:
    assert ask(label).anonymous == anonymous


def test_the_first_rule_that_refuses_gives_the_reason() -> None:
    label = join(RED, FAULT, UNKNOWN, Label(orcon=True))
    assert ask(label).reason == "marking-mismatch"
    assert ask(replace(label, fault=False)).reason == "marking-unknown"
    assert ask(replace(label, fault=False, unknown=False)).reason == "tlp-no-grant"


def test_the_slot_decides_not_the_clock() -> None:
    label = marked(iep(end_date="2026-03-01T00:00:00Z"))
    assert ask(label, slot=datetime(2026, 2, 28, tzinfo=UTC)).reason == ""
    assert ask(label, slot=datetime(2026, 3, 1, tzinfo=UTC)).reason == "iep-not-in-force"


def test_the_effective_policy_has_what_the_rules_read() -> None:
    assert {name for name in vars(Limits) if not name.startswith("_")} <= {field.name for field in fields(Effective)}
