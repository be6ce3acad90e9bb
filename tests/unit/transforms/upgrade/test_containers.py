"""Containers of observables: ids, references, what is refused."""

from __future__ import annotations

import json
import re
import time
from typing import Any

import pytest
import stix2

from schemas.stix.inspection import inspect
from tests.unit.transforms.upgrade.support import MD5, TIME, UUID, Stix, checked, observed, refusal, stix20
from transforms.upgrade import Upgraded, upgrade
from transforms.upgrade.containers import MAX_MEMBERS

IP = {"type": "ipv4-addr", "value": "198.51.100.3"}
IP_ID = "ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4"
DOMAIN = {"type": "domain-name", "value": "example.com"}
DOMAIN_ID = "domain-name--bedb4899-d24b-5401-bc86-8f6b4cc18ec7"
RANDOM_FORM = re.compile(r"[a-z0-9-]+--[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def by_type(result: Upgraded, type_name: str) -> Stix:
    (found,) = [item for item in result.objects if item["type"] == type_name]
    return found


def test_the_observed_data_names_what_it_contained() -> None:
    old = observed({"0": IP, "1": {**DOMAIN, "resolves_to_refs": ["0"]}})
    result = checked(old)
    first, *others = result.objects
    assert first == {
        **{name: item for name, item in old.items() if name != "objects"},
        "spec_version": "2.1",
        "object_refs": [IP_ID, DOMAIN_ID],
    }
    assert others == [
        {**IP, "spec_version": "2.1", "id": IP_ID},
        {**DOMAIN, "spec_version": "2.1", "id": DOMAIN_ID, "resolves_to_refs": [IP_ID]},
    ]
    assert "observed-data.objects=extract" in result.changes


def test_ids_do_not_depend_on_how_the_container_was_written() -> None:
    members = {str(number): {"type": "process", "pid": number} for number in range(12)}
    result = upgrade(observed(members))
    assert result == upgrade(observed(dict(reversed(members.items()))))
    assert [item["pid"] for item in result.objects[1:]] == list(range(12))


REFERENCES: list[tuple[Stix, tuple[Any, ...], str]] = [
    ({"type": "domain-name", "value": "a.example", "resolves_to_refs": ["ip"]}, ("resolves_to_refs", 0), "ip"),
    ({"type": "ipv4-addr", "value": "192.0.2.9", "resolves_to_refs": ["mac"]}, ("resolves_to_refs", 0), "mac"),
    ({"type": "ipv4-addr", "value": "192.0.2.9", "belongs_to_refs": ["as"]}, ("belongs_to_refs", 0), "as"),
    ({"type": "email-addr", "value": "b@example.com", "belongs_to_ref": "user"}, ("belongs_to_ref",), "user"),
    ({"type": "directory", "path": "/b", "contains_refs": ["file"]}, ("contains_refs", 0), "file"),
    ({"type": "file", "name": "b", "parent_directory_ref": "dir"}, ("parent_directory_ref",), "dir"),
    ({"type": "file", "name": "b", "content_ref": "art"}, ("content_ref",), "art"),
    ({"type": "file", "name": "b", "contains_refs": ["ip"]}, ("contains_refs", 0), "ip"),
    (
        {"type": "file", "name": "b", "extensions": {"archive-ext": {"contains_refs": ["dir", "file"]}}},
        ("extensions", "archive-ext", "contains_refs", 1),
        "file",
    ),
    *(
        ({"type": "email-message", "is_multipart": False, "subject": "s", name: "mail"}, (name,), "mail")
        for name in ("from_ref", "sender_ref")
    ),
    *(
        ({"type": "email-message", "is_multipart": False, "subject": "s", name: ["mail"]}, (name, 0), "mail")
        for name in ("to_refs", "cc_refs", "bcc_refs")
    ),
    ({"type": "email-message", "is_multipart": False, "subject": "s", "raw_email_ref": "art"}, ("raw_email_ref",), "art"),
    (
        {"type": "email-message", "is_multipart": True, "subject": "s", "body_multipart": [{"body": "x"}, {"body_raw_ref": "art"}]},
        ("body_multipart", 1, "body_raw_ref"),
        "art",
    ),
    ({"type": "network-traffic", "protocols": ["tcp"], "src_ref": "ip"}, ("src_ref",), "ip"),
    ({"type": "network-traffic", "protocols": ["tcp"], "dst_ref": "domain"}, ("dst_ref",), "domain"),
    ({"type": "network-traffic", "protocols": ["tcp"], "src_ref": "ip", "src_payload_ref": "art"}, ("src_payload_ref",), "art"),
    ({"type": "network-traffic", "protocols": ["tcp"], "src_ref": "ip", "dst_payload_ref": "art"}, ("dst_payload_ref",), "art"),
    ({"type": "network-traffic", "protocols": ["tcp"], "src_ref": "ip", "encapsulates_refs": ["net"]}, ("encapsulates_refs", 0), "net"),
    ({"type": "network-traffic", "protocols": ["tcp"], "src_ref": "ip", "encapsulates_by_ref": "net"}, ("encapsulated_by_ref",), "net"),
    ({"type": "network-traffic", "protocols": ["tcp"], "src_ref": "ip", "encapsulated_by_ref": "net"}, ("encapsulated_by_ref",), "net"),
    (
        {
            "type": "network-traffic",
            "protocols": ["tcp"],
            "src_ref": "ip",
            "extensions": {"http-request-ext": {"request_method": "get", "request_value": "/", "message_body_data_ref": "art"}},
        },
        ("extensions", "http-request-ext", "message_body_data_ref"),
        "art",
    ),
    ({"type": "process", "pid": 1, "binary_ref": "file"}, ("image_ref",), "file"),
    ({"type": "process", "pid": 1, "creator_user_ref": "user"}, ("creator_user_ref",), "user"),
    ({"type": "process", "pid": 1, "parent_ref": "process"}, ("parent_ref",), "process"),
    ({"type": "process", "pid": 1, "child_refs": ["process"]}, ("child_refs", 0), "process"),
    ({"type": "process", "pid": 1, "opened_connection_refs": ["net"]}, ("opened_connection_refs", 0), "net"),
    (
        {"type": "process", "pid": 1, "extensions": {"windows-service-ext": {"service_name": "x", "service_dll_refs": ["file"]}}},
        ("extensions", "windows-service-ext", "service_dll_refs", 0),
        "file",
    ),
    ({"type": "windows-registry-key", "key": "HKEY_LOCAL_MACHINE\\B", "creator_user_ref": "user"}, ("creator_user_ref",), "user"),
    ({"type": "x-example-thing", "x_what": [{"other_refs": ["ip"]}]}, ("x_what", 0, "other_refs", 0), "ip"),
]
TARGETS = {
    "ip": IP,
    "domain": DOMAIN,
    "mac": {"type": "mac-addr", "value": "d2:fb:49:24:37:18"},
    "as": {"type": "autonomous-system", "number": 64496},
    "user": {"type": "user-account", "user_id": "1"},
    "file": {"type": "file", "name": "a"},
    "dir": {"type": "directory", "path": "/a"},
    "art": {"type": "artifact", "mime_type": "text/plain", "payload_bin": "QQ=="},
    "mail": {"type": "email-addr", "value": "a@example.com"},
    "net": {"type": "network-traffic", "protocols": ["udp"], "src_ref": "ip"},
    "process": {"type": "process", "pid": 2},
}


@pytest.mark.parametrize(("member", "place", "key"), REFERENCES)
def test_every_reference_becomes_an_id(member: Stix, place: tuple[Any, ...], key: str) -> None:
    """Also where what it refers to stands behind it."""
    for last in (False, True):
        container = {"zzzzzzzz" if last else "-": member, **TARGETS}
        result = checked(observed(container), valid20=not last)  # the reference library is strict about the order of some
        wanted = next(item["id"] for item in result.objects if item["type"] == TARGETS[key]["type"] and says(item, TARGETS[key]))
        node: Any = result.objects[len(container) if last else 1]
        for step in place:
            node = node[step]
        assert node == wanted


def says(item: Stix, target: Stix) -> bool:
    return all(item[name] == value for name, value in target.items() if not name.endswith("_ref"))


@pytest.mark.parametrize("member", [member for member, *_ in REFERENCES if member["type"] not in ("process", "x-example-thing")])
def test_ids_are_those_that_the_reference_library_makes(member: Stix) -> None:
    value = upgrade(observed({"-": member, **TARGETS})).objects[1]
    content = {name: item for name, item in value.items() if name != "id"}
    assert value["id"] == stix2.parse(content, version="2.1")["id"]


class TestWithoutADeterministicId:
    def test_ids_have_the_form_of_random_ones_and_are_the_same_each_time(self) -> None:
        old = observed({"0": {"type": "process", "pid": 1}, "1": {"type": "x-example-thing", "a": 1}, "2": {"type": "process", "pid": 1}})
        result = checked(old)
        ids = [item["id"] for item in result.objects[1:]]
        assert all(RANDOM_FORM.fullmatch(identifier) for identifier in ids)
        assert len(set(ids)) == 3

    @pytest.mark.parametrize("more", [{"id": f"observed-data--{UUID[:-1]}0"}, {"modified": "2017-02-01T00:00:00.000Z"}])
    def test_other_objects_and_versions_get_other_ids(self, more: Stix) -> None:
        old = observed({"0": {"type": "process", "pid": 1}})
        assert upgrade(old).objects[1]["id"] != upgrade(old | more).objects[1]["id"]

    @pytest.mark.parametrize(
        "old", [{"type": "email-message", "is_multipart": False}, {"type": "email-message", "is_multipart": False, "date": TIME}]
    )
    def test_nothing_that_contributes(self, old: Stix) -> None:
        assert RANDOM_FORM.fullmatch(checked(observed({"0": old})).objects[1]["id"])

    def test_a_number_without_a_canonical_form(self) -> None:
        old = {"type": "autonomous-system", "number": 2**60}
        assert RANDOM_FORM.fullmatch(upgrade(observed({"0": old})).objects[1]["id"])

    def test_files_that_contain_each_other(self) -> None:
        def archive(name: str, *inside: str) -> Stix:
            return {"type": "file", "name": name, "extensions": {"archive-ext": {"contains_refs": list(inside)}}}

        result = checked(
            observed({"0": archive("a", "1"), "1": archive("b", "0"), "2": archive("c", "2"), "3": {"type": "file", "name": "d"}})
        )
        _, *files = result.objects
        assert [bool(RANDOM_FORM.fullmatch(item["id"])) for item in files] == [True, True, True, False]
        inside = [item["extensions"]["archive-ext"]["contains_refs"] for item in files[:3]]
        assert inside == [[files[1]["id"]], [files[0]["id"]], [files[2]["id"]]]

    def test_processes_that_refer_to_each_other(self) -> None:
        result = checked(
            observed({"0": {"type": "process", "pid": 1, "child_refs": ["1"]}, "1": {"type": "process", "pid": 2, "parent_ref": "0"}})
        )
        _, parent, child = result.objects
        assert parent["child_refs"] == [child["id"]]
        assert child["parent_ref"] == parent["id"]


class TestMembersWithOneId:
    def test_the_same_twice_is_one_observable(self) -> None:
        old = {"0": IP, "1": IP, "2": {"type": "network-traffic", "protocols": ["tcp"], "src_ref": "0", "dst_ref": "1"}}
        result = checked(observed(old))
        first, address, traffic = result.objects
        assert address["id"] == traffic["src_ref"] == traffic["dst_ref"] == IP_ID
        assert first["object_refs"] == [IP_ID, traffic["id"]]

    def test_other_content_gets_another_id_and_is_kept(self) -> None:
        old = {
            "0": IP,
            "1": {**IP, "resolves_to_refs": ["2"]},
            "2": {"type": "mac-addr", "value": "d2:fb:49:24:37:18"},
            "3": {**DOMAIN, "resolves_to_refs": ["1"]},
        }
        result = checked(observed(old))
        _, plain, resolved, _, domain = result.objects
        assert plain["id"] == IP_ID
        assert RANDOM_FORM.fullmatch(resolved["id"])
        assert "resolves_to_refs" in resolved
        assert domain["resolves_to_refs"] == [resolved["id"]]

    def test_an_id_that_a_member_has_is_kept(self) -> None:
        own = f"ipv4-addr--{UUID}"
        result = upgrade(observed({"0": {**IP, "id": own}, "1": {**DOMAIN, "resolves_to_refs": ["0"]}}))
        assert result.objects[1]["id"] == own
        assert result.objects[2]["resolves_to_refs"] == [own]

    def test_references_to_ids_outside_are_kept(self) -> None:
        elsewhere = f"ipv4-addr--{UUID}"
        assert upgrade(observed({"0": {**DOMAIN, "resolves_to_refs": [elsewhere]}})).objects[1]["resolves_to_refs"] == [elsewhere]

    def test_keys_that_look_like_ids_are_keys(self) -> None:
        old = {
            IP_ID: DOMAIN,
            DOMAIN_ID: {"type": "url", "value": "https://example.com/"},
            "x": {"type": "network-traffic", "protocols": ["tcp"], "src_ref": IP_ID},
        }
        assert by_type(upgrade(observed(old)), "network-traffic")["src_ref"] == DOMAIN_ID


def test_references_that_are_there_are_kept_beside_the_new_ones() -> None:
    elsewhere = f"ipv4-addr--{UUID}"
    (first, _) = upgrade(observed({"0": IP}, object_refs=[elsewhere])).objects
    assert first["object_refs"] == [elsewhere, IP_ID]
    assert "objects" not in first


def test_an_observed_data_of_stix_21_without_its_version() -> None:
    old = {name: item for name, item in stix20("observed-data").items() if name != "objects"} | {"object_refs": [IP_ID]}
    assert upgrade(old) == Upgraded(({**old, "spec_version": "2.1"},), ("observed-data.spec_version=add",))


def test_what_was_revoked_is_not_published_anew() -> None:
    old = observed({"0": IP}, revoked=True)
    (only,) = checked(old).objects
    assert only["object_refs"] == [IP_ID]
    assert len(upgrade(old | {"revoked": False}).objects) == 2


@pytest.mark.parametrize("name", ["environment_variables", "startup_info"])
def test_dictionaries_of_data_hold_no_references(name: str) -> None:
    data = {"some_ref": "0", "other_refs": ["0"]}
    process = {"type": "process", "pid": 1, "extensions": {"windows-process-ext": {name: data}}}
    if name == "environment_variables":
        process = {"type": "process", "pid": 1, name: data}
    result = upgrade(observed({"0": IP, "1": process}))
    assert json.dumps(data) in json.dumps(by_type(result, "process"))


def test_a_custom_member_becomes_an_object_that_object_refs_names() -> None:
    result = checked(observed({"0": {"type": "x-example-thing", "hostname": "a"}, "1": IP}))
    first, own, _ = result.objects
    assert first["object_refs"][0] == own["id"]
    assert own == {"type": "x-example-thing", "spec_version": "2.1", "id": own["id"], "hostname": "a"}
    assert {(finding.reason, finding.setting) for finding in inspect(own)} == {("custom-content", "custom_objects")}


def test_custom_references_that_name_no_member_are_kept() -> None:
    old = {"type": "x-example-thing", "ticket_ref": "T-1", "page_refs": [1, "T-2"], "other_ref": {"a": 1}}
    value = upgrade(observed({"0": old})).objects[1]
    assert old.items() <= value.items()


REFUSED: list[tuple[Any, str]] = [
    ({"0": {**DOMAIN, "resolves_to_refs": ["7"]}}, "objects.*.resolves_to_refs"),
    ({"0": {**DOMAIN, "resolves_to_refs": "0"}}, "objects.*.resolves_to_refs"),
    ({"0": {**DOMAIN, "resolves_to_refs": [0]}}, "objects.*.resolves_to_refs"),
    ({"0": {"type": "process", "pid": 1, "binary_ref": ["0"]}}, "objects.*.image_ref"),
    ({"0": {"type": "process", "pid": 1, "parent_ref": "secret"}}, "objects.*.parent_ref"),
    ({"0": {"type": "network-traffic", "protocols": ["tcp"], "src_ref": "9"}}, "objects.*.src_ref"),
    ({"0": {"type": "file", "name": "a", "extensions": {"archive-ext": {"contains_refs": ["9"]}}}}, "objects.*.contains_refs"),
    ({}, "objects"),
    ([], "objects"),
    (None, "objects"),
    ("x", "objects"),
    ({"0": None}, "objects.*.type"),
    ({"0": []}, "objects.*.type"),
    ({"0": {}}, "objects.*.type"),
    ({"0": {"type": 5}}, "objects.*.type"),
    ({"0": {"type": "Not A Type"}}, "objects.*.type"),
    ({"0": {"type": "x" * 300}}, "objects.*.type"),
    ({"0": {"type": "indicator"}}, "objects.*.type"),
    ({"0": {"type": "observed-data", "objects": {}}}, "objects.*.type"),
    ({"0": {**IP, "id": "ipv4-addr--1"}}, "objects.*.id"),
    ({"0": {**IP, "id": 5}}, "objects.*.id"),
    ({"0": {**IP, "id": f"file--{UUID}"}}, "objects.*.id"),
    ({"0": {**IP, "id": IP_ID}, "1": {**DOMAIN, "x": 1, "type": "ipv4-addr", "id": IP_ID}}, "objects.*.id"),
    ({str(number): {"type": "mutex", "name": str(number)} for number in range(MAX_MEMBERS + 1)}, "objects"),
]


@pytest.mark.parametrize(("container", "path"), REFUSED)
def test_what_has_no_form_in_stix_21_is_refused(container: Any, path: str) -> None:
    assert refusal(observed(container)) == path


@pytest.mark.parametrize(
    ("more", "path"),
    [({"id": None}, "id"), ({"id": 5}, "id"), ({"object_refs": "x"}, "object_refs"), ({"object_refs": [1]}, "object_refs")],
)
def test_an_observed_data_that_cannot_hold_references_is_refused(more: Stix, path: str) -> None:
    assert refusal(observed({"0": IP}) | more) == path


def test_an_observed_data_of_nothing_is_refused() -> None:
    assert refusal({name: item for name, item in stix20("observed-data").items() if name != "objects"}) == "objects"


def test_what_is_nested_too_deeply_is_refused() -> None:
    deep: Any = "x"
    for _ in range(70):
        deep = [deep]
    assert refusal(stix20("tool", x_deep=deep)) == ""
    assert refusal(observed({"0": {**IP, "x_deep": deep}})) == ""


def test_long_chains_and_wide_references_are_taken() -> None:
    """Every file lies in an archive in the next one, and one directory contains all of them."""
    number = MAX_MEMBERS - 1
    chain: Stix = {
        str(index): {"type": "file", "name": f"{index}", "extensions": {"archive-ext": {"contains_refs": [str(index + 1)]}}}
        for index in range(number - 1)
    }
    chain[str(number - 1)] = {"type": "file", "hashes": {"MD5": MD5}}
    chain["all"] = {"type": "directory", "path": "/a", "contains_refs": [str(index) for index in range(number)] * 20}
    before = time.process_time()
    result = upgrade(observed(chain))
    assert time.process_time() - before < 2
    assert len(result.objects) == MAX_MEMBERS + 1
    assert not any(RANDOM_FORM.fullmatch(item["id"]) for item in result.objects[1:])
