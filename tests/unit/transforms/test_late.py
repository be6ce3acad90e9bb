"""What fails at the last, and what is said beside an object: neither costs more, nor says more, than it may."""

from __future__ import annotations

import orjson
import pytest

from schemas.stix.extensions_known import ENRICHMENT_EXTENSION, HANDLING_EXTENSION
from tests.support.objects import (
    Stix,
    bodies,
    identifier,
    indicator,
    malware,
    marked,
    observable,
    outcome,
    partner,
    policy,
    relationship,
    run,
    served,
    states,
    terms,
)
from transforms.release.choose import MAX_LATE

NAMELESS = policy("taker", minimize={"attribution": "anonymous"})
PATTERN = "[url:value = 'https://a.example/']"


def same(number: int, **more: str) -> Stix:
    return indicator(f"i{number}", PATTERN, created=f"2026-01-{number + 1:02}T00:00:00.000Z", **more)


@pytest.mark.parametrize("late", [1, MAX_LATE, MAX_LATE + 1, 12])
def test_a_producer_has_so_many_tries_and_no_more(late: int) -> None:
    """Each of them costs a round over the block; another producer's object is not touched by that."""
    rules = terms(rules=NAMELESS)
    bad = [served(same(number, description=f"Told by Maker, {number}")) for number in range(late)]
    state = run([*bad, served(same(20))], rules)
    assert len(state.stopped) == min(late, MAX_LATE)
    assert bool(state.outgoing) == (late < MAX_LATE)
    beside = run([*bad, served(same(20)), served(same(21), producer="other")], rules)
    assert len(beside.outgoing) == 1


MARKING = {
    "type": "marking-definition",
    "spec_version": "2.1",
    "id": identifier("marking-definition", "anonymous"),
    "created": "2026-01-01T00:00:00.000Z",
    "extensions": {HANDLING_EXTENSION: {"extension_type": "property-extension", "anonymous": True}},
}


def test_what_must_not_tell_who_provided_it_names_no_partner_although_the_policy_names_them() -> None:
    rules = terms(rules=policy("taker", minimize={"attribution": "named"}))
    value = marked(malware("m", description="Seen by Maker in our network."), "clear")
    assert outcome([served(value)], rules)[value["id"]] == "released"
    bound = marked(malware("m", description="Seen by Maker in our network."), "clear", MARKING["id"])
    assert outcome([served(MARKING), served(bound)], rules)[value["id"]] == "guard-partner-name"
    silent = marked(malware("m", description="Seen in a network."), "clear", MARKING["id"])
    assert outcome([served(MARKING), served(silent)], rules)[value["id"]] == "released"


FINDINGS = orjson.dumps([{"source": "s", "source_version": "1", "path": "value", "registered_domain": "secretbank.example"}])


def test_a_finding_about_what_the_recipient_does_not_see_is_not_told() -> None:
    value = marked(observable("domain-name", value="www.secretbank.example"), "clear")
    told = policy("taker", minimize={"enrichment": "keep"})
    masked = policy("taker", minimize={"enrichment": "keep", "paths": {"domain-name.value": "pseudonym"}})
    (whole,) = bodies(states([served(value, enrichment=FINDINGS)], terms(rules=told)))
    assert whole["extensions"][ENRICHMENT_EXTENSION]["findings"] == orjson.loads(FINDINGS)
    (hidden,) = bodies(states([served(value, enrichment=FINDINGS)], terms(rules=masked)))
    assert "secretbank" not in orjson.dumps(hidden).decode()
    assert "extensions" not in hidden


HELD_BACK = {**MARKING, "id": identifier("marking-definition", "h0")}
HELD_BACK["extensions"] = {HANDLING_EXTENSION: {"extension_type": "property-extension", "handling_codes": ["H0"]}}


def test_an_older_version_is_held_to_all_that_the_newest_one_is_held_to() -> None:
    first = marked(indicator("i", PATTERN, description="first", labels=["other"]), "clear", HELD_BACK["id"])
    second = marked(indicator("i", PATTERN, labels=["wanted"], modified="2026-03-01T00:00:00.000Z"), "clear")
    plain = {**first, "object_marking_refs": second["object_marking_refs"]}
    evidence = policy("taker", release={"purposes": ["evidence"]})
    wanted = policy("taker", release={"topics": ["wanted"]})
    for rules, older in ((evidence, first), (wanted, plain)):
        found = [
            item.bodies
            for item in states([served(HELD_BACK), served(older, second)], terms(rules=rules))
            if b"first" in b"".join(item.bodies)
        ]
        assert found == []
    both = [item.bodies for item in states([served(plain, second)]) if item.bodies]
    assert [len(versions) for versions in both] == [2]


def test_a_link_between_what_is_late_and_what_is_not_is_closed() -> None:
    value, family = indicator("i", description="Told by Maker."), malware("m")
    link = relationship("r", value, family)
    rules = terms(rules=NAMELESS, partners=[partner(name, "c") for name in ("taker", "maker", "other")])
    found = outcome([served(value), served(family), served(link)], rules)
    assert (found[value["id"]], found[link["id"]]) == ("guard-partner-name", "closure-missing-end")
