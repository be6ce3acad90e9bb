"""`tearline check`: what it says of policies is what holds once all files have met."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from pipeline.checks import check_hub
from pipeline.keys import write_keys
from tests.support.hubs import write_yaml
from tests.support.sharing import SOUND, Files, changed, write_set

PACKS = sorted(path for path in (Path(__file__).parents[3] / "examples/packs").iterdir() if path.is_dir())


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEARLINE_CLOCK", "2026-07-01T00:00:00+00:00")


def told(folder: Path) -> list[str]:
    """What is not ok with a folder that gets keys and a configuration without feeds."""
    write_keys(folder / "keys.json", os.urandom)
    write_yaml(folder / "tearline.yaml", {"feeds": []})
    return [f"{item.state} {item.about}: {item.told}" for item in check_hub(folder) if item.state != "ok"]


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.name)
def test_a_policy_whose_types_are_a_templates_releases_something(pack: Path, tmp_path: Path) -> None:
    assert told(shutil.copytree(pack, tmp_path / "hub")) == []


NO_TYPE = (
    "note policy taker: no type is left for objects of maker, other, so nothing of theirs will be released; "
    "`tearline policy lint` tells why"
)
NO_AGREEMENT = "note policy taker: no agreement that it cites is in force and has the recipient as a party, so nothing will be released"


@pytest.mark.parametrize(
    ("files", "note"),
    [
        (changed("templates/base", release=None), NO_TYPE),
        (changed("communities/forum", limits={"audience": "exercise:storm"}), NO_TYPE),
        (changed("agreements/agr", limits={"types": ["report"]}), NO_TYPE),
        (changed("agreements/agr", valid_from="2026-08-01"), NO_AGREEMENT),
        (changed("agreements/agr", parties=["maker", "other"], grants=None), NO_AGREEMENT),
    ],
)
def test_a_policy_that_lets_nothing_through_is_noted(files: Files, note: str, tmp_path: Path) -> None:
    assert told(write_set(tmp_path, files)) == [note]


def test_only_the_producers_concerned_are_named(tmp_path: Path) -> None:
    second: dict[str, Any] = {**SOUND["agreements/agr"], "id": "two", "parties": ["other", "taker"], "limits": {"types": ["report"]}}
    first = {**SOUND["agreements/agr"], "parties": ["maker", "taker"]}
    policy = {**SOUND["policies/taker"], "agreements": ["agr@1.0.0", "two@1.0.0"]}
    files = {**SOUND, "agreements/agr": first, "agreements/two": {**second, "grants": [], "unmarked": []}, "policies/taker": policy}
    assert told(write_set(tmp_path, files)) == [NO_TYPE.replace("maker, other", "other")]
