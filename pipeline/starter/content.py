"""Feeds for the starter hub and the demo: every value is reserved for documentation, every id follows from its name."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from schemas.ids import keyed_id, observable_id

_KEY = b"tearline starter content"
_DAY = "2026-0{month}-{day:02d}T0{hour}:00:00.000Z"

TLP = {
    "clear": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "red": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
_MIX = ("clear", "clear", "green", "green", "clear", "amber", "green", "clear", "amber", "red")
_FAMILIES = ("Brass Heron", "Quiet Lantern", "Paper Anchor", "Grey Orchard", "Salt Ferry")

Stix = dict[str, Any]


def aurora_indicators(count: int = 400) -> list[Stix]:
    """A feed of indicators with their malware: markings of all levels, some indicators in two versions, an exact repeat now and then."""
    identity = _identity("cert-aurora", "CERT Aurora")
    families = [_malware(identity["id"], name) for name in _FAMILIES]
    objects = [identity, *families]
    for number in range(count):
        indicator = _indicator(f"aurora-{number}", _pattern(number), number, identity["id"], _MIX[number % 10])
        objects.append(indicator)
        objects.append(_indicates(indicator, families[number % 5], _MIX[number % 10]))
        if number % 25 == 0:
            objects.append({**indicator, "modified": _time(number, hour=5), "confidence": 90})
        if number % 40 == 0:
            objects.append(dict(indicator))
    return objects


def aurora_reports(count: int = 40) -> list[Stix]:
    """A feed of reports: what the first feed knows in other spelling, observables (of every other address it says that it is the threat's),
    sightings, and notes about restricted things."""
    identity = _identity("cert-aurora", "CERT Aurora")
    objects: list[Stix] = [identity]
    families = [_malware(identity["id"], name)["id"] for name in _FAMILIES]
    for number in range(count):
        known = _indicator(f"report-{number}", _respelled(number * 4), number, identity["id"], "green")
        domain = _observable("domain-name", value=f"host{number}.report.example")
        address = _observable("ipv4-addr", value=f"198.51.100.{number + 1}")
        account = {**_observable("user-account", account_login=f"svc-{number}"), "credential": "never-kept"}
        restricted = _indicator(f"restricted-{number}", f"[url:value='https://r{number}.example/']", number, identity["id"], "red")
        members = [known["id"], domain["id"], address["id"], restricted["id"]]
        report = {
            **_domain("report", f"report-{number}", number, identity["id"], "green"),
            "name": f"Weekly observations {number}",
            "published": _time(number),
            "object_refs": members,
        }
        server = {
            **_domain("relationship", f"server-{number}", number, identity["id"], "green"),
            "relationship_type": "communicates-with",
            "source_ref": families[number % 5],
            "target_ref": address["id"],
        }
        sighting = {**_domain("sighting", f"sighting-{number}", number, identity["id"], "green"), "sighting_of_ref": known["id"]}
        note = {
            **_domain("note", f"note-{number}", number, identity["id"], "green"),
            "content": "Compare with what we saw before.",
            "object_refs": [restricted["id"]],
        }
        objects += [known, domain, address, restricted, report, sighting, *([note] if number % 2 else [account, server])]
    return objects


def harbor_file() -> bytes:
    """A bundle as people send it: good objects, and beside them each common mistake once."""
    identity = _identity("isac-harbor", "Harbor ISAC")
    good = [identity]
    for number in range(60):
        indicator = _indicator(f"harbor-{number}", _pattern(number * 3), number, identity["id"], None)
        good.append({**indicator, "external_references": [{"source_name": "ticket", "external_id": f"T-{number}"}]})
    bad = (
        b'{"type":"indicator","spec_version":"2.1","created":"2026-01-01T00:00:00.000Z"}',
        b'{"type":"malware","spec_version":"2.1","id":"malware--1b0b4a4c-5c1a-4a8e-9a5e-0a5f6f1c2d3e","created":"yesterday",'
        b'"modified":"2026-01-01T00:00:00.000Z","is_family":false}',
        b'{"type":"malware","id":"malware--2b0b4a4c-5c1a-4a8e-9a5e-0a5f6f1c2d3e","created":"2026-01-01T00:00:00.000Z",'
        b'"modified":"2026-01-01T00:00:00.000Z","name":"of STIX 2.0","labels":["trojan"]}',
        b'{"type":"tool","type":"tool"}',
        b'{"type":"marking-definition","spec_version":"2.1","id":"marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",'
        b'"created":"2022-10-01T00:00:00.000Z","definition_type":"tlp","definition":{"tlp":"white"}}',
        b"[1, 2, 3]",
    )
    objects = [*(dump(item) for item in good), *bad]
    return b'{"type":"bundle","id":"bundle--7f1d7f5e-3a57-4f0e-8a53-6a1f0c3b9d21","objects":[\n' + b",\n".join(objects) + b"\n]}\n"


def dump(value: Stix) -> bytes:
    """One object as JSON."""
    return json.dumps(value, separators=(",", ":")).encode()


def _pattern(number: int) -> str:
    match number % 4:
        case 0:
            return f"[domain-name:value = 'c{number}.badhost.example']"
        case 1:
            return f"[ipv4-addr:value = '203.0.113.{number % 254 + 1}']" if number < 1000 else f"[url:value = 'http://u{number}.example/']"
        case 2:
            return f"[url:value = 'http://u{number}.example/drop']"
        case _:
            return f"[file:hashes.'SHA-256' = '{hashlib.sha256(str(number).encode()).hexdigest()}']"


def _respelled(number: int) -> str:
    return _pattern(number).replace(" = ", "=").replace("badhost.example", "BADHOST.example.")


def _indicator(name: str, pattern: str, number: int, creator: str, label: str | None) -> Stix:
    return {
        **_domain("indicator", name, number, creator, label),
        "name": f"Indicator {name}",
        "description": "Seen in a campaign against ports and banks.",
        "indicator_types": ["malicious-activity"],
        "pattern": pattern,
        "pattern_type": "stix",
        "valid_from": _time(number),
        "confidence": 20 + number * 7 % 75,
    }


def _malware(creator: str, name: str) -> Stix:
    return {
        **_domain("malware", name, 0, creator, "clear"),
        "name": name,
        "description": f"What is called {name} in this forum.",
        "is_family": True,
    }


def _indicates(indicator: Stix, malware: Stix, label: str) -> Stix:
    link = _domain("relationship", f"{indicator['id']}>{malware['id']}", 0, indicator["created_by_ref"], label)
    return {**link, "relationship_type": "indicates", "source_ref": indicator["id"], "target_ref": malware["id"]}


def _identity(name: str, title: str) -> Stix:
    return {**_domain("identity", name, 0, None, "clear"), "name": title, "identity_class": "organization"}


def _observable(kind: str, **properties: Any) -> Stix:
    value = {"type": kind, "spec_version": "2.1", **properties}
    return {**value, "id": observable_id(value), "object_marking_refs": [TLP["green"]]}


def _domain(kind: str, name: str, number: int, creator: str | None, label: str | None) -> Stix:
    return {
        "type": kind,
        "spec_version": "2.1",
        "id": keyed_id(kind, _KEY, name),
        **({"created_by_ref": creator} if creator else {}),
        "created": _time(number),
        "modified": _time(number),
        **({"object_marking_refs": [TLP[label]]} if label else {}),
    }


def _time(number: int, hour: int = 0) -> str:
    return _DAY.format(month=number // 28 % 9 + 1, day=number % 28 + 1, hour=hour)
