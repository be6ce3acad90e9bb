"""Where personal data hides in STIX 2.1, path by path, and what standard@1 leaves of it. Rows 37 and 38 are about no object."""

from __future__ import annotations

import copy
from typing import Any, NamedTuple

import orjson
import pytest

from schemas.reasons import HOLD, WITHHOLD
from tests.support.objects import (
    CREATED,
    TLP2,
    Stix,
    domain,
    identifier,
    identity,
    indicator,
    malware,
    note,
    observable,
    relationship,
    report,
    sighting,
)
from tests.unit.transforms.minimize.support import minimizer, pseudonym, refused, seen
from transforms.minimize import Role

V, T = Role.VICTIM, Role.THREAT
OTHERS = (Role.VICTIM, Role.REPORTER, Role.ANALYST)
FOREIGN = "extension-definition--11111111-1111-4111-8111-111111111111"
MD5 = "0123456789abcdef0123456789abcdef"
CANARY = "janequ7k3"
"""Stands in everything that must not be left."""


class Row(NamedTuple):
    """A row of the table: an object with something to hide, and what is left of the properties that matter (None: gone)."""

    number: int
    value: Stix
    left: dict[str, Any]
    role: Role = V


def sco(type_name: str, /, **values: Any) -> Stix:
    return {"type": type_name, "spec_version": "2.1", "id": identifier(type_name, "x"), **values}


FILE = {"hashes": {"MD5": MD5}}
USER = identifier("user-account", CANARY)

ROWS = [
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
    Row(
        6,
        observable("file", **FILE, extensions={"own-ext": {"a": CANARY}, "archive-ext": {"contains_refs": [USER], "x": CANARY}}),
        {"extensions": {"archive-ext": {"contains_refs": [USER]}}},
    ),
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
        11,
        sco("email-addr", value="a@pool.example", display_name=CANARY, belongs_to_ref=USER),
        {"display_name": None, "belongs_to_ref": None},
    ),
    Row(11, sco("email-addr", value="bad@threat.example", display_name=CANARY), {"value": "bad@threat.example", "display_name": None}, T),
    Row(
        12,
        sco(
            "email-message",
            is_multipart=False,
            from_ref=identifier("email-addr", "threat"),
            to_refs=[identifier("email-addr", CANARY)],
            cc_refs=[identifier("email-addr", CANARY)],
            bcc_refs=[identifier("email-addr", CANARY)],
        ),
        {"from_ref": identifier("email-addr", "threat"), "to_refs": None, "cc_refs": None, "bcc_refs": None},
        T,
    ),
    Row(
        13,
        sco(
            "email-message",
            is_multipart=True,
            sender_ref=identifier("email-addr", "threat"),
            subject=CANARY,
            body_multipart=[{"body": CANARY}],
            raw_email_ref=identifier("artifact", CANARY),
        ),
        {"subject": None, "body_multipart": None, "raw_email_ref": None},
        T,
    ),
    Row(
        14,
        sco(
            "email-message",
            is_multipart=False,
            from_ref=identifier("email-addr", "threat"),
            received_lines=[CANARY],
            message_id=CANARY,
            date="2026-02-03T04:05:06.789Z",
            additional_header_fields={"Delivered-To": [CANARY], "X-Originating-IP": ["192.0.2.1"], "X-Mailer": ["Mailer 1.0"]},
        ),
        {
            "received_lines": None,
            "message_id": None,
            "date": "2026-02-03T04:00:00.000Z",
            "additional_header_fields": {"X-Mailer": ["Mailer 1.0"]},
        },
        T,
    ),
    Row(
        15,
        sco(
            "user-account",
            user_id="1001",
            account_login=CANARY,
            display_name=CANARY,
            credential=CANARY,
            account_created=CREATED,
            account_last_login=CREATED,
            account_type="unix",
            is_privileged=True,
            extensions={"unix-account-ext": {"gid": 1, "groups": [CANARY], "home_dir": f"/home/{CANARY}", "shell": "/bin/sh"}},
        ),
        {
            "display_name": None,
            "credential": None,
            "account_created": None,
            "account_last_login": None,
            "extensions": None,
            "account_type": "unix",
            "is_privileged": True,
        },
    ),
    Row(
        16,
        sco(
            "file", **FILE, name=f"CV_{CANARY}.DOCX", parent_directory_ref=identifier("directory", CANARY), ctime=CREATED, content_ref=USER
        ),
        {"name": "file.docx", "hashes": {"MD5": MD5}, "parent_directory_ref": None, "ctime": None, "content_ref": None},
    ),
    Row(16, sco("file", **FILE, name=f"CV of {CANARY}"), {"name": None, "hashes": {"MD5": MD5}}),
    Row(16, sco("file", **FILE, name="dropper.exe"), {"name": "dropper.exe"}, T),
    Row(16, sco("file", hashes={"SSDEEP": f'3:abc:def,"{CANARY}.doc"', "MD5": MD5, CANARY: MD5}), {"hashes": {"MD5": MD5}}),
    Row(
        17,
        sco(
            "file",
            **FILE,
            extensions={
                "pdf-ext": {"version": "1.7", "document_info_dict": {"Author": CANARY, "Title": CANARY, "Producer": "PDF Library 1.0"}},
                "raster-image-ext": {"image_width": 5, "exif_tags": {"GPSLatitude": CANARY, "BodySerialNumber": CANARY, "Orientation": 1}},
                "ntfs-ext": {"sid": CANARY, "alternate_data_streams": [{"name": CANARY}]},
                "windows-pebinary-ext": {"pe_type": "exe", "pdb_path": CANARY, "sections": [{"name": ".text", "size": 1}]},
            },
        ),
        {
            "extensions": {
                "pdf-ext": {"version": "1.7", "document_info_dict": {"Producer": "PDF Library 1.0"}},
                "raster-image-ext": {"image_width": 5, "exif_tags": {"Orientation": 1}},
                "windows-pebinary-ext": {"pe_type": "exe", "sections": [{"name": ".text", "size": 1}]},
            }
        },
    ),
    Row(18, sco("directory", path=rf"C:\Users\{CANARY}\AppData"), {"path": r"C:\Users\<user>\AppData"}),
    Row(18, sco("directory", path=f"/home/{CANARY}/.ssh"), {"path": "/home/<user>/<name>"}),
    Row(18, sco("directory", path=rf"\\{CANARY}\share\x"), {"path": r"\\<host>\<share>\<name>"}),
    Row(18, sco("directory", path=rf"C:\Users\{CANARY}\OneDrive - {CANARY}\x"), {"path": r"C:\Users\<user>\<name>\<name>"}),
    Row(
        19,
        sco(
            "process",
            command_line=rf"cmd.exe /c C:\Users\{CANARY}\a.exe",
            cwd=rf"C:\Users\{CANARY}",
            environment_variables={"USERNAME": CANARY},
            creator_user_ref=USER,
            extensions={"windows-process-ext": {"owner_sid": CANARY, "window_title": CANARY, "aslr_enabled": True}},
        ),
        {
            "command_line": None,
            "cwd": r"C:\Users\<user>",
            "environment_variables": None,
            "creator_user_ref": None,
            "extensions": {"windows-process-ext": {"aslr_enabled": True}},
        },
    ),
    Row(
        20,
        sco(
            "windows-registry-key",
            key=r"HKEY_USERS\S-1-5-21-1111-2222-3333-1001\Software\Run",
            values=[{"name": "a", "data": rf"C:\Users\{CANARY}\a.exe", "data_type": "REG_SZ"}],
            creator_user_ref=USER,
            modified_time=CREATED,
        ),
        {
            "key": r"HKEY_USERS\S-1-5-21-<sid>\Software\Run",
            "values": [{"data_type": "REG_SZ"}],
            "creator_user_ref": None,
            "modified_time": None,
        },
    ),
    Row(
        21,
        sco("url", value=f"https://{CANARY}:pw@www.example.com/reset/{CANARY}?email={CANARY}#{CANARY}"),
        {"value": "https://www.example.com/"},
    ),
    Row(
        21,
        sco("url", value=f"https://{CANARY}:pw@threat.example/gate.php?id=5#{CANARY}"),
        {"value": "https://threat.example/gate.php?id=5"},
        T,
    ),
    Row(
        21,
        sco("url", value=f"https://threat.example/a?email={CANARY}%40corp.example&x=1"),
        {"value": "https://threat.example/a?email=&x="},
        T,
    ),
    Row(22, sco("domain-name", value="www.example.com"), {"value": "www.example.com"}),
    Row(23, sco("ipv4-addr", value="198.51.100.7", resolves_to_refs=[USER]), {"value": "198.51.100.0/24", "resolves_to_refs": None}),
    Row(23, sco("ipv4-addr", value="198.51.100.79/24"), {"value": "198.51.100.0/24"}),
    Row(23, sco("ipv4-addr", value="198.51.100.79/25"), {"value": "198.51.100.0/24"}),
    Row(23, sco("ipv6-addr", value="2001:db8::1/48"), {"value": "2001:db8::/48"}),
    Row(23, sco("ipv4-addr", value="198.51.100.7"), {"value": "198.51.100.7"}, T),
    Row(23, sco("ipv6-addr", value="2001:db8:1:2::7"), {"value": "2001:db8:1::/48"}),
    Row(23, sco("ipv6-addr", value="2001:db8:1:2::7%eth0"), {"value": "2001:db8:1:2::7"}, T),
    Row(23, sco("ipv6-addr", value="2001:db8:1:2:211:22ff:fe33:4455"), {"value": "2001:db8:1:2::/64"}, T),
    Row(24, sco("mac-addr", value="00:11:22:33:44:55"), {"value": "00:11:22:00:00:00"}),
    Row(
        25,
        sco(
            "network-traffic",
            src_ref=identifier("ipv4-addr", CANARY),
            src_port=5,
            dst_ref=identifier("ipv4-addr", "threat"),
            protocols=["tcp", "http"],
            src_payload_ref=USER,
            dst_payload_ref=USER,
            ipfix={"a": CANARY},
            extensions={
                "http-request-ext": {
                    "request_method": "get",
                    "request_value": f"/reset/{CANARY}",
                    "request_header": {"Cookie": [CANARY], "Authorization": [CANARY], "Referer": [CANARY], "Accept": ["*/*"]},
                    "message_body_data_ref": USER,
                }
            },
        ),
        {
            "src_ref": None,
            "src_port": None,
            "src_payload_ref": None,
            "dst_payload_ref": None,
            "ipfix": None,
            "extensions": {"http-request-ext": {"request_method": "get", "request_value": "/", "request_header": {"Accept": ["*/*"]}}},
        },
    ),
    Row(
        26,
        sco(
            "artifact",
            hashes={"MD5": MD5},
            mime_type="text/plain",
            url=f"https://x.example/{CANARY}",
            payload_bin="YQ==",
            decryption_key=CANARY,
        ),
        {"hashes": {"MD5": MD5}, "mime_type": "text/plain", "url": None, "payload_bin": None, "decryption_key": None},
    ),
    Row(
        27,
        sco(
            "x509-certificate",
            serial_number="00:a1",
            hashes={"MD5": MD5},
            subject=f"C=DE, O={CANARY}, CN=www.example.com, emailAddress={CANARY}@corp.example, GN={CANARY}, SN={CANARY}, UID={CANARY}",
            issuer=f"/C=US/CN={CANARY}",
            x509_v3_extensions={"subject_alternative_name": f"DNS:www.example.com, email:{CANARY}@corp.example, URI:{CANARY}"},
        ),
        {
            "subject": "C=DE, CN=www.example.com",
            "issuer": "C=US",
            "x509_v3_extensions": {"subject_alternative_name": "DNS:www.example.com"},
            "serial_number": None,
        },
    ),
    Row(28, sco("software", name="Windows 10", vendor=CANARY, swid=CANARY), {"name": "Windows 10", "vendor": None, "swid": None}),
    Row(28, sco("software", name="Some Kit", swid=CANARY), {"name": "Some Kit", "swid": None}, T),
    Row(28, sco("autonomous-system", number=64500, name=CANARY), {"number": 64500, "name": None}),
    Row(28, sco("autonomous-system", number=64500, name=f"{CANARY}@corp.example"), {"number": 64500, "name": None}),
    Row(28, sco("mutex", name=rf"C:\Users\{CANARY}\lock"), {"name": r"C:\Users\<user>\lock"}, T),
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


@pytest.mark.parametrize("row", ROWS, ids=[f"{row.number}-{row.value['type']}-{at}" for at, row in enumerate(ROWS)])
def test_a_row_of_the_table(row: Row) -> None:
    for role in (T,) if row.role is T else OTHERS:
        before = copy.deepcopy(row.value)
        found = minimizer().minimize(row.value, role)
        assert row.value == before
        assert {name: found.value.get(name) for name in row.left} == row.left
        text = orjson.dumps(found.value).decode() + repr(found.changes)
        assert CANARY not in text.replace(identifier("directory", CANARY), "")
        assert found.touched == {name for name, item in row.value.items() if found.value.get(name) != item}
        again = minimizer().minimize(found.value, role)
        assert again.value is found.value
        assert again.changes == ()


REFUSALS = [
    (5, note("a", [malware("a")], content=CANARY), V, "held-text"),
    (7, domain("language-content", "a", object_ref=malware("a")["id"], contents={"fr": {"name": CANARY}}), V, "type-withheld"),
    (6, domain("x-own", "a", name=CANARY), V, "custom-type"),
    (6, domain("extension-definition", "a", name="n", schema="s", version="1.0", extension_types=["new-sdo"]), V, "type-withheld"),
    (9, identity("a", name=CANARY, identity_class="individual"), V, "person-withheld"),
    (9, identity("a", name=CANARY, identity_class="individual"), T, "person-withheld"),
    (15, sco("user-account", display_name=CANARY, credential=CANARY), V, "nothing-useful"),
    (16, sco("file", name=f"CV_{CANARY}.docx"), V, "nothing-useful"),
    (12, sco("email-message", is_multipart=False, to_refs=[USER]), T, "nothing-useful"),
    (18, sco("directory", path="/mail/jane.doe@corp.example"), T, "held-personal-data"),
    (28, sco("mutex", name=CANARY), V, "path-withheld"),
    (28, sco("software", name=CANARY), V, "required-dropped"),
    (21, sco("url", value="https://intranet.corp.example/a"), T, "path-withheld"),
    (21, sco("url", value="https://10.1.2.3/a"), T, "path-withheld"),
    (22, sco("domain-name", value="jane-smith-pc.corp.example"), T, "path-withheld"),
    (22, sco("domain-name", value="printer.local"), T, "path-withheld"),
    (22, sco("domain-name", value="jane-smith-laptop.example.com"), V, "path-withheld"),
    (23, sco("ipv4-addr", value="10.1.2.3"), T, "path-withheld"),
    (23, sco("ipv4-addr", value="192.168.0.0/16"), V, "path-withheld"),
    (23, sco("ipv6-addr", value="fe80::1%eth0"), T, "path-withheld"),
    (23, sco("ipv6-addr", value="::ffff:10.1.2.3"), T, "path-withheld"),
    (
        29,
        domain("observed-data", "a", first_observed=CREATED, last_observed=CREATED, number_observed=1, object_refs=[USER]),
        V,
        "type-withheld",
    ),
    (
        29,
        domain("observed-data", "a", first_observed=CREATED, last_observed=CREATED, number_observed=1, objects={"0": {"type": "file"}}),
        V,
        "type-withheld",
    ),
    (30, sighting("a", malware("a"), where_sighted_refs=[USER], count=3), V, "sighting-aggregated"),
    (33, indicator("a", f"[email-message:to_refs[*].value = '{CANARY}@corp.example']"), V, "pattern-personal-data"),
    (34, domain("threat-actor", "a", name=CANARY, resource_level="individual"), V, "person-withheld"),
    (35, domain("incident", "a", name=CANARY), V, "type-withheld"),
]


@pytest.mark.parametrize(
    ("number", "value", "role", "reason"), REFUSALS, ids=[f"{row[0]}-{row[1]['type']}-{at}" for at, row in enumerate(REFUSALS)]
)
def test_what_is_not_released_at_all(number: int, value: Stix, role: Role, reason: str) -> None:
    assert refused(value, role) == reason
    assert reason in WITHHOLD or reason in HOLD


def test_every_row_that_is_about_an_object_has_a_case() -> None:
    """1 and 8 are tested below, 37 and 38 elsewhere."""
    assert {row.number for row in ROWS} | {row[0] for row in REFUSALS} | {1, 8, 37, 38} == set(range(1, 39))


def test_row_1_the_submitter_is_named_only_where_attribution_is() -> None:
    value = malware("a", created_by_ref=identity(CANARY)["id"])
    assert "created_by_ref" not in seen(value, attribution="anonymous")
    assert seen(value, attribution="named")["created_by_ref"] == value["created_by_ref"]
    for profile in ("trusted@1", "verbatim@1"):
        assert "created_by_ref" not in seen(value, profile=profile, attribution="anonymous")


def test_row_8_what_identifies_an_observable_is_changed_to_a_public_value_or_a_pseudonym() -> None:
    """The id itself is made anew from what is left, by the stage that gives ids."""
    value = seen(sco("email-addr", value="Jane.Doe@corp.example"))["value"]
    assert value.endswith("@pseudonym.invalid")
    assert value == seen(sco("email-addr", value="Jane.Doe@CORP.example"))["value"]
    account = seen(sco("user-account", user_id="1001", account_login="jane"))
    assert account["user_id"] != account["account_login"]
    assert pseudonym("x", "1001")[:8] not in account["user_id"]


@pytest.mark.parametrize(("kind", "released"), [("csirt", True), ("le", True), ("private", False), ("intel", False)])
def test_row_35_incidents_go_to_those_who_respond(kind: str, released: bool) -> None:
    value = domain("incident", "a", name=CANARY, description=CANARY)
    if released:
        assert seen(value, kind=kind) == {**domain("incident", "a"), "name": "Incident"}
    else:
        assert refused(value, kind=kind) == "type-withheld"


@pytest.mark.parametrize(("kind", "released"), [("le", True), ("csirt", False), ("private", False)])
def test_row_34_an_accused_person_is_for_law_enforcement_alone(kind: str, released: bool) -> None:
    value = domain("threat-actor", "a", name=CANARY, resource_level="individual")
    if released:
        assert seen(value, kind=kind)["name"] == "Threat actor"
    else:
        assert refused(value, kind=kind) == "person-withheld"


def test_nobody_is_asked_where_the_policy_says_withhold() -> None:
    value = sco("directory", path="/mail/jane.doe@corp.example")
    assert refused(value, T, residual="hold") == "held-personal-data"
    assert refused(value, T, residual="withhold") == "path-withheld"


def test_what_is_withheld_is_not_held() -> None:
    """An object with one property to be held and another to be withheld."""
    value = note("a", [malware("a")], content=CANARY, abstract="x")
    assert refused(value) == "held-text"
    assert refused(value, paths={"note.abstract": "withhold_object"}) == "path-withheld"
