"""The policy packs are clean and do what their page says; the output in the guide is what the commands print."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli.policy import app
from pipeline.policy.grounds import Ground, standing_of
from pipeline.policy.lint import RULES, lint_folder
from pipeline.sharing_files import read_sharing_files
from schemas.markings import Tlp

ROOT = Path(__file__).parent.parent.parent
PACKS = sorted(path for path in (ROOT / "examples/packs").iterdir() if path.is_dir())
NOW = datetime(2026, 12, 1, tzinfo=UTC)
SHOWN = re.compile(r"```sh\ntearline policy ([^\n]+)\n```\n\n```text\n(.*?)```", re.DOTALL)


def grounds(pack: str, recipient: str) -> tuple[Ground, ...]:
    return standing_of(read_sharing_files(ROOT / "examples/packs" / pack, ()), recipient, NOW).grounds


def test_there_are_six() -> None:
    names = {"isac", "csirt-community", "nation-to-nation", "ngo-partner", "private-feed-buyer", "exercise"}
    assert {path.name for path in PACKS} == names


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.name)
def test_a_pack_is_clean_explained_and_releases_something_to_everybody(pack: Path) -> None:
    assert lint_folder(pack, NOW) == []
    assert f"`{pack.name}/`" in (ROOT / "examples/packs/README.md").read_text()
    text = (ROOT / "docs/packs.md").read_text()
    assert f"| `{pack.name}` |" in text
    assert f"\n## {pack.name}\n" in text
    for recipient in read_sharing_files(pack, ()).policies:
        for ground in grounds(pack.name, recipient):
            assert ground.rules.types
            assert ground.rules.purposes


def test_what_the_page_says_of_them() -> None:
    (member,) = grounds("isac", "line-ember")
    assert (member.rules.attribution, member.rules.tlp_max, member.rules.min_confidence) == ("anonymous", Tlp.AMBER, 30)
    (peer,) = grounds("csirt-community", "cert-brook")
    assert (peer.rules.attribution, peer.rules.residual) == ("named", "withhold")
    (far,) = grounds("csirt-community", "cert-dune")
    assert far.rules.residual == "hold"
    (police,) = grounds("nation-to-nation", "police-delta")
    assert "evidence" in police.rules.purposes
    assert police.rules.refuse_handling == {"H1", "H3"}
    (quill,) = grounds("ngo-partner", "police-quill")
    assert (quill.rules.attribution, quill.rules.tlp_max) == ("anonymous", Tlp.CLEAR)
    (buyer,) = grounds("private-feed-buyer", "vendor-slate")
    assert (buyer.rules.resale, buyer.rules.tlp_max, buyer.rules.sightings.k) == (True, Tlp.CLEAR, 10)
    for player in ("team-blue", "team-green", "white-cell"):
        assert {ground.rules.audience for ground in grounds("exercise", player)} == {"exercise:northern-wave"}


def test_every_rule_is_documented() -> None:
    page = (ROOT / "docs/reference/policy-rules.md").read_text()
    assert re.findall(r"^\| `([a-z-]+)` \| (\w+) \|", page, re.MULTILINE) == [(rule.id, rule.level) for rule in RULES]


def shown() -> list[tuple[str, str]]:
    return SHOWN.findall((ROOT / "docs/agreements.md").read_text())


def test_the_guide_shows_all_four() -> None:
    assert [line.split()[0] for line, _ in shown()] == ["lint", "show", "compare", "diff"]


@pytest.mark.parametrize(("line", "output"), [pytest.param(*item, id=item[0].split()[0]) for item in shown()])
def test_the_output_in_the_guide_is_real(line: str, output: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("TEARLINE_CLOCK", NOW.isoformat())
    assert CliRunner().invoke(app, shlex.split(line)).stdout.rstrip("\n") == output.rstrip("\n")
