"""A marking on a part takes the part away; it never opens what the whole object would not have shown."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.stix.registry import KNOWN_PROPERTIES
from tests.support.objects import (
    TLP2,
    Stix,
    bodies,
    domain,
    identity,
    indicator,
    malware,
    marked,
    note,
    observable,
    outcome,
    policy,
    relationship,
    served,
    states,
    terms,
)
from transforms.terms import Terms


def under(profile: str = "standard@1", **minimize: Any) -> Terms:
    release = {"types": sorted(KNOWN_PROPERTIES), "tlp_max": "green"}
    return terms(rules=policy("taker", release=release, minimize={"profile": profile, "attribution": "anonymous", **minimize}))


def closed(value: Stix, *selectors: str) -> Stix:
    return {**value, "granular_markings": [{"marking_ref": TLP2["red"], "selectors": list(selectors)}]}


VICTIM = indicator("vic", "[email-addr:value = 'jane.roe@victim.example']", indicator_types=["compromised"])
PERSON = identity("person", name="Jane Roe", identity_class="individual")
ACTOR = domain("threat-actor", "actor", name="Jane Roe", resource_level="individual")


@pytest.mark.parametrize("profile", ["standard@1", "trusted@1"])
@pytest.mark.parametrize(
    ("value", "selector", "reason"),
    [
        (VICTIM, "indicator_types", "pattern-personal-data"),
        (PERSON, "identity_class", "person-withheld"),
        (ACTOR, "resource_level", "person-withheld"),
    ],
    ids=["compromised", "identity", "actor"],
)
def test_what_withholds_an_object_withholds_it_also_where_it_is_marked_away(value: Stix, selector: str, reason: str, profile: str) -> None:
    free = marked(value, "clear")
    assert outcome([served(free)], under(profile))[value["id"]] == reason
    assert outcome([served(closed(free, selector))], under(profile))[value["id"]] == reason


def test_a_verb_that_withholds_looks_at_parts_that_are_marked_away() -> None:
    value = marked(indicator("i", description="x"), "clear")
    rules = under("verbatim@1", paths={"indicator.description": "withhold_object"})
    assert outcome([served(closed(value, "description"))], rules)[value["id"]] == "path-withheld"


VISIBLE, HIDDEN = marked(indicator("visible"), "clear"), marked(indicator("hidden"), "red")
REMARK = marked(note("remark", [VISIBLE, HIDDEN], content="The second one is ours."), "clear")


@pytest.mark.parametrize("value", [REMARK, closed(REMARK, "object_refs.[1]")], ids=["plain", "reference marked away"])
def test_a_remark_goes_with_what_it_is_about_whatever_marks_its_reference(value: Stix) -> None:
    found = outcome([served(item) for item in (VISIBLE, HIDDEN, value)], under("verbatim@1"))
    assert found[value["id"]] == "closure-subject-withheld"


def test_a_remark_on_two_visible_things_may_lose_the_reference_to_one() -> None:
    other = marked(indicator("other"), "clear")
    value = closed(marked(note("remark", [VISIBLE, other]), "clear"), "object_refs.[1]")
    made = bodies(states([served(item) for item in (VISIBLE, other, value)], under("verbatim@1")))
    (remark,) = [item for item in made if item["type"] == "note"]
    assert remark["object_refs"] == [VISIBLE["id"]]


ADDRESS = marked(observable("ipv4-addr", value="203.0.113.77"), "clear")
FAMILY = marked(malware("family"), "clear")
TELLS = marked(relationship("tells", FAMILY, ADDRESS, "communicates-with"), "clear")


def address(*items: Stix) -> str:
    (found,) = [item for item in bodies(states([served(item) for item in (ADDRESS, *items)], under())) if item["type"] == "ipv4-addr"]
    return str(found["value"])


def test_a_witness_makes_an_address_the_threats_where_the_recipient_gets_it() -> None:
    assert address(FAMILY, TELLS) == ADDRESS["value"]


def test_a_witness_whose_end_lacks_a_required_part_says_nothing() -> None:
    analysis = marked(domain("malware-analysis", "a", product="sandbox", analysis_sco_refs=[ADDRESS["id"]]), "clear")
    link = marked(relationship("l", FAMILY, analysis, "related-to"), "clear")
    sample = marked(relationship("s", analysis, ADDRESS, "communicates-with"), "clear")
    assert outcome([served(item) for item in (FAMILY, closed(analysis, "product"), link, ADDRESS, sample)], under("verbatim@1")) == {
        FAMILY["id"]: "released",
        ADDRESS["id"]: "released",
        analysis["id"]: "required-dropped",
        link["id"]: "closure-missing-end",
        sample["id"]: "closure-missing-end",
    }


@pytest.mark.parametrize(
    "items",
    [
        [],
        [FAMILY],
        [FAMILY, marked(TELLS, "red")],
        [FAMILY, closed(TELLS, "relationship_type")],
        [FAMILY, closed(TELLS, "source_ref")],
        [marked(malware("family"), "red"), TELLS],
        [TELLS],
    ],
    ids=["none", "no link", "link red", "kind red", "end red", "malware red", "malware unknown"],
)
def test_a_witness_that_does_not_get_there_says_nothing(items: list[Stix]) -> None:
    assert address(*items) == "203.0.113.0/24"


SECRET = marked(indicator("secret", "[domain-name:value = 'secret-c2.example']"), "clear")
QUOTING = marked(malware("quoting", description="It talks to secret-c2.example."), "clear")


@pytest.mark.parametrize("value", [marked(SECRET, "red"), closed(SECRET, "pattern")], ids=["whole", "part"])
def test_a_value_that_only_a_marked_part_holds_is_not_quoted_elsewhere(value: Stix) -> None:
    assert outcome([served(SECRET), served(QUOTING)], under("verbatim@1"))[QUOTING["id"]] == "released"
    assert outcome([served(value), served(QUOTING)], under("verbatim@1"))[QUOTING["id"]] == "guard-withheld-value"


SENDER = marked(observable("email-addr", value="billing@badhost.example"), "clear")
MAIL = marked(observable("email-message", is_multipart=False, from_ref=SENDER["id"], subject="Invoice"), "clear")


@pytest.mark.parametrize(
    ("mail", "shown"), [(MAIL, True), (marked(MAIL, "red"), False), (closed(MAIL, "from_ref"), False)], ids=["plain", "red", "sender red"]
)
def test_a_message_tells_who_sends_for_the_threat_where_its_markings_let_it(mail: Stix, shown: bool) -> None:
    found = [item for item in bodies(states([served(SENDER), served(mail)], under())) if item["type"] == "email-addr"]
    assert [item["value"] == SENDER["value"] for item in found] == [shown]
