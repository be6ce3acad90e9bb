"""Rows of the table of places: what can stand in domain objects and relationships, and what standard@1 leaves of it."""

from __future__ import annotations

from tests.support.objects import CREATED, TLP2, domain, identity, indicator, malware, relationship, report
from tests.unit.transforms.minimize.row import CANARY, FOREIGN, USER, Row

DOMAIN = [
    Row(2, indicator("a", valid_until="2027-01-01T00:00:00.000Z"), {"valid_from": CREATED, "valid_until": "2027-01-01T00:00:00.000Z"}),
    Row(
        3,
        malware(
            "a",
            external_references=[
                {"source_name": f"jira {CANARY}", "external_id": "T-1", "url": f"https://intranet.example/{CANARY}"},
                {
                    "source_name": "cve",
                    "external_id": "CVE-2021-44228",
                    "description": f"said {CANARY}",
                    "url": f"https://x.example/{CANARY}",
                },
                {"source_name": "mitre-attack", "external_id": "S0154", "url": "https://attack.mitre.org/software/S0154"},
                {"source_name": "cwe", "external_id": f"CWE-{CANARY}"},
            ],
        ),
        {
            "external_references": [
                {"source_name": "cve", "external_id": "CVE-2021-44228"},
                {"source_name": "mitre-attack", "external_id": "S0154", "url": "https://attack.mitre.org/software/S0154"},
            ]
        },
    ),
    Row(3, malware("a", external_references=[{"source_name": f"https://{CANARY}.example"}]), {"external_references": None}),
    Row(4, indicator("a", labels=["phishing", f"victim:{CANARY}"]), {"labels": ["phishing"]}),
    Row(4, indicator("a", labels=[f"victim:{CANARY}"]), {"labels": None}),
    Row(5, indicator("a", name=CANARY, description=CANARY), {"name": "Indicator: domain-name", "description": None}),
    Row(5, malware("a", name=CANARY, malware_types=["worm", CANARY], aliases=[CANARY]), {"name": "Malware: worm", "aliases": None}),
    Row(5, domain("intrusion-set", "a", name=CANARY, goals=[CANARY]), {"name": "Intrusion set", "goals": None}),
    Row(
        5,
        report("a", [malware("a")], name=CANARY, report_types=["malware", CANARY]),
        {"name": "Report: malware", "report_types": ["malware"]},
    ),
    Row(
        5,
        domain("grouping", "a", name=CANARY, context=CANARY, object_refs=[malware("a")["id"]]),
        {"name": "Grouping: unspecified", "context": "unspecified"},
    ),
    Row(6, indicator("a", x_note=CANARY, extensions={FOREIGN: {"a": CANARY}}), {"x_note": None, "extensions": None}),
    Row(7, malware("a", lang="fr"), {"lang": None}),
    Row(
        7,
        malware("a", granular_markings=[{"lang": "fr", "selectors": ["name"]}, {"marking_ref": TLP2["red"], "selectors": ["name"]}]),
        {"granular_markings": [{"marking_ref": TLP2["red"], "selectors": ["name"]}]},
    ),
    Row(
        9,
        identity("a", name=CANARY, contact_information=CANARY, roles=[CANARY], sectors=["energy", CANARY], description=CANARY),
        {"name": "Organizations: energy", "identity_class": "class", "sectors": ["energy"], "contact_information": None, "roles": None},
    ),
    Row(
        10,
        domain(
            "location",
            "a",
            name=CANARY,
            latitude=48.137,
            longitude=-11.576,
            precision=25.0,
            city=CANARY,
            street_address=CANARY,
            postal_code=CANARY,
            country="DE",
            administrative_area="DE-BY",
        ),
        {
            "name": "Location: DE",
            "latitude": 48.0,
            "longitude": -12.0,
            "precision": 111320.0,
            "city": None,
            "street_address": None,
            "postal_code": None,
            "administrative_area": "DE-BY",
        },
    ),
    Row(
        31,
        domain("opinion", "a", opinion="agree", authors=[CANARY], explanation=CANARY, object_refs=[USER]),
        {"authors": None, "explanation": None},
    ),
    Row(
        32,
        relationship("a", malware("a"), malware("b"), f"victim-{CANARY}", description=CANARY),
        {"relationship_type": "related-to", "description": None},
    ),
    Row(
        32,
        domain("malware-analysis", "a", product=f"{CANARY} sandbox", result="malicious", submitted=CREATED, modules=[CANARY]),
        {"product": "unknown", "result": "malicious", "submitted": None, "modules": None},
    ),
    Row(
        32,
        domain("malware-analysis", "b", product="unknown", result_name=f"found on the machine of {CANARY}"),
        {"result_name": None},
    ),
    Row(
        32,
        domain("malware-analysis", "c", product="unknown", result_name="Trojan.Win32/Agent.a"),
        {"result_name": "Trojan.Win32/Agent.a"},
    ),
    Row(
        33,
        indicator("a", rf"[directory:path = 'C:\\Users\\{CANARY}\\x']"),
        {"pattern": r"[directory:path MATCHES '^C:\\\\Users\\\\[^\\\\/]+\\\\x$']"},
    ),
    Row(
        34,
        domain(
            "threat-actor", "a", name=CANARY, aliases=[CANARY], goals=[CANARY], roles=["agent", CANARY], threat_actor_types=["criminal"]
        ),
        {"name": "Threat actor: criminal", "aliases": None, "goals": None, "roles": ["agent"]},
    ),
    Row(
        34,
        domain("campaign", "a", name=CANARY, objective=CANARY, aliases=[CANARY]),
        {"name": "Campaign", "objective": None, "aliases": None},
    ),
    Row(36, domain("vulnerability", "a", name="CVE-2021-44228", description=CANARY), {"name": "CVE-2021-44228", "description": None}),
    Row(36, domain("course-of-action", "a", name=CANARY, action_bin=CANARY), {"name": "Course of action", "action_bin": None}),
    Row(
        36,
        domain("tool", "a", name=CANARY, tool_types=["remote-access"], tool_version=CANARY),
        {"name": "Tool: remote-access", "tool_version": None},
    ),
    Row(
        36,
        domain("attack-pattern", "a", name=CANARY, external_references=[{"source_name": "mitre-attack", "external_id": "T1059.001"}]),
        {"name": "T1059.001"},
    ),
]
