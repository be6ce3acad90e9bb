"""Real STIX 2.0 content becomes valid STIX 2.1; real STIX 2.1 content comes back as it is."""

from __future__ import annotations

from collections import Counter
from typing import Any

import orjson
import pytest

from schemas.ids import observable_id
from schemas.stix.inspection import inspect
from tests.support.data import files, needs_data
from transforms.upgrade import is_stix20, upgrade

pytestmark = [pytest.mark.real, needs_data]


def objects(*patterns: str) -> list[dict[str, Any]]:
    documents = [orjson.loads(path.read_bytes()) for path in files(*patterns)]
    return [value for document in documents for value in document.get("objects", ())]


def test_all_playbooks_are_upgraded_and_nothing_that_must_be_right_is_wrong() -> None:
    changes: Counter[str] = Counter()
    values = objects("unit42_playbooks_stix20/*.json")
    for value in values:
        assert is_stix20(value)
        result = upgrade(value)
        changes.update(result.changes)
        (new,) = result.objects
        assert not is_stix20(new)
        assert [finding for finding in inspect(new) if finding.setting == ""] == []
        kept = value.keys() - {"labels", "sectors"}
        assert {name: new[name] for name in kept} == {name: value[name] for name in kept}
    kinds = Counter(value["type"] for value in values)
    assert len(values) > 10_000
    assert all(changes[f"{name}.spec_version=add"] == number for name, number in kinds.items())
    assert changes["indicator.labels=move"] == kinds["indicator"]
    assert changes["indicator.pattern_type=add"] == sum("pattern_type" not in value for value in values if value["type"] == "indicator")
    assert changes["malware.is_family=add"] == sum("is_family" not in value for value in values if value["type"] == "malware")
    assert changes["identity.sectors=replace"] == 1


@pytest.mark.parametrize(
    "folder", ["amnesty/*.stix2", "mvt/*.stix2", "stalkerware/*.json", "attack/*.json", "oasis_examples/indicator*.json"]
)
def test_stix_21_comes_back_as_it_is(folder: str) -> None:
    found = objects(folder)
    assert found
    for value in found:
        assert not is_stix20(value)
        assert upgrade(value).objects == (value,)


def test_real_observables_get_the_ids_that_their_producers_gave_them() -> None:
    """Observables of STIX 2.1 that have deterministic ids, put into containers, come out under the same ids."""
    found = {
        value["id"]: value
        for value in objects("oasis_examples/*.json", "oasis_examples/*/*.json")
        if not value["id"].startswith("process--")
    }
    checked = 0
    for value in found.values():
        if value["type"] not in ("domain-name", "file", "ipv4-addr", "url", "email-addr") or value["id"] != observable_id(value):
            continue
        member = {name: item for name, item in value.items() if name not in ("id", "spec_version")}
        observed = {"type": "observed-data", "id": "observed-data--b67d30ff-02ac-498a-92f9-32f845f448cf", "objects": {"0": member}}
        assert upgrade(observed).objects[1] == {**value, "spec_version": "2.1"}
        checked += 1
    assert checked > 0
