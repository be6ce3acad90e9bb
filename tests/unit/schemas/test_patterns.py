"""What the pattern key folds, and what it must not: two patterns may share a key only if they mean the same."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.patterns import MAX_PATTERN, fold_value, pattern_key, single_comparison

MD5 = "0123456789ABCDEF0123456789abcdef"
SHA256 = "0123456789ABCDEF" * 4


def key(pattern: str) -> str:
    return pattern_key(pattern, "stix")


FOLDS = {
    "spacing": [
        "[domain-name:value = 'a.example']",
        "[domain-name:value='a.example']",
        "  [ domain-name : value\t=\n'a.example' ]  ",
        "[domain-name:value == 'a.example']",
    ],
    "key quoting": [f"[file:hashes.'MD5' = '{MD5}']", f"[file:hashes.MD5 = '{MD5}']"],
    "hash key spelling": [
        f"[file:hashes.'SHA-256' = '{SHA256}']",
        f"[file:hashes.SHA256 = '{SHA256}']",
        f"[file:hashes.sha256 = '{SHA256}']",
        f"[file:hashes.'sha-256' = '{SHA256}']",
    ],
    "hash value case": [f"[file:hashes.MD5 = '{MD5.upper()}']", f"[file:hashes.md5 = '{MD5.lower()}']", f"[file:hashes.'md5' = '{MD5}']"],
    "hash below a reference": [f"[file:content_ref.hashes.MD5 = '{MD5}']", f"[file:content_ref.hashes.'md5' = '{MD5.lower()}']"],
    "hash of an artifact": [f"[artifact:hashes.'SHA-1' = '{'A' * 40}']", f"[artifact:hashes.sha1 = '{'a' * 40}']"],
    "ipv4 with /32": ["[ipv4-addr:value = '198.51.100.3']", "[ipv4-addr:value = '198.51.100.3/32']"],
    "ipv4 host bits": ["[ipv4-addr:value = '198.51.100.3/24']", "[ipv4-addr:value = '198.51.100.0/24']"],
    "ipv6 with /128 and spelling": [
        "[ipv6-addr:value = '2001:db8::1']",
        "[ipv6-addr:value = '2001:DB8:0:0:0:0:0:1']",
        "[ipv6-addr:value = '2001:0db8:0000::0001']",
        "[ipv6-addr:value = '2001:db8::1/128']",
    ],
    "ipv6 host bits": ["[ipv6-addr:value = '2001:db8::1/32']", "[ipv6-addr:value = '2001:db8::/32']"],
    "domain case": ["[domain-name:value = 'Host.Example.COM']", "[domain-name:value = 'host.example.com']"],
    "domain final dot": ["[domain-name:value = 'host.example.com.']", "[domain-name:value = 'HOST.example.com']"],
    "domain A-label": ["[domain-name:value = 'exämple.example']", "[domain-name:value = 'xn--exmple-cua.example']"],
    "domain A-label, case and dot": ["[domain-name:value = 'EXÄMPLE.example.']", "[domain-name:value = 'XN--exmple-cua.example']"],
    "url scheme and host case": ["[url:value = 'HTTPS://Host.EXAMPLE/Path?Q=1#F']", "[url:value = 'https://host.example/Path?Q=1#F']"],
    "url host case beside a user name": ["[url:value = 'https://User:Pw@HOST.example/']", "[url:value = 'https://User:Pw@host.example/']"],
    "email domain case": ["[email-addr:value = 'Some.One@EXAMPLE.org']", "[email-addr:value = 'Some.One@example.org']"],
    "mac case": ["[mac-addr:value = '00:00:5E:00:53:AB']", "[mac-addr:value = '00:00:5e:00:53:ab']"],
    "registry key case": [
        r"[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\Software\\Foo']",
        r"[windows-registry-key:key = 'hkey_local_machine\\SOFTWARE\\foo']",
    ],
}


@pytest.mark.parametrize("what", FOLDS)
def test_the_key_folds(what: str) -> None:
    keys = {key(pattern) for pattern in FOLDS[what]}
    assert len(keys) == 1
    assert keys.pop().startswith("=")


A, B = "[file:name = 'a']", "[file:name = 'b']"
APART = {
    "NOT LIKE": ["[file:name LIKE 'a%']", "[file:name NOT LIKE 'a%']"],
    "NOT IN": ["[file:name IN ('a', 'b')]", "[file:name NOT IN ('a', 'b')]"],
    "NOT MATCHES": ["[file:name MATCHES 'a']", "[file:name NOT MATCHES 'a']"],
    "NOT ISSUBSET": ["[ipv4-addr:value ISSUBSET '192.0.2.0/24']", "[ipv4-addr:value NOT ISSUBSET '192.0.2.0/24']"],
    "NOT ISSUPERSET": ["[ipv4-addr:value ISSUPERSET '192.0.2.0/24']", "[ipv4-addr:value NOT ISSUPERSET '192.0.2.0/24']"],
    "NOT >": ["[file:size > 5]", "[file:size NOT > 5]"],
    "NOT =": [A, "[file:name NOT = 'a']", "[file:name != 'a']"],
    "operators": ["[file:name = 'a']", "[file:name LIKE 'a']", "[file:name MATCHES 'a']", "[file:name > 'a']", "[file:name >= 'a']"],
    "observation operators": [f"{A} AND {B}", f"{A} FOLLOWEDBY {B}", f"{A} OR {B}", f"{B} FOLLOWEDBY {A}"],
    "two observations": [A, f"{A} AND {A}", f"{A} REPEATS 2 TIMES"],
    "qualifiers": [
        A,
        f"{A} WITHIN 60 SECONDS",
        f"{A} WITHIN 61 SECONDS",
        f"{A} START t'2026-01-01T00:00:00Z' STOP t'2026-01-02T00:00:00Z'",
    ],
    "order of qualifiers": [f"{A} WITHIN 60 SECONDS REPEATS 2 TIMES", f"{A} REPEATS 2 TIMES WITHIN 60 SECONDS"],
    "NFC and NFD": ["[file:name = '\u00e4']", "[file:name = 'a\u0308']"],
    "ipv4 leading zeros": ["[ipv4-addr:value = '198.51.100.04']", "[ipv4-addr:value = '198.51.100.4']"],
    "a wider prefix": [f"[ipv4-addr:value = '198.51.100.0{tail}']" for tail in ("", "/31", "/24", "/23", "/0")],
    "an ipv6 prefix": [f"[ipv6-addr:value = '2001:db8::{tail}']" for tail in ("", "/127", "/64", "/32")],
    "email local part": ["[email-addr:value = 'A@example.org']", "[email-addr:value = 'a@example.org']"],
    "url path": ["[url:value = 'https://h.example/A']", "[url:value = 'https://h.example/a']"],
    "url query": ["[url:value = 'https://h.example/?A']", "[url:value = 'https://h.example/?a']"],
    "url fragment": ["[url:value = 'https://h.example/#A']", "[url:value = 'https://h.example/#a']"],
    "url user name": ["[url:value = 'https://A@h.example/']", "[url:value = 'https://a@h.example/']"],
    "url scheme": ["[url:value = 'http://h.example/']", "[url:value = 'https://h.example/']"],
    "url final slash": ["[url:value = 'https://h.example']", "[url:value = 'https://h.example/']"],
    "url without a host": ["[url:value = 'urn:A']", "[url:value = 'urn:a']"],
    "two final dots": ["[domain-name:value = 'h.example.']", "[domain-name:value = 'h.example..']"],
    "file name": ["[file:name = 'A.exe']", "[file:name = 'a.exe']"],
    "mutex": ["[mutex:name = 'A']", "[mutex:name = 'a']"],
    "command line": ["[process:command_line = 'A']", "[process:command_line = 'a']"],
    "user account": ["[user-account:account_login = 'A']", "[user-account:account_login = 'a']"],
    "spaces in a value": ["[file:name = 'a b']", "[file:name = 'a  b']", "[file:name = ' a b']", "[file:name = 'a b ']"],
    "SSDEEP": ["[file:hashes.SSDEEP = '96:Ab:C']", "[file:hashes.SSDEEP = '96:ab:c']"],
    "hash of a wrong length": ["[file:hashes.MD5 = 'ABC']", "[file:hashes.MD5 = 'abc']"],
    "hash that is not hexadecimal": [f"[file:hashes.MD5 = '{'G' * 32}']", f"[file:hashes.MD5 = '{'g' * 32}']"],
    "kinds of hashes": [f"[file:hashes.'SHA-256' = '{SHA256}']", f"[file:hashes.'SHA3-256' = '{SHA256}']"],
    "types": [f"[{kind}:value = '192.0.2.1']" for kind in ("ipv4-addr", "ipv6-addr", "domain-name", "url")],
    "paths": ["[file:name = 'a']", "[file:name_enc = 'a']", "[file:parent_directory_ref.name = 'a']"],
    "list steps": ["[email-message:to_refs[0].value = 'a@example.org']", "[email-message:to_refs[*].value = 'a@example.org']"],
    "escaped quotes": [r"[file:name = 'a\'b']", r"[file:name = 'a\\b']", "[file:name = 'ab']"],
    "a quote that ends": ["[file:name = 'a'] OR [file:name = 'b']", r"[file:name = 'a\'] OR [file:name = \'b']"],
    "numbers and texts": ["[file:size = 5]", "[file:size = '5']"],
    "EXISTS": ["[EXISTS file:name]", "[file:name = 'EXISTS']"],
}


@pytest.mark.parametrize("what", APART)
def test_the_key_does_not_fold(what: str) -> None:
    keys = [key(pattern) for pattern in APART[what]]
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("pattern", [A, "[domain-name:value = 'a.example']", "[EXISTS file:name]"])
def test_pattern_types_are_apart(pattern: str) -> None:
    assert len({pattern_key(pattern, kind) for kind in ("stix", "sigma", "yara", "snort", "pcre", "")}) == 6


def test_other_pattern_types_are_exact_text() -> None:
    assert pattern_key(A, "sigma") != pattern_key(A.replace(" ", ""), "sigma")


COMPLEX = [
    "",
    "[",
    "[]",
    "no pattern",
    "[file:name = 'a' OR file:name = 'b']",
    "[file:name = 'a' AND file:size = 5]",
    "[file:name IN ('a')]",
    "[file:size = 5]",
    "[ipv4-addr:value IN ('198.51.100.1','198.51.100.2')]",
    "[EXISTS file:name]",
    f"{A} WITHIN 60.0 SECONDS",
    "[file:name = 'a\\x']",
    "[file:name = 'a'",
    "[file:name = 'a']]",
    "([file:name = 'a'])",
    "[x:y = t'2026-01-01T00:00:00Z']",
    "[x:y = h'ab']",
    "[x:y = b'QUJD']",
    "[Upper:name = 'a']",
]


@pytest.mark.parametrize("pattern", COMPLEX)
def test_everything_else_is_exact_text(pattern: str) -> None:
    assert single_comparison(pattern) is None
    assert key(pattern) == f"~stix:{pattern}"


def test_a_comparison_is_taken_apart() -> None:
    assert single_comparison(r"[file:name = 'it\'s \\ here']") == ("file", "name", r"it's \ here")
    assert single_comparison("[file:hashes.'sha-1' = 'X']") == ("file", "hashes.SHA-1", "X")


def test_bombs_are_exact_text_at_once() -> None:
    bombs = [
        "[" + " OR ".join(f"file:name = 'n{number}'" for number in range(10_000)) + "]",
        "[" * 60_000,
        "[file:name = '" + "\\'" * 30_000,
        "[" + " " * 60_000 + "x",
        "[file:" + "a" * 60_000 + " LIKE 'x']",
        "[file:" + "'a'." * 15_000 + "b ! 'x']",
        "[a:b" + " " * 60_000 + "!",
        "[" + "a" * 60_000 + "!",
        "[file:name = '" + "x" * MAX_PATTERN + "']",
        "[url:value = '" + "a" * 60_000 + "']",
        "[url:value = 'a://" + "@" * 60_000 + "']",
        "[domain-name:value = '" + "a." * 30_000 + "']",
        "[domain-name:value = '" + "ä" * 60_000 + "']",
        "[email-addr:value = '" + "@" * 60_000 + "']",
    ]
    started = time.process_time()
    for bomb in bombs:
        key(bomb)
    assert time.process_time() - started < 2.0
    assert key(bombs[0]) == f"~stix:{bombs[0]}"
    assert key(bombs[8]) == f"~stix:{bombs[8]}"


TYPES = ("ipv4-addr", "ipv6-addr", "url", "email-addr", "mac-addr", "file", "x-own")


@given(st.text(max_size=60))
def test_any_text_has_a_key(text: str) -> None:
    assert pattern_key(text, "stix")


@given(st.sampled_from(TYPES), st.text(max_size=40))
def test_folding_twice_is_folding_once(kind: str, value: str) -> None:
    once = fold_value(kind, value)
    assert fold_value(kind, once) == once


@given(st.from_regex(r"[A-Za-z0-9_-]{1,10}(\.[A-Za-z0-9_-]{1,10}){0,3}\.?", fullmatch=True))
def test_folding_a_host_name_twice_is_folding_once(value: str) -> None:
    once = fold_value("domain-name", value)
    assert fold_value("domain-name", once) == once == value.lower().removesuffix(".")


@given(st.sampled_from(["file", "mutex", "process"]), st.text(max_size=20), st.text(max_size=20))
def test_values_without_a_rule_are_never_merged(kind: str, one: str, other: str) -> None:
    keys = [key(f"[{kind}:name = '{text.replace(chr(92), chr(92) * 2).replace(chr(39), chr(92) + chr(39))}']") for text in (one, other)]
    assert (keys[0] == keys[1]) == (one == other)


@given(st.ip_addresses(), st.integers(0, 32))
def test_addresses_fold_like_the_network_that_they_name(address: object, prefix: int) -> None:
    import ipaddress

    network = ipaddress.ip_network(f"{address}/{prefix}", strict=False)
    kind = f"ipv{network.version}-addr"
    assert key(f"[{kind}:value = '{address}/{prefix}']") == key(f"[{kind}:value = '{network}']")
