"""One object for each MUST that the validator checks, and one for each recommendation of it that we tell too.

The rules are facts about the validator; the objects are ours.
"""

from __future__ import annotations

from typing import Any

from tests.differential.difference import AGREED, Stix, like
from tests.unit.schemas.stix.clauses import GONE
from tests.unit.schemas.stix.sample_objects import GREEN, RED, REFERENCES
from tests.unit.schemas.stix.sample_observables import EXTENSIONS, UUID, ref

EARLY = "2020-01-01T00:00:00.000Z"
OWN = f"extension-definition--{UUID}"


def _reference(**changes: Any) -> dict[str, Any]:
    made = {**REFERENCES[0], **changes}
    return {"external_references": [{name: item for name, item in made.items() if item is not GONE}]}


def _marking(*selectors: str, **changes: Any) -> dict[str, Any]:
    made = {"marking_ref": RED, "selectors": list(selectors), **changes}
    return {"granular_markings": [{name: item for name, item in made.items() if item is not GONE}]}


def _extended(type_name: str, name: str, **changes: Any) -> Stix:
    extension = {key: item for key, item in {**EXTENSIONS[name], **changes}.items() if item is not GONE}
    return like(type_name, extensions={name: extension})


def _hashes(**changes: str) -> dict[str, Any]:
    return {"hashes": {name.replace("_", "-"): text for name, text in changes.items()}}


MUSTS: tuple[tuple[str, str, Stix, str], ...] = (
    # (what the validator calls it, where it sees it, the object, our reason)
    ("required", "", like("tool", created=GONE), "missing-property"),
    ("enum", "spec_version", like("tool", spec_version="2.2"), "unsupported-version"),
    ("pattern", "id", like("tool", id="tool--x"), "invalid-id"),
    ("pattern", "id", like("tool", id=ref("malware")), "invalid-id"),
    ("pattern", "created_by_ref", like("tool", created_by_ref="x"), "invalid-property"),
    ("type", "labels", like("tool", labels="one"), "invalid-property"),
    ("type", "labels.#", like("tool", labels=[1]), "invalid-property"),
    ("minItems", "labels", like("tool", labels=[]), "empty-list"),
    ("pattern", "created", like("tool", created="2026-02-03"), "invalid-timestamp"),
    ("type", "revoked", like("tool", revoked="true"), "invalid-property"),
    ("type", "confidence", like("tool", confidence="50"), "invalid-property"),
    ("minimum", "confidence", like("tool", confidence=-1), "out-of-range"),
    ("maximum", "confidence", like("tool", confidence=101), "out-of-range"),
    ("type", "lang", like("tool", lang=1), "invalid-property"),
    ("minItems", "external_references", like("tool", external_references=[]), "empty-list"),
    ("oneOf", "external_references.#", like("tool", **_reference(source_name=GONE)), "missing-property"),
    ("oneOf", "external_references.#", like("tool", **_reference(description=GONE, url=GONE, external_id=GONE)), "missing-property"),
    ("oneOf", "external_references.#", like("attack-pattern", **_reference(source_name="capec")), "invalid-property"),
    ("oneOf", "external_references.#", like("attack-pattern", **_reference(external_id="CAPEC-1")), "invalid-property"),
    ("oneOf", "external_references.#", like("vulnerability", **_reference(source_name="cve", external_id="CVE-1")), "invalid-property"),
    ("oneOf", "external_references.#", like("vulnerability", **_reference(external_id="CVE-2026-1234")), "invalid-property"),
    ("pattern", "external_references.#.hashes.MD5", like("tool", **_reference(**_hashes(MD5="a"))), "invalid-hash"),
    ("minItems", "object_marking_refs", like("tool", object_marking_refs=[]), "empty-list"),
    ("pattern", "object_marking_refs.#", like("tool", object_marking_refs=["x"]), "invalid-property"),
    ("minItems", "granular_markings", like("tool", granular_markings=[]), "empty-list"),
    ("minItems", "granular_markings.#.selectors", like("tool", **_marking()), "empty-list"),
    ("pattern", "granular_markings.#.selectors.#", like("tool", **_marking("A b")), "invalid-selector"),
    ("required", "granular_markings.#", like("tool", **_marking(selectors=GONE)), "missing-property"),
    ("required", "granular_markings.#", like("tool", **_marking("id", marking_ref=GONE)), "missing-property"),
    ("pattern", "granular_markings.#.marking_ref", like("tool", **_marking("id", marking_ref=ref("tool"))), "invalid-reference"),
    ("minProperties", "extensions", like("tool", extensions={}), "empty-list"),
    ("required", f"extensions.{OWN}", like("tool", extensions={OWN: {"x_own": 1}}), "missing-property"),
    ("enum", f"extensions.{OWN}.extension_type", like("tool", extensions={OWN: {"extension_type": "x"}}), "closed-vocabulary"),
    # the other checks
    ("timestamp", "", like("indicator", valid_from="2026-02-30T00:00:00Z", valid_until=GONE), "invalid-timestamp"),
    ("timestamp_compare", "", like("tool", modified=EARLY), "invalid-order"),
    ("timestamp_compare", "", like("campaign", last_seen=EARLY), "invalid-order"),
    ("timestamp_compare", "", like("indicator", valid_until=AGREED["indicator"]["valid_from"]), "invalid-order"),
    ("timestamp_compare", "", like("infrastructure", last_seen=EARLY), "invalid-order"),
    ("timestamp_compare", "", like("intrusion-set", last_seen=EARLY), "invalid-order"),
    ("timestamp_compare", "", like("malware", last_seen=EARLY), "invalid-order"),
    ("timestamp_compare", "", like("observed-data", last_observed=EARLY), "invalid-order"),
    ("timestamp_compare", "", like("relationship", stop_time=AGREED["relationship"]["start_time"]), "invalid-order"),
    ("timestamp_compare", "", like("sighting", last_seen=EARLY), "invalid-order"),
    ("timestamp_compare", "", like("threat-actor", last_seen=EARLY), "invalid-order"),
    ("observable_timestamp_compare", "", like("network-traffic", end=EARLY), "invalid-order"),
    ("object_marking_circular_refs", "", like("marking-definition", object_marking_refs=[ref("marking-definition")]), "invalid-reference"),
    (
        "granular_markings_circular_refs",
        "",
        like("marking-definition", **_marking("name", marking_ref=ref("marking-definition"))),
        "invalid-reference",
    ),
    ("marking_selector_syntax", "", like("tool", **_marking("objective")), "invalid-selector"),
    ("marking_selector_syntax", "", like("tool", **_marking("labels.[1]")), "invalid-selector"),
    ("character_set", "", like("directory", path_enc="no-set"), "invalid-property"),
    ("character_set", "", like("file", name_enc="no-set"), "invalid-property"),
    ("language", "", like("tool", lang="a b"), "invalid-property"),
    ("software_language", "", like("software", languages=["a b"]), "invalid-property"),
    ("patterns", "", like("indicator", pattern="[domain-name:value = ]"), "invalid-pattern"),
    ("patterns", "", like("indicator", pattern="domain-name:value = 'a.example'"), "invalid-pattern"),
    ("cpe_check", "", like("software", cpe="x"), "invalid-property"),
    ("language_contents", "", like("language-content", contents={"a b": {"name": "n"}}), "invalid-property"),
    # rules of single types
    ("oneOf", "", like("artifact", payload_bin=GONE), "missing-property"),
    ("oneOf", "", like("artifact", url="https://example.com/"), "exclusive-properties"),
    ("oneOf", "", like("artifact", payload_bin=GONE, url="https://example.com/", hashes=GONE), "missing-property"),
    ("oneOf", "", like("artifact", encryption_algorithm=GONE), "missing-property"),
    ("enum", "encryption_algorithm", like("artifact", encryption_algorithm="rot13"), "closed-vocabulary"),
    ("pattern", "payload_bin", like("artifact", payload_bin="x"), "invalid-property"),
    ("format", "value", like("domain-name", value="a b"), "invalid-property"),
    ("format", "value", like("email-addr", value="x"), "invalid-property"),
    ("format", "value", like("url", value="x"), "invalid-property"),
    ("pattern", "value", like("ipv4-addr", value="192.0.2.256"), "invalid-property"),
    ("pattern", "value", like("ipv6-addr", value="2001:db8::x"), "invalid-property"),
    ("pattern", "value", like("mac-addr", value="00-00-5e-00-53-01"), "invalid-property"),
    ("oneOf", "", like("email-message", body="b"), "exclusive-properties"),
    ("oneOf", "", like("email-message", is_multipart=False), "exclusive-properties"),
    ("oneOf", "", like("email-message", body_multipart=[{"content_type": "text/plain"}]), "missing-property"),
    ("anyOf", "", like("file", hashes=GONE, name=GONE, name_enc=GONE), "missing-property"),
    ("minimum", "size", like("file", size=-1), "out-of-range"),
    ("pattern", "magic_number_hex", like("file", magic_number_hex="abc"), "invalid-property"),
    ("pattern", "hashes.MD5", like("file", **_hashes(MD5="a")), "invalid-hash"),
    ("pattern", "hashes.SHA-1", like("file", **_hashes(SHA_1="a")), "invalid-hash"),
    ("pattern", "hashes.SHA-256", like("file", **_hashes(SHA_256="a")), "invalid-hash"),
    ("pattern", "hashes.SHA-512", like("file", **_hashes(SHA_512="a")), "invalid-hash"),
    ("pattern", "hashes.SHA3-256", like("file", **_hashes(SHA3_256="a")), "invalid-hash"),
    ("pattern", "hashes.SHA3-512", like("file", **_hashes(SHA3_512="a")), "invalid-hash"),
    ("pattern", "hashes.TLSH", like("file", **_hashes(TLSH="a")), "invalid-hash"),
    ("additionalProperties", "hashes", like("file", **_hashes(a="a")), "invalid-name"),
    ("anyOf", "extensions.ntfs-ext", like("file", extensions={"ntfs-ext": {"x_own": 1}}), "missing-property"),
    ("anyOf", "extensions.pdf-ext", like("file", extensions={"pdf-ext": {"x_own": 1}}), "missing-property"),
    ("anyOf", "extensions.raster-image-ext", like("file", extensions={"raster-image-ext": {"x_own": 1}}), "missing-property"),
    ("anyOf", "extensions.windows-pebinary-ext", like("file", extensions={"windows-pebinary-ext": {"pe_type": "exe"}}), "missing-property"),
    ("required", "extensions.archive-ext", _extended("file", "archive-ext", contains_refs=GONE), "missing-property"),
    ("anyOf", "extensions.tcp-ext", like("network-traffic", extensions={"tcp-ext": {"x_own": 1}}), "missing-property"),
    ("required", "extensions.icmp-ext", _extended("network-traffic", "icmp-ext", icmp_code_hex=GONE), "missing-property"),
    ("required", "extensions.http-request-ext", _extended("network-traffic", "http-request-ext", request_value=GONE), "missing-property"),
    ("required", "extensions.socket-ext", _extended("network-traffic", "socket-ext", address_family=GONE), "missing-property"),
    (
        "enum",
        "extensions.socket-ext.address_family",
        _extended("network-traffic", "socket-ext", address_family="AF_X"),
        "closed-vocabulary",
    ),
    ("enum", "extensions.socket-ext.socket_type", _extended("network-traffic", "socket-ext", socket_type="SOCK_X"), "closed-vocabulary"),
    (
        "minimum",
        "extensions.socket-ext.socket_descriptor",
        _extended("network-traffic", "socket-ext", socket_descriptor=-1),
        "out-of-range",
    ),
    ("anyOf", "", like("network-traffic", src_ref=GONE, dst_ref=GONE), "missing-property"),
    ("oneOf", "", like("network-traffic", is_active=True), "exclusive-properties"),
    ("maximum", "src_port", like("network-traffic", src_port=65536), "out-of-range"),
    ("minItems", "protocols", like("network-traffic", protocols=[]), "empty-list"),
    ("anyOf", "", {"type": "process", "spec_version": "2.1", "id": ref("process")}, "missing-property"),
    ("anyOf", "extensions.windows-process-ext", like("process", extensions={"windows-process-ext": {"x_own": 1}}), "missing-property"),
    ("anyOf", "extensions.windows-service-ext", like("process", extensions={"windows-service-ext": {"x_own": 1}}), "missing-property"),
    (
        "enum",
        "extensions.windows-process-ext.integrity_level",
        _extended("process", "windows-process-ext", integrity_level="x"),
        "closed-vocabulary",
    ),
    ("enum", "extensions.windows-service-ext.start_type", _extended("process", "windows-service-ext", start_type="x"), "closed-vocabulary"),
    ("anyOf", "extensions.unix-account-ext", like("user-account", extensions={"unix-account-ext": {"x_own": 1}}), "missing-property"),
    ("anyOf", "", {"type": "user-account", "spec_version": "2.1", "id": ref("user-account")}, "missing-property"),
    ("not", "key", like("windows-registry-key", key="HKLM\\x"), "invalid-property"),
    ("anyOf", "values.#", like("windows-registry-key", values=[{"x_own": 1}]), "missing-property"),
    ("enum", "values.#.data_type", like("windows-registry-key", values=[{"data_type": "REG_X"}]), "closed-vocabulary"),
    ("anyOf", "", {"type": "windows-registry-key", "spec_version": "2.1", "id": ref("windows-registry-key")}, "missing-property"),
    ("anyOf", "", {"type": "x509-certificate", "spec_version": "2.1", "id": ref("x509-certificate")}, "missing-property"),
    ("anyOf", "x509_v3_extensions", like("x509-certificate", x509_v3_extensions={"x_own": 1}), "missing-property"),
    ("required", "kill_chain_phases.#", like("tool", kill_chain_phases=[{"kill_chain_name": "k"}]), "missing-property"),
    (
        "anyOf",
        "",
        like("location", region=GONE, country=GONE, latitude=GONE, longitude=GONE, precision=GONE),
        "missing-property",
    ),
    ("oneOf", "", like("location", longitude=GONE, precision=GONE), "missing-property"),
    ("oneOf", "", like("location", latitude=GONE, longitude=GONE), "missing-property"),
    ("maximum", "latitude", like("location", latitude=90.5), "out-of-range"),
    ("minimum", "longitude", like("location", longitude=-180.5), "out-of-range"),
    ("oneOf", "", like("malware", is_family=True, name=GONE), "missing-property"),
    ("anyOf", "", like("malware-analysis", result=GONE, analysis_sco_refs=GONE), "missing-property"),
    ("pattern", "host_vm_ref", like("malware-analysis", host_vm_ref=ref("tool")), "invalid-reference"),
    ("oneOf", "sample_ref", like("malware-analysis", sample_ref=ref("tool")), "invalid-reference"),
    ("pattern", "operating_system_refs.#", like("malware", operating_system_refs=[ref("tool")]), "invalid-reference"),
    ("oneOf", "", like("observed-data", objects={"0": {"type": "mutex", "id": ref("mutex"), "name": "m"}}), "exclusive-properties"),
    ("minimum", "number_observed", like("observed-data", number_observed=0), "out-of-range"),
    ("anyOf", "object_refs.#", like("observed-data", object_refs=[ref("tool"), ref("url")]), "invalid-reference"),
    ("enum", "opinion", like("opinion", opinion="maybe"), "closed-vocabulary"),
    ("pattern", "relationship_type", like("relationship", relationship_type="a b"), "invalid-property"),
    ("not", "source_ref", like("relationship", source_ref=ref("sighting")), "invalid-reference"),
    ("not", "target_ref", like("relationship", target_ref=ref("marking-definition")), "invalid-reference"),
    ("not", "sighting_of_ref", like("sighting", sighting_of_ref=ref("relationship")), "invalid-reference"),
    ("maximum", "count", like("sighting", count=10**9), "out-of-range"),
    ("pattern", "where_sighted_refs.#", like("sighting", where_sighted_refs=[ref("tool")]), "invalid-reference"),
    ("pattern", "observed_data_refs.#", like("sighting", observed_data_refs=[ref("tool")]), "invalid-reference"),
    ("not", "object_ref", like("language-content", object_ref=ref("bundle")), "invalid-reference"),
    ("enum", "extension_types.#", like("extension-definition", extension_types=["x"]), "closed-vocabulary"),
    ("not", "", like("extension-definition", extension_types=["new-sdo"]), "exclusive-properties"),
    ("oneOf", "", like("marking-definition", definition={}), "empty-list"),
    ("oneOf", "", like("marking-definition", definition={"x_own": 1}), "missing-property"),
    ("oneOf", "", like("marking-definition", definition_type="tlp", definition={"tlp": "green"}), "marking-mismatch"),
    ("oneOf", "", like("marking-definition", extensions=GONE, definition=GONE), "missing-property"),
    ("oneOf", "", {**like("marking-definition"), "id": GREEN, "definition_type": "tlp", "definition": {"tlp": "red"}}, "marking-mismatch"),
)
