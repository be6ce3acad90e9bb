"""The audit records: every decision that changed something, with what it rests on, and no value of a feed."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.audit import AuditRecord, audit
from pipeline.cli.main import app
from pipeline.hub import open_hub
from schemas.errors import ConfigError
from tests.support.hubs import make_hub
from tests.support.objects import indicator, malware, marked
from tests.support.publishing import NOW, amend, publish, take

OPEN = indicator("open", name="canary in a name")
SECRET = marked(malware("secret"), "red")
LATER = NOW + timedelta(days=1)


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """A hub that has published, and a day later again under a guest's policy that allows no indicators any more."""
    guest = {"minimize": {"paths": {"indicator.name": "drop"}}}
    make_hub(tmp_path, {"maker-feed": "maker"}, {"taker": {}, "guest": guest})
    take(tmp_path, [(OPEN, "maker"), (SECRET, "maker")])
    publish(tmp_path)
    amend(tmp_path, "policies", "guest", version="1.1.0", release={"types": ["malware"], "tlp_max": "green"})
    publish(tmp_path, LATER)
    return tmp_path


def records(folder: Path, *wanted: str | None) -> list[AuditRecord]:
    return list(audit(open_hub(folder), *wanted))  # type: ignore[arg-type]


def test_each_decision_has_a_record(hub: Path) -> None:
    told = {(item.recipient, item.slot[:10], item.decision, item.reason) for item in records(hub)}
    assert told == {
        ("taker", "2026-07-01", "RELEASE", "released"),
        ("taker", "2026-07-01", "WITHHOLD", "tlp-above-ceiling"),
        ("guest", "2026-07-01", "RELEASE_MINIMIZED", "minimized"),
        ("guest", "2026-07-01", "WITHHOLD", "tlp-above-ceiling"),
        ("guest", "2026-07-02", "WITHHOLD", "type-not-allowed"),
    }


def test_a_record_says_what_it_rests_on(hub: Path) -> None:
    first = next(item for item in records(hub, "guest") if item.reason == "minimized")
    assert first.out_id.startswith("indicator--")
    assert first.out_id != OPEN["id"]
    assert first.model_dump(exclude={"slot", "handle", "in_digest", "out_id"}) == {
        "recipient": "guest",
        "stated": "put",
        "decision": "RELEASE_MINIMIZED",
        "reason": "minimized",
        "policy": "guest@1.0.0",
        "agreements": ["agr@1.0.0"],
        "legal_basis": ["gdpr-6-1-f"],
        "purposes": ["network_defence"],
        "transforms": ["indicator.name=drop"],
        "actor": "service",
        "originator_grant": "",
    }


def test_digests_are_keyed_for_each_recipient(hub: Path) -> None:
    seen = {item.in_digest for item in records(hub) if item.reason in ("released", "minimized")}
    assert len(seen) == 2
    assert all(len(digest) == 32 for digest in seen)


def test_an_object_is_followed_by_any_id_that_it_has_or_had(hub: Path) -> None:
    minted = next(item.out_id for item in records(hub, "guest") if item.reason == "minimized")
    by_source = [(item.recipient, item.reason) for item in records(hub, None, OPEN["id"])]
    assert by_source == [("guest", "minimized"), ("taker", "released"), ("guest", "type-not-allowed")]
    assert [item.reason for item in records(hub, None, minted)] == ["minimized", "type-not-allowed"]
    assert [item.reason for item in records(hub, "guest", OPEN["id"])] == ["minimized", "type-not-allowed"]


def test_since_a_moment(hub: Path) -> None:
    assert [item.reason for item in records(hub, None, None, "2026-07-02T00:00:00.000Z")] == ["type-not-allowed"]


def test_what_is_unknown_is_told(hub: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    with pytest.raises(ConfigError, match="nobody has no view"):
        records(hub, "nobody")
    with pytest.raises(ConfigError, match="no such object"):
        records(hub, None, indicator("other")["id"])
    assert records(make_hub(tmp_path_factory.mktemp("empty"), {"maker-feed": "maker"}, {"taker": {}})) == []


def test_the_command_prints_a_record_a_line_and_no_value(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "250")

    def told(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["audit", *arguments, "--dir", str(hub)])
        assert done.exit_code == 0, done.output
        return done.output

    lines = [json.loads(line) for line in told("--json", "--for", "guest", "--since", "2026-07-02").splitlines()]
    assert [line["reason"] for line in lines] == ["type-not-allowed"]
    shown = told()
    assert "RELEASE_MINIMIZED" in shown
    assert "canary" not in shown + told("--json")
    refused = CliRunner().invoke(app, ["audit", "--since", "yesterday", "--dir", str(hub)])
    assert isinstance(refused.exception, ConfigError)
