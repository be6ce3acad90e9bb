"""Settings and sharing files as models: what they take, what they refuse, and that deny is the default."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from schemas import config, sharing
from schemas.config import FeedSettings, HubSettings, LeniencySettings, StoreSettings
from schemas.markings import Tlp
from schemas.sharing import Agreement, Grant, Minimize, Partner, Policy, Release, Unmarked

FEED = {"id": "f", "connector": "taxii", "producer": "p"}
AGREEMENT = {
    "id": "agr-1",
    "version": "1.0.0",
    "parties": ["a", "b"],
    "legal_basis": ["x"],
    "purposes": ["network_defence"],
    "valid_from": "2026-01-01T00:00:00Z",
    "valid_until": "2027-01-01T00:00:00Z",
}
POLICY = {"recipient": "a", "version": "1.0.0", "agreements": ["agr-1@1.0.0"]}
PARTNER = {"id": "a", "name": "A", "kind": "ngo"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("90s", timedelta(seconds=90)), ("15m", timedelta(minutes=15)), ("6h", timedelta(hours=6)), ("1d", timedelta(days=1))],
)
def test_durations(text: str, expected: timedelta) -> None:
    assert FeedSettings.model_validate({**FEED, "every": text}).every == expected


@pytest.mark.parametrize("text", ["", "s", "1w", "-5m", "1.5h", "m15", "soon"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValidationError):
        FeedSettings.model_validate({**FEED, "every": text})


@pytest.mark.parametrize("name", ["a", "cert-aurora", "a1", "1", "a" * 63])
def test_partner_ids(name: str) -> None:
    assert FeedSettings.model_validate({**FEED, "producer": name}).producer == name


@pytest.mark.parametrize("name", ["", "A", "a_b", "-a", "a-", "a.b", "a/b", "../a", "a b", "ä", "a" * 64, "a\n"])
def test_what_is_no_partner_id(name: str) -> None:
    with pytest.raises(ValidationError):
        FeedSettings.model_validate({**FEED, "producer": name})


@pytest.mark.parametrize(
    ("word", "level"),
    [
        ("clear", Tlp.CLEAR),
        ("WHITE", Tlp.CLEAR),
        ("TLP:GREEN", Tlp.GREEN),
        ("amber", Tlp.AMBER),
        ("Amber+Strict", Tlp.AMBER_STRICT),
        ("red", Tlp.RED),
    ],
)
def test_tlp_words(word: str, level: Tlp) -> None:
    assert Release.model_validate({"tlp_max": word}).tlp_max is level


@pytest.mark.parametrize("word", ["", "amber strict", "amberstrict", "blue", "all", "*", None, [], "tlp:"])
def test_no_other_word_is_a_tlp_level(word: object) -> None:
    with pytest.raises(ValidationError):
        Release.model_validate({"tlp_max": word})


def test_dates_are_their_first_moment_in_utc() -> None:
    from datetime import date

    made = Agreement.model_validate({**AGREEMENT, "valid_from": date(2026, 1, 1), "valid_until": datetime(2026, 1, 2, tzinfo=UTC)})
    assert made.valid_from == datetime(2026, 1, 1, tzinfo=UTC)
    assert made.reference == "agr-1@1.0.0"


def test_deny_is_the_default() -> None:
    release = Policy.model_validate(POLICY).release
    assert release.types == ()
    assert release.tlp_max is Tlp.CLEAR
    assert release.statements == "withhold"
    assert release.own_objects is False
    assert Policy.model_validate(POLICY).minimize == Minimize(paths={}, enrichment="drop")


@pytest.mark.parametrize(
    "change",
    [
        {"valid_until": "2026-01-01T00:00:00Z"},
        {"valid_until": "2025-01-01T00:00:00Z"},
        {"parties": ["a"]},
        {"legal_basis": []},
        {"purposes": []},
        {"purposes": ["anything"]},
        {"clients": [{"of": "a", "client": "c"}]},
        {"version": "1.0"},
        {"id": "../x"},
        {"id": "A"},
        {"grants": [{"producer": "a", "recipient": "c", "tlp_max": "red"}]},
        {"grants": [{"producer": "c", "recipient": "a", "tlp_max": "red"}]},
        {"unmarked": [{"producer": "c", "tlp": "clear"}]},
        {"unknown": 1},
    ],
)
def test_agreements_that_are_refused(change: dict[str, Any]) -> None:
    Agreement.model_validate(AGREEMENT)
    with pytest.raises(ValidationError):
        Agreement.model_validate({**AGREEMENT, **change})


@pytest.mark.parametrize(
    "change",
    [
        {"agreements": []},
        {"release": {"min_confidence": 101}},
        {"release": {"max_age_days": 0}},
        {"release": {"statements": "keep"}},
        {"minimize": {"paths": {"a.b": "hash"}}},
        {"minimize": {"enrichment": "add"}},
        {"effective_from": "soon"},
        {"relaese": {}},
    ],
)
def test_policies_that_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate({**POLICY, **change})


@pytest.mark.parametrize(
    ("model", "content"),
    [
        (FeedSettings, FEED),
        (HubSettings, {}),
        (StoreSettings, {}),
        (LeniencySettings, {}),
        (Agreement, AGREEMENT),
        (Policy, POLICY),
        (Partner, PARTNER),
        (Grant, {"producer": "a", "recipient": "b", "tlp_max": "red"}),
        (Unmarked, {"producer": "a", "tlp": "red"}),
        (Release, {}),
        (Minimize, {}),
    ],
)
def test_an_unknown_setting_is_a_mistake(model: type[BaseModel], content: dict[str, Any]) -> None:
    model.model_validate(content)
    with pytest.raises(ValidationError) as caught:
        model.model_validate({**content, "no_such_setting": 1})
    assert caught.value.errors()[0]["type"] == "extra_forbidden"


def test_models_cannot_be_changed_after_they_were_checked() -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate(POLICY).recipient = "b"  # type: ignore[misc]


def test_every_setting_says_what_it_is_for() -> None:
    for module in (config, sharing):
        for item in vars(module).values():
            if isinstance(item, type) and issubclass(item, BaseModel) and item.__module__.startswith(module.__name__):
                for name, info in item.model_fields.items():
                    assert info.description, f"{item.__name__}.{name}"
