"""The effective policy by example: who may open, who may only narrow, what is refused, and who is named for it."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.labels.model import Pap
from schemas.markings import Tlp
from schemas.sharing import Effective, Layer, Partner, SightingRules, effective
from schemas.sharing.order import changed, widened
from tests.support.sharing import TAKER, agreement, community, overlay, policy, sharing_set, template

OPEN = {"types": ["indicator", "malware"], "tlp_max": "amber"}


def of(held: Any, *items: Any, partner: Partner = TAKER) -> Effective:
    files = sharing_set(*items)
    return effective(held, partner, tuple(files.agreements.values()), files)


def test_what_holds_where_nobody_says_anything() -> None:
    found = of(policy(), agreement())
    assert (found.types, found.tlp_max, found.statements) == (frozenset(), Tlp.CLEAR, "withhold")
    assert (found.own_objects, found.honour_grants, found.enrichment, found.merged, found.resale) == (False,) * 5
    assert (found.iep_accept, found.pap_max, found.refuse_handling) == (frozenset(), Pap.CLEAR, frozenset({"H3"}))
    assert (found.max_age_days, found.min_confidence, found.min_source, found.min_information) == (None,) * 4
    assert (found.topics, found.never_with, found.audience) == ((), frozenset(), "production")
    assert (found.attribution, found.residual) == ("anonymous", "hold")
    assert found.sightings == SightingRules(5, (5, 10, 25, 100), 24)
    assert found.purposes == {"network_defence"}
    assert found.layers == (Layer("policy taker@1.0.0", "standard@1"),)


def test_only_the_policy_and_its_templates_open() -> None:
    elsewhere = {"types": ["indicator"], "tlp_max": "red", "pap_max": "red", "iep_accept": ["none"], "honour_grants": True}
    others = (overlay(release=elsewhere), community(limits=elsewhere), template("t", release=elsewhere))
    assert widened(of(policy(), agreement()), of(policy(), agreement(limits=elsewhere), *others)) == ()
    opened = of(policy(extends=["t@1.0.0"]), agreement(), *others)
    assert (opened.types, opened.tlp_max, opened.honour_grants) == (frozenset({"indicator"}), Tlp.RED, True)
    assert opened.origins["types"] == ("template t@1.0.0", "overlay law@1.0.0", "community forum@1.0.0")


@pytest.mark.parametrize(
    "narrower",
    [
        agreement("two", limits={"types": ["indicator"], "tlp_max": "green"}),
        overlay(release={"types": ["indicator"], "tlp_max": "green"}),
        community(limits={"types": ["indicator"], "tlp_max": "green"}),
    ],
)
def test_the_others_narrow_and_are_named(narrower: Any) -> None:
    found = of(policy(release=OPEN), agreement(), narrower)
    assert (found.types, found.tlp_max) == (frozenset({"indicator"}), Tlp.GREEN)
    assert found.origins["tlp_max"] == (f"{type(narrower).__name__.lower()} {narrower.reference}",)


@pytest.mark.parametrize(
    "stranger",
    [
        overlay(jurisdictions=["CHE"], release={"types": []}),
        overlay(retired=True, release={"types": []}),
        overlay(jurisdictions=[], members=["maker"], release={"types": []}),
        community(members=["maker"], limits={"types": []}),
        community(members=[], limits={"types": []}),
        community(retired=True, limits={"types": []}),
        template("t", release={"types": []}),
    ],
)
def test_what_does_not_concern_the_recipient_changes_nothing(stranger: Any) -> None:
    assert of(policy(release=OPEN), agreement(), stranger) == of(policy(release=OPEN), agreement())


def test_a_community_binds_whom_it_lists_also_if_that_one_does_not_say_so() -> None:
    quiet = TAKER.model_copy(update={"communities": ()})
    found = of(policy(release=OPEN), agreement(), community(limits={"tlp_max": "clear"}), partner=quiet)
    assert found.tlp_max == Tlp.CLEAR


def test_retention_and_age_meet() -> None:
    found = of(policy(release={"max_age_days": 365}), agreement(retention_days=180, limits={"max_age_days": 200}))
    assert (found.max_age_days, found.origins["max_age_days"]) == (180, ("agreement agr@1.0.0",))


def test_every_group_of_topics_must_be_met_and_a_wider_one_says_nothing_more() -> None:
    found = of(policy(release={"topics": ["a", "b"]}), agreement(limits={"topics": ["c"]}), overlay(release={"topics": ["a", "b", "d"]}))
    assert found.topics == (frozenset({"a", "b"}), frozenset({"c"}))


def test_refusals_add_up() -> None:
    found = of(policy(release={"refuse_handling": [], "never_with": ["maker"]}), agreement(limits={"refuse_handling": ["H1"]}))
    assert (found.refuse_handling, found.never_with) == (frozenset({"H1"}), frozenset({"maker"}))


def test_grades_and_sightings_take_the_stricter() -> None:
    one: Any = {"release": {"min_source": "C", "min_information": 2}, "minimize": {"sightings": {"k": 7, "buckets": [5, 10, 50]}}}
    other: Any = {"limits": {"min_source": "B", "min_information": 4}, "minimize": {"sightings": {"k": 3, "slot_hours": 48}}}
    found = of(policy(**one), agreement(**other))
    assert (found.min_source, found.min_information) == ("B", 2)
    assert found.sightings == SightingRules(7, (10, 50), 48)


class TestRefused:
    def test_without_an_agreement(self) -> None:
        found = of(policy(release=OPEN))
        assert (found.types, found.purposes) == (frozenset(), frozenset())
        assert found.origins["types"] == ("no agreement in force",)

    @pytest.mark.parametrize(
        "items",
        [
            (agreement(extends=["gone@1.0.0"]),),
            (agreement(), overlay(extends=["gone@1.0.0"])),
            (agreement(), template("t", extends=["gone@1.0.0"]), overlay(extends=["t@1.0.0"])),
        ],
    )
    def test_where_a_template_is_not_there(self, items: Any) -> None:
        found = of(policy(release=OPEN), *items)
        assert found.types == frozenset()
        assert "gone@1.0.0, which is not there" in found.origins["types"][0]

    def test_two_audiences(self) -> None:
        found = of(policy(release=OPEN), agreement(), overlay(release={"audience": "exercise:storm"}))
        assert (found.types, found.audience) == (frozenset(), "")
        both = {"audience": "exercise:storm"}
        assert of(policy(release={**OPEN, **both}), agreement(limits=both)).types == {"indicator", "malware"}

    def test_a_circle_of_templates_is_what_all_of_them_say(self) -> None:
        circle = [template("a", extends=["b@1.0.0"], release=OPEN), template("b", extends=["a@1.0.0"], release={"tlp_max": "green"})]
        assert of(policy(extends=["a@1.0.0"]), agreement(), *circle).tlp_max == Tlp.GREEN


class TestPurposes:
    @pytest.mark.parametrize(
        ("more", "expected"),
        [
            ({}, set()),
            ({"assurances": ["no-death-penalty"]}, set()),
            ({"legal_assistance": "request 17"}, set()),
            ({"assurances": ["no-death-penalty"], "legal_assistance": "request 17"}, {"evidence"}),
        ],
    )
    def test_evidence_wants_assurances_and_a_request(self, more: Any, expected: set[str]) -> None:
        assert of(policy(), agreement(purposes=["evidence"], **more)).purposes == expected

    def test_extradition_has_to_be_named_by_every_file_that_speaks(self) -> None:
        ready = agreement(purposes=["extradition_support", "training"], assurances=["fair-trial"], legal_assistance="request 17")
        named = policy(release={"purposes": ["extradition_support"]})
        assert of(policy(), ready).purposes == {"training"}
        assert of(named, ready).purposes == {"extradition_support"}
        assert of(named, ready, overlay(release={"purposes": ["training"]})).purposes == frozenset()

    def test_they_meet_over_agreements(self) -> None:
        two = agreement("two", purposes=["training", "network_defence"])
        assert of(policy(), agreement(), two).purposes == {"network_defence"}


class TestLayers:
    def test_one_for_each_file_that_shows_less(self) -> None:
        held = policy(extends=["t@1.0.0"], minimize={"paths": {"indicator.x_ticket": "keep"}})
        base = template("t", minimize={"profile": "trusted@1"})
        found = of(held, agreement(), base, overlay(minimize={"paths": {"ipv4-addr.value": "generalize(ip:24)"}}))
        assert found.layers == (
            Layer("policy taker@1.0.0", None, (("indicator.x_ticket", "keep"),)),
            Layer("template t@1.0.0", "trusted@1"),
            Layer("overlay law@1.0.0", None, (("ipv4-addr.value", "generalize(ip:24)"),)),
        )

    def test_another_file_does_not_lift_the_default_profile(self) -> None:
        found = of(policy(), agreement(minimize={"profile": "verbatim@1"}))
        assert [layer.profile for layer in found.layers] == ["standard@1", "verbatim@1"]

    def test_a_policy_and_its_template_both_count(self) -> None:
        held = policy(extends=["t@1.0.0"], minimize={"profile": "verbatim@1"})
        found = of(held, agreement(), template("t", minimize={"profile": "standard@1"}))
        assert [layer.profile for layer in found.layers] == ["verbatim@1", "standard@1"]


def test_what_gets_wider_is_told_line_by_line() -> None:
    before, after = of(policy(release=OPEN), agreement()), of(policy(release={"types": ["indicator"], "tlp_max": "red"}), agreement())
    assert changed(before, after) == {"types": False, "tlp_max": True}
    sells = TAKER.model_copy(update={"resale": True})
    assert widened(of(policy(), agreement(), partner=sells), of(policy(), agreement())) == ("resale",)
