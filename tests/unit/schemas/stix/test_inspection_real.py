"""Real STIX 2.1 content: every object is answered, and feeds that others call clean are clean but for what nobody fills in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas.stix.inspection import inspect
from tests.support.data import FOLDER, files, needs_data

pytestmark = [pytest.mark.real, needs_data]


def objects_in(value: Any) -> Iterator[dict[str, Any]]:
    """STIX 2.1 objects at any depth of a JSON value; bundles are opened."""
    stack = [value]
    while stack:
        at = stack.pop()
        if isinstance(at, dict) and at.get("spec_version") == "2.1" and at.get("type") != "bundle":
            yield at
        elif isinstance(at, dict | list):
            stack.extend(at.values() if isinstance(at, dict) else at)


def _objects(path: Path) -> list[dict[str, Any]]:
    return list(objects_in(orjson.loads(path.read_bytes())))


@pytest.mark.parametrize("folder", ["amnesty", "mvt", "stalkerware", "oasis_examples"])
def test_clean_feeds_are_clean(folder: str) -> None:
    paths = [path for path in files(f"{folder}/**/*.json", f"{folder}/**/*.stix2") if path.is_file()]
    objects = [value for path in paths for value in _objects(path)]
    assert len(objects) > 500
    found = [finding for value in objects for finding in inspect(value)]
    assert {finding.setting for finding in found} <= {"missing_parts", "pattern_values"}
    assert {finding.reason for finding in found if finding.setting == "missing_parts"} <= {"missing-recommended"}


@pytest.mark.parametrize("path", files("attack/*.json", "misp_stix21/*.json"), ids=lambda path: str(path.relative_to(FOLDER)))
def test_every_object_is_answered(path: Path) -> None:
    objects = _objects(path)
    assert objects
    for value in objects:
        before = orjson.dumps(value)
        assert inspect(value) == inspect(orjson.loads(before))
        assert orjson.dumps(value) == before
