"""Every rule of the linter finds its bad example, and nothing in the sound set; every rule is documented."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.policy.lint import RULES, lint_folder
from schemas.errors import ConfigError
from tests.support.sharing import SOUND, Files, changed, write_set

NOW = datetime(2026, 7, 1, tzinfo=UTC)


def policy(**more: Any) -> Files:
    return changed("policies/taker", **more)


def agreement(**more: Any) -> Files:
    return changed("agreements/agr", **more)


def storm(name: str) -> dict[str, Any]:
    return {"id": name, "version": "1.0.0", "release": {"audience": "exercise:storm"}, "jurisdictions": ["NOR"]}


NAMES: dict[str, Any] = {"profile": "standard@1", "paths": {"identity.name": "decode_then(regenerate)"}}

BAD: dict[str, Files] = {
    "file-broken": policy(agreements=["agr@2.0.0"]),
    "agreement-ended": {**SOUND, "agreements/old": {**SOUND["agreements/agr"], "id": "old", "valid_until": "2026-02-01"}},
    "agreement-ends-soon": agreement(valid_until="2026-07-20"),
    "legal-basis-ended": agreement(legal_basis=["gdpr-6-1-f", {"id": "act-7", "valid_until": "2026-03-01"}]),
    "agreement-not-cited": {**SOUND, "agreements/other": {**SOUND["agreements/agr"], "id": "other"}},
    "grant-above-amber": agreement(grants=[{"producer": "maker", "recipient": "taker", "tlp_max": "red"}]),
    "grant-ended": agreement(grants=[{"producer": "maker", "recipient": "taker", "tlp_max": "amber", "until": "2026-03-01"}]),
    "unmarked-clear": agreement(unmarked=[{"producer": "maker", "tlp": "clear"}]),
    "purpose-without-ground": agreement(assurances=None),
    "transfer-without-ground": {
        **agreement(transfer_ground=None),
        "partners/maker": {**SOUND["partners/maker"], "jurisdiction": ["CHE"]},
    },
    "no-retention": agreement(retention_days=None),
    "community-unknown": {**SOUND, "partners/maker": {**SOUND["partners/maker"], "communities": ["forum", "circle"]}},
    "community-one-sided": {**SOUND, "partners/maker": {**SOUND["partners/maker"], "communities": []}},
    "concerns-nobody": {**SOUND, "overlays/law": {**SOUND["overlays/law"], "jurisdictions": ["CHE"]}},
    "template-unused": {**SOUND, "templates/more": {"id": "more", "version": "1.0.0"}},
    "policy-ended": policy(effective_until="2026-06-30"),
    "no-agreement": agreement(valid_from="2026-12-01"),
    "nothing-released": {**SOUND, "overlays/law": {**SOUND["overlays/law"], "release": {"types": ["report"]}}},
    "no-purpose": policy(release={"tlp_max": "amber", "purposes": ["training"]}),
    "two-audiences": {**SOUND, "overlays/law": storm("law")},
    "other-audience": {**policy(release={"tlp_max": "amber", "audience": "exercise:storm"}), "tearline": {"hub": {"id": "hub"}}},
    "type-unknown": policy(release={"tlp_max": "amber", "types": ["indicator", "indicators"]}),
    "grant-above-ceiling": policy(release={"tlp_max": "green"}),
    "few-sightings": policy(minimize={"sightings": {"k": 3}}),
    "resale-above-clear": {**SOUND, "partners/taker": {**SOUND["partners/taker"], "resale": True}},
    "named-to-authorities": {
        **policy(minimize={"attribution": "named", **NAMES}),
        "templates/base": {**SOUND["templates/base"], "release": {"types": ["indicator", "identity"]}},
    },
    "names-nobody": {
        **policy(minimize={"attribution": "named"}),
        "partners/taker": {**SOUND["partners/taker"], "kind": "csirt"},
    },
    "verbatim-beyond-peers": {
        **policy(minimize={"profile": "verbatim@1"}),
        "partners/taker": {**SOUND["partners/taker"], "kind": "private"},
    },
    "extradition": {
        **agreement(purposes=["extradition_support"]),
        "policies/taker": {**SOUND["policies/taker"], "release": {"tlp_max": "amber", "purposes": ["extradition_support"]}},
    },
    "path-unknown": policy(minimize={"paths": {"indicator.descripton": "drop"}}),
    "keep-without-effect": {**SOUND, "overlays/law": {**SOUND["overlays/law"], "minimize": {"paths": {"indicator.name": "keep"}}}},
    "drops-required": policy(minimize={"paths": {"indicator.pattern": "drop"}}),
    "verbs-clash": policy(minimize={"paths": {"ipv4-addr.value": "generalize(ip:48)"}}),
}


def test_the_sound_set_is_clean(tmp_path: Path) -> None:
    assert lint_folder(write_set(tmp_path, SOUND), NOW) == []


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_finds_its_bad_example_and_nothing_else_there(rule: Any, tmp_path: Path) -> None:
    found = lint_folder(write_set(tmp_path, BAD[rule.id]), NOW)
    assert rule.id in {item.rule for item in found}
    assert {item.level for item in found if item.rule == rule.id} == {rule.level}
    ended = {"agreement-ended": {"agreement-not-cited"}}
    assert {item.rule for item in found} - {rule.id} == ended.get(rule.id, set())
    for item in found:
        assert (tmp_path / item.file.partition(":")[0]).exists()
        assert item.told


def test_every_rule_says_what_it_means_and_what_to_do() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    for rule in RULES:
        assert rule.meaning.endswith(".")
        assert rule.remedy.endswith(".")


def test_a_recipient_that_sells_on_gets_what_is_clear(tmp_path: Path) -> None:
    files = {**policy(release={"tlp_max": "clear"}), "agreements/agr": {**SOUND["agreements/agr"], "grants": []}}
    files["partners/taker"] = {**SOUND["partners/taker"], "resale": True}
    assert lint_folder(write_set(tmp_path, files), NOW) == []


def test_a_broken_configuration_is_a_finding_and_the_rest_is_linted(tmp_path: Path) -> None:
    write_set(tmp_path, {**agreement(retention_days=None), "tearline": "nonsense: true\n"})
    assert [item.rule for item in lint_folder(tmp_path, NOW)] == ["file-broken", "no-retention"]


def test_a_folder_without_sharing_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="name the hub's folder with --dir"):
        lint_folder(tmp_path, NOW)
