"""Living with policies: what `tearline plan` announces is what the next run does, through bus and publisher, to the views."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.report import RecipientReport
from schemas.reasons import HOLD
from tests.support.hubs import OPEN, bodies, make_hub, put_objects, said
from tests.support.objects import indicator, malware, marked, note, relationship, report
from tests.support.publishing import amend

pytestmark = pytest.mark.slow

FOUND = indicator("found", name="found", confidence=80)
DOUBTFUL = indicator("doubtful", name="doubtful", confidence=10)
FAMILY = malware("family")
LINK = relationship("link", FOUND, FAMILY)
ABOUT = report("about", [FOUND, DOUBTFUL, LINK])
REMARK = note("remark", [DOUBTFUL])
SECRET = marked(indicator("secret"), "red")

Seen = dict[str, tuple[bool, str]]
"""Object id -> (whether it is revoked, its bytes)."""


def tearline(folder: Path, *arguments: str | Path) -> Any:
    """A command's JSON."""
    return json.loads(said(*arguments, "--dir", folder, "--json"))


def seen(folder: Path, recipient: str) -> Seen:
    return {value["id"]: (value.get("revoked", False), json.dumps(value)) for value in bodies(folder, recipient)}


def standing(view: Seen) -> set[str]:
    """What is in force in a view, apart from the hub itself."""
    return {name for name, (revoked, _) in view.items() if not revoked and not name.startswith("identity--")}


def run_as_announced(folder: Path) -> dict[str, dict[str, Any]]:
    """Plan, run, and hold the two against each other; returns the plans that changed something."""
    before = {name: seen(folder, name) for name in ("taker", "guest")}
    plans = {item["recipient"]: item for item in tearline(folder, "plan", "--samples", "1000")}
    told = tearline(folder, "run", "--once")["recipients"]
    for recipient, plan in plans.items():
        counted = plan["effects"]
        kept = {name.removeprefix("withheld."): number for name, number in counted.items() if name.startswith("withheld.")}
        announced = RecipientReport(
            **{name: counted.get(name, 0) for name in ("released", "minimized", "tearline", "aggregated", "withdrawn")},
            held={name: number for name, number in kept.items() if name in HOLD},
            withheld={name: number for name, number in kept.items() if name not in HOLD},
        )
        assert told.get(recipient, RecipientReport().model_dump()) == announced.model_dump(), recipient
        after = seen(folder, recipient)
        samples = {(item["change"], item["object_id"]) for item in plan["samples"]}
        gone, arrived = standing(before[recipient]) - standing(after), standing(after) - standing(before[recipient])
        assert {name for change, name in samples if change == "withdrawn"} <= gone
        assert len(gone) <= plan["withdrawn"] + plan["changed"]
        assert arrived <= {name for change, name in samples if change in ("added", "changed")}
        same = {name for change, name in samples if change == "same" and name}
        assert all(before[recipient][name] == after[name] for name in same)
    return {name: plan for name, plan in plans.items() if plan["effects"]}


@pytest.fixture
def hub(tmp_path: Path) -> Path:
    """A hub that has run: its taker gets all as it is, its guest indicators without their names."""
    folder = tmp_path / "hub"
    guest = {"minimize": {"paths": {"indicator.name": "drop"}}}
    make_hub(folder, {"maker-feed": "maker"}, {"taker": {"release": {**OPEN, "tlp_max": "green", "honour_grants": True}}, "guest": guest})
    put_objects(folder, "maker-feed", "1.json", [FOUND, DOUBTFUL, FAMILY, LINK, ABOUT, REMARK, SECRET])
    assert sum(tearline(folder, "run", "--once")["recipients"]["taker"]["withheld"].values()) == 1
    return folder


def test_a_policy_that_gets_tighter_and_looser(hub: Path) -> None:
    amend(hub, "policies", "taker", version="1.1.0", release={**OPEN, "tlp_max": "green", "min_confidence": 50})
    changed = run_as_announced(hub)
    assert changed.keys() == {"taker"}
    assert changed["taker"]["withdrawn"] == 2
    assert standing(seen(hub, "taker")) & {DOUBTFUL["id"], REMARK["id"]} == set()
    amend(hub, "policies", "taker", version="1.2.0", release={**OPEN, "tlp_max": "green"})
    assert run_as_announced(hub)["taker"]["added"] == 2
    assert {DOUBTFUL["id"], REMARK["id"]} <= standing(seen(hub, "taker"))
    assert run_as_announced(hub) == {}


def test_an_agreement_that_ends_takes_everything(hub: Path) -> None:
    amend(hub, "agreements", "agr", version="1.1.0", valid_until="2026-01-01")
    for name in ("taker", "guest"):
        amend(hub, "policies", name, version="1.1.0", agreements=["agr@1.1.0"])
    changed = run_as_announced(hub)
    assert changed.keys() == {"taker", "guest"}
    assert standing(seen(hub, "taker")) == set()
    assert changed["taker"]["reasons"].keys() >= {"agreement-not-valid"}


def test_a_signed_grant_that_comes_and_is_revoked(hub: Path, tmp_path: Path) -> None:
    made = tearline_plain("grant", "keygen", tmp_path / "key.pem", "--json")
    amend(hub, "partners", "maker", grant_keys=[{"id": made["id"], "key": made["key"]}])
    says = tearline_plain(
        *("grant", "new", "--key", tmp_path / "key.pem", "--originator", "maker", "--to", "taker", "--until", "2089-01-01"),
        *("--object", SECRET["id"], "--out", tmp_path, "--json"),
    )
    tearline(hub, "grant", "add", says["written"])
    assert run_as_announced(hub)["taker"]["added"] == 1
    assert SECRET["id"] in standing(seen(hub, "taker"))
    assert SECRET["id"] not in standing(seen(hub, "guest"))
    (record,) = [item for item in audited(hub, SECRET["id"]) if item["decision"] == "RELEASE"]
    assert record["originator_grant"] == says["statement"]["id"]
    ends = tearline_plain("grant", "revoke", says["written"], "--key", tmp_path / "key.pem", "--out", tmp_path, "--json")
    tearline(hub, "grant", "add", ends["written"])
    assert run_as_announced(hub)["taker"]["withdrawn"] == 1
    assert seen(hub, "taker")[SECRET["id"]][0] is True


def test_a_partner_that_is_suspended_loses_everything_and_gets_it_back(hub: Path) -> None:
    before = standing(seen(hub, "taker"))
    tearline(hub, "partner", "suspend", "taker")
    changed = run_as_announced(hub)
    assert changed.keys() == {"taker"}
    assert standing(seen(hub, "taker")) == set()
    last = audited(hub, FOUND["id"], "--for", "taker")[-1]
    assert (last["decision"], last["reason"], last["out_id"]) == ("WITHHOLD", "recipient-suspended", "")
    tearline(hub, "partner", "resume", "taker")
    assert run_as_announced(hub)["taker"]["added"] == changed["taker"]["withdrawn"]
    assert standing(seen(hub, "taker")) == before


def test_a_recall_takes_back_from_everyone_and_can_be_undone(hub: Path) -> None:
    before = {name: standing(seen(hub, name)) for name in ("taker", "guest")}
    tearline(hub, "recall", FOUND["id"], "--reason", "named a bystander")
    assert run_as_announced(hub).keys() == {"taker", "guest"}
    assert seen(hub, "taker")[FOUND["id"]][0] is True
    assert all(FOUND["id"] not in body for _, body in seen(hub, "guest").values())
    tearline(hub, "recall", FOUND["id"], "--undo")
    run_as_announced(hub)
    assert {name: standing(seen(hub, name)) for name in ("taker", "guest")} == before


def audited(folder: Path, object_id: str, *more: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said("audit", "--object", object_id, *more, "--dir", folder, "--json").splitlines()]


def tearline_plain(*arguments: str | Path) -> Any:
    """A command that needs no hub."""
    return json.loads(said(*arguments))
