"""Offline look-ups: what is asked about which value, warning lists in the MISP format, and never a socket."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import orjson
import pytest

from schemas.errors import ConfigError
from tests.support.objects import TLP1, TLP2, Stix, identifier, indicator, malware, observable
from transforms.enrich import enrich
from transforms.enrichers.public_suffix import PublicSuffix
from transforms.enrichers.warning_lists import WarningLists


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        message = "an enricher opened a socket"
        raise AssertionError(message)

    for name in ("socket", "create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)


class Asked:
    """An enricher that notes what it is asked."""

    name, version, asks_others = "asked", "7", False

    def __init__(self) -> None:
        self.about: list[tuple[str, str]] = []

    def look_up(self, kind: str, value: str) -> list[dict[str, Any]]:
        self.about.append((kind, value))
        return [{"seen": True}]


@pytest.mark.parametrize(
    ("value", "about", "paths"),
    [
        (indicator("a", "[domain-name:value = 'A.example.']"), [("domain-name", "a.example")], ["pattern"]),
        (indicator("a", "[file:hashes.md5 = 'x']"), [("file", "x")], ["pattern"]),
        (indicator("a", "[file:name = 'a' AND file:size = 3]"), [], []),
        (indicator("a", "title: x", pattern_type="sigma"), [], []),
        (observable("url", value="https://a.example/"), [("url", "https://a.example/")], ["value"]),
        (
            observable("file", name="a", hashes={"MD5": "1", "SHA-1": "2"}),
            [("file", "1"), ("file", "2")],
            ["hashes.MD5", "hashes.SHA-1"],
        ),
        (observable("mutex", name="a"), [], []),
        (malware("a"), [], []),
    ],
)
def test_what_is_asked(value: Stix, about: list[tuple[str, str]], paths: list[str]) -> None:
    asked = Asked()
    found = enrich(value, [asked])
    assert asked.about == about
    made = [{"source": "asked", "source_version": "7", "path": path, "seen": True} for path in paths]
    assert orjson.loads(found or b"[]") == made
    assert bool(found) == bool(paths)


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("domain-name", "www.host.example.net", ("example.net", "net")),
        ("domain-name", "a.b.example.com", ("example.com", "com")),
        ("domain-name", "EXAMPLE.com", ("EXAMPLE.com", "com")),
        ("url", "https://user@www.example.org:8443/path?x", ("example.org", "org")),
    ],
)
def test_registered_domains(kind: str, value: str, expected: tuple[str, str]) -> None:
    (found,) = PublicSuffix().look_up(kind, value)
    assert (found["registered_domain"], found["public_suffix"]) == expected


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("domain-name", "com"),
        ("domain-name", "localhost"),
        ("domain-name", ""),
        ("domain-name", "a.example"),
        ("url", "https://[::1"),
        ("url", "https://192.0.2.1/"),
        ("url", "not a url"),
        ("ipv4-addr", "192.0.2.1"),
        ("file", "example.com"),
    ],
)
def test_what_has_no_registered_domain(kind: str, value: str) -> None:
    assert PublicSuffix().look_up(kind, value) == []


def test_the_list_of_suffixes_is_the_bundled_one() -> None:
    assert PublicSuffix().version


OWN = [
    ("ipv4-addr", "192.0.2.7"),
    ("ipv4-addr", "10.1.2.3"),
    ("ipv6-addr", "2001:db8::7"),
    ("ipv6-addr", "::1"),
    ("domain-name", "host.example.com"),
    ("domain-name", "EXAMPLE"),
    ("domain-name", "a.b.invalid"),
    ("url", "https://x.example.net/a"),
    ("file", "D41D8CD98F00B204E9800998ECF8427E"),
]


@pytest.mark.parametrize(("kind", "value"), OWN)
def test_our_own_lists_know_what_is_reserved(kind: str, value: str) -> None:
    (found,) = WarningLists().look_up(kind, value)
    assert set(found) == {"list", "version"}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("ipv4-addr", "not an address"),
        ("ipv4-addr", "240.0.0.1"),
        ("domain-name", "notexample.internal"),
        ("domain-name", "example.com.evil.internal"),
        ("url", "https://evil.internal/example.com"),
        ("url", "https://[bad"),
        ("file", "0" * 32),
    ],
)
def test_our_own_lists_know_nothing_else(kind: str, value: str) -> None:
    assert WarningLists().look_up(kind, value) == []


def lists(folder: Path, **files: Any) -> WarningLists:
    for name, content in files.items():
        (folder / f"{name}.json").write_text(content if isinstance(content, str) else json.dumps(content))
    return WarningLists(folder)


def misp(kind: str, *entries: str) -> dict[str, Any]:
    return {"name": f"a {kind} list", "version": 20260101, "description": "d", "type": kind, "matching_attributes": ["x"], "list": entries}


@pytest.mark.parametrize(
    ("content", "held", "free"),
    [
        (
            misp("string", "Exact.Test", "ABC"),
            [("domain-name", "exact.test"), ("file", "abc")],
            [("file", "abcd"), ("domain-name", "x.exact")],
        ),
        (
            misp("hostname", ".host.test", "one.test"),
            [("domain-name", "a.host.test"), ("url", "http://one.test/")],
            [("domain-name", "xhost.test")],
        ),
        (
            misp("substring", "part"),
            [("domain-name", "a-part-b"), ("url", "http://x.test/part")],
            [("domain-name", "par"), ("ipv4-addr", "part")],
        ),
        (
            misp("cidr", "203.0.113.128/25", "2001:db8:1::/48"),
            [("ipv4-addr", "203.0.113.129"), ("ipv6-addr", "2001:db8:1::1")],
            [("ipv4-addr", "203.0.113.9")],
        ),
        (misp("cidr", "203.0.113.9"), [("ipv4-addr", "203.0.113.9")], [("ipv4-addr", "203.0.113.8")]),
        (misp("regex", "(a+)+$"), [], [("domain-name", "a" * 50 + "!")]),
    ],
    ids=["string", "hostname", "substring", "cidr", "one address", "regex"],
)
def test_each_kind_of_list(tmp_path: Path, content: dict[str, Any], held: list[tuple[str, str]], free: list[tuple[str, str]]) -> None:
    loaded = lists(tmp_path, extra=content)
    for kind, value in held:
        assert {"list": content["name"], "version": "20260101"} in loaded.look_up(kind, value), (kind, value)
    for kind, value in free:
        assert content["name"] not in [item["list"] for item in loaded.look_up(kind, value)], (kind, value)


def test_lists_are_found_in_sub_folders_as_misp_lays_them_out(tmp_path: Path) -> None:
    (tmp_path / "lists" / "one").mkdir(parents=True)
    (tmp_path / "lists" / "one" / "list.json").write_text(json.dumps(misp("string", "x")))
    loaded = WarningLists(tmp_path)
    assert loaded.look_up("mutex", "X") == [{"list": "a string list", "version": "20260101"}]
    assert loaded.version == "4"


@pytest.mark.parametrize(
    "content",
    ["", "[]", "{", "{}", '{"name":"a","version":1,"type":"cidr","list":["x/99"]}', '{"name":"a","version":1,"type":"string","list":5}'],
)
def test_a_file_that_is_no_list_is_named(tmp_path: Path, content: str) -> None:
    with pytest.raises(ConfigError, match=r"broken\.json"):
        lists(tmp_path, broken=content)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="nowhere"):
        WarningLists(tmp_path / "nowhere")


def test_findings_never_change_the_object() -> None:
    value = indicator("a", "[domain-name:value = 'host.example.com']")
    before = orjson.dumps(value)
    found = orjson.loads(enrich(value, [PublicSuffix(), WarningLists()]))
    assert orjson.dumps(value) == before
    assert [item["source"] for item in found] == ["public-suffix", "warning-list"]
    assert all(item["path"] == "pattern" and item["source_version"] for item in found)


class Outside(Asked):
    """One that would ask a third party."""

    name, asks_others = "outside", True


PAP = {
    "clear": "marking-definition--ad15a0cd-55b6-4588-a14c-a66105329b92",
    "green": "marking-definition--c43594d1-4b11-4c59-93ab-1c9b14d53ce9",
    "amber": "marking-definition--60f8932b-e51e-4458-b265-a2e8be9a80ab",
    "red": "marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e",
}
GATE: list[tuple[dict[str, Any], bool]] = [
    ({}, True),
    ({"object_marking_refs": [TLP2["amber+strict"]]}, True),
    ({"object_marking_refs": [TLP2["red"]]}, False),
    ({"object_marking_refs": [TLP1["red"], TLP2["clear"]]}, False),
    ({"object_marking_refs": [PAP["amber"]]}, True),
    ({"object_marking_refs": [PAP["red"]]}, False),
    ({"object_marking_refs": [PAP["red"], PAP["clear"], TLP2["clear"]]}, False),
    ({"object_marking_refs": [identifier("marking-definition", "unknown")]}, False),
    ({"granular_markings": [{"marking_ref": PAP["red"], "selectors": ["pattern"]}]}, False),
    ({"granular_markings": [{"marking_ref": TLP2["red"], "selectors": ["name"]}], "name": "n"}, False),
    ({"name": "PAP:RED"}, False),
    ({"description": "TLP:RED"}, False),
    ({"labels": ["pap:red"]}, False),
    ({"labels": ["tlp:red"]}, False),
    ({"description": "PAP:AMBER"}, True),
]


@pytest.mark.parametrize(("more", "may"), GATE, ids=[str(more) for more, _ in GATE])
def test_of_what_must_not_leave_the_hub_nobody_outside_is_asked(more: dict[str, Any], may: bool) -> None:
    inside, outside = Asked(), Outside()
    value = indicator("a", "[domain-name:value = 'a.example']", **more)
    found = orjson.loads(enrich(value, [inside, outside]))
    assert inside.about == [("domain-name", "a.example")]
    assert outside.about == ([("domain-name", "a.example")] if may else [])
    assert [item["source"] for item in found] == ["asked", *(["outside"] if may else [])]


def test_the_enrichers_that_come_with_the_hub_ask_nobody() -> None:
    assert not WarningLists().asks_others
    assert not PublicSuffix().asks_others
