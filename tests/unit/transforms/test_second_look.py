"""What the guard objects to: what stands in one body, and values that the same producer keeps back in another object."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import orjson
import pytest

from schemas.reasons import HOLD, WITHHOLD
from tests.support.objects import (
    Served,
    Stix,
    block,
    identifier,
    indicator,
    malware,
    marked,
    observable,
    outcome,
    owners,
    partner,
    policy,
    report,
    run,
    served,
    terms,
)
from tests.unit.transforms.cases_sight import grant, grants
from transforms import second_look
from transforms.entity import Recalled
from transforms.guard import tokens
from transforms.release import decide_block, minimize_block, release, state_block
from transforms.release.state import Release
from transforms.second_look import KEPT_BACK, stopped_by_quotes, watch_of
from transforms.terms import Terms

GREEN = terms(rules=policy("taker", release={"tlp_max": "green"}))
VALUE = "c2.quoted.example"
ABOUT = marked(indicator("about", f"[domain-name:value = '{VALUE}']"), "red")
QUOTING = malware("quoting", description=f"It calls {VALUE} at night.")


def reasons(*items: Served, under: Terms | None = None) -> dict[str, str]:
    return outcome(list(items), under or GREEN)


def quoting(*items: Served, under: Terms | None = None) -> str:
    return reasons(served(QUOTING), *items, under=under)[QUOTING["id"]]


def test_reasons_that_make_a_secret_exist() -> None:
    assert not KEPT_BACK - WITHHOLD.keys() - HOLD.keys()


def test_a_value_that_its_producer_keeps_back_elsewhere_is_not_quoted() -> None:
    assert quoting(served(ABOUT)) == "guard-withheld-value"
    assert quoting() == "released"


ELSEWHERE: list[tuple[str, Served]] = [
    ("another producer's", served(ABOUT, producer="other")),
    ("not kept back", served(marked(ABOUT, "green"))),
    ("merely of no use: confidence", served({**marked(ABOUT, "clear"), "confidence": 3})),
    ("of another value", served(marked(indicator("about", "[domain-name:value = 'c3.quoted.example']"), "red"))),
    ("a part of a longer name", served(marked(indicator("about", "[domain-name:value = 'quoted.example']"), "red"))),
]


@pytest.mark.parametrize(("name", "other"), ELSEWHERE, ids=[name for name, _ in ELSEWHERE])
def test_only_what_the_same_producer_keeps_back_counts(name: str, other: Served) -> None:
    under = terms(rules=policy("taker", release={"tlp_max": "green", "min_confidence": 10})) if "confidence" in name else GREEN
    assert quoting(other, under=under) == "released"


@pytest.mark.parametrize(
    "about",
    [
        indicator("about", f"[domain-name:value = '{VALUE.upper()}']"),
        indicator("about", f"[file:name = 'x.exe' AND domain-name:value IN ('a.example', '{VALUE}')]"),
        observable("domain-name", value=VALUE),
    ],
)
def test_whatever_it_is_that_is_about_the_value(about: Stix) -> None:
    assert quoting(served(marked(about, "red"))) == "guard-withheld-value"


@pytest.mark.parametrize(
    "text", ["see c2[.]quoted[.]example", "HXXP://C2.QUOTED.EXAMPLE/x", "c2%2Equoted%2Eexample", "at c2.quoted.example."]
)
def test_however_it_is_written(text: str) -> None:
    value = malware("quoting", description=text)
    assert reasons(served(value), served(ABOUT))[value["id"]] == "guard-withheld-value"


def test_a_value_that_is_dropped_from_the_text_does_no_harm() -> None:
    rules = policy("taker", release={"tlp_max": "green"}, minimize={"paths": {"*.description": "drop"}})
    assert quoting(served(ABOUT), under=terms(rules=rules)) == "minimized"


def test_what_hangs_on_what_is_stopped_goes_too() -> None:
    container = report("r", [QUOTING])
    assert reasons(served(QUOTING), served(ABOUT), served(container))[container["id"]] == "closure-empty"


def test_a_value_that_the_recipient_sees_elsewhere_of_the_same_holder_is_no_secret() -> None:
    """Two of one meaning: the recipient gets the value by the open one of the same producer."""
    open_one = marked(indicator("open", ABOUT["pattern"], created="2026-01-01T00:00:00.000Z"), "green")
    assert quoting(served(ABOUT), served(open_one)) == "released"


def test_where_a_grant_lets_the_value_go_it_may_be_quoted() -> None:
    rules = policy("taker", release={"tlp_max": "red"})
    assert quoting(served(ABOUT), under=terms(rules=rules)) == "guard-withheld-value"
    assert quoting(served(ABOUT), under=terms(rules=rules, grants=grants(grant(objects=[ABOUT["id"]])))) == "released"


def test_what_was_recalled_is_not_quoted_either() -> None:
    items = [served(QUOTING), served(marked(ABOUT, "clear"))]
    made = replace(block(items), recalled=Recalled(objects=frozenset({ABOUT["id"]})))
    found = sorted(item.reason for item in state_block(release(made, GREEN, owners(items))) if item.reason != "sighting-too-few")
    assert found == ["guard-withheld-value", "recalled"]


def test_what_is_about_a_value_itself_does_not_quote_it() -> None:
    """A text whose own older version was about the value, or one of the same meaning, is no other object."""
    own = {**ABOUT, "object_marking_refs": marked({}, "green")["object_marking_refs"], "description": f"It is {VALUE}."}
    assert reasons(served(own))[own["id"]] == "released"
    other = marked(indicator("other", f"[domain-name:value = '{VALUE}' OR url:value = 'https://z.example/']"), "red")
    assert reasons(served(own), served(other))[own["id"]] == "released"
    third = marked(indicator("third", "[domain-name:value = 'z.example']", description=f"See {VALUE}."), "green")
    assert reasons(served(third), served(other))[third["id"]] == "guard-withheld-value"


def crowd(size: int) -> Release:
    """One producer's texts that name a value, and as many indicators about it that are kept back."""
    quoting = [malware(f"m{number}", description=f"{VALUE} {number}") for number in range(size)]
    about = [
        indicator(f"i{number}", f"[domain-name:value = '{VALUE}' AND domain-name:value = 'x{number}.example']") for number in range(size)
    ]
    return Release(block([served(item) for item in [*quoting, *(marked(item, "red") for item in about)]]), GREEN)


def test_each_holder_and_each_text_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    decide = second_look._is_kept_back

    def look(body: bytes) -> frozenset[bytes]:
        asked.append(body)
        return tokens(body)

    def is_kept_back(*about: Any) -> bool:
        asked.append(about[-1])
        return decide(*about)

    monkeypatch.setattr(second_look, "tokens", look)
    monkeypatch.setattr(second_look, "_is_kept_back", is_kept_back)
    for size in (20, 40):
        state = minimize_block(decide_block(crowd(size)))
        bodies = {no: (chosen.candidate.current.body,) for no, chosen in state.chosen.items()}
        asked.clear()
        assert len(stopped_by_quotes(state.sight, state.reasons, state.chosen, bodies)) == size
        assert len(asked) == 2 * size


# --- what stands in one body


def minimized(**more: Any) -> Terms:
    people = [partner("taker", "c"), partner("maker", "c"), partner("other", "c", name="Northlight Relay")]
    return terms(rules=policy("taker", minimize={"profile": "trusted@1", "attribution": "anonymous", **more}), partners=people)


def test_the_name_of_another_partner_does_not_go_out_where_nobody_is_named() -> None:
    value = indicator("a", name="seen by Northlight Relay")
    assert outcome([served(value)], minimized(profile="verbatim@1"))[value["id"]] == "guard-partner-name"
    assert outcome([served(value)], minimized(profile="verbatim@1", attribution="named"))[value["id"]] == "released"


def test_the_recipient_may_read_its_own_name() -> None:
    people = [partner("taker", "c", name="Northlight Relay"), partner("maker", "c"), partner("other", "c")]
    rules = policy("taker", minimize={"attribution": "anonymous"})
    value = indicator("a", name="seen by Northlight Relay")
    assert outcome([served(value)], terms(rules=rules, partners=people))[value["id"]] == "released"


def test_what_is_watched_for_follows_from_the_terms() -> None:
    under = minimized()
    watch = watch_of(under)
    assert (watch.ceiling, watch.text, watch.released) == (under.rules.tlp_max, True, False)
    assert "Northlight Relay" in watch.names
    assert "taker" not in watch.names
    plain = watch_of(terms())
    assert (plain.names, plain.text) == ((), False)


def test_what_the_guard_stops_is_kept_for_quarantine_with_its_reason() -> None:
    state = run([served(QUOTING), served(ABOUT)], GREEN)
    ((candidate, reason),) = state.stopped
    assert (candidate.source_id, reason) == (QUOTING["id"], "guard-withheld-value")
    assert orjson.loads(candidate.current.body) == QUOTING
    assert identifier("malware", "quoting") == candidate.source_id
