"""Identifiers: the vectors of the specification's rule, the reference library as a second opinion, and the hub's own ids."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
import stix2
from hypothesis import given
from hypothesis import strategies as st

from schemas.ids import (
    CONTRIBUTING,
    IDENTIFIER,
    SCO_NAMESPACE,
    contributing_values,
    digest16,
    keyed_id,
    observable_id,
    one_hash,
    reference_names,
    type_of,
)

MD5, SHA1, SHA256, SHA512 = "b" * 32, "c" * 40, "a" * 64, "d" * 128

VECTORS: list[tuple[dict[str, Any], str]] = [
    ({"type": "ipv4-addr", "value": "198.51.100.3"}, "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"),
    ({"type": "domain-name", "value": "example.com"}, "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7"),
    ({"type": "domain-name", "value": "exämple.com"}, "domain-name--309a12a7-c307-5355-aa7d-bee29ebcd984"),
    ({"type": "url", "value": "https://example.com/a"}, "url--6ccd10ff-4c3f-5062-a19f-b6bd987c6637"),
    ({"type": "file", "hashes": {"SHA-256": SHA256, "MD5": MD5}}, "file--aba4f1e7-e3b9-59a9-a722-60a6ada7a8ec"),
    ({"type": "file", "hashes": {"SHA-256": SHA256}}, "file--75cb38d5-2055-5354-b75a-8299a2d670b5"),
    ({"type": "file", "hashes": {"MD5": MD5}, "name": "a.txt"}, "file--f801efd2-7049-570a-b881-a0272716d1e6"),
    ({"type": "windows-registry-key", "key": "HKEY_LOCAL_MACHINE\\Foo"}, "windows-registry-key--407624e1-be6f-55d1-92ae-fba9af91cf12"),
    (
        {
            "type": "network-traffic",
            "dst_port": 443,
            "protocols": ["tcp", "https"],
            "src_ref": "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4",
        },
        "network-traffic--e9430c55-4802-5519-b7f3-efebb81df32c",
    ),
]


@pytest.mark.parametrize(("observable", "expected"), VECTORS, ids=[expected for _, expected in VECTORS])
def test_observable_ids_follow_the_rule(observable: dict[str, Any], expected: str) -> None:
    assert observable_id(observable) == expected


@pytest.mark.parametrize(("observable", "expected"), VECTORS, ids=[expected for _, expected in VECTORS])
def test_what_does_not_contribute_does_not_count(observable: dict[str, Any], expected: str) -> None:
    more = {"id": "x", "spec_version": "2.1", "defanged": True, "object_marking_refs": ["y"], "x_custom": 1, "mime_type": "a/b", "size": 3}
    assert observable_id({**more, **observable}) == expected
    assert observable_id(dict(reversed(observable.items()))) == expected


MADE_BY_STIX2 = [
    stix2.v21.Artifact(payload_bin="QUJD", hashes={"SHA-256": SHA256}),
    stix2.v21.Artifact(url="https://example.com/a.bin", hashes={"SHA-512": SHA512, "SHA-1": SHA1}),
    stix2.v21.AutonomousSystem(number=64496, name="Documentation"),
    stix2.v21.Directory(path="C:\\Windows\\Temp"),
    stix2.v21.DomainName(value="xn--exmple-cua.example"),
    stix2.v21.EmailAddress(value="someone@example.org", display_name="Some One"),
    stix2.v21.EmailMessage(is_multipart=False, subject='Quote " and \\ and ü', body="line\nline\ttab\u2028"),
    stix2.v21.File(name="päper.pdf", size=4),
    stix2.v21.File(name="a", hashes={"SHA3-256": SHA256}),
    stix2.v21.File(name="a", hashes={"SHA-1": SHA1, "MD5": MD5, "SHA-512": SHA512}),
    stix2.v21.File(name="a", extensions={"ntfs-ext": {"sid": "1"}}),
    stix2.v21.IPv4Address(value="192.0.2.0/24"),
    stix2.v21.IPv6Address(value="2001:db8::1"),
    stix2.v21.MACAddress(value="00:00:5e:00:53:01"),
    stix2.v21.Mutex(name="__CLEANSWEEP__"),
    stix2.v21.NetworkTraffic(src_ref="ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4", protocols=["tcp"], src_port=1, end=None),
    stix2.v21.NetworkTraffic(
        dst_ref="ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4",
        protocols=["http"],
        extensions={"http-request-ext": {"request_method": "get", "request_value": "/"}},
    ),
    stix2.v21.Software(name="Word", cpe="cpe:2.3:a:example:word:1:*:*:*:*:*:*:*", vendor="Example", version="1", languages=["en"]),
    stix2.v21.URL(value="https://example.net/ä?q=%20#f"),
    stix2.v21.UserAccount(account_type="unix", user_id="1000", account_login="jdoe", display_name="J"),
    stix2.v21.WindowsRegistryKey(key="HKLM\\Software", values=[{"name": "a", "data": "1", "data_type": "REG_SZ"}, {"name": "b"}]),
    stix2.v21.X509Certificate(serial_number="36:f7", hashes={"SHA-1": SHA1}, issuer="C=XX"),
]


@pytest.mark.parametrize("made", MADE_BY_STIX2, ids=[f"{made.type}-{number}" for number, made in enumerate(MADE_BY_STIX2)])
def test_the_reference_library_agrees(made: Any) -> None:
    value = __import__("json").loads(made.serialize())
    assert observable_id(value) == made.id


def test_every_contributing_type_is_held_against_the_reference_library() -> None:
    assert {made.type for made in MADE_BY_STIX2} | {"process"} == set(CONTRIBUTING)


@given(st.sampled_from(["domain-name", "url", "email-addr"]), st.text(min_size=1, max_size=40))
def test_the_reference_library_agrees_on_any_text(type_name: str, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    classes = {"domain-name": stix2.v21.DomainName, "url": stix2.v21.URL, "email-addr": stix2.v21.EmailAddress}
    assert observable_id({"type": type_name, "value": text}) == classes[type_name](value=text).id


@pytest.mark.parametrize("type_name", sorted(CONTRIBUTING))
def test_nothing_that_contributes_means_no_deterministic_id(type_name: str) -> None:
    assert observable_id({"type": type_name, "id": "x", "defanged": False}) is None


def test_an_empty_dictionary_of_hashes_contributes_nothing() -> None:
    assert observable_id({"type": "file", "hashes": {}}) is None
    assert contributing_values({"type": "file", "hashes": {}, "name": "a"}) == {"name": "a"}


@pytest.mark.parametrize(
    ("hashes", "expected"),
    [
        ({"SHA-512": "4", "SHA-256": "3", "SHA-1": "2", "MD5": "1"}, {"MD5": "1"}),
        ({"SHA-512": "4", "SHA-256": "3", "SHA-1": "2"}, {"SHA-1": "2"}),
        ({"SHA-512": "4", "SHA-256": "3"}, {"SHA-256": "3"}),
        ({"SSDEEP": "5", "SHA-512": "4"}, {"SHA-512": "4"}),
        ({"TLSH": "6", "SSDEEP": "5"}, {"TLSH": "6"}),
        ({}, {}),
    ],
)
def test_exactly_one_hash_counts(hashes: dict[str, str], expected: dict[str, str]) -> None:
    assert one_hash(hashes) == expected


def test_numbers_without_a_canonical_form_are_refused() -> None:
    with pytest.raises(ValueError, match=r".*"):
        observable_id({"type": "autonomous-system", "number": 2**60})


UUID4 = re.compile(r"[a-z0-9-]+--[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


@given(st.binary(min_size=1, max_size=64), st.lists(st.text(max_size=20), min_size=1, max_size=3))
def test_keyed_ids_are_uuid4_in_form_and_deterministic(key: bytes, parts: list[str]) -> None:
    try:
        made = keyed_id("indicator", key, *parts)
    except UnicodeEncodeError:
        return
    assert UUID4.fullmatch(made)
    assert IDENTIFIER.fullmatch(made)
    assert uuid.UUID(made.removeprefix("indicator--")).version == 4
    assert uuid.UUID(made.removeprefix("indicator--")).variant == uuid.RFC_4122
    assert made == keyed_id("indicator", key, *parts)
    assert made != keyed_id("indicator", key + b"x", *parts)


def test_keyed_ids_differ_by_key_and_parts() -> None:
    made = {keyed_id("tool", key, part) for key in (b"1", b"2", b"3") for part in ("a", "b", "a\0b", "ab")}
    assert len(made) == 12


def test_keyed_ids_never_look_like_deterministic_ones() -> None:
    named = uuid.uuid5(SCO_NAMESPACE, '{"value":"example.com"}')
    made = keyed_id("domain-name", b"k", f"domain-name--{named}")
    assert uuid.UUID(made.removeprefix("domain-name--")).version == 4


def test_digests_tell_parts_apart() -> None:
    assert len(digest16()) == 16
    made = {digest16(*parts) for parts in [(), (b"",), (b"", b""), (b"ab", b"c"), (b"a", b"bc"), (b"abc",)]}
    assert len(made) == 6


@pytest.mark.parametrize(
    "text",
    [
        "indicator--a932fcc6-e032-476c-826f-cb970a5a1ade",
        "x-custom-type--a932fcc6-e032-176c-826f-cb970a5a1ade",
        "file--A932FCC6-E032-476C-826F-CB970A5A1ADE",
    ],
)
def test_identifiers_are_read(text: str) -> None:
    assert IDENTIFIER.fullmatch(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "indicator",
        "indicator--",
        "indicator--1",
        "--a932fcc6-e032-476c-826f-cb970a5a1ade",
        "Indicator--a932fcc6-e032-476c-826f-cb970a5a1ade",
        "indicator-a932fcc6-e032-476c-826f-cb970a5a1ade",
        "indicator--a932fcc6-e032-476c-826f-cb970a5a1ade\n",
        " indicator--a932fcc6-e032-476c-826f-cb970a5a1ade",
        "indicator--g932fcc6-e032-476c-826f-cb970a5a1ade",
        "indicator--a932fcc6e032476c826fcb970a5a1ade",
        "indicator--{a932fcc6-e032-476c-826f-cb970a5a1ade}",
        "indicator--٣932fcc6-e032-476c-826f-cb970a5a1ade",
    ],
)
def test_everything_else_is_no_identifier(text: str) -> None:
    assert IDENTIFIER.fullmatch(text) is None


def test_the_type_is_what_stands_before_the_first_double_dash() -> None:
    assert type_of("x-a-b--1") == "x-a-b"
    assert type_of("none") == "none"


def test_references_go_by_the_end_of_their_names() -> None:
    assert reference_names({"src_ref": 1, "object_refs": 2, "ref": 3, "x_refs_count": 4}) == ["src_ref", "object_refs"]
