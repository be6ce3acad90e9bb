"""What recipients have in common is worked out once; what one recipient's key went into, nobody else gets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.objects import (
    agreement,
    block,
    bodies,
    indicator,
    malware,
    marked,
    observable,
    owners,
    partner,
    policy,
    relationship,
    report,
    served,
    terms,
)
from transforms.release import Release, all_stages, state_block
from transforms.second_look import Guards
from transforms.shared import Shared

ACCOUNT = marked(observable("user-account", account_login="jane.roe@victim.example"), "clear")
TOOL = marked(malware("tool"), "clear")
TELLS = marked(relationship("tells", TOOL, ACCOUNT, "communicates-with"), "clear")
ITEMS = [served(item) for item in (ACCOUNT, TOOL, TELLS)]


def logins(recipients: tuple[str, ...], verb: str, theirs: str) -> dict[str, list[str]]:
    """What each of several recipients gets of a login, by a verb of their policies and another one of an agreement."""
    everybody = [partner(name, "c") for name in ("alpha", "beta", "maker")]
    paths = {"user-account.account_login": theirs}
    signed = agreement("alpha", "beta", "maker", unmarked=[{"producer": "maker", "tlp": "clear"}], minimize={"paths": paths})
    shared, made = Shared(), block(ITEMS)
    found = {}
    for name in recipients:
        minimize = {"profile": "verbatim@1", "paths": {"user-account.account_login": verb}}
        under = terms(name, rules=policy(name, minimize=minimize), agreements=[signed], partners=everybody)
        state = all_stages(Release(made, under, shared), lambda _: set(), Guards().of(under))
        found[name] = [item["account_login"] for item in bodies(state_block(state)) if item["type"] == "user-account"]
    return found


@pytest.mark.parametrize("verb", ["pseudonym", "tokenize", "decode_then(pseudonym)", "decode_then(tokenize)"])
@pytest.mark.parametrize("theirs", ["keep", "generalize(path:user-segment)", "decode_then(regenerate)"])
def test_what_a_key_went_into_is_not_taken_over_whatever_came_after_it(verb: str, theirs: str) -> None:
    together = logins(("alpha", "beta"), verb, theirs)
    assert together["alpha"] != together["beta"] or together["alpha"] == []
    assert together["beta"] == logins(("beta",), verb, theirs)["beta"]


TOLD = b'[{"source":"public-suffix","source_version":"1","path":"value","public_suffix":"example"}]'
HOST = marked(observable("domain-name", value="c2.example"), "clear")
SURE = {**marked(indicator("sure"), "clear"), "confidence": 90}
UNSURE = {**marked(indicator("unsure"), "clear"), "confidence": 10}
MEMBER = marked(malware("member"), "amber")
PACK = marked(report("pack", [TOOL, MEMBER]), "clear")
OURS = [
    *(served(HOST, enrichment=TOLD), served(SURE), served(UNSURE, producer="other")),
    *(served(TOOL), served(MEMBER), served(PACK)),
]
GIVEN: list[dict[str, Any]] = [
    {},
    {"minimize": {"enrichment": "keep"}},
    {"minimize": {"merged": "keep"}},
    {"minimize": {"enrichment": "keep", "merged": "keep", "attribution": "anonymous"}},
    {"minimize": {"profile": "standard@1", "attribution": "anonymous"}},
    {"release": {"tlp_max": "clear"}},
    {"minimize": {"paths": {"indicator.confidence": "drop"}}},
]


@pytest.mark.parametrize("first", range(len(GIVEN)))
@pytest.mark.parametrize("second", range(len(GIVEN)))
def test_who_else_is_served_changes_nothing(first: int, second: int) -> None:
    """Under the same key, so that all bytes can be compared: what the first got is what the second gets alone, if its terms say so."""
    shared, made, guards = Shared(), block(OURS), Guards()
    covering = agreement("taker", "maker", "other", grants=[{"producer": "maker", "recipient": "taker", "tlp_max": "amber"}])
    under = [terms(rules=policy("taker", **GIVEN[which]), agreements=[covering]) for which in (first, second)]
    alone = [state_block(all_stages(Release(made, one), owners(OURS), Guards().of(one))) for one in under]
    assert [state_block(all_stages(Release(made, one, shared), owners(OURS), guards.of(one))) for one in under] == alone


def test_those_for_whom_the_same_is_chosen_get_the_very_same_object() -> None:
    """Else the test above would hold without anything being shared."""
    shared, made = Shared(), block(OURS)
    states = [all_stages(Release(made, terms(), shared), owners(OURS), Guards().of(terms())) for _ in range(2)]
    same = {made.entities[no].type for no, chosen in states[0].chosen.items() if states[1].chosen[no] is chosen}
    assert same == {"domain-name", "indicator", "malware"}  # what a hidden member means to each, each is told for itself
