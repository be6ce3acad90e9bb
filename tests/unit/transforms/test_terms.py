"""Terms: what stands against everything, and a fingerprint that changes exactly when an outcome can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.markings import Tlp
from schemas.sharing import Agreement, Community, Overlay, Partner, Policy, SharingSet
from tests.support.objects import HUB, NO_GRANTS, SLOT, agreement, malware, partner, policy, terms
from tests.unit.transforms.cases_sight import grant, grants
from transforms.pseudonym import Pseudonyms
from transforms.terms import Secrets, Terms, make_terms

AGREED = agreement("taker", "maker")
PEOPLE = {"taker": partner("taker", "c"), "maker": partner("maker", "c")}
SECRETS = Secrets(b"i" * 32, b"h" * 32, Pseudonyms(b"p" * 32))


def files(
    people: Mapping[str, Partner] = PEOPLE, agreements: Sequence[Agreement] = (AGREED,), rules: Policy | None = None, **more: Any
) -> SharingSet:
    return SharingSet(people, {item.reference: item for item in agreements}, {"taker": rules or policy("taker")}, **more)


def made(**change: Any) -> Terms:
    parts: dict[str, Any] = {
        "recipient": PEOPLE["taker"],
        "policy": policy("taker"),
        "files": files(),
        "unmarked": {"maker-feed": Tlp.CLEAR},
        "slot": SLOT,
        "hub": HUB,
        "secrets": SECRETS,
        "grants": NO_GRANTS,
        "encrypted": True,
        "suspended": False,
    }
    return make_terms(**{**parts, **change})


def with_policy(**more: Any) -> dict[str, Any]:
    rules = policy("taker", **more)
    return {"policy": rules, "files": files(rules=rules)}


def with_agreement(**more: Any) -> dict[str, Any]:
    return {"files": files(agreements=[agreement("taker", "maker", **more)])}


def with_people(**people: Partner) -> dict[str, Any]:
    everybody = {**PEOPLE, **people}
    return {"recipient": everybody["taker"], "files": files(everybody)}


OVERLAY = Overlay.model_validate({"id": "law", "version": "1.0.0", "members": ["taker"], "release": {"tlp_max": "green"}})
COMMUNITY = Community.model_validate({"id": "c", "version": "1.0.0", "members": ["taker", "maker"]})


def test_the_fingerprint_is_the_same_for_the_same_terms() -> None:
    assert made().fingerprint == made().fingerprint
    assert made().fingerprint == made(slot=SLOT + timedelta(days=3)).fingerprint


@pytest.mark.parametrize(
    "change",
    [
        with_people(taker=partner("taker", "d")),
        with_people(taker=partner("taker", "c", suspended=True)),
        with_people(taker=partner("taker", "c", resale=True)),
        with_people(taker=partner("taker", "c", jurisdiction=["NOR"])),
        with_people(maker=partner("maker")),
        with_people(maker=partner("maker", "c", organizations=["ORG"])),
        with_people(other=partner("other", "c")),
        with_policy(release={"tlp_max": "green"}),
        with_policy(version="1.0.1"),
        with_policy(minimize={"paths": {"*.name": "drop"}}),
        with_policy(minimize={"profile": "trusted@1"}),
        with_policy(effective_until=SLOT),
        {"files": files(agreements=[])},
        with_agreement(unmarked=[{"producer": "maker", "tlp": "clear"}]),
        with_agreement(grants=[{"producer": "maker", "recipient": "taker", "tlp_max": "amber"}]),
        with_agreement(clients=[{"of": "maker", "client": "taker"}]),
        with_agreement(limits={"tlp_max": "green"}),
        with_agreement(retention_days=3),
        with_agreement(valid_until=SLOT),
        with_agreement(legal_basis=[{"id": "gdpr-6-1-f", "valid_until": SLOT}]),
        {"files": files(overlays={"law": OVERLAY})},
        {"files": files(communities={"c": COMMUNITY})},
        {"unmarked": {}},
        {"unmarked": {"maker-feed": Tlp.GREEN}},
        {"hub": replace(HUB, identity="identity--x")},
        {"secrets": replace(SECRETS, id_key=b"j" * 32)},
        {"secrets": replace(SECRETS, pseudonym=Pseudonyms(b"q" * 32))},
        {"grants": grants(grant(feed="maker-feed"))},
        {"encrypted": False},
        {"suspended": True},
        {"slot": datetime(2036, 1, 1, tzinfo=UTC)},
        {"slot": datetime(2025, 12, 31, tzinfo=UTC)},
    ],
)
def test_the_fingerprint_changes_with_what_can_change_an_outcome(change: dict[str, Any]) -> None:
    assert made(**change).fingerprint != made().fingerprint


def test_what_concerns_others_only_leaves_the_fingerprint_as_it_is() -> None:
    law = Overlay.model_validate({"id": "law", "version": "1.0.0", "members": ["maker"], "release": {"tlp_max": "green"}})
    beside = agreement("maker", "other", name="agr-2")
    assert made(files=files(overlays={"law": law})).fingerprint == made().fingerprint
    assert made(files=files(agreements=[AGREED, beside])).fingerprint == made().fingerprint


def test_the_fingerprint_changes_when_a_grant_or_a_legal_basis_ends() -> None:
    ending: list[dict[str, Any]] = [
        {"grants": [{"producer": "maker", "recipient": "taker", "tlp_max": "amber", "until": SLOT}]},
        {"legal_basis": [{"id": "gdpr-6-1-f", "valid_until": SLOT}, "gdpr-6-1-e"]},
    ]
    for more in ending:
        bound = with_agreement(**more)
        before, at, after = (made(**bound, slot=SLOT + timedelta(seconds=step)).fingerprint for step in (-1, 0, 1))
        assert before != at == after


def test_the_fingerprint_tells_no_key() -> None:
    assert len(made().fingerprint) == 32
    assert (b"i" * 32).hex() not in made().fingerprint


def test_only_agreements_that_are_cited_in_force_and_signed_count() -> None:
    bound = [
        AGREED,
        agreement("taker", "maker", name="agr-2"),
        agreement("maker", "other", name="agr-3"),
        agreement("taker", "maker", name="agr-4", valid_until=SLOT),
        agreement("taker", "maker", name="agr-5", legal_basis=[{"id": "x", "valid_until": SLOT}]),
    ]
    rules = policy("taker", agreements=["agr-1@1.0.0", "agr-3@1.0.0", "agr-4@1.0.0", "agr-5@1.0.0", "agr-9@1.0.0"])
    found = made(policy=rules, files=files(agreements=bound, rules=rules))
    assert [item.id for item in found.agreements] == ["agr-1"]
    assert found.standing == ""


def test_suspension_comes_first() -> None:
    assert made(recipient=partner("taker", suspended=True), files=files(agreements=[])).standing == "recipient-suspended"
    assert made(suspended=True, files=files(agreements=[])).standing == "recipient-suspended"
    assert made(policy=policy("taker", effective_until=SLOT), files=files(agreements=[])).standing == "policy-not-valid"


def test_what_decisions_cite() -> None:
    assert terms().citation == "taker@1.0.0"
    assert terms().slot_text == "2026-07-01T12:30:15.123Z"
    assert terms().legal_basis == ("gdpr-6-1-f",)
    assert terms().purposes == ("network_defence",)


def test_a_legal_basis_that_has_ended_is_not_cited() -> None:
    bound = with_agreement(legal_basis=[{"id": "gdpr-6-1-f", "valid_until": SLOT}, "gdpr-6-1-e"])
    assert made(**bound).legal_basis == ("gdpr-6-1-e",)
    assert made(**bound, slot=SLOT - timedelta(seconds=1)).legal_basis == ("gdpr-6-1-e", "gdpr-6-1-f")


def test_ground_is_what_the_agreements_that_cover_the_producer_leave() -> None:
    narrow = agreement("taker", "maker", name="agr-1", limits={"tlp_max": "green"}, minimize={"paths": {"*.name": "drop"}})
    wide = agreement("taker", "other", name="agr-2", grants=[{"producer": "other", "recipient": "taker", "tlp_max": "amber"}])
    rules = policy("taker", agreements=["agr-1@1.0.0", "agr-2@1.0.0"])
    under = terms(rules=rules, agreements=[narrow, wide], partners=[partner(name, "c") for name in ("taker", "maker", "other", "stranger")])
    own, others = under.ground("maker"), under.ground("other")
    assert own is not None
    assert others is not None
    assert (own.rules.tlp_max, others.rules.tlp_max) == (Tlp.GREEN, Tlp.RED)
    assert (own.granted, others.granted) == (None, Tlp.AMBER)
    assert "name" not in own.minimizer.minimizer.minimize(malware("a", is_family=False)).value
    assert "name" in others.minimizer.minimizer.minimize(malware("a", is_family=False)).value
    assert under.ground("stranger") is None
    assert under.ground("nobody") is None
    assert under.rules.tlp_max == Tlp.GREEN


def test_of_several_standing_permissions_those_in_force_for_the_pair_count() -> None:
    permissions = [
        {"producer": "maker", "recipient": "taker", "tlp_max": "green"},
        {"producer": "maker", "recipient": "taker", "tlp_max": "amber", "until": SLOT},
        {"producer": "maker", "recipient": "other", "tlp_max": "amber"},
    ]
    found = terms(agreements=[agreement("taker", "maker", "other", grants=permissions)]).ground("maker")
    assert found is not None
    assert found.granted == Tlp.GREEN
