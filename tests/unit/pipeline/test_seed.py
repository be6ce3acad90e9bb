"""`tearline seed`: given dates into an empty collection, and nothing else."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli.main import app
from schemas.errors import ConfigError
from tests.conformance.our_server import make
from tests.conformance.target import READ, START, VERSIONS, Json, indicator, stamp, write_dated


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path / "hub")


def seed(folder: Path, collection: str, objects: list[tuple[str, Json]]) -> Json:
    write_dated(folder / "objects.jsonl", objects)
    done = CliRunner().invoke(app, ["seed", collection, str(folder / "objects.jsonl"), "--json", "--dir", str(folder)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    found: Json = json.loads(done.stdout)
    return found


def rows(folder: Path) -> list[tuple[int, str, int]]:
    views = sqlite3.connect(folder / "views.db")
    try:
        return views.execute("SELECT seq, object_id, latest FROM record_text ORDER BY collection, seq").fetchall()
    finally:
        views.close()


def test_the_dates_are_those_given(folder: Path) -> None:
    assert seed(folder, "read", READ) == {"collection": "read", "objects": 12}
    assert rows(folder) == [(START + n * 1_000_000, indicator(n)["id"], 1) for n in range(1, 13)]


def test_the_last_version_is_the_latest_whatever_the_order(folder: Path) -> None:
    (first, old), (second, new) = VERSIONS[0], VERSIONS[1]
    seed(folder, "versions", [(first, new), (second, old)])
    assert [row[2] for row in rows(folder)] == [1, 0]


def test_what_follows_a_view_is_filled_through_the_view(folder: Path) -> None:
    seed(folder, "writer", READ)
    assert len(rows(folder)) == 24  # the view, and the collection `both`
    with pytest.raises(ConfigError, match="follows its partner's view"):
        seed(folder, "both", READ)


REFUSED: list[tuple[str, list[tuple[str, Json]], str]] = [
    ("nowhere", READ, "no such collection"),
    ("read", [READ[1], READ[0]], "not later than the one before"),
    ("read", [READ[0], READ[0]], "not later than the one before"),
    ("read", [(READ[0][0], indicator(1)), (READ[1][0], indicator(1))], "one version of an object twice"),
    ("read", [(stamp(START * 3), indicator(1))], "in the future"),
    ("read", [("yesterday", indicator(1))], "objects.jsonl:1"),
    ("read", [(READ[0][0], {"type": "indicator"})], "objects.jsonl:1"),
]


@pytest.mark.parametrize(("collection", "objects", "told"), REFUSED, ids=[f"{row[0]} {row[2]}" for row in REFUSED])
def test_refused_and_nothing_is_written(folder: Path, collection: str, objects: list[tuple[str, Json]], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        seed(folder, collection, objects)
    assert rows(folder) == []


def test_a_collection_that_holds_something_is_refused(folder: Path) -> None:
    seed(folder, "read", READ)
    with pytest.raises(ConfigError, match="holds objects already"):
        seed(folder, "read", READ)
    assert len(rows(folder)) == 12
