"""Patterns through their syntax tree: what stays, what is widened and provably so, and what is withheld."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.patterns import parse, to_text
from schemas.patterns.tree import Comparison, Constant, Junction, Observation, Path
from tests.support.objects import indicator
from tests.unit.transforms.minimize.support import refused, seen
from transforms.minimize import patterns
from transforms.minimize.patterns import widen

MD5 = "0123456789abcdef0123456789abcdef"


def outcome(pattern: str, language: str = "stix", *, compromised: bool = False) -> str | None:
    """The pattern as it goes out, None where it must not; and what goes out is not changed again."""
    found = patterns.minimize(pattern, language, compromised=compromised)
    if found.reason:
        assert found.reason == "pattern-personal-data"
        return None
    assert patterns.minimize(found.text, language, compromised=compromised) == found
    return found.text


KEPT = [
    "[domain-name:value = 'threat.example']",
    "[ domain-name : value  =  'threat.example' ]",
    "[domain-name:value LIKE '%.threat.example']",
    "[domain-name:value MATCHES '^[a-z]{8}\\\\.threat\\\\.example$']",
    "[ipv4-addr:value = '198.51.100.7']",
    "[ipv4-addr:value ISSUBSET '198.51.100.0/24']",
    "[ipv4-addr:value NOT IN ('198.51.100.7', '203.0.113.9')]",
    "[ipv6-addr:value = '2001:db8::7']",
    "[url:value = 'https://threat.example/gate.php?id=5']",
    f"[file:hashes.MD5 = '{MD5}']",
    f"[file:hashes.'SHA-256' = '{MD5}{MD5}' OR file:hashes.MD5 = '{MD5}']",
    f"[file:hashes.sha256 = '{MD5}{MD5}']",
    "[file:name = 'dropper.exe' AND file:size > 10]",
    r"[file:name MATCHES '^drop[0-9]+\\.exe$']",
    "[email-addr:value = 'bad@threat.example']",
    "[email-message:from_ref.value = 'bad@threat.example']",
    "[email-message:sender_ref.value LIKE '%@threat.example']",
    "[email-message:subject = 'Your invoice']",
    "[mutex:name = 'Global\\\\x17a']",
    "[windows-registry-key:key = 'HKEY_LOCAL_MACHINE\\\\Software\\\\Run']",
    "[process:command_line = 'cmd.exe /c start']",
    r"[directory:path = 'C:\\Users\\Public\\x']",
    "[x509-certificate:serial_number = '00:a1']",
    "[x509-certificate:subject = 'CN=www.example.com, C=US']",
    "[x509-certificate:issuer = 'CN=Some CA, O=Some Company']",
    "[x509-certificate:issuer = 'CN=WEBMAIL' AND x509-certificate:serial_number = '4c:0b:1d:19:74:86:a7:66']",
    "[network-traffic:dst_ref.value = 'threat.example' AND network-traffic:dst_port = 443]",
    "[network-traffic:src_ref.value = '198.51.100.7']",
    "[network-traffic:extensions.'http-request-ext'.request_header.'User-Agent' = 'bot 1.0']",
    "[user-account:account_type = 'unix']",
    "[app:id = 'com.example.spy']",
    "([domain-name:value = 'a.threat.example'] FOLLOWEDBY [ipv4-addr:value = '198.51.100.7']) WITHIN 60 SECONDS",
    "[EXISTS file:name]",
]


@pytest.mark.parametrize("pattern", KEPT)
def test_what_is_the_threats_stays_to_the_letter(pattern: str) -> None:
    assert outcome(pattern) == pattern


WITHHELD = [
    "[email-message:to_refs[*].value = 'jane@corp.example']",
    "[email-message:cc_refs[0].value = 'jane@corp.example']",
    "[email-message:bcc_refs[*].value LIKE '%@corp.example']",
    "[email-message:from_ref.display_name = 'Jane Doe']",
    "[email-message:body_multipart[*].body = 'Dear Jane']",
    "[email-message:additional_header_fields.'Delivered-To' = 'jane@corp.example']",
    "[email-message:message_id = '<1@mail.corp.example>']",
    "[email-addr:display_name = 'Jane Doe']",
    "[user-account:account_login = 'jane']",
    "[user-account:user_id = '1001']",
    "[user-account:credential = 'secret']",
    "[process:creator_user_ref.account_login = 'jane']",
    "[process:environment_variables.USERNAME = 'jane']",
    "[network-traffic:extensions.'http-request-ext'.request_header.Cookie = 'a=b']",
    "[file:extensions.'pdf-ext'.document_info_dict.Author = 'Jane']",
    "[artifact:payload_bin = b'YQ==']",
    "[ipv4-addr:value = '10.1.2.3']",
    "[ipv4-addr:value IN ('198.51.100.7', '192.168.1.1')]",
    "[ipv4-addr:value LIKE '10.%']",
    "[ipv4-addr:value ISSUBSET '172.16.0.0/12']",
    "[ipv6-addr:value = 'fe80::1']",
    "[domain-name:value = 'jane-pc.corp.example']",
    "[domain-name:value = 'files.local']",
    "[url:value = 'https://intranet.corp.example/a']",
    "[url:value = 'http://192.168.1.1/']",
    "[x509-certificate:subject = 'CN=www.example.com, emailAddress=jane@corp.example']",
    "[x509-certificate:subject = 'CN=Jane Doe']",
    "[x509-certificate:issuer = 'CN=CA, GN=Jane']",
    r"[file:name MATCHES 'C:\\\\Users\\\\jane\\\\x']",
    r"[directory:path != 'C:\\Users\\jane\\x']",
    r"[directory:path NOT IN ('C:\\Users\\jane\\x')]",
    r"[directory:path NOT LIKE 'C:\\Users\\jane\\%']",
    r"[directory:path > 'C:\\Users\\jane\\x']",
    "[file:name = 'jane.doe@corp.example.docx']",
    "[x-own:thing = 'jane']",
    "[file:x_own = 'jane']",
    "[EXISTS file:extensions.'x-jane'.a]",
    f"[file:hashes.'jane-doe' = '{MD5}']",
]


@pytest.mark.parametrize("pattern", WITHHELD)
def test_what_is_somebody_elses_is_withheld(pattern: str) -> None:
    parse(pattern)
    assert outcome(pattern) is None


WIDENED = [
    (
        r"[directory:path = 'C:\\Users\\jane\\x']",
        r"[directory:path MATCHES '^C:\\\\Users\\\\[^\\\\/]+\\\\x$']",
    ),
    ("[file:parent_directory_ref.path = '/home/jane/x']", r"[file:parent_directory_ref.path MATCHES '^/home/[^\\\\/]+/x$']"),
    (
        r"[directory:path IN ('/opt/x', '/home/jane/x', '/home/john/x')]",
        r"[directory:path = '/opt/x' OR directory:path MATCHES '^/home/[^\\\\/]+/x$']",
    ),
    (r"[directory:path LIKE 'C:\\Users\\jane\\%']", r"[directory:path LIKE 'C:\\Users\\%\\%']"),
    (
        r"[windows-registry-key:key = 'HKEY_USERS\\S-1-5-21-1-2-3-1001\\Run']",
        r"[windows-registry-key:key MATCHES '^HKEY_USERS\\\\S\\-1\\-5\\-21\\-[^\\\\/]+\\\\Run$']",
    ),
    (
        "[url:value = 'https://u:p@threat.example/a?b=1']",
        r"[url:value MATCHES '^https://(?:[^/?#@]*@)?threat\\.example/a\\?b=.*$']",
    ),
    (
        "[url:value = 'https://threat.example/a?mail=jane%40corp.example']",
        r"[url:value MATCHES '^https://threat\\.example/a\\?mail=.*$']",
    ),
    ("[file:name = 'x.exe' AND email-message:to_refs[*].value = 'jane@corp.example']", "[file:name = 'x.exe']"),
    (
        "[domain-name:value = 'threat.example' AND (user-account:user_id = '1' OR user-account:user_id = '2')]",
        "[domain-name:value = 'threat.example']",
    ),
    (
        r"[file:name = 'x.exe' OR (file:size = 1 AND file:name = 'y.exe' AND process:cwd = '/home/jane/x')]",
        r"[file:name = 'x.exe' OR file:size = 1 AND file:name = 'y.exe' AND process:cwd MATCHES '^/home/[^\\\\/]+/x$']",
    ),
    (
        r"[domain-name:value = 'threat.example'] AND [directory:path = '/home/jane/x'] WITHIN 5 SECONDS",
        r"[domain-name:value = 'threat.example'] AND [directory:path MATCHES '^/home/[^\\\\/]+/x$'] WITHIN 5 SECONDS",
    ),
]


@pytest.mark.parametrize(("pattern", "wider"), WIDENED)
def test_what_can_be_widened_for_certain(pattern: str, wider: str) -> None:
    assert outcome(pattern) == wider
    assert to_text(parse(wider)) == wider


NARROWER = [
    "[file:name = 'x.exe' OR email-message:to_refs[*].value = 'jane@corp.example']",
    "[file:size = 5 AND email-message:to_refs[*].value = 'jane@corp.example']",
    "[file:name != 'x.exe' AND user-account:user_id = '1']",
    "[domain-name:value = 'threat.example'] AND [user-account:user_id = '1']",
    "[domain-name:value = 'threat.example'] OR [user-account:user_id = '1']",
    "[ipv4-addr:value = '198.51.100.7' OR (file:name = 'x' AND (file:size = 1 OR user-account:user_id = '1'))] REPEATS 2 TIMES",
]


@pytest.mark.parametrize("pattern", NARROWER[:5])
def test_what_would_ask_for_less_or_for_nearly_everything_is_withheld(pattern: str) -> None:
    assert outcome(pattern) is None


def test_and_loses_what_or_may_not() -> None:
    assert outcome(NARROWER[5]) == "[ipv4-addr:value = '198.51.100.7' OR file:name = 'x'] REPEATS 2 TIMES"


def test_mailboxes_are_victims_where_the_indicator_says_compromised() -> None:
    pattern = "[email-addr:value = 'jane@corp.example']"
    assert outcome(pattern) == pattern
    assert outcome(pattern, compromised=True) is None
    assert refused(indicator("a", pattern, indicator_types=["compromised"])) == "pattern-personal-data"
    assert seen(indicator("a", pattern, indicator_types=["malicious-activity"]))["pattern"] == pattern


@pytest.mark.parametrize(
    ("language", "rule", "kept"),
    [
        ("yara", 'rule a { strings: $a = "evil" condition: $a }', True),
        ("yara", 'rule a { meta: author = "Jane Doe" strings: $a = "evil" condition: $a }', False),
        ("yara", 'rule a { /* for Jane */ strings: $a = "evil" condition: $a }', False),
        ("yara", 'rule a { strings: $a = "jane@corp.example" condition: $a }', False),
        ("yara", r'rule a { strings: $a = "C:\\Users\\jane\\x" condition: $a }', False),
        ("sigma", "title: x\nauthor: Jane Doe\ndetection:\n  a: b\n", False),
        ("sigma", "title: x\ndetection:\n  a: b\n", True),
        ("snort", 'alert tcp any any -> any 80 (msg:"x"; content:"evil"; sid:1;)', True),
        ("snort", 'alert tcp any any -> any 80 (msg:"seen by jane@corp.example"; sid:1;)', False),
        ("pcre", "^evil[0-9]+$", True),
    ],
)
def test_rules_of_other_languages_go_whole_or_not_at_all(language: str, rule: str, kept: bool) -> None:
    assert outcome(rule, language) == (rule if kept else None)


def test_a_pattern_that_cannot_be_read_is_withheld() -> None:
    assert outcome("[domain-name:value = ") is None


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("[domain-name:value = 'threat.example']", "Indicator: domain-name"),
        ("[file:name = 'a' AND file:size = 1] AND [url:value = 'https://threat.example/']", "Indicator: file, url"),
        ("[app:id = 'com.example.spy']", "Indicator: other"),
    ],
)
def test_names_say_what_a_pattern_is_about(pattern: str, name: str) -> None:
    assert seen(indicator("a", pattern, name="x"))["name"] == name


def test_long_patterns_are_judged_like_short_ones() -> None:
    many = " OR ".join(f"domain-name:value = 'a{number}.threat.example'" for number in range(100))
    assert outcome(f"[{many}]") == f"[{many}]"
    assert outcome(f"[{many} OR user-account:user_id = '1']") is None


TEXT = st.text(st.sampled_from("abcXYZ019 .-_+*?()[]{}|^$\\/'é\n"), max_size=12)


@settings(max_examples=150)
@given(TEXT, st.from_regex(r"[a-zé][a-z0-9._ -]{0,10}", fullmatch=True), TEXT)
def test_a_widened_comparison_still_fits_what_it_was_made_of(before: str, user: str, after: str) -> None:
    path = Path("directory", ("path",))
    for text in (f"C:\\Users\\{user}\\{before}{after}", f"/home/{user}/{after}"):
        made = widen.without_users(path, text)
        if made is not None:
            assert re.search(made.operands[0].value, text, re.DOTALL)
            assert to_text(parse(to_text(Observation(made)))) == to_text(Observation(made))


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from(["domain-name:value = 'a.example'", "file:name = 'x'", "user-account:user_id = '1'", "file:size = 1"]),
        min_size=2,
        max_size=5,
    )
)
def test_and_never_asks_for_more_and_or_never_for_less(parts: list[str]) -> None:
    """Whatever is true of an observation: where the pattern fits, so does what is left of it."""
    for operator in ("AND", "OR"):
        left = outcome(f"[{f' {operator} '.join(parts)}]")
        if left is None:
            continue
        kept = _texts(left)
        assert set(kept) <= set(parts)
        assert operator == "AND" or set(kept) == set(parts)


def _texts(pattern: str) -> list[str]:
    tree = parse(pattern)
    assert isinstance(tree, Observation)
    operands = tree.expression.operands if isinstance(tree.expression, Junction) else (tree.expression,)
    return [
        to_text(Observation(operand))[1:-1]
        for operand in operands
        if isinstance(operand, Comparison) and isinstance(operand.operands[0], Constant)
    ]
