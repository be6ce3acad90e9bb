"""The properties of observables, one row per rule."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.transforms.upgrade.support import MD5, SHA256, TIME, UUID, Stix, checked, observed, own_changes, refusal
from transforms.upgrade import is_stix20, upgrade

IP = {"type": "ipv4-addr", "value": "192.0.2.1"}
PE: Stix = {"pe_type": "exe", "sections": [{"name": "a", "hashes": {"ssdeep": "3:a:b"}}, {"name": "b"}]}
NTFS: Stix = {"alternate_data_streams": [{"name": "a", "hashes": {"ssdeep": "3:a:b"}}]}
SOCKET: Stix = {"address_family": "AF_INET", "protocol_family": "PF_INET"}
REQUEST: Stix = {"request_method": "get", "request_value": "/a", "request_header": {"Accept": "text/html", "User-Agent": "x"}}

ROWS: list[tuple[Stix, Stix, tuple[str, ...]]] = [
    (
        {"type": "file", "name": "a", "created": TIME, "modified": TIME, "accessed": TIME},
        {"type": "file", "name": "a", "ctime": TIME, "mtime": TIME, "atime": TIME},
        ("file.created=rename", "file.modified=rename", "file.accessed=rename"),
    ),
    (
        {"type": "directory", "path": "/a", "created": TIME, "modified": TIME, "accessed": TIME},
        {"type": "directory", "path": "/a", "ctime": TIME, "mtime": TIME, "atime": TIME},
        ("directory.created=rename", "directory.modified=rename", "directory.accessed=rename"),
    ),
    (
        {"type": "process", "pid": 1, "created": TIME},
        {"type": "process", "pid": 1, "created_time": TIME},
        ("process.created=rename",),
    ),
    (
        {"type": "process", "pid": 1, "name": "a", "arguments": ["-x"]},
        {"type": "process", "pid": 1},
        ("process.name=drop", "process.arguments=drop"),
    ),
    (
        {"type": "user-account", "user_id": "1", "password_last_changed": TIME},
        {"type": "user-account", "user_id": "1", "credential_last_changed": TIME},
        ("user-account.password_last_changed=rename",),
    ),
    (
        {"type": "windows-registry-key", "key": "HKEY_LOCAL_MACHINE\\A", "modified": TIME},
        {"type": "windows-registry-key", "key": "HKEY_LOCAL_MACHINE\\A", "modified_time": TIME},
        ("windows-registry-key.modified=rename",),
    ),
    (
        {"type": "file", "name": "a", "is_encrypted": True, "encryption_algorithm": "AES128-CBC", "decryption_key": "k"},
        {"type": "file", "name": "a"},
        ("file.is_encrypted=drop", "file.encryption_algorithm=drop", "file.decryption_key=drop"),
    ),
    (
        {"type": "file", "name": "a", "extensions": {"raster-image-ext": {"image_width": 1, "image_compression_algorithm": "x"}}},
        {"type": "file", "name": "a", "extensions": {"raster-image-ext": {"image_width": 1}}},
        ("file.extensions.raster-image-ext.image_compression_algorithm=drop",),
    ),
    (
        {"type": "file", "name": "a", "extensions": {"raster-image-ext": {"image_compression_algorithm": "x"}}},
        {"type": "file", "name": "a"},
        (
            "file.extensions.raster-image-ext.image_compression_algorithm=drop",
            "file.extensions.raster-image-ext=drop",
            "file.extensions=drop",
        ),
    ),
    (
        {"type": "file", "hashes": {"ssdeep": "3:a:b", "MD5": MD5}},
        {"type": "file", "hashes": {"SSDEEP": "3:a:b", "MD5": MD5}},
        ("file.hashes.ssdeep=rename",),
    ),
    (
        {"type": "file", "name": "a", "extensions": {"windows-pebinary-ext": PE}},
        {
            "type": "file",
            "name": "a",
            "extensions": {
                "windows-pebinary-ext": {**PE, "sections": [{"name": "a", "hashes": {"SSDEEP": "3:a:b"}}, {"name": "b"}]},
            },
        },
        ("file.extensions.windows-pebinary-ext.sections.hashes.ssdeep=rename",),
    ),
    (
        {
            "type": "file",
            "name": "a",
            "extensions": {"windows-pebinary-ext": {"pe_type": "exe", "file_header_hashes": {"ssdeep": "3:a:b"}}},
        },
        {
            "type": "file",
            "name": "a",
            "extensions": {"windows-pebinary-ext": {"pe_type": "exe", "file_header_hashes": {"SSDEEP": "3:a:b"}}},
        },
        ("file.extensions.windows-pebinary-ext.file_header_hashes.ssdeep=rename",),
    ),
    (
        {
            "type": "file",
            "name": "a",
            "extensions": {"windows-pebinary-ext": {"pe_type": "exe", "optional_header": {"hashes": {"ssdeep": "3:a:b"}}}},
        },
        {
            "type": "file",
            "name": "a",
            "extensions": {"windows-pebinary-ext": {"pe_type": "exe", "optional_header": {"hashes": {"SSDEEP": "3:a:b"}}}},
        },
        ("file.extensions.windows-pebinary-ext.optional_header.hashes.ssdeep=rename",),
    ),
    (
        {"type": "file", "name": "a", "extensions": {"ntfs-ext": NTFS}},
        {
            "type": "file",
            "name": "a",
            "extensions": {"ntfs-ext": {"alternate_data_streams": [{"name": "a", "hashes": {"SSDEEP": "3:a:b"}}]}},
        },
        ("file.extensions.ntfs-ext.alternate_data_streams.hashes.ssdeep=rename",),
    ),
    (
        {"type": "file", "name": "a", "magic_number_hex": "504B0304", "x_example_hex": "AB"},
        {"type": "file", "name": "a", "magic_number_hex": "504b0304", "x_example_hex": "AB"},
        ("file.magic_number_hex=replace",),
    ),
    (
        {
            "type": "file",
            "name": "a",
            "extensions": {"windows-pebinary-ext": {"pe_type": "exe", "machine_hex": "014C", "characteristics_hex": "0b"}},
        },
        {
            "type": "file",
            "name": "a",
            "extensions": {"windows-pebinary-ext": {"pe_type": "exe", "machine_hex": "014c", "characteristics_hex": "0b"}},
        },
        ("file.extensions.windows-pebinary-ext.machine_hex=replace",),
    ),
    (
        {"type": "file", "name": "a", "extensions": {"windows-pebinary-ext": {"pe_type": "exe", "optional_header": {"magic_hex": "010B"}}}},
        {"type": "file", "name": "a", "extensions": {"windows-pebinary-ext": {"pe_type": "exe", "optional_header": {"magic_hex": "010b"}}}},
        ("file.extensions.windows-pebinary-ext.optional_header.magic_hex=replace",),
    ),
    (
        {"type": "artifact", "url": "https://example.com/a", "hashes": {"SHA-256": SHA256, "ssdeep": "3:a:b"}},
        {"type": "artifact", "url": "https://example.com/a", "hashes": {"SHA-256": SHA256, "SSDEEP": "3:a:b"}},
        ("artifact.hashes.ssdeep=rename",),
    ),
    (
        {"type": "x509-certificate", "serial_number": "1", "hashes": {"SHA-256": SHA256, "ssdeep": "3:a:b"}},
        {"type": "x509-certificate", "serial_number": "1", "hashes": {"SHA-256": SHA256, "SSDEEP": "3:a:b"}},
        ("x509-certificate.hashes.ssdeep=rename",),
    ),
    (
        {"type": "email-message", "is_multipart": False, "additional_header_fields": {"Reply-To": "a@example.com", "X-Hop": ["1", "2"]}},
        {"type": "email-message", "is_multipart": False, "additional_header_fields": {"Reply-To": ["a@example.com"], "X-Hop": ["1", "2"]}},
        ("email-message.additional_header_fields=wrap",),
    ),
    (
        {"type": "email-message", "is_multipart": False, "additional_header_fields": {"X-Hop": ["1", "2"]}},
        {"type": "email-message", "is_multipart": False, "additional_header_fields": {"X-Hop": ["1", "2"]}},
        (),
    ),
    *(
        (value, value, ())
        for value in (
            {"type": "autonomous-system", "number": 64496, "name": "Example", "rir": "RIPE"},
            {"type": "domain-name", "value": "example.com"},
            {"type": "email-addr", "value": "a@example.com", "display_name": "A"},
            {"type": "ipv6-addr", "value": "2001:db8::1"},
            {"type": "mac-addr", "value": "d2:fb:49:24:37:18"},
            {"type": "mutex", "name": "a"},
            {"type": "software", "name": "a", "version": "1", "vendor": "Example"},
            {"type": "url", "value": "https://example.com/a"},
            {"type": "user-account", "user_id": "1", "account_type": "unix", "extensions": {"unix-account-ext": {"gid": 1}}},
            {"type": "x509-certificate", "issuer": "CN=Example", "subject_public_key_algorithm": "rsa", "version": "3"},
            {"type": "file", "name": "a", "x_example": {"hashes": {"ssdeep": "x"}, "created": 1}},
            {"type": "x-example-thing", "created": TIME, "modified": TIME, "hashes": {"ssdeep": "x"}, "name": "a"},
            {"type": "x-example-thing", "hashes": {"ssdeep": "x"}, "name": "a"},
        )
    ),
]


@pytest.mark.parametrize(("old", "new", "changes"), ROWS)
def test_properties(old: Stix, new: Stix, changes: tuple[str, ...]) -> None:
    result = checked(observed({"0": old}))
    _, value = result.objects
    assert {name: item for name, item in value.items() if name not in ("id", "spec_version")} == new
    expected = tuple(change for change in own_changes(result) if not change.startswith("observed-data."))
    assert expected == changes


def test_socket_and_request_extensions() -> None:
    """STIX 2.0 as written has `protocol_family`, and one text per header field."""
    old = {
        "type": "network-traffic",
        "protocols": ["tcp"],
        "src_ref": "0",
        "extensions": {"socket-ext": SOCKET, "http-request-ext": REQUEST},
    }
    result = checked(observed({"0": IP, "1": old}))
    assert result.objects[2]["extensions"] == {
        "socket-ext": {"address_family": "AF_INET"},
        "http-request-ext": {**REQUEST, "request_header": {"Accept": ["text/html"], "User-Agent": ["x"]}},
    }
    assert "network-traffic.extensions.socket-ext.protocol_family=drop" in result.changes
    assert "network-traffic.extensions.http-request-ext.request_header=wrap" in result.changes


def test_flags_are_in_lower_case() -> None:
    old = {"type": "network-traffic", "protocols": ["tcp"], "src_ref": "0"}
    extensions = {
        "tcp-ext": {"src_flags_hex": "0000000A", "dst_flags_hex": "0B"},
        "icmp-ext": {"icmp_type_hex": "0C", "icmp_code_hex": "0D"},
    }
    result = checked(observed({"0": IP, "1": {**old, "extensions": extensions}}))
    assert result.objects[2]["extensions"] == {
        "tcp-ext": {"src_flags_hex": "0000000a", "dst_flags_hex": "0b"},
        "icmp-ext": {"icmp_type_hex": "0c", "icmp_code_hex": "0d"},
    }


@pytest.mark.parametrize("digits", ["0X1F", "ABG", 5, None, ["AB"]])
def test_what_is_not_hexadecimal_is_left_to_the_validation(digits: Any) -> None:
    result = upgrade(observed({"0": {"type": "file", "name": "a", "magic_number_hex": digits}}))
    assert result.objects[1]["magic_number_hex"] == digits


def test_an_archive_loses_its_version() -> None:
    archive = {"type": "file", "name": "a.zip", "extensions": {"archive-ext": {"contains_refs": ["1"], "version": "5", "comment": "c"}}}
    result = checked(observed({"0": archive, "1": {"type": "file", "name": "b"}}))
    assert result.objects[1]["extensions"] == {"archive-ext": {"contains_refs": [result.objects[2]["id"]], "comment": "c"}}
    assert "file.extensions.archive-ext.version=drop" in result.changes


def test_a_property_under_both_names_keeps_the_newer() -> None:
    other = "2018-01-01T00:00:00Z"
    result = checked(observed({"0": {"type": "file", "name": "a", "created": TIME, "ctime": other}}), valid20=False)
    assert result.objects[1]["ctime"] == other
    assert "created" not in result.objects[1]
    assert "file.created=drop" in result.changes


@pytest.mark.parametrize("old", [{"name": "a"}, {"name": "a", "arguments": ["-x"]}, {"arguments": ["-x"]}])
def test_a_process_of_which_nothing_would_be_left_is_refused(old: Stix) -> None:
    assert refusal(observed({"0": {"type": "process", **old}})) == f"objects.*.{min(old, key=['name', 'arguments'].index)}"


class TestByThemselves:
    """Observables that say that they are STIX 2.0 although those never stand by themselves: seen in the wild."""

    def test_are_upgraded_under_their_own_id(self) -> None:
        value = {
            "type": "file",
            "spec_version": "2.0",
            "id": f"file--{UUID}",
            "name": "a",
            "created": TIME,
            "content_ref": f"artifact--{UUID}",
        }
        result = upgrade(value)
        assert result.objects == (
            {"type": "file", "spec_version": "2.1", "id": f"file--{UUID}", "name": "a", "ctime": TIME, "content_ref": f"artifact--{UUID}"},
        )
        assert result.changes == ("file.spec_version=replace", "file.created=rename")
        assert not is_stix20(result.objects[0])

    @pytest.mark.parametrize("bad", ["0", 5, ["0"]])
    def test_are_refused_where_they_refer_to_a_container(self, bad: Any) -> None:
        value = {"type": "file", "spec_version": "2.0", "id": f"file--{UUID}", "name": "a", "content_ref": bad}
        assert refusal(value) == "content_ref"

    def test_are_refused_where_nothing_would_be_left(self) -> None:
        assert refusal({"type": "process", "spec_version": "2.0", "id": f"process--{UUID}", "name": "a"}) == "name"
