"""Hashes (STIX 2.1 §2.7): whether each value has the form of its algorithm, and whether the algorithm's name is a suggested one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from schemas.patterns.values import HASH_LENGTH
from schemas.stix.common import Check
from schemas.stix.findings import Finding

Match = Callable[[str], object]


def _hex(digits: int) -> Match:
    """Whether a text is so many hexadecimal digits. White space, which fromhex skips, makes it too short."""

    def matches(text: str) -> bool:
        try:
            return len(text) == digits and 2 * len(bytes.fromhex(text)) == digits
        except ValueError:
            return False

    return matches


VALUES: Mapping[str, Match] = {
    **{name: _hex(HASH_LENGTH[name]) for name in ("MD5", "SHA-1", "SHA-256", "SHA-512", "SHA3-256", "SHA3-512")},
    "SSDEEP": re.compile(r"[0-9]{1,10}:[A-Za-z0-9+/]{0,64}:[A-Za-z0-9+/]{0,64}(?:,.*)?", re.DOTALL).fullmatch,
    "TLSH": re.compile("(?:T1)?[0-9a-fA-F]{70}").fullmatch,
}
"""§10.7: algorithm -> whether a text is one of its values. TLSH puts its version before the 35 bytes since version 4, SSDEEP may add the
name of the file. §2.7 allows any other algorithm; nothing is known of its values."""


def hash_findings(hashes: Mapping[str, Any], path: str, place: tuple[str | int, ...]) -> Iterator[Finding]:
    """What is wrong with hashes whose names and values are texts; `path` and `place` are those of the dictionary.

    The place is the one hash while others remain, else all of them, since an empty dictionary is forbidden.
    """
    for name, text in hashes.items():
        matches = VALUES.get(name)
        if matches is None:
            yield Finding("open-vocabulary", f"{path}.*", "10.7", "vocabulary", (*place, name) if len(hashes) > 1 else place)
        elif not matches(text):
            yield Finding("invalid-hash", f"{path}.{name}", "10.7", "optional_parts", (*place, name) if len(hashes) > 1 else place)


def hashes_of(name: str) -> Check:
    """The check of the hashes in one property."""

    def check(value: Mapping[str, Any]) -> Iterator[Finding]:
        return hash_findings(value[name], name, (name,))

    return check
