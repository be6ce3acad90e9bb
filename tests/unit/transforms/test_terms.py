"""Terms: what stands against everything, and a fingerprint that changes exactly when an outcome can."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schemas.markings import Tlp
from tests.support.objects import HUB, SLOT, agreement, partner, policy, terms
from transforms.terms import Terms, make_terms


def made(**change: Any) -> Terms:
    parts: dict[str, Any] = {
        "recipient": partner("taker", "c"),
        "policy": policy("taker"),
        "agreements": {"agr-1@1.0.0": agreement("taker", "maker")},
        "partners": {"taker": partner("taker", "c"), "maker": partner("maker", "c")},
        "unmarked": {"maker-feed": Tlp.CLEAR},
        "slot": SLOT,
        "hub": HUB,
        "id_key": b"i" * 32,
        "handle_key": b"h" * 32,
    }
    return make_terms(**{**parts, **change})


def test_the_fingerprint_is_the_same_for_the_same_terms() -> None:
    assert made().fingerprint == made().fingerprint
    assert made().fingerprint == made(slot=SLOT + timedelta(days=3)).fingerprint


@pytest.mark.parametrize(
    "change",
    [
        {"recipient": partner("taker", "d")},
        {"recipient": partner("taker", "c", suspended=True)},
        {"policy": policy("taker", release={"tlp_max": "green"})},
        {"policy": policy("taker", version="1.0.1")},
        {"policy": policy("taker", minimize={"paths": {"*.name": "drop"}})},
        {"policy": policy("taker", effective_until=SLOT)},
        {"agreements": {}},
        {"agreements": {"agr-1@1.0.0": agreement("taker", "maker", unmarked=[{"producer": "maker", "tlp": "clear"}])}},
        {
            "agreements": {
                "agr-1@1.0.0": agreement("taker", "maker", grants=[{"producer": "maker", "recipient": "taker", "tlp_max": "red"}])
            }
        },
        {"agreements": {"agr-1@1.0.0": agreement("taker", "maker", valid_until=SLOT)}},
        {"partners": {"taker": partner("taker", "c"), "maker": partner("maker")}},
        {"unmarked": {}},
        {"unmarked": {"maker-feed": Tlp.GREEN}},
        {"hub": replace(HUB, identity="identity--x")},
        {"id_key": b"j" * 32},
        {"slot": datetime(2036, 1, 1, tzinfo=UTC)},
        {"slot": datetime(2025, 12, 31, tzinfo=UTC)},
    ],
)
def test_the_fingerprint_changes_with_what_can_change_an_outcome(change: dict[str, Any]) -> None:
    assert made(**change).fingerprint != made().fingerprint


def test_the_fingerprint_changes_when_a_grant_ends() -> None:
    grants = [{"producer": "maker", "recipient": "taker", "tlp_max": "red", "until": SLOT}]
    bound = {"agr-1@1.0.0": agreement("taker", "maker", grants=grants)}
    before, at, after = (made(agreements=bound, slot=SLOT + timedelta(seconds=step)).fingerprint for step in (-1, 0, 1))
    assert before != at == after


def test_the_fingerprint_tells_no_key() -> None:
    assert len(made().fingerprint) == 32
    assert (b"i" * 32).hex() not in made().fingerprint


def test_only_agreements_that_are_cited_in_force_and_signed_count() -> None:
    bound = {
        "agr-1@1.0.0": agreement("taker", "maker"),
        "agr-2@1.0.0": agreement("taker", "maker", name="agr-2"),
        "agr-3@1.0.0": agreement("maker", "other", name="agr-3"),
        "agr-4@1.0.0": agreement("taker", "maker", name="agr-4", valid_until=SLOT),
    }
    rules = policy("taker", agreements=["agr-1@1.0.0", "agr-3@1.0.0", "agr-4@1.0.0", "agr-9@1.0.0"])
    found = made(policy=rules, agreements=bound)
    assert [item.id for item in found.agreements] == ["agr-1"]
    assert found.standing == ""


def test_suspension_comes_first() -> None:
    assert made(recipient=partner("taker", suspended=True), agreements={}).standing == "recipient-suspended"
    assert made(policy=policy("taker", effective_until=SLOT), agreements={}).standing == "policy-not-valid"


def test_what_decisions_cite() -> None:
    assert terms().citation == "taker@1.0.0"
    assert terms().slot_text == "2026-07-01T12:30:15.123Z"
