"""Domain objects: labels that became types, a renamed sector, `is_family`, hashes of references."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.transforms.upgrade.support import GREEN, OWN, RED, SHA256, checked, own_changes, refusal, stix20
from transforms.upgrade import upgrade

TYPES = {
    "indicator": ("indicator_types", ["anomalous-activity", "anonymization", "benign", "compromised", "malicious-activity", "attribution"]),
    "malware": (
        "malware_types",
        [
            *("adware", "backdoor", "bot", "ddos", "dropper", "exploit-kit", "keylogger", "ransomware", "remote-access-trojan"),
            *("resource-exploitation", "rogue-security-software", "rootkit", "screen-capture", "spyware", "trojan", "virus", "worm"),
        ],
    ),
    "report": (
        "report_types",
        [
            *("threat-report", "attack-pattern", "campaign", "identity", "indicator", "malware", "observed-data", "threat-actor"),
            *("tool", "vulnerability"),
        ],
    ),
    "threat-actor": (
        "threat_actor_types",
        [
            *("activist", "competitor", "crime-syndicate", "criminal", "hacker", "insider-accidental", "insider-disgruntled"),
            *("nation-state", "sensationalist", "spy", "terrorist"),
        ],
    ),
    "tool": (
        "tool_types",
        [
            *("denial-of-service", "exploitation", "information-gathering", "network-capture", "credential-exploitation"),
            *("remote-access", "vulnerability-scanning"),
        ],
    ),
}
"""Type -> the property of STIX 2.1, and the label vocabulary of STIX 2.0."""


@pytest.mark.parametrize("type_name", TYPES)
def test_labels_of_the_vocabulary_become_types(type_name: str) -> None:
    target, vocabulary = TYPES[type_name]
    result = checked(stix20(type_name, labels=vocabulary))
    assert result.objects[0][target] == vocabulary
    assert "labels" not in result.objects[0]
    assert f"{type_name}.labels=move" in result.changes


@pytest.mark.parametrize("type_name", TYPES)
def test_other_labels_stay_labels(type_name: str) -> None:
    target, (first, *_) = TYPES[type_name]
    (value,) = checked(stix20(type_name, labels=["TLP:AMBER", first, "Example", first.upper()])).objects
    assert value[target] == [first]
    assert value["labels"] == ["TLP:AMBER", "Example", first.upper()]


@pytest.mark.parametrize("type_name", TYPES)
def test_no_types_come_from_labels_outside_the_vocabulary(type_name: str) -> None:
    target, _ = TYPES[type_name]
    result = checked(stix20(type_name, labels=["example"]))
    assert target not in result.objects[0]
    assert result.objects[0]["labels"] == ["example"]
    assert f"{type_name}.labels=move" not in result.changes


@pytest.mark.parametrize("type_name", TYPES)
def test_types_that_are_there_win(type_name: str) -> None:
    target, (first, second, *_) = TYPES[type_name]
    (value,) = checked(stix20(type_name, labels=[first], **{target: [second]})).objects
    assert (value["labels"], value[target]) == ([first], [second])


@pytest.mark.parametrize("type_name", TYPES)
def test_labels_that_are_no_list_are_left_to_the_validation(type_name: str) -> None:
    (value,) = upgrade(stix20(type_name, labels="trojan")).objects
    assert value["labels"] == "trojan"
    (value,) = upgrade(stix20(type_name, labels=[7, None])).objects
    assert value["labels"] == [7, None]


def test_labels_of_an_identity_are_its_roles_unless_they_restrict_sharing() -> None:
    result = checked(stix20("identity", labels=["CEO", "tlp: amber", "Retailer"]))
    (value,) = result.objects
    assert value["roles"] == ["CEO", "Retailer"]
    assert value["labels"] == ["tlp: amber"]
    assert value["identity_class"] == "organization"
    assert own_changes(result) == ("identity.labels=move",)


def test_the_one_sector_that_is_spelled_in_another_way() -> None:
    result = checked(stix20("identity", sectors=["energy", "defence", "own-sector"]))
    assert result.objects[0]["sectors"] == ["energy", "defense", "own-sector"]
    assert own_changes(result) == ("identity.sectors=replace",)
    assert own_changes(checked(stix20("identity", sectors=["energy"]))) == ()


@pytest.mark.parametrize(
    ("more", "expected", "recorded"),
    [
        ({}, False, True),
        ({"x_example_is_family": True}, True, True),
        ({"x_example_is_family": False}, False, True),
        ({"x_example_is_family": "yes"}, False, True),
        ({"is_family": True}, True, False),
        ({"is_family": False, "x_example_is_family": True}, False, False),
    ],
)
def test_malware_says_whether_it_is_a_family(more: dict[str, Any], expected: bool, recorded: bool) -> None:
    result = checked(stix20("malware", **more))
    assert result.objects[0]["is_family"] is expected
    assert ("malware.is_family=add" in result.changes) is recorded


def test_hashes_of_external_references_get_their_names_of_stix_21() -> None:
    refs = [
        {"source_name": "a", "url": "https://example.com/a", "hashes": {"SHA-256": SHA256, "ssdeep": "3:a:b"}},
        {"source_name": "b", "external_id": "1"},
    ]
    result = checked(stix20("tool", external_references=refs))
    assert result.objects[0]["external_references"][0]["hashes"] == {"SHA-256": SHA256, "SSDEEP": "3:a:b"}
    assert "tool.external_references.hashes.ssdeep=rename" in result.changes


def test_a_hash_under_both_names_keeps_both() -> None:
    hashes = {"ssdeep": "3:a:b", "SSDEEP": "3:c:d"}
    result = upgrade(stix20("campaign", external_references=[{"source_name": "a", "url": "https://example.com/a", "hashes": hashes}]))
    assert result.objects[0]["external_references"][0]["hashes"] == hashes
    assert own_changes(result) == ()


def test_properties_of_stix_21_and_custom_ones_are_kept() -> None:
    more = {"confidence": 70, "lang": "en", "x_example": {"labels": ["trojan"], "created": 1}, "aliases": ["a"]}
    (value,) = checked(stix20("malware", **more)).objects
    assert more.items() <= value.items()


def marked(*selectors: str, ref: str = RED) -> dict[str, Any]:
    return {"marking_ref": ref, "selectors": list(selectors)}


@pytest.mark.parametrize(
    ("labels", "selectors", "expected"),
    [
        (["trojan"], ["labels"], ["malware_types"]),
        (["trojan"], ["labels.[0]"], ["malware_types.[0]"]),
        (["own", "trojan", "other", "worm"], ["labels"], ["labels", "malware_types"]),
        (["own", "trojan", "other", "worm"], ["labels.[3]"], ["malware_types.[1]"]),
        (["own", "trojan", "other", "worm"], ["labels.[2]"], ["labels.[1]"]),
        (["own", "trojan", "other", "worm"], ["labels.[0]"], ["labels.[0]"]),
        (["own"], ["labels.[0]"], ["labels.[0]"]),
        (["trojan", "worm"], ["labels.[1]", "labels.[0]", "name"], ["malware_types.[1]", "malware_types.[0]", "name"]),
        (["trojan"], ["name", "description"], ["name", "description"]),
    ],
)
def test_granular_markings_follow_labels(labels: list[str], selectors: list[str], expected: list[str]) -> None:
    value = stix20("malware", description="x", labels=labels, granular_markings=[marked(*selectors), marked("name", ref=GREEN)])
    result = checked(value)
    assert result.objects[0]["granular_markings"] == [marked(*expected), marked("name", ref=GREEN)]
    assert ("malware.granular_markings=rewrite" in result.changes) is (selectors != expected)


def test_granular_markings_follow_a_renamed_hash() -> None:
    refs = [{"source_name": "a", "url": "https://example.com/a", "hashes": {"ssdeep": "3:a:b"}}]
    granular = [marked("external_references.[0].hashes.ssdeep"), marked("external_references", "external_references.[0].hashes", ref=OWN)]
    (value,) = checked(stix20("campaign", external_references=refs, granular_markings=granular)).objects
    assert value["granular_markings"] == [marked("external_references.[0].hashes.SSDEEP"), granular[1]]


@pytest.mark.parametrize("selector", ["labels.[7]", "labels.[01]", "labels.x", "labels.[0].x", "labels."])
def test_a_selector_that_points_to_nothing_among_what_moved_is_refused(selector: str) -> None:
    assert refusal(stix20("malware", granular_markings=[marked(selector)])) == "granular_markings"


@pytest.mark.parametrize("granular", ["x", [1], [{"marking_ref": RED}], [{"selectors": "labels"}], [{"selectors": [1]}]])
def test_granular_markings_that_cannot_be_read_are_refused_where_something_moved(granular: Any) -> None:
    assert refusal(stix20("malware", granular_markings=granular)) == "granular_markings"
    assert upgrade(stix20("campaign", granular_markings=granular)).objects[0]["granular_markings"] == granular
