"""What an object is about."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.value_digests import value_digests
from schemas.value_tokens import SHORTEST, canonical, digest, prepared, tokens_of


def about(*values: str) -> set[bytes]:
    found = [canonical(prepared(value)) for value in values]
    assert None not in found
    return {digest(item) for item in found if item is not None}


def pattern(text: str, pattern_type: str = "stix") -> dict[str, Any]:
    return {"type": "indicator", "pattern_type": pattern_type, "pattern": text}


HASH = "7f83b1657ff1fc53b92dc18148a1d65dfc2d4b1fa3d677284addd200126d9069"


@pytest.mark.parametrize(
    ("value", "values"),
    [
        (pattern("[domain-name:value = 'A.example']"), ["a.example"]),
        (
            pattern("[domain-name:value IN ('a.example', 'b.example')] FOLLOWEDBY [ipv4-addr:value = '192.0.2.1']"),
            ["a.example", "b.example", "192.0.2.1"],
        ),
        (
            pattern(f"([file:hashes.'SHA-256' = '{HASH.upper()}' AND file:name = 'q.docm'] OR [url:value = 'http://h.example/p'])"),
            [HASH, "q.docm", "http://h.example/p"],
        ),
        (pattern("[domain-name:value != 'a.example' AND domain-name:value NOT = 'b.example']"), []),
        (pattern("[domain-name:value MATCHES '.*a.example' OR process:pid = 12345678]"), []),
        (pattern("[file:name = 'svchost.exe' OR ipv4-addr:value = '127.0.0.1']"), []),
        (pattern("[file:size = 'a.io']"), []),
        (pattern("[user-account:user_id = 'jane doe']"), []),
        (pattern("[domain-name:value = 'a.example'"), []),
        (pattern("[domain-name:value = 'a.example']", "sigma"), []),
        ({"type": "indicator"}, []),
        ({"type": "ipv6-addr", "value": "2001:DB8::0:1"}, ["2001:db8::1"]),
        ({"type": "email-addr", "value": "Bad@H.example", "display_name": "x.example"}, ["bad@h.example"]),
        ({"type": "file", "name": "q.docm", "hashes": {"MD5": HASH[:32], "SHA-256": HASH}}, ["q.docm", HASH[:32], HASH]),
        ({"type": "artifact", "url": "https://h.example/a", "hashes": {"MD5": HASH[:32]}}, ["http://h.example/a", HASH[:32]]),
        ({"type": "file", "name": "Invoice of March.pdf"}, []),
        ({"type": "file", "name": ["odd"], "hashes": {"MD5": 1}}, []),
        ({"type": "domain-name", "value": None}, []),
        ({"type": "process", "command_line": "a.example"}, []),
        ({"type": "malware", "name": "a.example"}, []),
        ({}, []),
    ],
)
def test_an_object_is_about_its_values(value: dict[str, Any], values: list[str]) -> None:
    assert value_digests(value) == about(*values)


def test_digests_have_twelve_bytes() -> None:
    assert {len(item) for item in about("a.example", HASH)} == {12}


@pytest.mark.parametrize(
    ("word", "value"),
    [
        (b"a.io", None),
        (b"evil.example", b"evil.example"),
        (b"192.000.002.001", b"192.0.2.1"),
        (b"1.2.3.4.5.6", None),
        (b"http://h.example", b"h.example/"),
        (b"http://h.example/", b"h.example/"),
        (b"ftp://u:p@h.example:443/a/", b"h.example/a"),
        (b"h.example:8080/a%2fb%252f", b"h.example:8080/a/b"),
        (b"http://a.example.", b"a.example/"),
        (b"2001:db8::/129", None),
        (b"2001:db8::1/32", b"2001:db8::/32"),
        (b"192.0.2.1/32", b"192.0.2.1"),
        (b"192.0.2.1/33", b"192.0.2.1/33"),
        (b"10:20:30", None),
        (b"jane@", None),
        (b"jane@h.example", b"jane@h.example"),
        (b"abcdefghijklmnopqrstuvwxyzabc", None),
        (b"bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfj", b"bc1qxy2kgdygjrsqtzq2n0yrf2493p83kkfj"),
    ],
)
def test_the_one_spelling_of_a_word(word: bytes, value: bytes | None) -> None:
    assert canonical(word) == value


def test_short_values_are_no_values() -> None:
    assert tokens_of(b"a.io b.cd ::1") == set()
    assert canonical(b"x" * (SHORTEST - 1)) is None
