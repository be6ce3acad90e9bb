"""A new connector is green before it is edited."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from connectors.registry import load
from connectors.scaffold import scaffold
from schemas.config import FeedSettings
from schemas.errors import ConfigError

ROOT = Path(__file__).parents[2]


def _run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-m", *command], cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_generated_test_passes_as_it_is(tmp_path: Path) -> None:
    written = scaffold("acme_feed", tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in written] == [
        "connectors/acme_feed.py",
        "connectors/acme_feed.sample.yaml",
        "connectors/test_acme_feed.py",
    ]
    run = _run("pytest", "-q", "-p", "no:cacheprovider", cwd=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "14 passed" in run.stdout
    assert "skipped" not in run.stdout


def test_the_generated_code_is_clean(tmp_path: Path) -> None:
    written = scaffold("acme_feed", tmp_path)
    run = _run("ruff", "check", "--config", str(ROOT / "pyproject.toml"), *map(str, written[::2]), cwd=ROOT)
    assert run.returncode == 0, run.stdout
    assert len(written[0].read_text().splitlines()) <= 60


def test_the_sample_is_a_feed_of_this_connector(tmp_path: Path) -> None:
    _, sample, _ = scaffold("acme_feed", tmp_path)
    feed = FeedSettings.model_validate(yaml.safe_load(sample.read_text())["feeds"][0])
    load(feed.connector, tmp_path).Settings.model_validate(feed.settings)


@pytest.mark.parametrize(
    "name", ["", "a", "Acme", "1acme", "acme-feed", "../acme", "acme/feed", "acme.py", "test_acme", "class", "conftest", "é" * 5, "a_"]
)
def test_unusable_names_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="cannot name a connector"):
        scaffold(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("existing", ["acme.py", "acme.sample.yaml", "test_acme.py"])
def test_nothing_is_overwritten(tmp_path: Path, existing: str) -> None:
    path = tmp_path / "connectors" / existing
    path.parent.mkdir()
    path.write_text("mine")
    with pytest.raises(ConfigError, match="nothing was written"):
        scaffold("acme", tmp_path)
    assert [found.read_text() for found in path.parent.iterdir()] == ["mine"]
