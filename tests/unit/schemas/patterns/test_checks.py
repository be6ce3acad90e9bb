"""What a pattern must not say although its grammar is right: one row for each rule, and its neighbour that is right."""

from __future__ import annotations

import pytest

from schemas.patterns import Report, chain, examine, quick, whole
from schemas.patterns.limits import MAX_FLAWS

MD5, SHA1, SHA256 = "a" * 32, "b" * 40, "c" * 64
A = "[file:size = 5]"
DAY1, DAY2 = "t'2026-01-01T00:00:00Z'", "t'2026-01-02T00:00:00Z'"

RIGHT = [
    *(A, "[file:size > 5.5]", "[file:name = 'a' AND file:size = 5]", "[file:name = 'a' OR url:value = 'http://a.example/']"),
    "[(file:name = 'a' OR url:value = 'http://a.example/') AND file:size = 5]",
    f"{A} START {DAY1} STOP {DAY2}",
    f"{A} START t'2026-01-01T00:00:00.09Z' STOP t'2026-01-01T00:00:00.1Z'",
    r"[file:name MATCHES '^(?<name>a|b)+\\.exe$']",
    r"[artifact:payload_bin MATCHES '\\xd4\\xc3']",
    "[ipv4-addr:value IN ('198.51.100.1', '198.51.100.0/24')]",
    "[ipv4-addr:value ISSUBSET '198.51.100.0/24']",
    "[ipv6-addr:value ISSUPERSET '2001:db8::1']",
    "[network-traffic:dst_ref.value ISSUBSET '2001:db8::/32']",
    "[network-traffic:dst_ref.value = 'a.example' AND network-traffic:dst_ref.type = 'domain-name']",
    f"[file:hashes.MD5 = '{MD5}' OR file:hashes.'SHA-1' = '{SHA1}' OR file:hashes.sha256 = '{SHA256}']",
    "[file:hashes.SSDEEP = '96:s4Ud1Lj96tHHlZDrwciQmA+4uy1I0G4HYuL8N3TzS8QsO/wqWXLcMSx:sF1LjEtHHlZDrJzrhuyZvHYm8tKp/RWO']",
    "[file:hashes.x_own LIKE 'a%']",
    f"[file:hashes.MD5 LIKE '{MD5[:4]}%']",
    "[file:extensions.'windows-pebinary-ext'.sections[*].entropy > 7.0]",
    "[file:extensions.'windows-pebinary-ext'.sections[0].hashes.MD5 != 'a' OR file:size = 5]".replace("'a'", f"'{MD5}'"),
    "[file:magic_number_hex = h'ffd8' OR file:magic_number_hex = b'QQ==']",
    "[file:ctime > t'2026-01-01T00:00:00Z']",
    "[process:environment_variables.PATH = 5 OR process:environment_variables.'a.b' = 'c']",
    "[email-message:additional_header_fields.'X-Own'[0] = 'a']",
    "[email-message:body_multipart[*].body_raw_ref.name MATCHES 'a']",
    "[directory:contains_refs[*].contains_refs[*].hashes.MD5 LIKE '%']",
    "[file:contains_refs[*].value = 'a.example']",
    "[windows-registry-key:values[*].data_type = 'REG_SZ' AND EXISTS windows-registry-key:values]",
    "[user-account:extensions.'unix-account-ext'.gid = 0]",
    "[network-traffic:src_port = 65535 AND network-traffic:src_port > 70000]",
    "[process:is_hidden = true]",
    "[domain-name:value = '_dmarc.example.com' OR domain-name:value = 'exämple.example']",
    "[email-addr:value = 'a.b+c@example.org' OR email-addr:value = '\"a b\"@example.org' OR email-addr:value = 'a@[192.0.2.1]']",
    "[mac-addr:value = '00:00:5e:00:53:ab']",
    "[file:id = 'file--00000000-0000-4000-8000-000000000000' OR file:defanged = false OR file:object_marking_refs[*] = 'x']",
]  # fmt: skip


@pytest.mark.parametrize("pattern", RIGHT)
def test_what_is_right_has_no_flaws(pattern: str) -> None:
    assert examine(pattern).flaws == ()


WRONG = [
    # (pattern, reason, what stands at the position, section)
    ("[file:name = 'a' AND url:value = 'http://a.example/']", "pattern-mixed-types", "file:name", "9.5"),
    ("[a:b = 1 AND (a:c = 1 OR b:c = 1) AND b:c = 2]", "pattern-mixed-types", "a:b", "9.5"),
    (f"{A} AND [file:name = 'a' AND mutex:name = 'b']", "pattern-mixed-types", "file:name", "9.5"),
    (f"{A} START {DAY2} STOP {DAY1}", "pattern-range", "START", "9.5.1"),
    (f"{A} START {DAY1} STOP {DAY1}", "pattern-range", "START", "9.5.1"),
    (f"({A} START t'2026-01-01T00:00:00.10Z' STOP t'2026-01-01T00:00:00.1Z') REPEATS 2 TIMES", "pattern-range", "START", "9.5.1"),
    ("[file:name MATCHES '(']", "pattern-regex", "'('", "9.6.1"),
    ("[file:name MATCHES '[a']", "pattern-regex", "'[a'", "9.6.1"),
    ("[file:name NOT MATCHES '*a' OR file:size = 5]", "pattern-regex", "'*a'", "9.6.1"),
    ("[artifact:payload_bin MATCHES 'ä\u0100']", "pattern-regex", "'ä", "9.6.1"),
    ("[ipv4-addr:value = '999.1.1.1']", "pattern-value", "'999", "9.2"),
    ("[ipv4-addr:value = 5]", "pattern-value", "5]", "9.2"),
    ("[ipv4-addr:value = '2001:db8::1']", "pattern-value", "'2001", "9.2"),
    ("[ipv6-addr:value = '192.0.2.1']", "pattern-value", "'192", "9.2"),
    ("[ipv4-addr:value = '192.0.2.01']", "pattern-value", "'192", "9.2"),
    ("[ipv4-addr:value = '192.0.2.0/33']", "pattern-value", "'192", "9.2"),
    ("[ipv4-addr:value = '192.0.2.0/255.255.255.0']", "pattern-value", "'192", "9.2"),
    ("[ipv6-addr:value = 'fe80::1%eth0']", "pattern-value", "'fe80", "9.2"),
    ("[domain-name:value = '']", "pattern-value", "''", "9.2"),
    ("[domain-name:value = '192.0.2.1']", "pattern-value", "'192", "9.2"),
    ("[domain-name:value = 'a b.example']", "pattern-value", "'a b", "9.2"),
    ("[domain-name:value = '-a.example']", "pattern-value", "'-a", "9.2"),
    (f"[domain-name:value = '{'a' * 64}.example']", "pattern-value", "'aaa", "9.2"),
    (f"[domain-name:value = '{'a.' * 127}example']", "pattern-value", "'a.", "9.2"),
    ("[url:value = 'a.example/path']", "pattern-value", "'a.ex", "9.2"),
    ("[url:value = 'http://a.example/ b']", "pattern-value", "'http", "9.2"),
    ("[url:value = 'http://a.example/%zz']", "pattern-value", "'http", "9.2"),
    ("[email-addr:value = 'a']", "pattern-value", "'a'", "9.2"),
    ("[email-addr:value = 'a b@example.org']", "pattern-value", "'a b", "9.2"),
    ("[mac-addr:value = '00:00:5E:00:53:AB']", "pattern-value", "'00", "9.2"),
    ("[windows-registry-key:key = 'HKLM\\\\Software']", "pattern-value", "'HKLM", "9.2"),
    ("[file:hashes.MD5 = 'f00']", "pattern-value", "'f00'", "9.2"),
    (f"[file:hashes.'SHA-256' = '{MD5}']", "pattern-value", "'aaa", "9.2"),
    (f"[file:hashes.MD5 IN ('{MD5}', 'x')]", "pattern-value", "'x'", "9.2"),
    ("[file:hashes.SSDEEP = 'x']", "pattern-value", "'x'", "9.2"),
    ("[file:hashes.'RIPEMD-160' = 'x']", "pattern-value", "'x'", "9.2"),
    ("[file:hashes = 'x']", "pattern-value", "'x'", "9.2"),
    ("[file:size = '5']", "pattern-value", "'5'", "9.2"),
    ("[file:size = -1]", "pattern-value", "-1", "9.2"),
    ("[file:size = +1]", "pattern-value", "+1", "9.2"),
    ("[process:pid = 9007199254740992]", "pattern-value", "9007", "9.2"),
    (f"[process:pid = {'9' * 5000}]", "pattern-value", "999", "9.2"),
    ("[network-traffic:src_port = 65536]", "pattern-value", "65536", "9.2"),
    ("[network-traffic:src_port IN (1, 65536)]", "pattern-value", "65536", "9.2"),
    ("[network-traffic:protocols = 'tcp']", "pattern-value", "'tcp'", "9.2"),
    ("[file:size LIKE '5%']", "pattern-value", "'5%'", "9.2"),
    ("[file:ctime = '2026-01-01T00:00:00Z']", "pattern-value", "'2026", "9.2"),
    ("[file:name = t'2026-01-01T00:00:00Z']", "pattern-value", "t'2026", "9.2"),
    ("[file:name = true]", "pattern-value", "true", "9.2"),
    ("[process:is_hidden = 'true']", "pattern-value", "'true'", "9.2"),
    ("[windows-registry-key:values[0].data_type = 'REG_TEXT']", "pattern-value", "'REG_TEXT'", "9.2"),
    ("[network-traffic:dst_ref.value = 'a b']", "pattern-value", "'a b'", "9.2"),
    ("[file:size IN (1, 'a')]", "pattern-value", "(1", "9.6.1"),
    ("[file:name ISSUBSET '192.0.2.0/24']", "pattern-value", "'192", "9.6.1"),
    ("[ipv4-addr:value ISSUBSET 'x']", "pattern-value", "'x'", "9.6.1"),
    ("[ipv4-addr:value ISSUPERSET '2001:db8::/32']", "pattern-value", "'2001", "9.6.1"),
    ("[app:id = 'a']", "pattern-path", "app:id", "9.7"),
    ("[x-own:value = 'a']", "pattern-path", "x-own", "9.7"),
    ("[file:x_own = 'a']", "pattern-path", "file", "9.7"),
    ("[EXISTS file:nome]", "pattern-path", "EXISTS", "9.7"),
    ("[file:name.first = 'a']", "pattern-path", "file", "9.7"),
    ("[file:name[0] = 'a']", "pattern-path", "file", "9.7"),
    ("[file:hashes[*] = 'a']", "pattern-path", "file", "9.7"),
    ("[network-traffic:protocols[-1] = 'tcp']", "pattern-path", "network", "9.7"),
    ("[windows-registry-key:values.data = 'a']", "pattern-path", "windows", "9.7"),
    ("[ipv4-addr:value.value = 'a']", "pattern-path", "ipv4", "9.7"),
    ("[ipv4-addr:extensions.'ntfs-ext'.sid = 'a']", "pattern-path", "ipv4", "9.7"),
    ("[file:extensions.'x-own-ext'.sid = 'a']", "pattern-path", "file", "9.7"),
    ("[email-message:from_ref.size = 5]", "pattern-path", "email", "9.7"),
    ("[process:name = 'a']", "pattern-path", "process", "9.7"),
]
SOFT = {"pattern-regex", "pattern-value", "pattern-path"}


@pytest.mark.parametrize(("pattern", "reason", "at", "section"), WRONG, ids=[row[0][:60] for row in WRONG])
def test_what_is_wrong_is_told_once_with_its_place(pattern: str, reason: str, at: str, section: str) -> None:
    hard = [flaw for flaw in examine(pattern).flaws if not flaw.setting]
    flaws = hard or [flaw for flaw in examine(pattern).flaws if flaw.section == section]
    assert [(flaw.reason, flaw.section) for flaw in flaws] == [(reason, section)]
    assert pattern[flaws[0].position :].startswith(at)
    assert flaws[0].setting == ("pattern_values" if reason in SOFT else "")


def test_flaws_that_a_setting_softens_leave_the_key_alone() -> None:
    assert examine("[file:size = 5 OR file:size = '5']").key == "%[file:size IN ('5', 5)]"
    assert examine("[ipv4-addr:value = '999.1.1.1']").key == "=ipv4-addr:value=999.1.1.1"


def test_of_many_flaws_those_come_first_that_nothing_softens() -> None:
    soft = " OR ".join(f"file:size = '{number}'" for number in range(50))
    flaws = examine(f"[{soft} OR (file:size = 1 AND url:value = 'x:y')]").flaws
    assert len(flaws) == MAX_FLAWS
    assert [flaw.reason for flaw in flaws if not flaw.setting] == ["pattern-mixed-types"]
    assert list(flaws) == sorted(flaws, key=lambda flaw: flaw.position)


def test_a_regular_expression_that_is_too_long_is_not_compiled() -> None:
    report = examine(f"[file:name MATCHES '{'a' * 20_000}']")
    assert [(flaw.reason, flaw.setting) for flaw in report.flaws] == [("pattern-too-large", "")]


QUICK = {
    "[file:name = 'a']": quick,
    "[app:id='a']": quick,
    "[file:hashes.'SHA-256' = 'x']": quick,
    r"[file:name = 'it\'s']": quick,
    "[file:name = 'a' OR file:size = 'b']": None,
    "[file:name = 'a' OR url:value = 'x:y']": chain,
    "[file:name = 'a' AND file:name = 'b']": chain,
    "[file:name = 'a' AND url:value = 'x:y']": None,
    "[file:name = 'a' OR file:name = 'a']": chain,
    "[file:name = 'a' OR app:id = 'b']": None,
    "[file:name = 'a' OR file:name = 'b' AND file:name = 'c']": None,
    "[file:name = 'a' ORfile:name = 'b']": None,
    "[AND:name = 'a']": None,
    "[file:AND = 'a']": None,
    "[file:b-c = 'a']": None,
    "[file:name[00] = 'a']": None,
    "[file:'a''b' = 'a']": None,
}


@pytest.mark.parametrize("pattern", QUICK)
def test_what_has_a_short_way_takes_it(pattern: str) -> None:
    ways: list[Report | None] = [quick.report(pattern), chain.report(pattern)]
    expected = QUICK[pattern]
    assert [way is not None for way in ways] == [expected is quick, expected is chain]
    assert all(way in (None, whole.report(pattern)) for way in ways)
