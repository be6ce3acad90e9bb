"""What one recipient may see: parts under markings of their own, grants, whose an observable is, and who must stay unnamed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from schemas.labels import HANDLING_EXTENSION
from schemas.markings import TLP2_IDS, Tlp
from tests.support.objects import (
    CREATED,
    SLOT,
    TLP2,
    Served,
    Stix,
    agreement,
    block,
    domain,
    identifier,
    identity,
    indicator,
    malware,
    marked,
    observable,
    outcome,
    partner,
    policy,
    relationship,
    report,
    served,
    states,
    terms,
)
from tests.unit.transforms.cases_sight import grant, grants, judged, placed
from transforms.judge import Judged
from transforms.minimize import Role
from transforms.sight import Sight
from transforms.terms import Terms

SECRET = "canary-7k3w"
REFERENCE = {"source_name": "t", "external_id": "2"}
STRICT = terms(rules=policy("taker", release={"tlp_max": "green"}))


def with_parts(value: Stix, **words: str) -> Stix:
    """The object under CLEAR, with some of its properties under other labels."""
    granular = [{"marking_ref": TLP2.get(word, word), "selectors": [name.replace("__", ".")]} for name, word in words.items()]
    return {**marked(value, "clear"), "granular_markings": granular}


def one(value: Stix, under: Terms | None = None, *beside: Served) -> tuple[str, Stix | None]:
    made = [item for item in states([served(value), *beside], under) if item.reason != "sighting-too-few"]
    (found,) = [item for item in made if item.bodies and orjson.loads(item.bodies[-1])["type"] == value["type"]] or made[:1]
    return found.reason, orjson.loads(found.bodies[-1]) if found.bodies else None


# --- parts


@pytest.mark.parametrize("word", ["amber", "amber+strict", "red"])
def test_a_part_that_the_recipient_may_not_have_is_taken_out_and_the_rest_goes(word: str) -> None:
    reason, made = one(with_parts(indicator("a", description=SECRET), description=word))
    assert reason == "tearline"
    assert made is not None
    assert "description" not in made
    assert "granular_markings" not in made
    assert made["object_marking_refs"] == [TLP2["clear"]]


def test_a_part_that_the_recipient_may_have_stays() -> None:
    value = with_parts(indicator("a", description="d"), description="green")
    assert one(value) == ("released", value)
    assert judged(value, terms()) == Judged("")


@pytest.mark.parametrize(
    ("selector", "left"),
    [
        ("labels.[1]", {"labels": ["one", "three"]}),
        ("external_references.[0].url", {"external_references": [{"source_name": "s", "external_id": "1"}, REFERENCE]}),
        ("external_references.[0]", {"external_references": [REFERENCE]}),
        ("labels", {"labels": None}),
    ],
)
def test_lists_are_taken_apart_on_the_object_as_it_came(selector: str, left: dict[str, Any]) -> None:
    value = marked(
        indicator(
            "a",
            labels=["one", SECRET, "three"],
            external_references=[{"source_name": "s", "external_id": "1", "url": f"https://{SECRET}.example/"}, REFERENCE],
        ),
        "clear",
    )
    value["granular_markings"] = [{"marking_ref": TLP2["red"], "selectors": [selector]}]
    reason, made = one(value)
    assert (reason, {name: (made or {}).get(name) for name in left}) == ("tearline", left)


def test_several_parts_in_one_list_are_all_taken_out() -> None:
    value = with_parts(indicator("a", labels=["a", "b", "c", "d"]), **{"labels__[0]": "red", "labels__[2]": "amber"})
    _, made = one(value)
    assert made is not None
    assert made["labels"] == ["b", "d"]


@pytest.mark.parametrize("name", ["id", "type", "spec_version", "created", "modified"])
def test_a_part_without_which_there_is_no_object_takes_it_along(name: str) -> None:
    assert one(with_parts(indicator("a"), **{name: "red"})) == ("tlp-no-grant", None)


@pytest.mark.parametrize(("name", "reason"), [("pattern", "required-dropped"), ("valid_from", "required-dropped")])
def test_a_part_that_the_type_requires_takes_it_along(name: str, reason: str) -> None:
    assert one(with_parts(indicator("a"), **{name: "red"})) == (reason, None)


def test_a_part_counts_with_the_label_of_the_whole() -> None:
    """CLEAR on a part does not open what the whole keeps."""
    value = {**marked(indicator("a", description="d"), "red"), "granular_markings": [{"marking_ref": TLP2["clear"], "selectors": ["id"]}]}
    assert one(value) == ("tlp-no-grant", None)


def test_a_selector_that_points_at_nothing_marks_the_whole() -> None:
    value = with_parts(indicator("a"), description="red")
    assert one(value) == ("tlp-no-grant", None)


@pytest.mark.parametrize("marking", [identifier("marking-definition", "unknown"), TLP2["red"]])
def test_a_part_under_a_marking_that_nobody_knows_is_hidden(marking: str) -> None:
    assert one(with_parts(malware("a", description=SECRET), description=marking))[0] == "tearline"
    assert SECRET not in str(one(with_parts(malware("a", description=SECRET), description=marking)))


PAP_GREEN = "marking-definition--c43594d1-4b11-4c59-93ab-1c9b14d53ce9"


def test_a_part_under_a_marking_that_everybody_knows_needs_no_definition() -> None:
    under = terms(rules=policy("taker", release={"pap_max": "red"}))
    reason, made = one(with_parts(indicator("a", description=SECRET), description=PAP_GREEN), under)
    assert (reason, SECRET in str(made)) == ("released", True)


def test_a_part_whose_marking_cannot_go_along_is_hidden() -> None:
    """Were the whole withheld instead, a narrower marking on the same part would show more."""
    value = with_parts(indicator("a", description=SECRET), description=identifier("marking-definition", "anonymous"))
    reason, made = one(value, None, served(marked(ANONYMOUS, "red")))
    assert reason == "tearline"
    assert SECRET not in str(made)


def test_a_reference_that_is_hidden_leads_nowhere() -> None:
    family, link = malware("m"), indicator("a")
    value = with_parts(report("r", [link, family]), **{"object_refs__[1]": "red"})
    _, made = one(value, None, served(link), served(family))
    assert made is not None
    assert made["object_refs"] == [link["id"]]


def test_a_part_goes_under_a_signed_grant() -> None:
    value = with_parts(indicator("a", description="d"), description="red")
    found = judged(value, terms(grants=grants(grant(objects=[value["id"]]))))
    assert found == Judged("", grant="g-1")


def test_hidden_parts_and_the_profile_work_together() -> None:
    rules = policy("taker", minimize={"paths": {"indicator.name": "drop"}})
    value = with_parts(indicator("a", name="n", description=SECRET), description="red")
    (statement,) = states([served(value)], terms(rules=rules))
    assert (statement.reason, set(statement.transforms)) == ("tearline", {"indicator.description=tearline", "indicator.name=drop"})


def test_two_recipients_see_the_parts_that_each_may_have() -> None:
    value = with_parts(indicator("a", description="for the forum", name="for all"), description="green")
    outsider = terms(partners=[partner("taker", "elsewhere"), partner("maker", "c")])
    _, made = one(value, outsider)
    assert made is not None
    assert "description" not in made
    assert made["name"] == "for all"
    assert one(value) == ("released", value)


def test_an_older_version_with_a_hidden_part_does_not_go_along() -> None:
    old = with_parts(indicator("a", description=SECRET), description="red")
    new = {**marked(indicator("a"), "clear"), "modified": "2026-03-01T00:00:00.000Z"}
    (statement,) = states([served(old, new)])
    assert statement.bodies == (orjson.dumps(new),)


# --- grants


def test_a_statement_names_the_grant_that_it_rests_on() -> None:
    value = marked(indicator("a"), "red")
    under = terms(grants=grants(grant(objects=[value["id"]])))
    (statement,) = states([served(value)], under)
    assert (statement.decision, statement.reason, statement.grant) == ("put", "released", "g-1")
    ended = replace(grant(objects=[value["id"]]), ends=SLOT)
    (statement,) = states([served(value)], terms(grants=grants(ended)))
    assert (statement.decision, statement.reason, statement.grant) == ("withdraw", "tlp-no-grant", "")


def test_a_grant_for_one_object_lets_nothing_else_go() -> None:
    first, second = marked(indicator("a"), "red"), marked(indicator("b"), "red")
    found = outcome([served(first), served(second)], terms(grants=grants(grant(objects=[first["id"]]))))
    assert found == {first["id"]: "released", second["id"]: "tlp-no-grant"}


def test_a_relationship_does_not_come_along_with_an_end_that_is_granted() -> None:
    first, family = marked(indicator("a"), "red"), malware("m")
    link = marked(relationship("r", first, family), "red")
    found = outcome([served(item) for item in (first, family, link)], terms(grants=grants(grant(objects=[first["id"]]))))
    assert found == {first["id"]: "released", family["id"]: "released", link["id"]: "tlp-no-grant"}


# --- whose an observable is


ADDRESS = observable("ipv4-addr", value="192.0.2.1")
END = indicator("a", "[ipv4-addr:value = '192.0.2.1']")
TELLS = relationship("r", END, ADDRESS, "based-on")
TARGETED = relationship("r", domain("campaign", "c", name="c"), ADDRESS, "targets")


def role(*items: Served, under: Terms | None = None) -> Role:
    sight = Sight(block([served(ADDRESS), served(END), *items]), under or terms())
    (entity,) = (item for item in sight.block.entities.values() if item.type == "ipv4-addr")
    return sight.role(entity.no, next(item for item in entity.candidates if item.producer == "maker"))


def test_what_nobody_says_to_be_the_threats_is_a_victims() -> None:
    assert role() == Role.VICTIM
    assert role(served(TARGETED)) == Role.VICTIM
    assert role(served(TELLS)) == Role.THREAT


@pytest.mark.parametrize(
    ("witness", "under"),
    [
        (served(marked(TELLS, "red")), terms()),
        (served({**TELLS, "revoked": True}), terms()),
        (served(TELLS), terms(rules=policy("taker", release={"types": ["ipv4-addr"]}))),
        (served(TELLS, producer="stranger"), terms()),
        (served(TELLS), terms(rules=policy("taker", release={"never_with": ["maker"]}))),
    ],
)
def test_only_what_the_recipient_may_have_is_evidence(witness: Served, under: Terms) -> None:
    assert role(witness, under=under) == Role.VICTIM


def test_one_witness_that_the_recipient_may_have_is_enough() -> None:
    again = {**TELLS, "id": identifier("relationship", "q")}
    assert role(served(marked(TELLS, "red")), served(again)) == Role.THREAT
    assert role(served(TARGETED), served(again)) == Role.THREAT


def test_nobody_makes_a_threat_of_what_another_one_serves() -> None:
    foreign = served(TELLS, producer="other")
    assert role(foreign) == Role.VICTIM
    assert role(foreign, served(ADDRESS, producer="other")) == Role.VICTIM


# --- anonymous


ANONYMOUS: Stix = {
    "type": "marking-definition",
    "spec_version": "2.1",
    "id": identifier("marking-definition", "anonymous"),
    "created": CREATED,
    "extensions": {HANDLING_EXTENSION: {"extension_type": "property-extension", "anonymous": True}},
}


def named(value: Stix) -> Stix:
    return {**value, "created_by_ref": identity("m")["id"]}


@pytest.mark.parametrize("attribution", ["named", "anonymous"])
def test_who_made_it_is_told_only_where_the_policy_names_producers(attribution: str) -> None:
    rules = policy("taker", minimize={"attribution": attribution})
    reason, made = one(named(indicator("a")), terms(rules=rules), served(identity("m")))
    assert made is not None
    assert (reason == "released") == (attribution == "named")
    assert (made["created_by_ref"] == identity("m")["id"]) == (attribution == "named")


def test_anonymous_is_the_default() -> None:
    made = policy("taker").model_dump()
    rules = policy("taker").model_validate({**made, "minimize": {"profile": "verbatim@1"}, "agreements": ("agr-1@1.0.0",)})
    assert terms(rules=rules).rules.attribution == "anonymous"


def test_a_marking_may_ask_for_silence_where_the_policy_would_name() -> None:
    value = named(marked(indicator("a"), "clear", ANONYMOUS["id"]))
    assert judged(value, terms(), beside=[served(ANONYMOUS)]).anonymous
    _, made = one(value, None, served(ANONYMOUS), served(identity("m")))
    assert made is not None
    assert made["created_by_ref"] != identity("m")["id"]


# --- markings go with what they mark


def test_a_marking_goes_where_what_it_marks_goes() -> None:
    """Whatever types a policy allows: an object without the definition of its marking could not be read."""
    value = marked(indicator("a"), "clear", ANONYMOUS["id"])
    rules = policy("taker", release={"types": ["indicator"]})
    found = outcome([served(value), served(ANONYMOUS)], terms(rules=rules))
    assert found == {value["id"]: "released", ANONYMOUS["id"]: "released"}


def test_a_marking_that_may_not_go_takes_along_what_it_marks() -> None:
    value = marked(indicator("a"), "clear", ANONYMOUS["id"])
    found = outcome([served(value), served(marked(ANONYMOUS, "red"))])
    assert found == {value["id"]: "closure-missing-end", ANONYMOUS["id"]: "tlp-no-grant"}


@pytest.mark.parametrize("level", list(Tlp))
def test_a_tlp_definition_itself_is_of_no_more_use_than_its_id(level: Tlp) -> None:
    definition = {"type": "marking-definition", "spec_version": "2.1", "id": TLP2_IDS[level], "created": CREATED, "name": "TLP"}
    sight, found = placed(definition, terms())
    assert sight.verdict(found) == "type-not-allowed"


# --- one recipient, several grounds


def test_each_producer_is_judged_by_the_agreements_that_cover_it() -> None:
    agreements = [agreement("taker", "maker", limits={"tlp_max": "clear"}), agreement("taker", "other", name="agr-2")]
    rules = policy("taker", agreements=["agr-1@1.0.0", "agr-2@1.0.0"])
    under = terms(rules=rules, agreements=agreements)
    value = marked(indicator("a"), "green")
    assert judged(value, under).reason == "tlp-above-ceiling"
    assert judged(value, under, "other").reason == ""
    assert judged(value, STRICT).reason == ""
