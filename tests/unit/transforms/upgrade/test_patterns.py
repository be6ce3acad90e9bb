"""Patterns: renamed properties, timestamps of START and STOP, and nothing else."""

from __future__ import annotations

import time
from typing import Any

import pytest
from stix2patterns.v21.pattern import Pattern

from schemas.patterns import MAX_PATTERN
from tests.unit.transforms.upgrade.support import MD5, TIME, checked, own_changes, stix20
from transforms.upgrade import upgrade
from transforms.upgrade.patterns import upgraded_pattern

AT = f"t'{TIME}'"
LATER = "2018-01-01T00:00:00Z"

REWRITTEN = [
    (f"[file:created > {AT}]", f"[file:ctime > {AT}]"),
    (f"[file:modified > {AT} AND file:accessed < {AT}]", f"[file:mtime > {AT} AND file:atime < {AT}]"),
    (f"[directory:created = {AT}]", f"[directory:ctime = {AT}]"),
    (f"[process:created = {AT}]", f"[process:created_time = {AT}]"),
    ("[process:binary_ref.name = 'a.exe']", "[process:image_ref.name = 'a.exe']"),
    (f"[process:binary_ref.created = {AT}]", f"[process:image_ref.ctime = {AT}]"),
    (f"[process:parent_ref.created = {AT}]", f"[process:parent_ref.created_time = {AT}]"),
    ("[process:child_refs[*].binary_ref.name = 'a']", "[process:child_refs[*].image_ref.name = 'a']"),
    ("[process:child_refs[12].binary_ref.name = 'a']", "[process:child_refs[12].image_ref.name = 'a']"),
    (f"[process:creator_user_ref.password_last_changed = {AT}]", f"[process:creator_user_ref.credential_last_changed = {AT}]"),
    (f"[user-account:password_last_changed = {AT}]", f"[user-account:credential_last_changed = {AT}]"),
    (f"[windows-registry-key:modified = {AT}]", f"[windows-registry-key:modified_time = {AT}]"),
    ("[network-traffic:encapsulates_by_ref.src_port = 1]", "[network-traffic:encapsulated_by_ref.src_port = 1]"),
    (f"[file:parent_directory_ref.modified = {AT}]", f"[file:parent_directory_ref.mtime = {AT}]"),
    (f"[directory:contains_refs[0].created = {AT}]", f"[directory:contains_refs[0].ctime = {AT}]"),
    (f"[file:extensions.'archive-ext'.contains_refs[*].created = {AT}]", f"[file:extensions.'archive-ext'.contains_refs[*].ctime = {AT}]"),
    ("[file:hashes.ssdeep = '3:a:b']", "[file:hashes.SSDEEP = '3:a:b']"),
    ("[file:hashes.'ssdeep' = '3:a:b']", "[file:hashes.'SSDEEP' = '3:a:b']"),
    ("[process:binary_ref.hashes.ssdeep = '3:a:b']", "[process:image_ref.hashes.SSDEEP = '3:a:b']"),
    (f"[ file : 'created'  = {AT} ]", f"[ file : 'ctime'  = {AT} ]"),
    (f"[file:/* when */created = {AT}] // file:created", f"[file:/* when */ctime = {AT}] // file:created"),
    (f"[url:value = 'x'] START '{TIME}' STOP '{LATER}'", f"[url:value = 'x'] START {AT} STOP t'{LATER}'"),
    (
        f"([file:created = {AT}] FOLLOWEDBY [file:modified = {AT}]) WITHIN 5 SECONDS",
        f"([file:ctime = {AT}] FOLLOWEDBY [file:mtime = {AT}]) WITHIN 5 SECONDS",
    ),
]

LEFT = [
    "[process:name = 'a.exe']",
    "[process:arguments[*] = '-x']",
    "[file:is_encrypted = true]",
    f"[x-custom:created = {AT}]",
    f"[file:x_created.created = {AT}]",
    f"[file:contains_refs[*].created = {AT}]",
    f"[email-message:from_ref.created = {AT}]",
    "[url:value = 'file:created']",
    "[url:value = 'https://example.com/\\' START file:created']",
    "[file:name = 'created' AND file:name MATCHES '[file:created]']",
    f"[url:value = 'x'] START {AT} STOP t'{LATER}'",
    "[file:ctime = t'2017-01-27T13:49:41.298Z']",
    "[artifact:hashes.'MD5' = '" + MD5 + "']",
    "[ipv4-addr:value IN ('192.0.2.1', '192.0.2.2') AND ipv4-addr:value NOT ISSUBSET '198.51.100.0/24']",
]


@pytest.mark.parametrize(("old", "new"), REWRITTEN)
def test_patterns_that_say_it_in_other_words(old: str, new: str) -> None:
    result = checked(stix20("indicator", pattern=old), valid20=False)
    assert result.objects[0]["pattern"] == new
    assert "indicator.pattern=rewrite" in result.changes
    Pattern(new)


@pytest.mark.parametrize("pattern", LEFT)
def test_patterns_that_stay_as_they_are(pattern: str) -> None:
    result = checked(stix20("indicator", pattern=pattern), valid20=False)
    assert result.objects[0]["pattern"] == pattern
    assert "indicator.pattern=rewrite" not in result.changes


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "[",
        "'",
        ":",
        ":'",
        "a:",
        "a:b.",
        "a:b[",
        "a:b[0",
        "a:b[0]",
        "a:b[0].",
        "[file:",
        "START",
        "START '",
        "file:created[",
        "/*",
        "[a:b = '\\",
        "é:ö",
    ],
)
def test_what_is_no_pattern_does_no_harm(pattern: str) -> None:
    assert upgraded_pattern(pattern).replace("ctime", "created").replace("t'", "'") == pattern


def test_the_type_of_the_pattern_is_said() -> None:
    result = checked(stix20("indicator"))
    assert result.objects[0]["pattern_type"] == "stix"
    assert "pattern_version" not in result.objects[0]
    assert own_changes(result) == ("indicator.labels=move", "indicator.pattern_type=add")


@pytest.mark.parametrize(
    ("more", "rewritten", "version"),
    [
        ({"pattern_type": "stix"}, True, None),
        ({"pattern_type": "stix", "pattern_version": "2.0"}, True, "2.1"),
        ({"pattern_type": "stix", "pattern_version": "2.1"}, False, "2.1"),
        ({"pattern_type": "yara"}, False, None),
        ({"pattern_type": "yara", "pattern_version": "2.0"}, False, "2.0"),
    ],
)
def test_what_the_object_says_of_its_pattern_counts(more: dict[str, Any], rewritten: bool, version: str | None) -> None:
    (value,) = upgrade(stix20("indicator", pattern=f"[file:created = {AT}]", **more)).objects
    assert ("ctime" in value["pattern"]) is rewritten
    assert value.get("pattern_version") == version
    assert value["pattern_type"] == more["pattern_type"]


def test_a_pattern_that_is_no_text_is_left_to_the_validation() -> None:
    assert upgrade(stix20("indicator", pattern=5)).objects[0]["pattern"] == 5


@pytest.mark.parametrize("piece", ["\\'", "'", "/*", "//", "file:created.", "a:b[0].", "START '", "é", "t'", "[*]."])
def test_hostile_patterns_take_no_longer(piece: str) -> None:
    pattern = "'" + piece * (MAX_PATTERN // len(piece) - 1)
    before = time.process_time()
    upgraded_pattern(pattern)
    upgraded_pattern(pattern[1:])
    assert time.process_time() - before < 1
    assert upgraded_pattern("[file:created = 1]" * MAX_PATTERN) == "[file:created = 1]" * MAX_PATTERN
