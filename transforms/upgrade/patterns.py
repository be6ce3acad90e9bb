"""Patterns of STIX 2.0 in the language of STIX 2.1 (§9): their words change, their meaning and spacing do not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from schemas.patterns import MAX_PATTERN
from transforms.upgrade.hashes import RENAMED_HASHES
from transforms.upgrade.observables import RENAMED

_TOKEN = re.compile(
    r"""(?P<text>[hbt]?'(?:[^'\\]|\\.?)*+(?:'|\Z))
    |(?P<word>[A-Za-z_][A-Za-z0-9_-]*)
    |(?P<number>-?[0-9]+)
    |(?P<blank>\s+|/\*.*?(?:\*/|\Z)|//[^\n]*)
    |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)
"""Each alternative takes what it begins, so that the whole is read once."""

_TARGETS: Mapping[str, str] = {
    "belongs_to_ref": "user-account",
    "body_raw_ref": "file",
    "child_refs": "process",
    "contains_refs": "file",
    "creator_user_ref": "user-account",
    "encapsulated_by_ref": "network-traffic",
    "encapsulates_refs": "network-traffic",
    "image_ref": "file",
    "opened_connection_refs": "network-traffic",
    "parent_directory_ref": "directory",
    "parent_ref": "process",
    "service_dll_refs": "file",
}
"""What is at the other end of a reference, where that decides which properties have another name. Archives and directories contain
files and directories, whose names change alike; files contain anything."""

_HASHES = frozenset({"hashes", "file_header_hashes"})


def upgraded_pattern(pattern: str) -> str:
    """The same pattern as STIX 2.1: renamed properties by their new names, START and STOP with timestamps (§9.5.1).

    Properties that STIX 2.1 does not have stay, and so does what is no pattern: that is for the check of patterns to say.
    """
    if len(pattern) > MAX_PATTERN:
        return pattern
    tokens = [match for match in _TOKEN.finditer(pattern) if match.lastgroup != "blank"]
    changes = dict([*_qualifiers(tokens), *_properties(tokens)])
    parts: list[str] = []
    end = 0
    for index in sorted(changes):
        parts += [pattern[end : tokens[index].start()], changes[index]]
        end = tokens[index].end()
    return "".join([*parts, pattern[end:]])


def _qualifiers(tokens: list[re.Match[str]]) -> Iterator[tuple[int, str]]:
    for index, token in enumerate(tokens[1:], 1):
        if token[0].startswith("'") and tokens[index - 1][0] in ("START", "STOP"):
            yield index, f"t{token[0]}"


def _properties(tokens: list[re.Match[str]]) -> Iterator[tuple[int, str]]:
    for index, token in enumerate(tokens):
        if token[0] == ":" and index > 0 and tokens[index - 1].lastgroup == "word":
            yield from _path(tokens, index + 1, tokens[index - 1][0])


def _path(tokens: list[re.Match[str]], index: int, type_name: str) -> Iterator[tuple[int, str]]:
    """Walk along one object path, from its first property: (position, new spelling) of each one that has another name."""
    before = ""
    while index < len(tokens) and (tokens[index].lastgroup == "word" or tokens[index][0].startswith("'")):
        written = tokens[index][0]
        quote = "'" if written.startswith("'") else ""
        name = written.strip("'")
        renamed = (RENAMED_HASHES if before in _HASHES else RENAMED.get(type_name, {})).get(name)
        if renamed is not None:
            yield index, f"{quote}{renamed}{quote}"
            name = renamed
        type_name = "" if name == "contains_refs" and type_name == "file" else _TARGETS.get(name, "")
        before = name
        index += 1
        if index + 2 < len(tokens) and tokens[index][0] == "[" and tokens[index + 2][0] == "]":
            index += 3
        if index >= len(tokens) or tokens[index][0] != ".":
            return
        index += 1
