"""The parts `collections` and `api_roots` of tearline.yaml: what is refused, and what the views are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pipeline.checks import check_hub
from pipeline.collections import api_root_specs, collection_specs, refuse_mistakes
from pipeline.config import read_configuration
from pipeline.hub import open_hub
from schemas.errors import ConfigError
from tests.conformance.our_server import COLLECTIONS, make

PLAIN = {"alias": "more", "partner": "writer", "title": "More"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make(tmp_path / "hub")


def change(folder: Path, **parts: Any) -> Path:
    content = yaml.safe_load((folder / "tearline.yaml").read_text())
    (folder / "tearline.yaml").write_text(yaml.safe_dump({**content, **parts}))
    return folder


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"collections": [{**PLAIN, "root": "nowhere"}]}, "root nowhere is not in api_roots"),
    ({"collections": [PLAIN, PLAIN]}, "two collections of one API root have this alias"),
    ({"collections": [{**PLAIN, "root": "tearline"}, PLAIN]}, "two collections of one API root have this alias"),
    ({"collections": [{**PLAIN, "feed": "unknown"}]}, "feed unknown is no feed of writer"),
    ({"collections": [{**PLAIN, "partner": "other", "feed": "writer-push"}]}, "feed writer-push is no feed of other"),
    ({"collections": [{**PLAIN, "read": False}]}, "may neither read it nor write to it"),
    ({"collections": [{**PLAIN, "alias": "Not An Alias"}]}, "alias"),
    ({"collections": [{**PLAIN, "filter": {"min_confidence": 101}}]}, "min_confidence"),
    ({"api_roots": [{"name": "tearline", "title": "Again"}], "collections": []}, "a name of its own"),
    ({"api_roots": [{"name": "taxii2", "title": "Reserved"}], "collections": []}, "a name of its own"),
]


@pytest.mark.parametrize(("parts", "told"), MISTAKES, ids=[row[1] for row in MISTAKES])
def test_mistakes_in_the_file(folder: Path, parts: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfigError, match=told):
        read_configuration(change(folder, **parts))


BETWEEN_FILES: list[tuple[dict[str, Any], str]] = [
    ({**PLAIN, "partner": "stranger"}, "stranger is no partner"),
    ({**PLAIN, "alias": "other"}, "a partner's own collection has this alias"),
    ({**PLAIN, "public": True}, "public needs policies/writer.yaml with release.tlp_max: clear"),
    ({**PLAIN, "partner": "reader", "public": True}, "public needs policies/reader.yaml"),
]


@pytest.mark.parametrize(("item", "told"), BETWEEN_FILES, ids=[row[1] for row in BETWEEN_FILES])
def test_mistakes_between_files(folder: Path, item: dict[str, Any], told: str) -> None:
    hub = open_hub(change(folder, collections=[item]))
    with pytest.raises(ConfigError, match=told):
        hub.read_sharing_files()
    assert any(finding.state == "wrong" and told in finding.told for finding in check_hub(folder))


def test_a_hub_without_mistakes(folder: Path) -> None:
    hub = open_hub(folder)
    refuse_mistakes(hub.configuration, hub.read_sharing_files())
    assert {finding.state for finding in check_hub(folder)} <= {"ok", "note"}
    assert hub.configuration.takes_pushes


def test_ids_are_stable_and_differ(folder: Path, tmp_path: Path) -> None:
    hub, again = open_hub(folder), open_hub(make(tmp_path / "again"))
    found = collection_specs(hub.configuration, hub.keys)
    assert found == collection_specs(again.configuration, again.keys)
    assert len({spec.id for spec in found}) == len(COLLECTIONS)
    assert {spec.alias: spec.root for spec in found}["second"] == "exchange"
    assert [root.name for root in api_root_specs(hub.configuration)] == ["exchange"]
