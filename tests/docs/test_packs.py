"""The policy packs are clean and do what their page says; the output in the guide is what the commands print."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.cli.policy import app
from pipeline.policy.grounds import Ground, standing_of
from pipeline.policy.lint import RULES, lint_folder
from pipeline.sharing_files import read_sharing_files
from schemas.markings import Tlp
from tests.support.objects import HUB, NO_GRANTS, Stix, block, bodies, identity, indicator, marked, owners, served
from transforms.pseudonym import Pseudonyms
from transforms.release import release, state_block
from transforms.terms import Secrets, make_terms

ROOT = Path(__file__).parent.parent.parent
PACKS = sorted(path for path in (ROOT / "examples/packs").iterdir() if path.is_dir())
NOW = datetime(2026, 12, 1, tzinfo=UTC)
NAME = "CERT Aurora"
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


def released(pack: str, recipient: str, producer: str, **more: Any) -> list[Stix]:
    """What a recipient gets, under all files of a pack, of an indicator by an organization that the producer names."""
    files = read_sharing_files(ROOT / "examples/packs" / pack, ())
    policy = files.policies[recipient]
    hub = replace(HUB, audience="exercise:northern-wave" if pack == "exercise" else HUB.audience)
    secrets = Secrets(b"id key", b"handle key", Pseudonyms(b"-" * 32).letters)
    terms = make_terms(
        *(files.partners[recipient], policy, files, {}, NOW, hub, secrets), grants=NO_GRANTS, encrypted=True, suspended=False
    )
    dated = {"created": "2026-11-20T00:00:00.000Z", "modified": "2026-11-20T00:00:00.000Z"}
    maker = marked(identity("aurora", name=NAME, **dated), "clear")
    found = indicator("found", created_by_ref=maker["id"], confidence=80, **dated, **more)
    items = [served(item, producer=producer) for item in (maker, marked(found, "clear"))]
    whole = block(items)
    entities = {
        no: replace(entity, candidates=tuple(replace(item, audience=hub.audience) for item in entity.candidates))
        for no, entity in whole.entities.items()
    }
    return bodies(state_block(release(replace(whole, entities=entities), terms, owners(items))))


@pytest.mark.parametrize(
    ("pack", "recipient", "producer"), [("csirt-community", "cert-brook", "cert-aurora"), ("exercise", "white-cell", "team-blue")]
)
def test_who_made_it_goes_out_by_name_where_the_page_says_so(pack: str, recipient: str, producer: str) -> None:
    got = {item["type"]: item for item in released(pack, recipient, producer)}
    maker, found = got["identity"], got["indicator"]
    assert maker["name"] == NAME
    assert maker["identity_class"] == "organization"
    assert found["created_by_ref"] == maker["id"]


@pytest.mark.parametrize(
    ("pack", "recipient", "producer"), [("isac", "line-ember", "port-cobalt"), ("exercise", "team-green", "team-blue")]
)
def test_who_made_it_is_in_no_byte_where_nobody_is_named(pack: str, recipient: str, producer: str) -> None:
    got = released(pack, recipient, producer, labels=["sector:maritime"])
    assert "indicator" in {item["type"] for item in got}
    assert NAME.lower() not in json.dumps(got).lower()
    assert identity("aurora")["id"] not in json.dumps(got)


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
