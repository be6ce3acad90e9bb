"""What recipients have in common is worked out once; what one recipient's key went into, nobody else gets."""

from __future__ import annotations

import pytest

from tests.support.objects import agreement, block, bodies, malware, marked, observable, partner, policy, relationship, served, terms
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
