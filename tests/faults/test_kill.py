"""kill -9 at every failpoint, then run again: nothing lost, nothing twice, nothing that policy removed."""

from __future__ import annotations

import shutil
import signal
from pathlib import Path
from typing import Any

import pytest

from pipeline.failpoints import NAMES
from pipeline.starter.content import aurora_indicators, aurora_reports
from tests.faults.conftest import Forge
from tests.support.hubs import Views, contents, make_hub, put_objects, read_views

HITS = (1, 2, 3)


def build(folder: Path) -> Path:
    """Two producers, three recipients with different policies, versions, repeats, and things to refuse."""
    recipients: dict[str, dict[str, Any]] = {
        "open": {},
        "cut": {"minimize": {"paths": {"*.description": "drop", "*.created_by_ref": "drop"}}},
        "strict": {"release": {"types": ["indicator"], "tlp_max": "clear"}},
    }
    make_hub(folder, {"one": "alpha", "two": "beta"}, recipients)
    put_objects(folder, "one", "a.json", aurora_indicators(300))
    put_objects(folder, "two", "b.json", [*aurora_reports(30), b'{"type":"tool"}', b"7"])
    return folder


@pytest.fixture(scope="module")
def unfaulted(tmp_path_factory: pytest.TempPathFactory, forge: Forge) -> tuple[Path, Views]:
    """A hub before its first run, and what it holds after an undisturbed one."""
    pristine = build(tmp_path_factory.mktemp("pristine") / "hub")
    run = tmp_path_factory.mktemp("unfaulted") / "hub"
    shutil.copytree(pristine, run)
    assert forge(run, "")["signal"] == 0
    views = read_views(run)
    assert {name: len(rows) > 100 for name, rows in views.items()} == {"open": True, "cut": True, "strict": True}
    return pristine, views


@pytest.mark.xdist_group("faults")
@pytest.mark.parametrize("name", NAMES)
def test_killed_at_a_failpoint_then_run_again_gives_the_views_of_an_unfaulted_run(
    name: str, unfaulted: tuple[Path, Views], forge: Forge, tmp_path: Path
) -> None:
    pristine, expected = unfaulted
    for hit in HITS:
        folder = tmp_path / f"hub-{hit}"
        shutil.copytree(pristine, folder)
        died = forge(folder, f"{name}:{hit}")["signal"] == signal.SIGKILL
        assert died or hit > 1, "a failpoint that is never reached tests nothing"
        before = read_views(folder)
        assert forge(folder, "")["signal"] == 0
        after = read_views(folder)
        assert contents(after) == contents(expected)
        for recipient, rows in after.items():
            dates = [row[0] for row in rows]
            assert dates == sorted(set(dates)), "date_added repeats"
            assert rows[: len(before.get(recipient, []))] == before.get(recipient, []), "what a client may have read has changed"
        if not died:
            break


@pytest.mark.xdist_group("faults")
def test_killed_again_and_again_still_ends_with_the_exact_views(unfaulted: tuple[Path, Views], forge: Forge, tmp_path: Path) -> None:
    pristine, expected = unfaulted
    folder = tmp_path / "hub"
    shutil.copytree(pristine, folder)
    for name in NAMES:
        forge(folder, f"{name}:2")
    assert forge(folder, "")["signal"] == 0
    assert contents(read_views(folder)) == contents(expected)


@pytest.mark.xdist_group("faults")
def test_running_again_without_news_changes_nothing(unfaulted: tuple[Path, Views], forge: Forge, tmp_path: Path) -> None:
    pristine, _ = unfaulted
    folder = tmp_path / "hub"
    shutil.copytree(pristine, folder)
    forge(folder, "")
    before = read_views(folder)
    forge(folder, "")
    assert read_views(folder) == before
