"""The hub that is tried: one file feed for each producer, one to push to, and five recipients under their policies."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from benchmarks.leak.recipients import COMMUNITY, PRODUCERS, RECIPIENTS, STANDARD, Recipient
from pipeline.keys import write_keys

PUSH_FEED, PUSH_ALIAS = "handed-in", "hand-in"

TYPES = (
    *("attack-pattern", "campaign", "course-of-action", "grouping", "identity", "incident", "indicator", "infrastructure", "intrusion-set"),
    *("language-content", "location", "malware", "malware-analysis", "note", "observed-data", "opinion", "relationship", "report"),
    *("sighting", "threat-actor", "tool", "vulnerability", "artifact", "autonomous-system", "directory", "domain-name", "email-addr"),
    *("email-message", "file", "ipv4-addr", "ipv6-addr", "mac-addr", "mutex", "network-traffic", "process", "software", "url"),
    *("user-account", "windows-registry-key", "x509-certificate"),
)
"""Every type of STIX 2.1: what keeps a type back must be the profile, not an absent wish."""


def write_hub(folder: Path, feeds: Mapping[str, Path], seed: int) -> None:
    """The folder of the hub. `feeds` (producer -> folder of bundles) may name producers that are not ours: they join COMMUNITY."""
    for name in ("partners", "agreements", "policies"):
        (folder / name).mkdir(parents=True)
    write_keys(folder / "keys.json", lambda size: hashlib.sha256(f"leak {seed}".encode()).digest()[:size])
    names = {producer.id: (producer.name, producer.community) for producer in PRODUCERS}
    producers = {name: names.get(name, (name.title(), COMMUNITY)) for name in feeds}
    configured: list[dict[str, Any]] = [
        {"id": name, "connector": "stix_file", "producer": name, "settings": {"path": str(place)}} for name, place in feeds.items()
    ]
    pusher = next(iter(feeds))
    configured.append({"id": PUSH_FEED, "connector": "push", "producer": pusher})
    _write(folder / "tearline.yaml", {
        "server": {"port": 0, "metrics_port": 0, "rate_limit": {"requests_per_second": 1_000_000, "burst": 1_000_000}},
        "feeds": configured,
        "collections": [{"alias": PUSH_ALIAS, "partner": pusher, "title": "Hand in", "feed": PUSH_FEED, "read": False}],
    })  # fmt: skip
    for name, (title, community) in producers.items():
        _write(folder / "partners" / f"{name}.yaml", {"id": name, "name": title, "kind": "csirt", "communities": [community]})
    for recipient in RECIPIENTS:
        about = {"id": recipient.id, "name": recipient.name, "kind": "isac", "communities": [COMMUNITY]}
        _write(folder / "partners" / f"{recipient.id}.yaml", about)
        _write(folder / "policies" / f"{recipient.id}.yaml", _policy(recipient))
    _write(folder / "agreements" / "trial.yaml", _agreement(list(producers)))


def _agreement(producers: Sequence[str]) -> dict[str, Any]:
    grants = [
        {"producer": recipient.granted, "recipient": recipient.id, "tlp_max": "amber"}
        for recipient in RECIPIENTS
        if recipient.granted in producers
    ]
    return {
        "id": "trial", "version": "1.0.0", "parties": [*producers, *(recipient.id for recipient in RECIPIENTS)],
        "legal_basis": ["gdpr-6-1-f"], "purposes": ["network_defence"], "valid_from": "2020-01-01", "valid_until": "2090-01-01",
        "grants": grants,
    }  # fmt: skip


def _policy(recipient: Recipient) -> dict[str, Any]:
    """The default profile is not named: what it does is what the benchmark is about."""
    named = {} if recipient.profile == STANDARD else {"minimize": {"profile": recipient.profile}}
    release = {"types": list(TYPES), "tlp_max": recipient.ceiling}
    return {"recipient": recipient.id, "version": "1.0.0", "agreements": ["trial@1.0.0"], "release": release, **named}


def _write(path: Path, content: Mapping[str, Any]) -> None:
    path.write_text(yaml.safe_dump(dict(content), sort_keys=False))
