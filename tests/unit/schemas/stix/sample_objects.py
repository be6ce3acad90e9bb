"""One valid object of each type of STIX 2.1 that is no observable, with every property that it may have at the same time."""

from __future__ import annotations

from typing import Any

UUID = "0f5b9c1e-6f0a-4b53-9c7d-2a1e5d3c4b6a"
TIME = "2026-02-03T04:05:06.789Z"
LATER = "2026-02-03T04:05:07Z"
GREEN = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"
RED = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"
ENRICHMENT = "extension-definition--8f0f1c3e-6a52-4a0e-9d43-2b3f0c7d5e21"
STRANGE = "extension-definition--9c59fd79-4215-4ba2-920d-3e4f320e1e62"
CHAIN = [{"kill_chain_name": "lockheed-martin-cyber-kill-chain", "phase_name": "delivery"}]
REFERENCES = [
    {"source_name": "s", "description": "d", "url": "https://example.com/", "hashes": {"SHA-256": "a" * 64}, "external_id": "x"},
]


def ref(type_name: str) -> str:
    """A reference to some object of a type."""
    return f"{type_name}--{UUID}"


def _object(type_name: str, **properties: Any) -> dict[str, Any]:
    return {"type": type_name, "spec_version": "2.1", "id": ref(type_name), "created": TIME, **properties}


def _versioned(type_name: str, **properties: Any) -> dict[str, Any]:
    return _object(
        type_name, created_by_ref=ref("identity"), modified=LATER.replace("Z", ".000Z"), revoked=False, labels=["one"], **properties
    )


def domain(type_name: str, **properties: Any) -> dict[str, Any]:
    """An object of a domain or relationship type with all common properties."""
    return _versioned(
        type_name,
        confidence=0,
        lang="en",
        external_references=REFERENCES,
        object_marking_refs=[GREEN, GREEN],
        granular_markings=[{"marking_ref": RED, "selectors": ["labels.[0]"]}, {"lang": "de-CH", "selectors": ["labels"]}],
        extensions={ENRICHMENT: {"extension_type": "property-extension", "score": 1}},
        **properties,
    )


_SEEN = {"first_seen": TIME, "last_seen": TIME}
_TEXTS = {"name": "n", "description": "d"}
_ANY = [ref("ipv4-addr"), ref("relationship"), ref("x-custom"), ref("marking-definition")]

DOMAIN_SAMPLES: dict[str, dict[str, Any]] = {
    sample["type"]: sample
    for sample in (
        domain("attack-pattern", **_TEXTS, aliases=["a"], kill_chain_phases=CHAIN),
        domain("campaign", **_TEXTS, **_SEEN, aliases=["a"], objective="o"),
        domain("course-of-action", **_TEXTS),
        domain("grouping", **_TEXTS, context="unspecified", object_refs=_ANY),
        domain("identity", **_TEXTS, roles=["r"], identity_class="organization", sectors=["legal"], contact_information="c"),
        domain("incident", **_TEXTS),
        domain(
            "indicator",
            **_TEXTS,
            indicator_types=["malicious-activity"],
            pattern="[domain-name:value = 'example.com']",
            pattern_type="stix",
            pattern_version="2.1",
            valid_from=TIME,
            valid_until=LATER,
            kill_chain_phases=CHAIN,
        ),
        domain("infrastructure", **_TEXTS, **_SEEN, infrastructure_types=["firewall"], aliases=["a"], kill_chain_phases=CHAIN),
        domain(
            "intrusion-set",
            **_TEXTS,
            **_SEEN,
            aliases=["a"],
            goals=["g"],
            resource_level="team",
            primary_motivation="revenge",
            secondary_motivations=["ideology"],
        ),
        domain(
            "location",
            **_TEXTS,
            latitude=90,
            longitude=-180.0,
            precision=1.5,
            region="polynesia",
            country="fj",
            administrative_area="a",
            city="c",
            street_address="s",
            postal_code="p",
        ),
        domain(
            "malware",
            **_TEXTS,
            **_SEEN,
            malware_types=["bot"],
            is_family=True,
            aliases=["a"],
            kill_chain_phases=CHAIN,
            operating_system_refs=[ref("software")],
            architecture_execution_envs=["x86-64"],
            implementation_languages=["rust"],
            capabilities=["evades-av"],
            sample_refs=[ref("file"), ref("artifact")],
        ),
        domain(
            "malware-analysis",
            product="anonymized",
            version="1",
            host_vm_ref=ref("software"),
            operating_system_ref=ref("software"),
            installed_software_refs=[ref("software")],
            configuration_version="1",
            modules=["m"],
            analysis_engine_version="1",
            analysis_definition_version="1",
            submitted=TIME,
            analysis_started=TIME,
            analysis_ended=TIME,
            result_name="r",
            result="benign",
            analysis_sco_refs=[ref("url"), ref("x-custom")],
            sample_ref=ref("network-traffic"),
        ),
        domain("note", abstract="a", content="c", authors=["a"], object_refs=_ANY),
        domain(
            "observed-data",
            first_observed=TIME,
            last_observed=TIME,
            number_observed=999_999_999,
            object_refs=[ref("relationship"), ref("url")],
        ),
        domain("opinion", explanation="e", authors=["a"], opinion="neutral", object_refs=_ANY),
        domain(
            "relationship",
            relationship_type="x-0-y",
            description="d",
            source_ref=ref("url"),
            target_ref=ref("x-custom"),
            start_time=TIME,
            stop_time=LATER,
        ),
        domain("report", **_TEXTS, report_types=["incident"], published=TIME, object_refs=_ANY),
        domain(
            "sighting",
            description="d",
            **_SEEN,
            count=0,
            sighting_of_ref=ref("x-custom"),
            observed_data_refs=[ref("observed-data")],
            where_sighted_refs=[ref("identity"), ref("location")],
            summary=True,
        ),
        domain(
            "threat-actor",
            **_TEXTS,
            **_SEEN,
            threat_actor_types=["private-sector"],
            aliases=["a"],
            roles=["agent"],
            goals=["g"],
            sophistication="none",
            resource_level="club",
            primary_motivation="coercion",
            secondary_motivations=["dominance"],
            personal_motivations=["notoriety"],
        ),
        domain("tool", **_TEXTS, tool_types=["unknown"], aliases=["a"], kill_chain_phases=CHAIN, tool_version="1"),
        domain("vulnerability", **_TEXTS),
    )
}

META_SAMPLES: dict[str, dict[str, Any]] = {
    sample["type"]: sample
    for sample in (
        _versioned(
            "extension-definition",
            **_TEXTS,
            schema="https://example.com/schema.json",
            version="1.0.0",
            extension_types=["new-sdo", "toplevel-property-extension"],
            extension_properties=["rank", "2nd"],
            external_references=REFERENCES,
            object_marking_refs=[GREEN],
            granular_markings=[{"marking_ref": RED, "selectors": ["name"]}],
        ),
        _versioned(
            "language-content",
            object_ref=ref("campaign"),
            object_modified=TIME,
            contents={"de": {"name": "Bankangriff", "goals": ["a", ""], "deep": {"er": "x"}}, "zh-Hant-TW": {"name": "n"}},
            confidence=100,
            external_references=REFERENCES,
            object_marking_refs=[GREEN],
            granular_markings=[{"marking_ref": RED, "selectors": ["contents.de.goals.[1]", "contents.zh-Hant-TW"]}],
            extensions={ENRICHMENT: {"extension_type": "property-extension", "score": 1}},
        ),
        _object(
            "marking-definition",
            name="a statement",
            definition_type="statement",
            definition={"statement": "Copyright 2026, Example"},
            created_by_ref=ref("identity"),
            external_references=REFERENCES,
            object_marking_refs=[GREEN],
            granular_markings=[{"marking_ref": RED, "selectors": ["definition.statement"]}],
            extensions={ENRICHMENT: {"extension_type": "property-extension", "score": 1}},
        ),
    )
}

BUNDLE = {"type": "bundle", "id": ref("bundle"), "objects": [{"type": "x-anything"}]}

SAMPLES = {**DOMAIN_SAMPLES, **META_SAMPLES}
