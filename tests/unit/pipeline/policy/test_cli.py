"""`tearline policy` as people and programs use it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli.main import app as tearline
from pipeline.cli.main import main
from pipeline.cli.policy import app
from pipeline.policy.compare import MOST
from pipeline.starter.write import write_hub
from tests.support.sharing import SOUND, changed, write_set

RUN = CliRunner()


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEARLINE_CLOCK", "2026-07-01T00:00:00+00:00")


def test_lint(tmp_path: Path) -> None:
    write_set(tmp_path / "good", SOUND)
    write_set(tmp_path / "bad", changed("agreements/agr", retention_days=None))
    good = RUN.invoke(app, ["lint", "--dir", str(tmp_path / "good")])
    assert (good.exit_code, good.stdout) == (0, "clean\n")
    bad = RUN.invoke(app, ["lint", "--dir", str(tmp_path / "bad")])
    assert (bad.exit_code, bad.stdout) == (5, "warning no-retention agreements/agr.yaml: retention_days is missing\n")
    told = json.loads(RUN.invoke(app, ["lint", "--json", "--dir", str(tmp_path / "bad")]).stdout)
    finding = {"rule": "no-retention", "level": "warning", "file": "agreements/agr.yaml", "told": "retention_days is missing"}
    assert told == {"ok": False, "findings": [finding]}


IMPOSSIBLE = ["2036-13-01", '!!int "abc"', "9" * 5000, "[" * 5000, "&a [*a]", "{? [a] : b}"]


@pytest.mark.parametrize("value", IMPOSSIBLE)
def test_a_value_that_cannot_be_is_a_finding_of_lint_and_check(tmp_path: Path, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    write_hub(tmp_path / "hub", os.urandom)
    for broken in ("agreements/agr-2026-001.yaml", "tearline.yaml"):
        path = tmp_path / "hub" / broken
        path.write_text(f"framework: {value}\n{path.read_text()}")
        for words in (["policy", "lint"], ["check"]):
            done = RUN.invoke(tearline, [*words, "--dir", str(tmp_path / "hub")])
            assert done.exit_code == 5
            assert f"{broken}:1: " in done.stdout.replace("\n", "")
        monkeypatch.setattr("sys.argv", ["tearline", "partner", "list", "--dir", str(tmp_path / "hub")])
        with pytest.raises(SystemExit) as stopped:
            main()
        assert stopped.value.code == 3


def test_an_overlay_that_would_be_left_unread_is_a_finding(tmp_path: Path) -> None:
    write_set(tmp_path, SOUND)
    (tmp_path / "overlays" / "law.yaml").rename(tmp_path / "overlays" / "law.yml")
    found = RUN.invoke(app, ["lint", "--dir", str(tmp_path)])
    told = "mistake file-broken overlays/law.yml: only files that end in .yaml count; rename it to law.yaml, or take it away\n"
    assert (found.exit_code, found.stdout) == (5, told)


def test_show(tmp_path: Path) -> None:
    write_set(tmp_path, SOUND)
    shown = RUN.invoke(app, ["show", "taker", "--dir", str(tmp_path)])
    assert shown.exit_code == 0
    assert "  types                indicator, malware  <- template base@1.0.0\n" in shown.stdout
    told = json.loads(RUN.invoke(app, ["show", "taker", "--json", "--dir", str(tmp_path)]).stdout)
    assert (told["policy"], told["stopped"]) == ("taker@1.0.0", None)
    assert told["grounds"][0]["lines"][0] == {"setting": "types", "value": "indicator, malware", "origins": ["template base@1.0.0"]}


def test_show_says_why_nothing_is_released(tmp_path: Path) -> None:
    write_set(tmp_path, changed("partners/taker", suspended=True))
    assert "Nothing is released to taker: recipient-suspended." in RUN.invoke(app, ["show", "taker", "--dir", str(tmp_path)]).stdout


def test_compare_exits_with_the_number_of_differences_that_block(tmp_path: Path) -> None:
    two = {**SOUND["agreements/agr"], "id": "two", "onward": "community", "retention_days": 30, "framework": ["UNSCR-2322"]}
    write_set(tmp_path, {**SOUND, "agreements/two": two})
    found = RUN.invoke(app, ["compare", "agr", "two", "--dir", str(tmp_path)])
    assert found.exit_code == 2
    assert "blocking  onward\n            agr: none\n            two: community\n" in found.stdout
    assert found.stdout.endswith("2 of 3 differences block.\n")
    assert "equal" not in found.stdout
    assert "equal" in RUN.invoke(app, ["compare", "agr", "two", "--all", "--dir", str(tmp_path)]).stdout
    told = json.loads(RUN.invoke(app, ["compare", "agr", "two", "--json", "--dir", str(tmp_path)]).stdout)
    assert told["blocking"] == 2
    assert RUN.invoke(app, ["compare", "agr", "agr@1.0.0", "--dir", str(tmp_path)]).exit_code == 0


@pytest.mark.parametrize("names", [("agr",), ("agr", "nobody"), ("agr", "taker")])
def test_what_cannot_be_compared_has_an_exit_code_that_no_count_has(tmp_path: Path, names: tuple[str, ...]) -> None:
    write_set(tmp_path, SOUND)
    found = RUN.invoke(app, ["compare", *names, "--dir", str(tmp_path)])
    assert found.exit_code == 103 > MOST
    assert found.stdout == ""
    assert found.stderr.startswith("tearline: ")


def test_a_broken_file_is_not_taken_for_three_differences(tmp_path: Path) -> None:
    write_set(tmp_path, changed("agreements/agr", retention_days="many"))
    assert RUN.invoke(app, ["compare", "agr", "agr@1.0.0", "--dir", str(tmp_path)]).exit_code == 103


def test_diff(tmp_path: Path) -> None:
    write_set(tmp_path / "old", SOUND)
    write_set(tmp_path / "new", changed("policies/taker", release={"tlp_max": "green"}))
    found = RUN.invoke(app, ["diff", str(tmp_path / "old"), str(tmp_path / "new")])
    assert found.exit_code == 0
    assert found.stdout == (
        "policies/taker.yaml\n  release.tlp_max: amber -> green\n\ntaker, objects of maker, other\n  narrower  tlp_max: amber -> green\n"
    )
    told = json.loads(RUN.invoke(app, ["diff", "--json", str(tmp_path / "old"), str(tmp_path / "new")]).stdout)
    assert [item["effect"] for item in told["effects"]] == ["narrower"]
    assert RUN.invoke(app, ["diff", str(tmp_path / "old"), str(tmp_path / "old")]).stdout == "No differences.\n"
