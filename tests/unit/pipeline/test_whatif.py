"""A plan says what a release under other files would do, and does nothing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli.main import app
from pipeline.closed_blocks import closed_blocks
from pipeline.hub import open_hub
from pipeline.recall import recall
from pipeline.store.credentials import CredentialStore
from pipeline.store.view_effect import Standing, change_of
from pipeline.whatif import RecipientPlan, what_if
from schemas.errors import ConfigError
from tests.support.hubs import OPEN, bodies, make_hub
from tests.support.objects import indicator, malware, marked, note, relationship, report, sighting
from tests.support.publishing import NOW, amend, publish, take
from transforms.statement import Statement

FOUND = indicator("found", name="found", confidence=80)
DOUBTFUL = indicator("doubtful", name="doubtful", confidence=10)
FAMILY = malware("family")
LINK = relationship("link", FOUND, FAMILY)
ABOUT = report("about", [FOUND, DOUBTFUL, LINK])
REMARK = note("remark", [DOUBTFUL])
AMBER = marked(indicator("amber"), "amber")
SEEN = [sighting(f"seen {name}", FOUND) for name in ("a", "b")]
ARRIVALS = [*((value, "maker") for value in (FOUND, DOUBTFUL, FAMILY, LINK, ABOUT, REMARK, AMBER)), (SEEN[0], "maker"), (SEEN[1], "other")]

Edit = Callable[[Path], object]


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """A hub that has published to a taker, who gets all as it is, and to a guest, who gets indicators without their names."""
    folder = tmp_path / "hub"
    guest = {"minimize": {"paths": {"indicator.name": "drop"}}}
    make_hub(folder, {"maker-feed": "maker", "other-feed": "other"}, {"taker": {}, "guest": guest})
    take(folder, ARRIVALS)
    publish(folder)
    return folder


def planned(folder: Path, other: Path | None = None) -> dict[str, RecipientPlan]:
    hub = open_hub(folder)
    files = hub.read_sharing_files(other)
    return {item.recipient: item for item in what_if(hub, files, NOW, samples=1_000)}


def visible(folder: Path) -> set[str]:
    """What the taker sees, apart from the hub itself."""
    return {value["id"] for value in bodies(folder, "taker") if not value.get("revoked") and value["type"] != "identity"}


def counted(plans: dict[str, RecipientPlan]) -> list[tuple[dict[str, object], set[str]]]:
    """Plans, whatever the order of their samples."""
    return [(item.model_dump(exclude={"samples"}), {sample.model_dump_json() for sample in item.samples}) for item in plans.values()]


def release_with(**parts: object) -> Edit:
    return lambda folder: amend(folder, "policies", "taker", version="1.1.0", release={**OPEN, "tlp_max": "green", **parts})


def minimize_with(**paths: str) -> Edit:
    said = {"profile": "verbatim@1", "attribution": "named", "paths": {name.replace("__", "."): verb for name, verb in paths.items()}}
    return lambda folder: amend(folder, "policies", "taker", version="1.1.0", minimize=said)


def suspend(folder: Path) -> None:
    with closing(CredentialStore(folder / "views.db", lambda: NOW, lambda size: b"x" * size)) as store:
        store.suspend("taker")


def grant(folder: Path) -> None:
    amend(folder, "agreements", "agr", grants=[{"producer": "maker", "recipient": "taker", "tlp_max": "amber"}])
    release_with(tlp_max="amber")(folder)


EDITS: dict[str, Edit] = {
    "tighter": release_with(min_confidence=50),
    "fewer types": release_with(types=["indicator", "report"]),
    "wider": release_with(types=[*OPEN["types"], "vulnerability"], tlp_max="amber"),
    "less of it": minimize_with(indicator__name="drop"),
    "some held": minimize_with(indicator__confidence="hold_for_review"),
    "more of it": lambda folder: amend(folder, "policies", "guest", version="1.1.0", minimize={"profile": "verbatim@1"}),
    "granted": grant,
    "agreement ended": lambda folder: amend(folder, "agreements", "agr", valid_until="2026-06-30"),
    "partner suspended": suspend,
    "policy gone": lambda folder: (folder / "policies" / "taker.yaml").unlink(),
    "recalled": lambda folder: recall(open_hub(folder), FOUND["id"], "wrong", NOW),
    "nothing": lambda _folder: None,
}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS.keys())
def test_what_is_announced_is_what_then_happens(hub: Path, edit: Edit) -> None:
    edit(hub)
    former = visible(hub)
    plans = planned(hub)
    effects = publish(hub)
    for recipient, plan in plans.items():
        assert plan.effects == dict(effects[recipient]), recipient
    gone, arrived = former - visible(hub), visible(hub) - former
    if "taker" in plans:
        samples = plans["taker"].samples
        withdrawn = {item.object_id for item in samples if item.change == "withdrawn"}
        assert withdrawn <= gone
        assert len(gone - withdrawn) <= plans["taker"].changed
        assert arrived <= {item.object_id for item in samples if item.change in ("added", "changed")}


def test_a_published_hub_has_nothing_to_change(hub: Path) -> None:
    for plan in planned(hub).values():
        assert (plan.added, plan.changed, plan.withdrawn, plan.effects) == (0, 0, 0, {})
        assert plan.unchanged > 0


def test_before_anything_is_published_all_is_added(hub: Path) -> None:
    (hub / "views.db").unlink()
    plan = planned(hub)["taker"]
    assert plan.added == plan.results["RELEASE"]
    assert (plan.changed, plan.withdrawn, plan.unchanged) == (0, 0, 0)


def test_other_files_are_tried_without_touching_anything(hub: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    for name in ("partners", "agreements", "policies"):
        shutil.copytree(hub / name, other / name)
    amend(other, "policies", "taker", version="2.0.0", release={"types": ["malware"], "tlp_max": "green"})
    before = {path: path.read_bytes() for path in hub.rglob("*") if path.is_file() and path.suffix in (".yaml", ".json")}
    plan = planned(hub, other)["taker"]
    assert plan.policy == "taker@2.0.0"
    assert plan.results["RELEASE"] == 1
    assert plan.withdrawn > 0
    assert {path: path.read_bytes() for path in before} == before
    assert planned(hub)["taker"].effects == {}
    assert len(bodies(hub, "taker")) > 1


def test_who_has_no_policy_any_more_loses_everything(hub: Path, tmp_path: Path) -> None:
    with closing(open_hub(hub).open_cursors()) as cursors:
        cursors.save("release", {"slot": "2026-07-01T12:00:00.000Z", "heads": [], "terms": {"taker": "", "guest": ""}})
    (hub / "policies" / "taker.yaml").unlink()
    plan = planned(hub)["taker"]
    assert plan.withdrawn == len(bodies(hub, "taker"))
    assert plan.results.keys() == {"WITHHOLD"}


def test_blocks_of_any_size_give_the_same(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    release_with(min_confidence=50)(hub)
    whole = planned(hub)
    monkeypatch.setattr("pipeline.jobs.plan.CHANGES_IN_STEP", 1)
    assert counted(planned(hub)) == counted(whole)


def test_samples_are_few_and_hold_no_values(hub: Path) -> None:
    release_with(min_confidence=50)(hub)
    (plan,) = what_if(open_hub(hub), open_hub(hub).read_sharing_files(), NOW, only="taker", samples=1)
    assert len({(item.change, item.reason) for item in plan.samples}) == len(plan.samples)
    withdrawn = next(item for item in plan.samples if item.reason == "low-confidence")
    assert (withdrawn.change, withdrawn.decision, withdrawn.object_id, withdrawn.type) == (
        "withdrawn",
        "WITHHOLD",
        DOUBTFUL["id"],
        "indicator",
    )
    assert "doubtful" not in plan.model_dump_json()


def test_what_is_wrong_is_told(hub: Path, tmp_path: Path) -> None:
    files = open_hub(hub).read_sharing_files()
    with pytest.raises(ConfigError, match="nobody has no policy"):
        what_if(open_hub(hub), files, NOW, only="nobody")
    amend(hub, "policies", "taker", agreements=["other@1.0.0"])
    with pytest.raises(ConfigError, match="other@1"):
        open_hub(hub).read_sharing_files(hub)
    empty = make_hub(tmp_path / "empty", {"maker-feed": "maker"}, {"taker": {}})
    with pytest.raises(ConfigError, match="run the hub first"):
        what_if(open_hub(empty), open_hub(empty).read_sharing_files(), NOW)


def test_a_folder_without_sharing_files_is_told(hub: Path, tmp_path: Path) -> None:
    (tmp_path / "bare").mkdir()
    for name, told in (
        ("gone", "there is no such folder; name one that has partners/, agreements/ and policies/ with --policies"),
        ("bare", "has no partners/, agreements/ or policies/; name the hub's folder with --policies"),
    ):
        done = CliRunner().invoke(app, ["plan", "--dir", str(hub), "--policies", str(tmp_path / name)])
        assert isinstance(done.exception, ConfigError)
        assert str(done.exception) == f"{tmp_path / name}: {told}"


PUT = Statement(b"h", "put", "released", 1, "indicator--1", b"d")
WITHDRAW = Statement(b"h", "withdraw", "too-old", 1)
REVOKE = Statement(b"h", "revoke", "revoked", 1, "indicator--1", b"e")
VISIBLE = Standing("put", "released", "indicator--1", b"d", "2026-01-01T00:00:00.000Z")
ABSENT = Standing("withdraw", "too-old", None, b"", "2026-01-01T00:00:00.000Z")
SLOT = "2026-01-02T00:00:00.000Z"


@pytest.mark.parametrize(
    ("known", "statement", "slot", "wanted"),
    [
        (None, PUT, SLOT, "added"),
        (None, WITHDRAW, SLOT, "refused"),
        (None, REVOKE, SLOT, "refused"),
        (VISIBLE, PUT, SLOT, "same"),
        (VISIBLE, Statement(b"h", "put", "released", 1, "indicator--1", b"x"), SLOT, "changed"),
        (VISIBLE, Statement(b"h", "put", "minimized", 1, "indicator--2", b"d"), SLOT, "changed"),
        (VISIBLE, WITHDRAW, SLOT, "withdrawn"),
        (VISIBLE, WITHDRAW, "2025-12-31T00:00:00.000Z", "same"),
        (VISIBLE, REVOKE, SLOT, "revoked"),
        (VISIBLE, Statement(b"h", "revoke", "revoked", 1, "indicator--2", b"e"), SLOT, "withdrawn"),
        (ABSENT, WITHDRAW, SLOT, "same"),
        (ABSENT, Statement(b"h", "withdraw", "recalled", 1), SLOT, "refused"),
        (ABSENT, PUT, SLOT, "added"),
    ],
)
def test_what_a_statement_changes(known: Standing[str] | None, statement: Statement, slot: str, wanted: str) -> None:
    assert change_of(known, statement, slot, statement.object_id) == wanted


def test_the_command(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "250")
    release_with(types=["indicator"])(hub)

    def told(*arguments: str) -> str:
        done = CliRunner().invoke(app, ["plan", *arguments, "--dir", str(hub)])
        assert done.exit_code == 0, done.output
        return done.output

    shown = told("--for", "taker")
    assert "type-not-allowed" in shown
    assert FAMILY["id"] in shown
    assert "guest" not in shown
    assert [item["recipient"] for item in json.loads(told("--json"))] == ["guest", "taker"]
    assert json.loads(told("--json", "--policies", str(hub), "--samples", "0"))[0]["samples"] == []


def test_a_block_that_is_too_large_is_cut(hub: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.store.catalogue_reader.MAX_BLOCK", 4)
    with closing(open_hub(hub).open_reader()) as reader:
        parts = list(closed_blocks(reader, range(1, 9)))
    assert [no for seeds, _ in parts for no in seeds] == list(range(1, 9))
    assert len(parts) > 1
