"""What the pattern key folds, and what it must not: two patterns may share a key only if they mean the same."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.patterns import canonical, examine, fold_value, parse, pattern_key, single_comparison, to_text

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
C = "[file:name LIKE 'c%']"
MORE_FOLDS = {
    "comments": ["[file:size = 5]", "/* what */ [file:size = 5] // why", "[file:/* x */size/**/=5]"],
    "key quoting, several steps": ["[a:'b'.c.'d-e' = 5]", "[a:b.'c'.'d-e' = 5]"],
    "signs": ["[file:size != 5]", "[file:size <> 5]"],
    "operand order": ["[file:name = 'a' AND file:size = 5]", "[file:size = 5 AND file:name = 'a']"],
    "operand order, OR": ["[file:name LIKE 'a%' OR file:size = 5]", "[file:size = 5 OR file:name LIKE 'a%']"],
    "repeats": ["[file:size > 5]", "[file:size > 5 AND file:size > 5]", "[file:size > 5 OR file:size > 5]", "[((file:size > 5))]"],
    "absorption": ["[file:size = 5]", "[file:size = 5 OR (file:size = 5 AND file:name = 'a')]"],
    "absorption, the other way": ["[file:size = 5]", "[file:size = 5 AND (file:size = 5 OR file:name = 'a')]"],
    "distribution": [
        "[(file:size = 1 OR file:size = 2) AND file:name = 'a']",
        "[(file:size = 1 AND file:name = 'a') OR (file:size = 2 AND file:name = 'a')]",
        "[file:name = 'a' AND file:size IN (2, 1)]",
    ],
    "observation AND order": [f"{A} AND {C} AND {B}", f"{C} AND ({B} AND {A})", f"({B}) AND {A} AND {C}"],
    "observation OR order, repeats": [f"{A} REPEATS 2 TIMES OR {C} OR {C}", f"{C} OR {A} REPEATS 2 TIMES"],
    "OR repeats below AND": [f"({C} OR {C}) AND {B}", f"{B} AND {C}"],
    "OR repeats of a group below AND": [f"(({A} AND {C}) OR ({C} AND {A})) AND {B}", f"{A} AND {B} AND {C}"],
    "OR repeats below qualifiers": [
        f"({A} REPEATS 2 TIMES OR {A} REPEATS 2 TIMES) WITHIN 5 SECONDS",
        f"{A} REPEATS 2 TIMES WITHIN 5 SECONDS",
    ],
    "FOLLOWEDBY from the left": [f"{A} FOLLOWEDBY {B} FOLLOWEDBY {C}", f"({A} FOLLOWEDBY {B}) FOLLOWEDBY {C}"],
    "IN order and repeats": ["[file:size IN (1, 2, 1)]", "[file:size IN (2, 1)]"],
    "IN of one": ["[file:size IN (1)]", "[file:size = 1]"],
    "NOT IN order and repeats": ["[file:size NOT IN (1, 2, 1)]", "[file:size NOT IN (2, 1)]"],
    "values in IN": ["[domain-name:value IN ('B.example', 'a.example.')]", "[domain-name:value IN ('a.example', 'b.example')]"],
    "NOT = and !=": [A.replace("=", "NOT ="), A.replace("=", "!="), A.replace("=", "<>")],
    "NOT !=": [A, A.replace("=", "NOT !=")],
    "1 and 1.0": ["[file:size = 1]", "[file:size = 1.0]", "[file:size = 1.00]", "[file:size = +1]"],
    "0 and -0": ["[file:size = 0]", "[file:size = -0]", "[file:size = -0.0]", "[file:size = .0]"],
    "1 and 1.0 in order": ["[file:size > 1]", "[file:size > 1.0]"],
    "WITHIN 60 and 60.0": [f"{A} WITHIN 60 SECONDS", f"{A} WITHIN 60.0 SECONDS", f"{A} WITHIN 060.000 SECONDS"],
    "hex digits": ["[artifact:payload_bin = h'AB']", "[artifact:payload_bin = h'ab']"],
    "line feeds in base64": ["[artifact:payload_bin = b'QUJD']", "[artifact:payload_bin = b'QU\nJD']"],
    "addresses under ISSUBSET": ["[ipv4-addr:value ISSUBSET '198.51.100.3/24']", "[ipv4-addr:value ISSUBSET '198.51.100.0/24']"],
    "OR of equalities and IN": ["[file:size = 1 OR file:size = 2]", "[file:size IN (1, 2)]", "[file:size IN (1) OR file:size = 2]"],
    "OR of equalities and IN, texts": ["[file:name = 'b' OR file:name = 'a']", "[file:name IN ('a', 'b')]", f"{B} OR {A}"],
    "LIKE without wildcards": [A, "[file:name LIKE 'a']", "[file:name IN ('a')]"],
    "OR of observations": [f"{A} OR {C}", "[file:name LIKE 'c%' OR file:name = 'a']", f"{C} OR ({A})", f"{C} OR {A} OR {C}"],
    "OR of observations beside a group": [f"{A} OR {C} OR ({B} AND {C})", f"({C} AND {B}) OR [file:name = 'a' OR file:name LIKE 'c%']"],
    "paths through IN": ["[email-message:to_refs[*].value IN ('a@b.example')]", "[email-message:to_refs[*].value = 'a@b.example']"],
}


@pytest.mark.parametrize("what", MORE_FOLDS)
def test_the_key_of_any_pattern_folds(what: str) -> None:
    keys = {key(pattern) for pattern in MORE_FOLDS[what]}
    assert len(keys) == 1
    assert keys.pop()[0] in "=%"


APART = {
    "NOT LIKE": ["[file:name LIKE 'a%']", "[file:name NOT LIKE 'a%']"],
    "NOT IN": ["[file:name IN ('a', 'b')]", "[file:name NOT IN ('a', 'b')]"],
    "NOT MATCHES": ["[file:name MATCHES 'a']", "[file:name NOT MATCHES 'a']"],
    "NOT ISSUBSET": ["[ipv4-addr:value ISSUBSET '192.0.2.0/24']", "[ipv4-addr:value NOT ISSUBSET '192.0.2.0/24']"],
    "NOT ISSUPERSET": ["[ipv4-addr:value ISSUPERSET '192.0.2.0/24']", "[ipv4-addr:value NOT ISSUPERSET '192.0.2.0/24']"],
    "NOT >": ["[file:size > 5]", "[file:size NOT > 5]"],
    "NOT =": [A, "[file:name NOT = 'a']"],
    "NOT = of some items": ["[a:b[*] = 1]", "[a:b[*] != 1]", "[a:b[*] NOT = 1]", "[a:b[*] NOT != 1]"],
    "NOT IN of one": ["[file:size NOT IN (1)]", "[file:size != 1]"],
    "NOT LIKE without wildcards": ["[file:name NOT LIKE 'a']", "[file:name != 'a']"],
    "empty sets": ["[file:size IN ()]", "[file:size NOT IN ()]"],
    "LIKE with wildcards": ["[file:name LIKE 'a_']", "[file:name = 'a_']", "[file:name LIKE 'a%']", "[file:name = 'a%']"],
    "LIKE beyond ASCII": ["[file:name LIKE '\u00e4']", "[file:name = '\u00e4']"],
    "LIKE and normalization": [
        "[file:name LIKE 'K']",
        "[file:name = 'K']",
        "[file:name LIKE '\u212a']",
        "[file:name LIKE ';']",
        "[file:name LIKE '`']",
    ],
    "LIKE and escapes": [r"[file:name LIKE 'a\\b']", r"[file:name = 'a\\b']"],
    "LIKE of octets": ["[artifact:payload_bin LIKE 'a']", "[artifact:payload_bin = 'a']"],
    "AND and OR": ["[file:size = 1 AND file:name = 'a']", "[file:size = 1 OR file:name = 'a']"],
    "FOLLOWEDBY from the right": [f"{A} FOLLOWEDBY {B} FOLLOWEDBY {C}", f"{A} FOLLOWEDBY ({B} FOLLOWEDBY {C})"],
    "OR of observations that are counted": [f"({A} OR {B}) REPEATS 2 TIMES", "[file:name IN ('a', 'b')] REPEATS 2 TIMES"],
    "OR of observations below AND": [f"({A} OR {B}) AND {C}", f"[file:name IN ('a', 'b')] AND {C}"],
    "OR of qualified observations": [f"{A} REPEATS 2 TIMES OR {B} REPEATS 2 TIMES", f"({A} OR {B}) REPEATS 2 TIMES"],
    "two observations and a repeat": [f"{A} AND {A}", f"{A} AND {A} AND {A}", f"{A} REPEATS 3 TIMES"],
    "one repeat": [A, f"{A} REPEATS 1 TIMES"],
    "octets as hex, base64 and text": [
        "[artifact:payload_bin = h'41']",
        "[artifact:payload_bin = b'QQ==']",
        "[artifact:payload_bin = 'A']",
    ],
    "fractions of seconds": ["[a:b = t'2026-01-01T00:00:00Z']", "[a:b = t'2026-01-01T00:00:00.0Z']"],
    "booleans and texts": ["[a:b = true]", "[a:b = 'true']", "[a:b = 1]"],
    "case under order": ["[domain-name:value > 'A.example']", "[domain-name:value > 'a.example']"],
    "case under LIKE and MATCHES": [
        "[domain-name:value LIKE 'A%']",
        "[domain-name:value LIKE 'a%']",
        "[domain-name:value MATCHES 'A']",
        "[domain-name:value MATCHES 'a']",
    ],
    "values behind references": ["[network-traffic:dst_ref.value = 'A.example']", "[network-traffic:dst_ref.value = 'a.example']"],
    "a step with a dot": ["[process:environment_variables.'a.b' = 'x']", "[process:environment_variables.a.b = 'x']"],
    "a step like an index": ["[a:b.'[0]' = 'x']", "[a:b[0] = 'x']"],
    "a step like a key": ["[a:'b=c' = 'd']", "[a:b = 'c=d']"],
    "an empty step": ["[a:b.'' = 'x']", "[a:b = 'x']"],
    "a quoted quote": [r"[a:'b\'c' = 'x']", "[a:'b\"c' = 'x']", "[a:bc = 'x']"],
    "a url host with a backslash": [r"[url:value = 'http://H\\A']", r"[url:value = 'http://h\\A']"],
    "KELVIN SIGN": ["[windows-registry-key:key = 'K']", "[windows-registry-key:key = '\u212a']"],
    "KELVIN SIGN in a domain": ["[domain-name:value = 'k.example']", "[domain-name:value = '\u212a.example']"],
    "no email address": ["[email-addr:value = 'A']", "[email-addr:value = 'a']"],
    "netmasks": [f"[ipv4-addr:value = '198.51.100.0/{mask}']" for mask in ("24", "255.255.255.0", "0.0.0.255", "024")],
    "values that look like keys": ["[file:name = 'a']", "[file:name = '%[file:size = 5]']", "[file:size = 5]"],
    "operators": ["[file:name = 'a']", "[file:name LIKE 'a%']", "[file:name MATCHES 'a']", "[file:name > 'a']", "[file:name >= 'a']"],
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


def test_pattern_types_with_colons_are_apart() -> None:
    pairs = [("a:b", "c"), ("a", "b:c"), ("a\\", ":c"), ("a\\:", "c"), ("a:", ":c"), ("a", "::c")]
    assert len({pattern_key(pattern, kind) for kind, pattern in pairs}) == len(pairs)


LINES = "rule a {\r\n  condition: true\r\n}\r\n"


@pytest.mark.parametrize("kind", ["yara", "snort", "suricata"])
def test_what_ends_rules_and_lines_is_not_part_of_them(kind: str) -> None:
    same = {pattern_key(text, kind) for text in (LINES, LINES.replace("\r\n", "\n"), LINES.strip(), f"\n {LINES}\t")}
    assert same == {f"~{kind}:rule a {{\n  condition: true\n}}"}
    assert pattern_key("a  b", kind) != pattern_key("a b", kind) != pattern_key("A b", kind)


def test_sigma_keeps_all_white_space_but_carriage_returns() -> None:
    assert pattern_key("a: |\r\n  b \r\n", "sigma") == pattern_key("a: |\n  b \n", "sigma")
    assert len({pattern_key(text, "sigma") for text in ("a: |\n  b \n", "a: |\n  b\n", "a: |\n  b", "a: |\n  b\n\n", "a: |\n   b\n")}) == 5


@pytest.mark.parametrize("kind", ["pcre", "x-own", "STIX", ""])
def test_other_pattern_types_are_exact_text(kind: str) -> None:
    assert pattern_key(" a\r\n", kind) == f"~{kind}: a\r\n"


EXACT = [
    "",
    "[",
    "[]",
    "no pattern",
    "[file:name = 'a\\x']",
    "[file:name = 'a'",
    "[file:name = 'a']]",
    "[file:hashes.SHA-256 = 'a']",
    "[0file:name = 'a']",
    "[file:name = 'a' AND url:value = 'b']",
    f"{A} START t'2026-01-02T00:00:00Z' STOP t'2026-01-01T00:00:00Z'",
    "[" + " AND ".join(f"(file:size = {number} OR file:name = 'n{number}')" for number in range(9)) + "]",
]


@pytest.mark.parametrize("pattern", EXACT)
def test_what_is_wrong_or_over_the_bound_is_exact_text(pattern: str) -> None:
    assert single_comparison(pattern) is None
    assert key(pattern) == f"~stix:{pattern}"


GENERAL = {
    "[file:size=5]": "[file:size = 5]",
    "[file:name IN ('b', 'a')]": "[file:name IN ('a', 'b')]",
    "[EXISTS file:name]": "[EXISTS file:name]",
    "[x:y = t'2026-01-01T00:00:00Z']": "[x:y = t'2026-01-01T00:00:00Z']",
    "[file:name='a' OR file:hashes.sha256='b']": "[file:hashes.'SHA-256' = 'b' OR file:name = 'a']",
    "[a:b = 2 AND (a:c = 1 OR a:d = 1.50)]": "[a:b = 2 AND a:c = 1 OR a:b = 2 AND a:d = 1.5]",
    f"{B} AND {A} WITHIN 5.0 SECONDS": f"{A} WITHIN 5 SECONDS AND {B}",
    f"({B} OR {A}) REPEATS 2 TIMES": f"({A} OR {B}) REPEATS 2 TIMES",
    f"{B} FOLLOWEDBY ({B} AND {A})": f"{B} FOLLOWEDBY {A} AND {B}",
    f"({A}) WITHIN 5 SECONDS WITHIN 6 SECONDS": f"({A}) WITHIN 5 SECONDS WITHIN 6 SECONDS",
}


@pytest.mark.parametrize("pattern", GENERAL)
def test_other_patterns_are_keyed_by_their_canonical_text(pattern: str) -> None:
    assert key(pattern) == f"%{GENERAL[pattern]}"
    tree = canonical(parse(pattern))
    assert tree is not None
    assert to_text(tree) == GENERAL[pattern]
    assert single_comparison(pattern) is None


def test_one_equality_in_disguise_is_one_equality() -> None:
    for pattern in ("([file:name = 'a'])", "[(file:name = 'a')]", "[file:name LIKE 'a']", f"{A} OR {A}", "[file:name NOT != 'a']"):
        assert examine(pattern).comparison == ("file", "name", "a")
        assert key(pattern) == key(A) == "=file:name=a"


def test_only_letters_that_like_leaves_alone_are_folded() -> None:
    """NFC, which LIKE asks for, turns these three characters of ASCII out of others."""
    turned = {unicodedata.normalize("NFC", chr(number)) for number in range(128, 0x30000) if not 0xD800 <= number < 0xE000}
    assert {text for text in turned if text.isascii()} == {"K", ";", "`"}


def test_a_comparison_is_taken_apart() -> None:
    assert single_comparison(r"[file:name = 'it\'s \\ here']") == ("file", "name", r"it's \ here")
    assert single_comparison("[file:hashes.'sha-1' = 'X']") == ("file", "hashes.SHA-1", "X")


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


@given(
    st.text(alphabet="aKk\u212a\u00c5\u212b\u00e5\u03a3\u03c3\u0130\u1e9eA", max_size=6),
    st.text(alphabet="aKk\u212a\u00c5\u212b\u00e5", max_size=6),
)
def test_registry_keys_that_differ_by_more_than_case_stay_apart(one: str, other: str) -> None:
    keys = [key(f"[windows-registry-key:key = '{text}']") for text in (one, other)]
    assert keys[0] != keys[1] or unicodedata.normalize("NFC", one.casefold()) == unicodedata.normalize("NFC", other.casefold())


@given(st.ip_addresses(), st.integers(0, 32))
def test_addresses_fold_like_the_network_that_they_name(address: object, prefix: int) -> None:
    import ipaddress

    network = ipaddress.ip_network(f"{address}/{prefix}", strict=False)
    kind = f"ipv{network.version}-addr"
    assert key(f"[{kind}:value = '{address}/{prefix}']") == key(f"[{kind}:value = '{network}']")
