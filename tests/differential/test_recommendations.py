"""What stix2-validator recommends, and what we tell of it: our findings that a setting decides about."""

from __future__ import annotations

import pytest
from stix2validator.v21.shoulds import CHECKS

from tests.differential.difference import Stix, like
from tests.differential.witnesses import noted, ours, recommendations
from tests.unit.schemas.stix.clauses import GONE
from tests.unit.schemas.stix.sample_observables import UUID

TOLD: tuple[tuple[str, Stix, str], ...] = (
    # (what the validator calls it, an object, our reason)
    ("vocab_attack_motivation", like("intrusion-set", primary_motivation="own"), "open-vocabulary"),
    ("vocab_attack_resource_level", like("intrusion-set", resource_level="own"), "open-vocabulary"),
    ("vocab_grouping_context", like("grouping", context="own"), "open-vocabulary"),
    ("vocab_identity_class", like("identity", identity_class="own"), "open-vocabulary"),
    ("vocab_implementation_languages", like("malware", implementation_languages=["own"]), "open-vocabulary"),
    ("vocab_indicator_types", like("indicator", indicator_types=["own"]), "open-vocabulary"),
    ("vocab_infrastructure_types", like("infrastructure", infrastructure_types=["own"]), "open-vocabulary"),
    ("vocab_industry_sector", like("identity", sectors=["own"]), "open-vocabulary"),
    ("vocab_malware_types", like("malware", malware_types=["own"]), "open-vocabulary"),
    ("vocab_malware_result", like("malware-analysis", result="own"), "open-vocabulary"),
    ("vocab_malware_capabilities", like("malware", capabilities=["own"]), "open-vocabulary"),
    ("vocab_processor_architecture", like("malware", architecture_execution_envs=["own"]), "open-vocabulary"),
    ("vocab_report_types", like("report", report_types=["own"]), "open-vocabulary"),
    ("vocab_threat_actor_types", like("threat-actor", threat_actor_types=["own"]), "open-vocabulary"),
    ("vocab_threat_actor_role", like("threat-actor", roles=["own"]), "open-vocabulary"),
    ("vocab_threat_actor_sophistication_level", like("threat-actor", sophistication="own"), "open-vocabulary"),
    ("vocab_tool_types", like("tool", tool_types=["own"]), "open-vocabulary"),
    ("vocab_region", like("location", region="own"), "open-vocabulary"),
    ("vocab_pattern_type", like("indicator", pattern_type="own"), "open-vocabulary"),
    ("vocab_marking_definition", like("marking-definition", definition_type="own"), "open-vocabulary"),
    ("vocab_account_type", like("user-account", account_type="own"), "open-vocabulary"),
    (
        "vocab_windows_pebinary_type",
        like("file", extensions={"windows-pebinary-ext": {"pe_type": "own", "imphash": "i"}}),
        "open-vocabulary",
    ),
    ("vocab_hash_algo", like("file", hashes={"own": "a"}), "open-vocabulary"),
    ("countries", like("location", country="own"), "open-vocabulary"),
    ("indicator_property_check", like("indicator", name=GONE), "missing-recommended"),
    ("network_traffic_ports", like("network-traffic", dst_port=GONE), "missing-recommended"),
    ("extension_description", like("extension-definition", description=GONE), "missing-recommended"),
    ("extension_properties", like("extension-definition", extension_properties=GONE), "missing-recommended"),
    ("extensions_use", like("tool", x_own="x"), "custom-content"),
    ("extensions_use", {**like("tool"), "type": "x-own", "id": f"x-own--{UUID}"}, "custom-content"),
)
UNTOLD = {
    "about words or names that are right in every spelling": {
        *("open_vocab_values", "kill_chain_phase_names", "malware_analysis_product", "windows_process_priority_format"),
        *("observable_dictionary_keys", "observable_object_keys", "hash_length"),
    },
    "registries that grow with the years": {"mime_type", "protocols", "ipfix", "http_request_headers", "socket_options", "pdf_doc_info"},
    "about several objects at once": {"duplicate_ids", "relationships_strict"},
    "of no use to a consumer": {"extref_hashes", "deprecated_property_check", "uuid_check"},
}


@pytest.mark.parametrize(("check", "value", "reason"), TOLD, ids=[f"{check}-{value['type']}" for check, value, _ in TOLD])
def test_what_is_recommended_is_noted(check: str, value: Stix, reason: str) -> None:
    assert check in {complaint.kind for complaint in recommendations(value)}
    assert reason in {complaint.kind for complaint in noted(value)}
    assert ours(value) == ()


def test_no_recommendation_is_forgotten() -> None:
    known = {check for check, _, _ in TOLD} | {check for checks in UNTOLD.values() for check in checks}
    assert {check.__name__ for check in CHECKS["all"]} == known
