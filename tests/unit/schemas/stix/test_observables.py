"""Observables by clause of STIX 2.1 §6: each row breaks a valid object in one way, and that way alone is found."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.stix.common import Observable
from schemas.stix.inspection import inspect
from schemas.stix.observables import OBSERVABLES
from tests.unit.schemas.stix.sample_observables import EXTENSIONS, HASHES, LATER, OBSERVABLE_SAMPLES, TIME, UUID, ref

Change = dict[str, Any]
Row = tuple[str, Change, str, str, str, str]
GONE: Any = object()
BIG = 2**53


def broken(type_name: str, change: Change) -> dict[str, Any]:
    """The sample of a type with some properties replaced, added or taken away."""
    return {name: value for name, value in {**OBSERVABLE_SAMPLES[type_name], **change}.items() if value is not GONE}


def only(type_name: str, **properties: Any) -> dict[str, Any]:
    """An object of a type with an id and these properties."""
    return {"type": type_name, "id": ref(type_name), **properties}


def _ids(row: tuple[Any, ...]) -> str:
    return f"{row[0]}-{row[2]}-{row[3]}"


@pytest.mark.parametrize("type_name", sorted(OBSERVABLES))
def test_an_object_with_every_property_is_clean(type_name: str) -> None:
    assert inspect(OBSERVABLE_SAMPLES[type_name]) == ()


NOT_TOGETHER = {"artifact": {"url"}, "email-message": {"body"}}


@pytest.mark.parametrize("type_name", sorted(OBSERVABLES))
def test_the_samples_have_every_property(type_name: str) -> None:
    own = set(OBSERVABLES[type_name].model_fields) - NOT_TOGETHER.get(type_name, set())
    common = set(Observable.model_fields)
    assert own - common <= set(OBSERVABLE_SAMPLES[type_name])


CLEAN = [
    only("artifact", payload_bin=""),
    only("artifact", url="https://example.com/a.bin", hashes=HASHES),
    only("domain-name", value="exämple.com"),
    only("domain-name", value="xn--exmple-cua.example."),
    only("domain-name", value="_dmarc.example.com"),
    only("domain-name", value="*.example.com"),
    only("domain-name", value="localhost"),
    only("domain-name", value="a" * 63 + ".example"),
    only("domain-name", value="example[.]com", defanged=True),
    only("ipv4-addr", value="0.0.0.0"),
    only("ipv4-addr", value="198.51.100.255/32"),
    only("ipv4-addr", value="198.051.100.003"),
    only("ipv4-addr", value="198[.]51[.]100[.]3", defanged=True),
    only("ipv6-addr", value="2001:0db8:85a3:0000:0000:8a2e:0370:7334"),
    only("ipv6-addr", value="::ffff:192.0.2.1/128"),
    only("ipv6-addr", value="fe80::1%eth0"),
    only("ipv6-addr", value="::"),
    only("mac-addr", value="d2:fb:49:24:37:18"),
    only("email-addr", value='"a b"@example.com'),
    only("email-addr", value="jane@[192.0.2.1]"),
    only("url", value="https://example.net/ä?q=%20|{}#f"),
    only("url", value="mailto:jane@example.com"),
    only("url", value="hxxp://example[.]com/<a>", defanged=True),
    only("file", name="a"),
    only("file", hashes={"MD5": "b" * 32}),
    only("email-message", is_multipart=False, body=""),
    only("email-message", is_multipart=False),
    only("network-traffic", protocols=["tcp"], src_ref=ref("mac-addr"), src_port=1, dst_port=1, is_active=True, start=TIME),
    only("network-traffic", protocols=["tcp"], dst_ref=ref("ipv6-addr"), src_port=1, dst_port=1, end=TIME, start=TIME),
    only("process", extensions={"windows-process-ext": EXTENSIONS["windows-process-ext"]}),
    only("process", pid=0),
    only("user-account", is_disabled=True),
    only("windows-registry-key", values=[{"data": ""}]),
    only("windows-registry-key", key="HKEY_USERS"),
    only("windows-registry-key", key="hklmx"),
    only("x509-certificate", is_self_signed=False),
    only("autonomous-system", number=BIG - 1),
    only("directory", path="", path_enc="utf-8"),
    only("software", name="a", cpe="cpe:2.3:o:example:os\\(x\\):-:*:*:*:*:*:*:*"),
]


@pytest.mark.parametrize("value", CLEAN, ids=lambda value: f"{value['type']}-{next(reversed(value))}")
def test_what_the_text_allows_is_clean(value: dict[str, Any]) -> None:
    assert inspect(value) == ()


REQUIRED = [
    *[("autonomous-system", "number"), ("directory", "path"), ("domain-name", "value"), ("email-addr", "value")],
    *[("email-message", "is_multipart"), ("ipv4-addr", "value"), ("ipv6-addr", "value"), ("mac-addr", "value"), ("mutex", "name")],
    *[("network-traffic", "protocols"), ("software", "name"), ("url", "value")],
]


@pytest.mark.parametrize(("type_name", "name"), REQUIRED)
def test_a_required_property_cannot_be_missing(type_name: str, name: str) -> None:
    (found,) = inspect(broken(type_name, {name: GONE}))
    assert (found.reason, found.path, found.section, found.setting) == ("missing-property", name, OBSERVABLES[type_name].SECTION, "")


def test_no_other_property_is_required() -> None:
    required = {(name, field) for name, model in OBSERVABLES.items() for field, info in model.model_fields.items() if info.is_required()}
    assert required == {*REQUIRED, *((name, field) for name in OBSERVABLES for field in ("type", "id"))}


def test_every_required_text_is_a_text_and_no_number_is_one() -> None:
    for type_name, name in REQUIRED:
        (found,) = inspect(broken(type_name, {name: 1.5}))
        assert (found.reason, found.path, found.setting) == ("invalid-property", name, "")


NEVER_DROPPED = {"spec_version", "object_marking_refs", "granular_markings"}


@pytest.mark.parametrize("type_name", sorted(OBSERVABLES))
def test_null_is_no_value_of_any_optional_property(type_name: str) -> None:
    for name, info in OBSERVABLES[type_name].model_fields.items():
        if not info.is_required() and name in OBSERVABLE_SAMPLES[type_name] and name not in NEVER_DROPPED:
            found = {(found.reason, found.path, found.setting, found.place) for found in inspect(broken(type_name, {name: None}))}
            assert ("invalid-property", name, "optional_parts", (name,)) in found


HARD: list[Row] = [
    ("artifact", {"payload_bin": GONE}, "missing-property", "payload_bin", "6.1", ""),
    ("artifact", {"url": "https://example.com/a"}, "exclusive-properties", "url", "6.1.1", ""),
    ("artifact", {"payload_bin": GONE, "url": "https://example.com/a", "hashes": GONE}, "missing-property", "hashes", "6.1.1", ""),
    ("artifact", {"payload_bin": GONE, "url": "example.com/a b"}, "invalid-property", "url", "6.1.1", ""),
    ("domain-name", {"value": ""}, "invalid-property", "value", "6.4.1", ""),
    ("domain-name", {"value": "a..example"}, "invalid-property", "value", "6.4.1", ""),
    ("domain-name", {"value": ".example"}, "invalid-property", "value", "6.4.1", ""),
    ("domain-name", {"value": "example com"}, "invalid-property", "value", "6.4.1", ""),
    ("domain-name", {"value": "example.com/path"}, "invalid-property", "value", "6.4.1", ""),
    ("domain-name", {"value": "example.com:80"}, "invalid-property", "value", "6.4.1", ""),
    ("domain-name", {"value": "example[.]com"}, "invalid-property", "value", "6.4.1", ""),
    ("domain-name", {"value": "a" * 64 + ".example"}, "invalid-property", "value", "6.4.1", ""),
    ("domain-name", {"value": "a." * 128 + "example"}, "invalid-property", "value", "6.4.1", ""),
    ("domain-name", {"value": "example.com\n"}, "invalid-property", "value", "6.4.1", ""),
    ("email-addr", {"value": "Jane <jane@example.com>"}, "invalid-property", "value", "6.5.1", ""),
    ("email-addr", {"value": "jane"}, "invalid-property", "value", "6.5.1", ""),
    ("email-message", {"body": "a"}, "exclusive-properties", "body", "6.6.1", ""),
    ("email-message", {"is_multipart": False}, "exclusive-properties", "body_multipart", "6.6.1", ""),
    ("file", {"hashes": GONE, "name": GONE, "name_enc": GONE}, "missing-property", "hashes", "6.7", ""),
    ("ipv4-addr", {"value": "999.1.1.1"}, "invalid-property", "value", "6.8.1", ""),
    ("ipv4-addr", {"value": "198.51.100"}, "invalid-property", "value", "6.8.1", ""),
    ("ipv4-addr", {"value": "198.51.100.3/33"}, "invalid-property", "value", "6.8.1", ""),
    ("ipv4-addr", {"value": "198.51.100.0-198.51.100.9"}, "invalid-property", "value", "6.8.1", ""),
    ("ipv4-addr", {"value": "2001:db8::1"}, "invalid-property", "value", "6.8.1", ""),
    ("ipv4-addr", {"value": "198.51.100.3\n"}, "invalid-property", "value", "6.8.1", ""),
    ("ipv6-addr", {"value": "198.51.100.3"}, "invalid-property", "value", "6.9.1", ""),
    ("ipv6-addr", {"value": "2001:db8::1::2"}, "invalid-property", "value", "6.9.1", ""),
    ("ipv6-addr", {"value": "2001:db8::/129"}, "invalid-property", "value", "6.9.1", ""),
    ("ipv6-addr", {"value": "2001:db8::/"}, "invalid-property", "value", "6.9.1", ""),
    ("ipv6-addr", {"value": "2001:db8::\0"}, "invalid-property", "value", "6.9.1", ""),
    ("mac-addr", {"value": "00:00:5E:00:53:01"}, "invalid-property", "value", "6.10.1", ""),
    ("mac-addr", {"value": "00-00-5e-00-53-01"}, "invalid-property", "value", "6.10.1", ""),
    ("mac-addr", {"value": "0:0:5e:0:53:1"}, "invalid-property", "value", "6.10.1", ""),
    ("network-traffic", {"src_ref": GONE, "dst_ref": GONE}, "missing-property", "src_ref", "6.12", ""),
    ("network-traffic", {"is_active": True}, "exclusive-properties", "end", "6.12.1", ""),
    ("network-traffic", {"protocols": []}, "empty-list", "protocols", "2.12", ""),
    ("network-traffic", {"protocols": ["tcp", 6]}, "invalid-property", "protocols.1", "6.12.1", ""),
    ("autonomous-system", {"number": BIG}, "out-of-range", "number", "2.10", ""),
    ("autonomous-system", {"number": True}, "invalid-property", "number", "6.2.1", ""),
    ("autonomous-system", {"number": "64496"}, "invalid-property", "number", "6.2.1", ""),
    ("autonomous-system", {"number": 64496.0}, "invalid-property", "number", "6.2.1", ""),
    ("email-message", {"is_multipart": 1}, "invalid-property", "is_multipart", "6.6.1", ""),
    ("url", {"value": "example"}, "invalid-property", "value", "6.15.1", ""),
    ("url", {"value": "//example.com/a"}, "invalid-property", "value", "6.15.1", ""),
    ("url", {"value": "https://example.com/a b"}, "invalid-property", "value", "6.15.1", ""),
    ("url", {"value": "<https://example.com/>"}, "invalid-property", "value", "6.15.1", ""),
]


@pytest.mark.parametrize("row", HARD, ids=_ids)
def test_a_must_without_remedy(row: Row) -> None:
    type_name, change, *expected = row
    assert [[found.reason, found.path, found.section, found.setting] for found in inspect(broken(type_name, change))] == [expected]


EMPTY = [("process", "6.13", "is_hidden"), ("user-account", "6.16", "user_id"), ("windows-registry-key", "6.17", "key")]


@pytest.mark.parametrize(("type_name", "section", "first"), [*EMPTY, ("x509-certificate", "6.18", "is_self_signed")])
def test_an_object_without_any_property_of_its_own_is_none(type_name: str, section: str, first: str) -> None:
    (found,) = inspect(only(type_name))
    assert (found.reason, found.path, found.section, found.setting) == ("missing-property", first, section, "")


OPTIONAL: list[Row] = [
    ("artifact", {"encryption_algorithm": GONE}, "missing-property", "decryption_key", "6.1.1", "decryption_key"),
    ("artifact", {"hashes": {}}, "empty-list", "hashes", "2.3", "hashes"),
    ("artifact", {"mime_type": 1}, "invalid-property", "mime_type", "6.1.1", "mime_type"),
    ("autonomous-system", {"rir": 1}, "invalid-property", "rir", "6.2.1", "rir"),
    ("directory", {"path_enc": "latin"}, "invalid-property", "path_enc", "3.9.1", "path_enc"),
    ("directory", {"ctime": "2026-02-30T00:00:00Z"}, "invalid-timestamp", "ctime", "2.16", "ctime"),
    ("directory", {"mtime": "2026-02-03"}, "invalid-timestamp", "mtime", "2.16", "mtime"),
    ("directory", {"atime": "2026-02-03T00:00:00+01:00"}, "invalid-timestamp", "atime", "2.16", "atime"),
    ("directory", {"contains_refs": [ref("artifact")]}, "invalid-reference", "contains_refs.0", "6.3.1", "contains_refs"),
    ("domain-name", {"resolves_to_refs": [ref("url")]}, "invalid-reference", "resolves_to_refs.0", "6.4.1", "resolves_to_refs"),
    ("domain-name", {"resolves_to_refs": [ref("x-example-thing")]}, "invalid-reference", "resolves_to_refs.0", "6.4.1", "resolves_to_refs"),
    ("domain-name", {"resolves_to_refs": []}, "empty-list", "resolves_to_refs", "2.12", "resolves_to_refs"),
    ("email-addr", {"belongs_to_ref": ref("identity")}, "invalid-reference", "belongs_to_ref", "6.5.1", "belongs_to_ref"),
    *[
        ("email-message", {name: ref("identity")}, "invalid-reference", name, "6.6.1", name)
        for name in ("from_ref", "sender_ref", "raw_email_ref")
    ],
    *[
        ("email-message", {name: [ref("email-addr"), ref("identity")]}, "invalid-reference", f"{name}.1", "6.6.1", name)
        for name in ("to_refs", "cc_refs", "bcc_refs")
    ],
    ("email-message", {"date": "yesterday"}, "invalid-timestamp", "date", "2.16", "date"),
    ("email-message", {"subject": "=?iso-8859-1?q?this=20is?="}, "invalid-property", "subject", "6.6", "subject"),
    ("email-message", {"received_lines": []}, "empty-list", "received_lines", "2.12", "received_lines"),
    (
        *("email-message", {"additional_header_fields": {"X-Mailer": "Mutt"}}),
        *("invalid-property", "additional_header_fields.*", "6.6.1", "additional_header_fields"),
    ),
    (
        *("email-message", {"additional_header_fields": {"X-To": ["=?utf-8?B?QUJD?="]}}),
        *("invalid-property", "additional_header_fields.*", "6.6", "additional_header_fields"),
    ),
    (
        *("email-message", {"additional_header_fields": {"X Mailer": ["Mutt"]}}),
        *("invalid-name", "additional_header_fields.*", "2.3", "additional_header_fields"),
    ),
    (
        "email-message",
        {"body_multipart": [{"body": "a"}, {"content_type": "a"}]},
        "missing-property",
        "body_multipart.1.body",
        "6.6.2",
        "body_multipart",
    ),
    (
        *("email-message", {"body_multipart": [{"body_raw_ref": ref("url")}]}),
        *("invalid-reference", "body_multipart.0.body_raw_ref", "6.6.2", "body_multipart"),
    ),
    ("file", {"size": -1}, "out-of-range", "size", "6.7.1", "size"),
    ("file", {"contains_refs": [ref("url"), ref("malware")]}, "invalid-reference", "contains_refs.1", "6.7.1", "contains_refs"),
    ("file", {"size": BIG}, "out-of-range", "size", "2.10", "size"),
    ("file", {"name": GONE}, "missing-property", "name_enc", "3.1", "name_enc"),
    ("file", {"name_enc": "cp1252"}, "invalid-property", "name_enc", "3.9.1", "name_enc"),
    ("file", {"magic_number_hex": "504B"}, "invalid-property", "magic_number_hex", "2.8", "magic_number_hex"),
    ("file", {"magic_number_hex": "504"}, "invalid-property", "magic_number_hex", "2.8", "magic_number_hex"),
    ("file", {"parent_directory_ref": ref("file")}, "invalid-reference", "parent_directory_ref", "6.7.1", "parent_directory_ref"),
    ("file", {"content_ref": ref("file")}, "invalid-reference", "content_ref", "6.7.1", "content_ref"),
    ("file", {"contains_refs": ["file--1"]}, "invalid-property", "contains_refs.0", "2.9", "contains_refs"),
    ("file", {"hashes": {"a": "x"}}, "invalid-name", "hashes.*", "2.7", "hashes"),
    ("file", {"hashes": {"MD5": 5}}, "invalid-property", "hashes.*", "6.7.1", "hashes"),
    ("file", {"hashes": {"MD5": "5"}}, "invalid-hash", "hashes.MD5", "10.7", "hashes"),
    ("ipv4-addr", {"resolves_to_refs": [ref("domain-name")]}, "invalid-reference", "resolves_to_refs.0", "6.8.1", "resolves_to_refs"),
    ("ipv4-addr", {"belongs_to_refs": [ref("identity")]}, "invalid-reference", "belongs_to_refs.0", "6.8.1", "belongs_to_refs"),
    ("ipv6-addr", {"resolves_to_refs": [ref("domain-name")]}, "invalid-reference", "resolves_to_refs.0", "6.9.1", "resolves_to_refs"),
    ("ipv6-addr", {"belongs_to_refs": [ref("identity")]}, "invalid-reference", "belongs_to_refs.0", "6.9.1", "belongs_to_refs"),
    ("mutex", {"defanged": "true"}, "invalid-property", "defanged", "3.2", "defanged"),
    ("network-traffic", {"start": LATER, "end": TIME}, "invalid-order", "end", "6.12.1", "end"),
    *[
        ("network-traffic", {name: value}, "out-of-range", name, "6.12.1", name)
        for name in ("src_port", "dst_port")
        for value in (-1, 65536)
    ],
    *[
        ("network-traffic", {name: -1}, "out-of-range", name, "6.12.1", name)
        for name in ("src_byte_count", "dst_byte_count", "src_packets", "dst_packets")
    ],
    *[
        ("network-traffic", {name: ref("url")}, "invalid-reference", name, "6.12.1", name)
        for name in ("src_ref", "dst_ref", "src_payload_ref", "dst_payload_ref", "encapsulated_by_ref")
    ],
    ("network-traffic", {"encapsulates_refs": [ref("url")]}, "invalid-reference", "encapsulates_refs.0", "6.12.1", "encapsulates_refs"),
    *[("network-traffic", {"ipfix": {"a": value}}, "invalid-property", "ipfix.*", "6.12.1", "ipfix") for value in (1.5, True, ["a"])],
    ("network-traffic", {"ipfix": {"a": None}}, "invalid-property", "ipfix.*", "2.3", "ipfix"),
    ("network-traffic", {"ipfix": {"a": BIG}}, "out-of-range", "ipfix.*", "2.10", "ipfix"),
    ("network-traffic", {"ipfix": {}}, "empty-list", "ipfix", "2.3", "ipfix"),
    ("process", {"pid": BIG}, "out-of-range", "pid", "2.10", "pid"),
    ("process", {"environment_variables": {"A": 1}}, "invalid-property", "environment_variables.*", "6.13.1", "environment_variables"),
    *[
        ("process", {name: ref("identity")}, "invalid-reference", name, "6.13.1", name)
        for name in ("creator_user_ref", "image_ref", "parent_ref")
    ],
    *[
        ("process", {name: [ref("identity")]}, "invalid-reference", f"{name}.0", "6.13.1", name)
        for name in ("opened_connection_refs", "child_refs")
    ],
    ("software", {"cpe": "cpe:/a:example:word:2000"}, "invalid-property", "cpe", "6.14.1", "cpe"),
    ("software", {"cpe": "cpe:2.3:a:example:word"}, "invalid-property", "cpe", "6.14.1", "cpe"),
    ("software", {"languages": ["en", "english language"]}, "invalid-property", "languages.1", "3.2", "languages"),
    ("user-account", {"is_privileged": "yes"}, "invalid-property", "is_privileged", "6.16.1", "is_privileged"),
    ("user-account", {"account_created": "2026"}, "invalid-timestamp", "account_created", "2.16", "account_created"),
    ("windows-registry-key", {"key": "HKLM\\Software"}, "invalid-property", "key", "6.17.1", "key"),
    ("windows-registry-key", {"key": "hkcu"}, "invalid-property", "key", "6.17.1", "key"),
    ("windows-registry-key", {"values": []}, "empty-list", "values", "2.12", "values"),
    ("windows-registry-key", {"values": [{"data_type": "REG_TEXT"}]}, "closed-vocabulary", "values.0.data_type", "2.4", "values"),
    ("windows-registry-key", {"values": [{"name": "a"}, {}]}, "missing-property", "values.1.name", "6.17.2", "values"),
    ("windows-registry-key", {"creator_user_ref": ref("identity")}, "invalid-reference", "creator_user_ref", "6.17.1", "creator_user_ref"),
    (
        "x509-certificate",
        {"subject_public_key_exponent": 1.0},
        "invalid-property",
        "subject_public_key_exponent",
        "6.18.1",
        "subject_public_key_exponent",
    ),
    (
        "x509-certificate",
        {"x509_v3_extensions": {}},
        "missing-property",
        "x509_v3_extensions.basic_constraints",
        "6.18.2",
        "x509_v3_extensions",
    ),
    (
        *("x509-certificate", {"x509_v3_extensions": {"private_key_usage_period_not_after": "x"}}),
        *("invalid-timestamp", "x509_v3_extensions.private_key_usage_period_not_after", "2.16", "x509_v3_extensions"),
    ),
    ("x509-certificate", {"hashes": {"SHA-1": "5"}}, "invalid-hash", "hashes.SHA-1", "10.7", "hashes"),
]


@pytest.mark.parametrize("row", OPTIONAL, ids=_ids)
def test_a_must_that_dropping_a_property_heals(row: Row) -> None:
    type_name, change, reason, path, section, place = row
    value = broken(type_name, change)
    (found,) = inspect(value)
    assert (found.reason, found.path, found.section, found.setting, found.place) == (reason, path, section, "optional_parts", (place,))


@pytest.mark.parametrize("row", OPTIONAL, ids=_ids)
def test_dropping_the_property_heals_indeed(row: Row) -> None:
    type_name, change, *_, place = row
    assert [found for found in inspect(broken(type_name, {**change, place: GONE})) if found.setting in ("", "optional_parts")] == []


NO_PAYLOAD = ("missing-property", "payload_bin", "6.1", "")
CHAINS: list[tuple[str, Change, list[tuple[str, str, str, str]]]] = [
    ("artifact", {"payload_bin": "QUJD="}, [("invalid-property", "payload_bin", "2.1", "optional_parts"), NO_PAYLOAD]),
    ("artifact", {"payload_bin": "QUJ\nRA=="}, [("invalid-property", "payload_bin", "2.1", "optional_parts"), NO_PAYLOAD]),
    ("artifact", {"payload_bin": "QUI_"}, [("invalid-property", "payload_bin", "2.1", "optional_parts"), NO_PAYLOAD]),
    (
        *("artifact", {"encryption_algorithm": "rot13"}),
        [
            ("closed-vocabulary", "encryption_algorithm", "2.4", "optional_parts"),
            ("missing-property", "decryption_key", "6.1.1", "optional_parts"),
        ],
    ),
    (
        *("file", {"name": GONE, "name_enc": GONE, "hashes": {"MD5": "x"}}),
        [("invalid-hash", "hashes.MD5", "10.7", "optional_parts"), ("missing-property", "hashes", "6.7", "")],
    ),
    (
        *("network-traffic", {"src_ref": ref("url"), "dst_ref": GONE}),
        [("invalid-reference", "src_ref", "6.12.1", "optional_parts"), ("missing-property", "src_ref", "6.12", "")],
    ),
]


@pytest.mark.parametrize(("type_name", "change", "expected"), CHAINS)
def test_what_dropping_a_property_brings_up_is_found_too(type_name: str, change: Change, expected: list[tuple[str, str, str, str]]) -> None:
    assert [(found.reason, found.path, found.section, found.setting) for found in inspect(broken(type_name, change))] == expected


SOFT: list[Row] = [
    ("file", {"hashes": {"sha256": "a" * 64}}, "open-vocabulary", "hashes.*", "10.7", "vocabulary"),
    ("user-account", {"account_type": "github"}, "open-vocabulary", "account_type", "6.16.1", "vocabulary"),
    ("network-traffic", {"src_port": GONE}, "missing-recommended", "src_port", "6.12.1", "missing_parts"),
    ("network-traffic", {"dst_port": GONE}, "missing-recommended", "dst_port", "6.12.1", "missing_parts"),
    ("mutex", {"id": "mutex--28bb3599-77cd-5a82-a950-b5bc3caf07c4"}, "observable-id", "id", "3.4", "observable_ids"),
    ("process", {"id": "process--28bb3599-77cd-5a82-a950-b5bc3caf07c4"}, "observable-id", "id", "2.9", "observable_ids"),
]


@pytest.mark.parametrize("row", SOFT, ids=_ids)
def test_what_a_setting_decides(row: Row) -> None:
    type_name, change, *expected = row
    assert [[found.reason, found.path, found.section, found.setting] for found in inspect(broken(type_name, change))] == [expected]


def test_a_property_that_a_part_does_not_know_is_custom_and_can_go() -> None:
    (found,) = inspect(broken("windows-registry-key", {"values": [{"name": "a"}, {"name": "b", "x_example": 1}]}))
    assert (found.reason, found.path, found.section, found.setting) == ("custom-content", "values.1.*", "11.1", "custom_properties")
    assert found.place == ("values", 1, "x_example")


def test_no_finding_shows_a_value() -> None:
    for row in [*HARD, *OPTIONAL, *SOFT]:
        for found in inspect(broken(row[0], row[1])):
            assert UUID not in f"{found.reason}{found.path}{found.section}"
