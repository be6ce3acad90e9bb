"""tearline.yaml: the environment goes before the file, mistakes are told with their place, and the starter hub is right."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.clock import system_clock
from pipeline.config import FILE, read_configuration
from pipeline.hub import open_hub
from pipeline.sharing_files import read_sharing_files
from pipeline.starter.write import write_hub
from pipeline.topics import partner_topic, raw_topic
from schemas.errors import ConfigError


def hub(folder: Path, text: str = "") -> Path:
    (folder / FILE).write_text(text)
    return folder


def mistakes(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        read_configuration(folder)
    return str(caught.value).replace(f"{folder}{os.sep}", "").split("\n")


def test_everything_has_a_default(tmp_path: Path) -> None:
    found = read_configuration(hub(tmp_path))
    assert found.feeds == ()
    assert found.hub.audience == "production"
    assert found.store.shards == 64


def test_unknown_settings_are_mistakes_with_their_line(tmp_path: Path) -> None:
    hub(tmp_path, "hub:\n  name: n\n  nam: n\nfeeds:\n- id: f\n  connector: c\n  producer: p\n  leniency: {custom: pass}\nsotre: {}\n")
    assert mistakes(tmp_path) == [
        "tearline.yaml:3: hub.nam: unknown setting; remove it or correct its spelling",
        "tearline.yaml:8: feeds.0.leniency.custom: unknown setting; remove it or correct its spelling",
        "tearline.yaml:9: sotre: unknown setting; remove it or correct its spelling",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("hub: {audience: test}", 1),
        ("hub:\n  audience: 'exercise:'", 2),
        ("store:\n  shards: 10", 2),
        ("feeds:\n- {id: f, connector: c, producer: P}", 2),
        ("feeds:\n- id: f\n  connector: c\n  producer: p\n  max_object_bytes: 1", 5),
        ("feeds:\n- id: f\n  connector: c\n  producer: p\n  unmarked_as: yellow", 5),
        ("feeds:\n- id: f\n  connector: c\n  producer: p\n  every: 1 hour", 5),
        ("feeds:\n- {id: f, connector: c, producer: p}\n- {id: f, connector: c, producer: p}", 1),
    ],
)
def test_what_is_refused(tmp_path: Path, text: str, line: int) -> None:
    (mistake,) = mistakes(hub(tmp_path, text))
    assert mistake.startswith(f"tearline.yaml:{line}: ")


def test_the_environment_goes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub(tmp_path, "hub:\n  name: from the file\n  id: a\n")
    monkeypatch.setenv("TEARLINE_HUB__NAME", "from the environment")
    found = read_configuration(tmp_path)
    assert (found.hub.name, found.hub.id) == ("from the environment", "a")
    monkeypatch.setenv("TEARLINE_STORE__SHARDS", "10")
    (mistake,) = mistakes(tmp_path)
    assert mistake.startswith("TEARLINE_STORE__SHARDS in the environment: ")


def test_a_folder_without_a_hub_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="tearline init"):
        read_configuration(tmp_path)


def test_the_starter_hub_is_right(tmp_path: Path) -> None:
    written = write_hub(tmp_path / "hub", os.urandom)
    assert all(path.exists() for path in written)
    opened = open_hub(tmp_path / "hub")
    files = opened.read_sharing_files()
    assert set(files.policies) <= set(files.partners)
    assert opened.configuration.feeds
    assert all(feed.every >= timedelta(minutes=1) for feed in opened.configuration.feeds)
    with pytest.raises(ConfigError, match="holds a hub already"):
        write_hub(tmp_path / "hub", os.urandom)


def test_workers_open_the_very_same_hub(tmp_path: Path) -> None:
    write_hub(tmp_path / "hub", os.urandom)
    (tmp_path / "link").symlink_to(tmp_path / "hub")
    one, other = open_hub(tmp_path / "hub"), open_hub(tmp_path / "link")
    assert one.folder == other.folder
    assert one.identity == other.identity
    slot = system_clock()
    files = one.read_sharing_files()
    first, second = one.terms(files, slot), other.terms(files, slot)
    assert {name: item.fingerprint for name, item in first.items()} == {name: item.fingerprint for name, item in second.items()}
    keys = {key for item in first.values() for key in (item.secrets.id_key, item.secrets.handle_key, item.secrets.pseudonym("a", "b"))}
    assert len(keys) == 3 * len(first)


PARTNER = "id: {0}\nname: N\nkind: ngo\n"
AGREEMENT = (
    "id: agr-1\nversion: 1.0.0\nparties: [a, b]\nlegal_basis: [x]\npurposes: [network_defence]\n"
    "valid_from: 2026-01-01\nvalid_until: 2027-01-01\n"
)
POLICY = "recipient: a\nversion: 1.0.0\nagreements: [agr-1@1.0.0]\n"


def sharing(folder: Path, **change: str | None) -> Path:
    files: dict[str, str | None] = {
        "partners/a": PARTNER.format("a"),
        "partners/b": PARTNER.format("b"),
        "agreements/agr-1": AGREEMENT,
        "policies/a": POLICY,
        **{name.replace("__", "/"): text for name, text in change.items()},
    }
    for name, text in files.items():
        path = folder / f"{name}.yaml"
        path.parent.mkdir(exist_ok=True)
        if text is not None:
            path.write_text(text)
    return folder


def test_sharing_files_are_read_and_held_against_each_other(tmp_path: Path) -> None:
    found = read_sharing_files(sharing(tmp_path), [])
    assert set(found.partners) == {"a", "b"}
    assert set(found.agreements) == {"agr-1@1.0.0"}
    assert set(found.policies) == {"a"}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"partners__b": None}, ["agreements/agr-1.yaml: parties: b is no partner; add partners/b.yaml"]),
        ({"partners__b": PARTNER.format("c")}, ["partners/b.yaml:1: id: is c, but the file is called b; make them equal"]),
        (
            {"policies__a": POLICY.replace("1.0.0]", "1.0.1]")},
            ["policies/a.yaml: agreements: agr-1@1.0.1 is not there; known are: agr-1@1.0.0"],
        ),
        ({"policies__c": POLICY.replace(": a\n", ": c\n")}, ["policies/c.yaml: recipient: c is no partner; add partners/c.yaml"]),
        ({"policies__b": POLICY}, ["policies/b.yaml:1: recipient: is a, but the file is called b"]),
        ({"policies__a": POLICY + "relase: {}\n"}, ["policies/a.yaml:4: relase: unknown setting"]),
        ({"policies__a": POLICY + "effective_until: 20270101\n"}, ["a.yaml:4: effective_until: must be a date such as 2027-01-31"]),
        ({"policies__a": POLICY[:40]}, ["policies/a.yaml"]),
        ({"partners__a": "id: a\nkind: x\n"}, ["partners/a.yaml:1: name: required", "partners/a.yaml:2: kind: must be nation, le, "]),
    ],
)
def test_mistakes_in_and_between_sharing_files(tmp_path: Path, change: dict[str, str | None], expected: list[str]) -> None:
    with pytest.raises(ConfigError) as caught:
        read_sharing_files(sharing(tmp_path, **change), [])
    lines = str(caught.value).split("\n")
    assert len(lines) == len(expected)
    for line, part in zip(lines, expected, strict=True):
        assert part in line


def test_a_recipient_whose_policy_is_gone_gets_one_that_allows_nothing(tmp_path: Path) -> None:
    found = read_sharing_files(sharing(tmp_path), []).with_former(["a", "b", "left"])
    assert set(found.policies) == {"a", "b", "left"}
    assert found.policies["left"].release.types == found.policies["b"].release.types == ()
    assert {"a", "b", "left"} == set(found.partners)


def test_a_feed_of_nobody_is_a_mistake(tmp_path: Path) -> None:
    hub(sharing(tmp_path), "feeds:\n- {id: f, connector: c, producer: z}\n")
    with pytest.raises(ConfigError, match=r"feeds: f: producer z is no partner; add partners/z\.yaml"):
        read_sharing_files(tmp_path, read_configuration(tmp_path).feeds)


def test_topics_of_an_exercise_are_its_own() -> None:
    assert (raw_topic("production"), partner_topic("a", "production")) == ("raw", "partner.a")
    assert (raw_topic("exercise:x"), partner_topic("a", "exercise:x")) == ("raw.exercise.x", "partner.a.exercise.x")


def test_the_clock_can_be_fixed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEARLINE_CLOCK", "2026-06-01T14:00:00+02:00")
    assert system_clock().isoformat() == "2026-06-01T12:00:00+00:00"
    monkeypatch.setenv("TEARLINE_CLOCK", "noon")
    with pytest.raises(ConfigError, match="TEARLINE_CLOCK"):
        system_clock()
