"""`tearline keys`: what it says, what it refuses, and that it never shows a key."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from filelock import FileLock
from typer.testing import CliRunner, Result

from pipeline.cli.keys import app
from pipeline.keys import read_keys, write_keys
from schemas.errors import ConfigError, OperatorError


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TEARLINE_CLOCK", "2026-06-01T12:00:00+00:00")
    (tmp_path / "tearline.yaml").write_text("")
    write_keys(tmp_path / "keys.json", os.urandom)
    return tmp_path


def call(hub: Path, *words: str) -> Result:
    return CliRunner().invoke(app, [*words, "--dir", str(hub)])


def listed(hub: Path) -> list[tuple[str, str, str | None]]:
    return [(row["epoch"], row["state"], row["destroyed"]) for row in json.loads(call(hub, "list", "--json").output)]


def test_an_epoch_from_its_beginning_to_its_end(hub: Path) -> None:
    assert listed(hub) == [("1", "current", None)]
    assert call(hub, "rotate").output == "Epoch 2 is the current one.\n"
    assert listed(hub) == [("1", "kept", None), ("2", "current", None)]
    assert "Copies of the key file in backups still hold its key" in call(hub, "destroy", "1").output
    assert listed(hub) == [("1", "destroyed", "2026-06-01T12:00:00Z"), ("2", "current", None)]
    assert json.loads(call(hub, "rotate", "--json").output)["epoch"] == "3"
    assert "destroyed" in call(hub, "list").output


def test_no_command_shows_a_key(hub: Path) -> None:
    outputs = [call(hub, *words).output for words in (["list"], ["rotate"], ["rotate", "--json"], ["destroy", "2"], ["list", "--json"])]
    content = json.loads((hub / "keys.json").read_text())
    secrets = [content["master"], *(row["key"] for row in content["epochs"] if row["key"])]
    assert not [secret for secret in secrets for output in outputs if secret[:8] in output]


def test_a_ring_of_version_1_says_that_its_epoch_is_the_root(hub: Path) -> None:
    content = json.loads((hub / "keys.json").read_text())
    (hub / "keys.json").write_text(json.dumps({"version": 1, "master": content["master"]}))
    assert listed(hub) == [("1", "current, is the root too", None)]
    call(hub, "rotate")
    assert listed(hub) == [("1", "kept, is the root too", None), ("2", "current", None)]
    assert isinstance(call(hub, "destroy", "1").exception, ConfigError)


def test_the_current_epoch_is_not_destroyed(hub: Path) -> None:
    found = call(hub, "destroy", "1")
    assert isinstance(found.exception, ConfigError)
    assert "current one" in str(found.exception)
    assert listed(hub) == [("1", "current", None)]


@pytest.mark.parametrize("words", [["rotate"], ["destroy", "1"]])
def test_nothing_changes_while_a_run_is_under_way(hub: Path, words: list[str]) -> None:
    call(hub, "rotate")
    with FileLock(hub / "hub.lock"):
        found = call(hub, *words)
    assert isinstance(found.exception, OperatorError)
    assert "stop it first" in str(found.exception)
    assert read_keys(hub / "keys.json").current == "2"
    assert listed(hub) == [("1", "kept", None), ("2", "current", None)]


def test_the_help_says_that_the_root_stays(hub: Path) -> None:
    assert "the root of the ring is never rotated" in " ".join(CliRunner().invoke(app, ["--help"]).output.split()).replace("│ ", "")
