"""A setting that is wrong is told in the words that files are written in, and the words that would be right are named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import Configuration
from pipeline.yamlfile import read_model
from schemas.errors import ConfigError
from schemas.sharing import Agreement, Partner, Policy

POLICY = "recipient: a\nversion: 1.0.0\nagreements: [agr@1.0.0]\n"
AGREEMENT = "id: agr\nversion: 1.0.0\nlegal_basis: [x]\npurposes: [evidence]\nvalid_from: 2026-01-01\n"
PARTNER = "id: a\nname: A\nkind: ngo\n"
PARTIES = "valid_until: 2027-01-01\nparties: "
LIST = "a list is expected: [one, two]; to say nothing, leave the setting out"
SETTINGS = "settings are expected (key: value); to say nothing, leave it out"
TEXT = "a text is expected; put in quotes what would be a number, a date, yes or no"
MOMENT = "must be a date or a time with its zone: 2026-01-31 or 2026-01-31T12:00:00Z"
ID = "must be lower-case letters, digits and dashes, 63 at most, with no dash at either end"


def told(folder: Path, text: str, build: Callable[[dict[str, Any]], Any]) -> list[str]:
    path = folder / "file.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        read_model(path, build, {})
    return [line.removeprefix(f"{path}:") for line in str(caught.value).splitlines()]


@pytest.mark.parametrize(
    ("setting", "expected"),
    [
        ("release: {tlp_max: greenish}", "release.tlp_max: must be clear, green, amber, amber+strict or red"),
        ("release: {pap_max: greenish}", "release.pap_max: must be clear, green, amber or red"),
        ("release: {types: null}", f"release.types: {LIST}"),
        ("release: {types: indicator}", f"release.types: {LIST}"),
        ("release: {statements: keep}", "release.statements: must be withhold or pass"),
        ("release: {refuse_handling: [H9]}", "release.refuse_handling.0: must be H0, H1, H2 or H3"),
        ("release: {max_age_days: 1.5}", "release.max_age_days: must be a whole number"),
        ("release: {max_age_days: 0}", "release.max_age_days: must be more than 0"),
        ("release: {min_confidence: 101}", "release.min_confidence: must be 100 or less"),
        ("release: {own_objects: maybe}", "release.own_objects: must be true or false"),
        ("release: {audience: test}", "release.audience: must be production or exercise:NAME"),
        ("release: {topics: []}", "release.topics: must have 1 or more in its list, and has 0"),
        ("release: {never_with: [A]}", f"release.never_with.0: {ID}"),
        ("release:", f"release: {SETTINGS}"),
        ("extends: [base]", "extends.0: must be an id and a version: forum-2026@1.0.0"),
        ("effective_until: soon", f"effective_until: {MOMENT}"),
        ("effective_until: 2026-01-01T00:00:00", f"effective_until: {MOMENT}"),
        ("title: 2026-01-01", f"title: {TEXT}"),
        ("minimize: {paths: [a]}", f"minimize.paths: {SETTINGS}"),
        (
            "minimize: {paths: {'': drop}}",
            'minimize.paths."": the key must be a type and a property: indicator.name, *.external_references',
        ),
        ("minimize: {paths: {a.b: mask((}}", "minimize.paths.a.b: no verb; write keep, drop, withhold_object, mask(text), "),
        ("minimize: {sightings: {k: 1}}", "minimize.sightings.k: must be 2 or more"),
    ],
)
def test_a_policy(tmp_path: Path, setting: str, expected: str) -> None:
    (line,) = told(tmp_path, f"{POLICY}{setting}\n", Policy.model_validate)
    assert line.startswith(f"4: {expected}")


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        (f"{PARTIES}[a]", ["7: parties: must have 2 or more in its list, and has 1"]),
        (f"{PARTIES}[A, b c]", [f"7: parties.0: {ID}", f"7: parties.1: {ID}"]),
        ("parties: [a, b]\nvalid_until: 2025-01-01", ["1: valid_until must be after valid_from"]),
        (f"{PARTIES}[a, b]\nlegal_assistance: no", [f"8: legal_assistance: {TEXT}"]),
    ],
)
def test_an_agreement(tmp_path: Path, rest: str, expected: list[str]) -> None:
    assert told(tmp_path, f"{AGREEMENT}{rest}\n", Agreement.model_validate) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (PARTNER + "jurisdiction: [Norway]", "4: jurisdiction.0: must be three capital letters (ISO 3166 alpha-3): NOR"),
        (PARTNER + "grant_keys: [{id: a, key: x}]", "4: grant_keys.0.key: must be a public key: 32 bytes in base64, 44 characters"),
        (PARTNER + "suspended: maybe", "4: suspended: must be true or false"),
    ],
)
def test_a_partner(tmp_path: Path, text: str, expected: str) -> None:
    assert told(tmp_path, f"{text}\n", Partner.model_validate) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hub: {audience: x}", "hub.audience: must be production or exercise:NAME"),
        ("store: {shards: 10}", "store.shards: must be 16, 32, 64, 128 or 256"),
        ("bus: {path: 5}", "bus.path: must be the path of a file"),
        ("server: {title: ''}", "server.title: is too short; it needs this many characters: 1"),
        ("server: {rotation_grace: -1d}", "server.rotation_grace: must be 0s or more"),
        ("server: {rotation_grace: 1 hour}", "server.rotation_grace: must be a number with s, m, h or d: 90s, 15m, 6h, 1d"),
        ("server: {lockout_seconds: long}", "server.lockout_seconds: must be a number"),
        ("server: {trusted_proxies: [x]}", "server.trusted_proxies.0: must be an address or a network: 192.0.2.1 or 192.0.2.0/24"),
        ("server: {partner_rate_limits: {A: {}}}", f"server.partner_rate_limits.A: the key {ID}"),
        ("api_roots: [{name: A, title: t}]", "api_roots.0.name: must be lower-case letters, digits, - and _, 63 at most, "),
    ],
)
def test_the_configuration(tmp_path: Path, text: str, expected: str) -> None:
    (line,) = told(tmp_path, f"{text}\n", lambda content: Configuration(**content))
    assert line.startswith(f"1: {expected}")


def test_a_duration_without_end_is_refused(tmp_path: Path) -> None:
    text = f"feeds: [{{id: f, connector: c, producer: p, every: {'9' * 30}d}}]\n"
    (tmp_path / "file.yaml").write_text(text)
    with pytest.raises(ConfigError, match=r"file\.yaml: a number or duration in it is larger than can be counted with; correct it"):
        read_model(tmp_path / "file.yaml", lambda content: Configuration(**content), {})


def test_a_variable_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEARLINE_FEEDS", "canary")
    (tmp_path / "file.yaml").write_text("{}\n")
    with pytest.raises(ConfigError, match=r'TEARLINE_… in the environment that is no JSON \(.*"feeds".*\); correct or unset it') as caught:
        read_model(tmp_path / "file.yaml", lambda content: Configuration(**content))
    assert "canary" not in str(caught.value)
