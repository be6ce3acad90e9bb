"""What LeakBench counts as a leak, as kept, and as a failure."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from benchmarks.leak.canaries import Canary, Ledger, Role
from benchmarks.leak.locales import LOCALES
from benchmarks.leak.outputs import ANYBODY, NOBODY, TAXII, Output
from benchmarks.leak.plant import AMBIGUOUS, STRING, STRUCTURED, TEXT, Plant
from benchmarks.leak.verdict import assess, failures, search


def plant(tlp: str = "green") -> Plant:
    return Plant(Ledger(Random(5)), "fjordwatch", "identity--0", tlp, LOCALES[0], "plain")


def figures(canaries: list[Canary], *outputs: Output) -> dict[str, Any]:
    return assess(canaries, search(canaries, outputs))


def leaked(found: dict[str, Any], profile: str) -> int:
    return sum(row["leaked"] for row in found["leaks"] if row["profile"] == profile)


def test_a_victim_is_a_leak_where_the_profile_keeps_it_back_and_none_where_it_is_agreed() -> None:
    here = plant()
    value = here.value("email-addr.value", "email").encode()
    canaries = here.ledger.canaries
    for name, profile in (("ironbridge", "standard@1"), ("mooring", "trusted@1")):
        found = figures(canaries, Output(TAXII, name, value))
        assert leaked(found, profile) == 1
        assert found["leaks"][0]["trials"] == 1
        assert failures(found)
    agreed = figures(canaries, Output(TAXII, "northgate", value))
    assert not any(row["leaked"] for row in agreed["leaks"])
    assert agreed["control"] == {"wanted": 1, "found": 1}
    assert not failures(agreed)


@pytest.mark.parametrize("recipient", ["ironbridge", "mooring", "northgate"])
def test_what_is_marked_red_is_a_leak_to_everybody(recipient: str) -> None:
    here = plant("red")
    value = here.value("indicator.pattern", "bad-domain", Role.THREAT) + here.value("labels", "ticket", Role.REPORTER)
    for canary in here.ledger.canaries:
        assert any("by markings" in text for text in failures(figures([canary], Output(TAXII, recipient, value.encode()))))


def test_what_no_profile_promises_is_a_failure_where_a_marking_keeps_it_back() -> None:
    here = plant()
    value = here.value("indicator.pattern", "document", place=AMBIGUOUS).encode()
    assert not failures(figures(here.ledger.canaries, Output(TAXII, "ironbridge", value), Output(TAXII, "northgate", value)))
    assert failures(figures(here.ledger.canaries, Output(TAXII, "greywillow", value), Output(TAXII, "northgate", value)))


@pytest.mark.parametrize("channel", ["log: tearline run", "operator: metrics", "file deliveries.db", "hand-in"])
def test_a_value_is_a_leak_in_every_channel_that_is_nobodys_a_threats_value_too(channel: str) -> None:
    here = plant()
    here.value("url.value", "query-url")
    here.threat("indicator.pattern", "bad-url")
    for canary in here.ledger.canaries:
        assert failures(figures(here.ledger.canaries, Output(channel, NOBODY, canary.value.encode())))


def test_what_recipients_share_may_hold_what_one_of_them_may_have_and_no_more() -> None:
    may, may_not = plant("green"), plant("red")
    for here, bad in ((may, False), (may_not, True)):
        value = here.value("user-account.credential", "secret").encode()
        found = figures(here.ledger.canaries, Output("views.db: body", ANYBODY, value))
        assert any("channel" in text for text in failures(found)) == bad


@pytest.mark.parametrize(
    ("profile", "recipient", "place", "wrong"),
    [
        ("standard@1", "ironbridge", TEXT, True),
        ("standard@1", "ironbridge", STRING, True),
        ("standard@1", "ironbridge", AMBIGUOUS, False),
        ("trusted@1", "mooring", STRUCTURED, True),
        ("trusted@1", "mooring", STRING, False),
        ("trusted@1", "mooring", TEXT, False),
    ],
)
def test_what_a_profile_does_not_promise_is_counted_and_no_failure(profile: str, recipient: str, place: str, wrong: bool) -> None:
    here = plant()
    value = here.hidden("x.y", "account", place=place).encode()
    found = figures(here.ledger.canaries, Output(TAXII, recipient, value), Output(TAXII, "northgate", value))
    assert leaked(found, profile) == 1
    assert bool(failures(found)) == wrong


def test_lost_threats_are_a_failure_and_texts_are_told_apart() -> None:
    here = plant()
    here.indicator(description=here.text("indicator.description"))
    *words, threat = here.ledger.canaries
    nothing = figures(here.ledger.canaries)
    assert nothing["text"]["ironbridge"] == {"held or withheld": len(words)}
    assert any("threat indicators" in text for text in failures(nothing))
    everybody = ("greywillow", "ironbridge", "larkfield", "mooring", "northgate")
    kept = figures(here.ledger.canaries, *(Output(TAXII, name, threat.value.encode()) for name in everybody))
    assert kept["text"]["ironbridge"] == {"regenerated": len(words)}
    assert not any("threat indicators" in text for text in failures(kept))


def test_a_run_in_which_nobody_has_anything_proves_nothing() -> None:
    here = plant()
    here.value("email-addr.value", "email")
    assert failures(figures(here.ledger.canaries)) == ["nobody has any of the canaries that they may have: the search proves nothing"]
