"""What tells observables apart, type by type: one key for each meaning, and no key for two."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest

from schemas.ids import CONTRIBUTING
from tests.support.objects import Stix, identifier, observable
from transforms.canonicalize import content_key
from transforms.observables import COMPOSED, fold_hashes

MD5, SHA1, SHA256 = "aB" * 16, "Cd" * 20, "eF" * 32
ADDRESS, OTHER, FOLDER, SENDER = (identifier(name, "x") for name in ("ipv4-addr", "domain-name", "directory", "email-addr"))
START = "2026-01-01T00:00:00Z"


def key(value: Stix, known: dict[str, bytes] | None = None, producer: str = "maker") -> bytes:
    return content_key(value, producer, "production", (known or {}).get)


def of(type_name: str, **values: Any) -> Stix:
    return {"type": type_name, "spec_version": "2.1", "id": identifier(type_name, "random"), **values}


def registry(*values: tuple[str, str]) -> Stix:
    return of("windows-registry-key", key="HKEY_LOCAL_MACHINE\\Foo", values=[{"name": name, "data": data} for name, data in values])


SAME: dict[str, list[list[Stix]]] = {
    "artifact": [[of("artifact", hashes={name: MD5}) for name in ("MD5", "md5", "'MD5'")]],
    "autonomous-system": [[of("autonomous-system", number=64500), of("autonomous-system", number=64500, name="n", rir="r")]],
    "directory": [[of("directory", path="/tmp/a"), of("directory", path="/tmp/a", path_enc="utf-8")]],
    "domain-name": [
        [of("domain-name", value=value) for value in ("host.example", "HOST.Example", "host.example.")],
        [of("domain-name", value=value) for value in ("bücher.example", "xn--bcher-kva.example", "BÜCHER.example.")],
    ],
    "email-addr": [[of("email-addr", value=value) for value in ("Desk@author.example", "Desk@AUTHOR.Example")]],
    "email-message": [[of("email-message", is_multipart=flag, from_ref=SENDER, subject="s") for flag in (False, True)]],
    "file": [
        [
            of("file", hashes={"MD5": MD5, "SHA-256": SHA256}),
            of("file", hashes={"SHA-256": "0" * 64, "md5": MD5.lower()}, size=3),
            of("file", hashes={"md5": MD5.upper(), "MD5": MD5}),
        ],
        [of("file", hashes={name: SHA256}) for name in ("SHA-256", "SHA256", "sha256", "sha-256", "'SHA-256'")],
        [of("file", hashes={"SSDEEP": "3:a:b", "x": "y"}), of("file", hashes={"x": "y", "ssdeep": "3:a:b"})],
        [
            of("file", name="a", extensions={"windows-pebinary-ext": {"sections": [{"name": "s", "entropy": entropy, "hashes": hashes}]}})
            for entropy, hashes in ((6, {"MD5": MD5, "SHA-1": SHA1}), (6.0, {"sha1": SHA1.lower(), "md5": MD5.lower()}))
        ],
    ],
    "ipv4-addr": [
        [of("ipv4-addr", value=value) for value in ("198.51.100.3", "198.51.100.3/32")],
        [of("ipv4-addr", value=value) for value in ("198.51.100.3/24", "198.51.100.0/24")],
    ],
    "ipv6-addr": [[of("ipv6-addr", value=value) for value in ("2001:db8::1", "2001:DB8:0:0:0:0:0:1", "2001:db8::1/128")]],
    "mac-addr": [[of("mac-addr", value=value) for value in ("00:00:5e:00:53:af", "00:00:5E:00:53:AF")]],
    "mutex": [[of("mutex", name="m"), of("mutex", name="m", x_seen=1)]],
    "network-traffic": [
        [
            of("network-traffic", protocols=names, src_ref=ADDRESS, src_byte_count=size)
            for names, size in ((["ipv4", "TCP"], 1), (["ipv4", "tcp"], 2))
        ],
        [of("network-traffic", protocols=["tcp"], start=start) for start in (START, "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.0Z")],
    ],
    "software": [[of("software", name="n", vendor="v"), of("software", name="n", vendor="v", languages=["en"])]],
    "url": [[of("url", value=value) for value in ("https://host.example/A?b=C", "HTTPS://Host.Example/A?b=C")]],
    "user-account": [
        [of("user-account", user_id="1", account_login="a"), of("user-account", user_id="1", account_login="a", is_disabled=True)]
    ],
    "windows-registry-key": [
        [of("windows-registry-key", key=name) for name in ("HKEY_LOCAL_MACHINE\\Foo", "hkey_local_machine\\FOO")],
        [registry(("a", "1"), ("b", "2")), registry(("b", "2"), ("a", "1"))],
    ],
    "x509-certificate": [[of("x509-certificate", hashes={name: SHA1}) for name in ("SHA-1", "sha1")]],
}
"""Type -> groups of observables that mean the same."""

APART: dict[str, list[Stix]] = {
    "artifact": [of("artifact", payload_bin="YQ=="), of("artifact", payload_bin="yq=="), of("artifact", hashes={"MD5": MD5})],
    "autonomous-system": [of("autonomous-system", number=64500), of("autonomous-system", number=64501)],
    "directory": [of("directory", path=path) for path in ("/tmp/a", "/tmp/A", "/tmp/a/", "/tmp//a")],
    "domain-name": [
        of("domain-name", value=value) for value in ("host.example", "host.example..", "www.host.example", "fass.example", "faß.example")
    ],
    "email-addr": [of("email-addr", value=value) for value in ("desk@author.example", "Desk@author.example", "desk@other.example")],
    "email-message": [of("email-message", is_multipart=False, **more) for more in ({"subject": "s"}, {"subject": "S"}, {"body": "s"})],
    "file": [
        of("file", hashes={"MD5": MD5}),
        of("file", hashes={"SHA-256": SHA256}),
        of("file", hashes={"MD5": MD5[:-1]}),
        of("file", hashes={"MD5": MD5[:-1].lower()}),
        of("file", hashes={"MD5": MD5, "md5": "0" * 32}),
        of("file", hashes={"MD5": "0" * 32}),
        of("file", hashes={"MD5": "0" * 32, "md5": "1" * 32}),
        of("file", hashes={"SSDEEP": "3:a:b"}),
        of("file", hashes={"SSDEEP": "3:A:b"}),
        of("file", hashes={"SSDEEP": "3:a:b", "TLSH": "T1" + "a" * 70}),
        of("file", hashes={"IMPHASH": MD5}),
        of("file", name="a"),
        of("file", name="A"),
        of("file", name="\u00e9"),
        of("file", name="e\u0301"),
        of("file", name="a", parent_directory_ref=FOLDER),
        of("file", name="a", extensions={"ntfs-ext": {"sid": "1"}}),
        of("file", name="a", extensions={"windows-pebinary-ext": {"sections": [{"entropy": 6.5}]}}),
    ],
    "ipv4-addr": [
        of("ipv4-addr", value=value) for value in ("198.51.100.3", "198.51.100.03", "198.51.100.3/31", "198.51.100.2", "198.51.100.0/24")
    ],
    "ipv6-addr": [
        of("ipv6-addr", value=value) for value in ("2001:db8::1", "2001:db8::1/64", "2001:db8::2", "fe80::1%eth0", "fe80::1%ETH0")
    ],
    "mac-addr": [of("mac-addr", value=value) for value in ("00:00:5e:00:53:af", "00-00-5e-00-53-af")],
    "mutex": [of("mutex", name="m"), of("mutex", name="M"), of("mutex", name=" m")],
    "network-traffic": [
        of("network-traffic", protocols=["tcp"]),
        of("network-traffic", protocols=["tcp", "http"]),
        of("network-traffic", protocols=["http", "tcp"]),
        of("network-traffic", protocols=["tcp"], src_ref=ADDRESS),
        of("network-traffic", protocols=["tcp"], dst_ref=ADDRESS),
        of("network-traffic", protocols=["tcp"], src_ref=OTHER),
        of("network-traffic", protocols=["tcp"], start=START),
        of("network-traffic", protocols=["tcp"], end=START),
        of("network-traffic", protocols=["tcp"], start="2026-01-01T00:00:00.0001Z"),
    ],
    "process": [of("process", pid=1), {**of("process", pid=1), "id": identifier("process", "another")}],
    "software": [
        of("software", name=name, **more) for name, more in (("n", {}), ("N", {}), ("n", {"version": "1"}), ("n", {"version": "1.0"}))
    ],
    "url": [
        of("url", value=value)
        for value in (
            "https://host.example/a",
            "https://host.example/A",
            "https://host.example/a/",
            "https://host.example/%61",
            "http://host.example/a",
        )
    ],
    "user-account": [of("user-account", account_login="a"), of("user-account", account_login="A"), of("user-account", user_id="a")],
    "windows-registry-key": [
        of("windows-registry-key", key="HKEY_LOCAL_MACHINE\\Foo"),
        of("windows-registry-key", key="HKLM\\Foo"),
        of("windows-registry-key", key="HKEY_LOCAL_MACHINE\\K"),
        of("windows-registry-key", key="HKEY_LOCAL_MACHINE\\\u212a"),  # the Kelvin sign, whose lower case is k to Unicode alone
        registry(("a", "1")),
        registry(("a", "1"), ("b", "2")),
        registry(("a", "2"), ("b", "1")),
    ],
    "x509-certificate": [of("x509-certificate", serial_number=text) for text in ("01:ab", "01:AB", "01ab", "427")],
}
"""Type -> observables that all mean something else."""


def test_every_type_is_looked_at() -> None:
    assert SAME.keys() | {"process"} == APART.keys() == CONTRIBUTING.keys()


@pytest.mark.parametrize("group", [group for groups in SAME.values() for group in groups], ids=lambda group: group[0]["type"])
def test_the_same_meaning_has_one_key(group: list[Stix]) -> None:
    assert len(group) > 1
    assert len({key(value) for value in group}) == 1
    assert len({key(value, producer=name) for value in group for name in ("maker", "other")}) == 1


@pytest.mark.parametrize("type_name", sorted(APART))
def test_other_meanings_have_other_keys(type_name: str) -> None:
    for one, other in combinations(APART[type_name], 2):
        assert key(one) != key(other), (one, other)


@pytest.mark.parametrize(
    ("type_name", "name", "target"),
    [
        ("network-traffic", "src_ref", ADDRESS),
        ("network-traffic", "dst_ref", OTHER),
        ("email-message", "from_ref", SENDER),
        ("file", "parent_directory_ref", FOLDER),
    ],
)
def test_an_observable_made_of_others_is_known_by_what_these_mean(type_name: str, name: str, target: str) -> None:
    assert type_name in COMPOSED
    again = identifier(target.partition("--")[0], "the same under another id")
    one, two = of(type_name, **{name: target}), of(type_name, **{name: again})
    same = {target: b"1" * 16, again: b"1" * 16}
    assert key(one) != key(two)
    assert key(one, same) == key(two, same)
    assert key(one, {target: b"1" * 16}) != key(one, {target: b"2" * 16})
    assert key(one, {target: b"1" * 16}) != key(one)


def test_observables_within_an_extension_are_known_by_what_they_mean_too() -> None:
    body, again = identifier("artifact", "body"), identifier("artifact", "again")
    known = {body: b"1" * 16, again: b"1" * 16}

    def traffic(target: str) -> Stix:
        return of("network-traffic", protocols=["http"], extensions={"http-request-ext": {"message_body_data_ref": target}})

    assert key(traffic(body), known) == key(traffic(again), known) != key(traffic(body))


def test_what_an_archive_holds_counts_by_id_since_it_may_be_an_archive_itself() -> None:
    asked: list[str] = []

    def resolve(reference: str) -> bytes:
        asked.append(reference)
        return b"k" * 16

    held = [identifier("file", "inner"), identifier("directory", "inner")]
    content_key(of("file", name="a.zip", extensions={"archive-ext": {"contains_refs": held}}), "maker", "production", resolve)
    assert asked == held[1:]


def test_what_an_observable_is_not_made_of_does_not_count() -> None:
    value = of("domain-name", value="host.example")
    assert key({**value, "resolves_to_refs": [ADDRESS]}, {ADDRESS: b"1" * 16}) == key(value)


def test_an_empty_dictionary_of_hashes_says_nothing() -> None:
    assert key(of("file", name="a", hashes={})) == key(of("file", name="a"))


@pytest.mark.parametrize("type_name", sorted(CONTRIBUTING))
@pytest.mark.parametrize("odd", [5, 1.5, True, None, "text", [], [1, None], {}, {"a": [{"b_ref": 1, "c_refs": [2, "d"]}]}])
def test_whatever_stands_in_a_contributing_property_has_a_key(type_name: str, odd: Any) -> None:
    for name in CONTRIBUTING[type_name]:
        if name in ("start", "end") and isinstance(odd, str):
            continue
        assert len(key(of(type_name, **{name: odd}))) == 16


def test_folding_hashes_twice_is_folding_them_once() -> None:
    for hashes in ({"md5": MD5, "x": "Y"}, {"MD5": MD5, "md5": "0" * 32}, {"sha3-256": "A" * 64, "TLSH": "T1A"}):
        assert fold_hashes(fold_hashes(hashes)) == fold_hashes(hashes)


WRITTEN: dict[str, Stix] = {
    "f89e88fc9bc250191b34612ac8cf141e": observable("ipv4-addr", value="192.0.2.1"),
    "9171acef4a3617dd9919bb4856a52472": observable(
        "file", name="a.exe", hashes={"SHA-256": "a" * 64}, extensions={"ntfs-ext": {"sid": "S-1-5-21"}}
    ),
    "60e45d2c1e78f44ff8a3dc9ab88d226d": observable(
        "network-traffic",
        protocols=["tcp"],
        src_ref="ipv4-addr--28bb3599-77cd-5a82-a950-b5bc3caf07c4",
        start="2026-01-01T00:00:00.000Z",
        dst_port=443,
    ),
    "584cf223e8901af05b0f93cf81fdf837": observable(
        "windows-registry-key",
        key="hkey_local_machine\\foo",
        values=[{"name": "a", "data": "1"}, {"name": "b", "data": "2"}],
    ),
    "f3a7c639db2dafa65bc44d853cd9cacb": observable("user-account", user_id="1", account_login="a"),
    "569a4bdec948eb22c3542aa1e5ab107d": observable("process", pid=1),
}
"""Keys that stores hold already, of observables that are spelled canonically."""


@pytest.mark.parametrize("expected", WRITTEN)
def test_keys_of_what_is_canonical_never_change(expected: str) -> None:
    assert key(WRITTEN[expected]).hex() == expected
