"""The meaning of an indicator's pattern, as bytes to compare: single equality comparisons by value, all others by exact text.

The folding is used for the key alone. The pattern that goes out stays the producer's.
"""

from __future__ import annotations

import ipaddress
import re
from functools import lru_cache

import idna

MAX_PATTERN = 1 << 16
"""Longer patterns are keyed by their exact text without being looked at (the longest real one seen has 57 kB)."""

_SINGLE = re.compile(r"\s*\[\s*([a-z0-9][a-z0-9-]*)\s*:\s*([A-Za-z0-9_\-.'\[\]*]+?)\s*(?:=|==)\s*'((?:[^'\\]|\\['\\])*)'\s*\]\s*", re.ASCII)
_QUOTED_STEP = re.compile(r"'([^']*)'")
_HASH_LENGTH = {"MD5": 32, "SHA-1": 40, "SHA-224": 56, "SHA-256": 64, "SHA-384": 96, "SHA-512": 128, "SHA3-256": 64, "SHA3-512": 128}
_HASH_NAME = {name.replace("-", "").lower(): name for name in (*_HASH_LENGTH, "SSDEEP", "TLSH")}
_HEX = re.compile(r"[0-9a-f]+", re.ASCII)
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#]*)(.*)", re.DOTALL)
_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", re.ASCII)


@lru_cache(maxsize=1024)  # the look-ups and the content key ask for the same pattern one after the other
def single_comparison(pattern: str) -> tuple[str, str, str] | None:
    """(object type, path, value) of a STIX pattern that is one equality with a string, in canonical form; None for any other."""
    match = _SINGLE.fullmatch(pattern) if len(pattern) <= MAX_PATTERN else None
    if match is None:
        return None
    object_type, path, value = match.groups()
    if "\\" in value:
        value = re.sub(r"\\(.)", r"\1", value)
    return object_type, *_fold(object_type, path, value)


def pattern_key(pattern: str, pattern_type: str) -> str:
    """A text that is equal for two patterns only if they mean the same."""
    found = single_comparison(pattern) if pattern_type == "stix" else None
    if found is not None:
        object_type, path, value = found
        return f"={object_type}:{path}={value}"
    return f"~{pattern_type}:{pattern}"


def fold_value(object_type: str, value: str) -> str:
    """The canonical form of the `value` of an observable: letter case, final dots and address spelling that mean nothing."""
    match object_type:
        case "domain-name":
            return _domain(value)
        case "ipv4-addr" | "ipv6-addr":
            return _address(value)
        case "url":
            found = _URL.fullmatch(value)
            return f"{found[1].lower()}{_host(found[2])}{found[3]}" if found else value
        case "email-addr":
            local, at, domain = value.rpartition("@")
            return f"{local}{at}{domain.lower()}"
        case "mac-addr":
            return value.lower()
        case _:
            return value


def _fold(object_type: str, path: str, value: str) -> tuple[str, str]:
    path = _QUOTED_STEP.sub(r"\1", path)
    head, dot, kind = path.rpartition("hashes.")
    if dot and kind.replace("-", "").lower() in _HASH_NAME:
        kind = _HASH_NAME[kind.replace("-", "").lower()]
        lowered = value.lower()
        if len(value) == _HASH_LENGTH.get(kind) and _HEX.fullmatch(lowered):
            return f"{head}hashes.{kind}", lowered
        return f"{head}hashes.{kind}", value
    if path == "value":
        return path, fold_value(object_type, value)
    if (object_type, path) == ("windows-registry-key", "key"):
        return path, value.lower()
    return path, value


def _domain(value: str) -> str:
    lowered = value.lower()
    stripped = lowered.removesuffix(".")
    if _DOMAIN.fullmatch(stripped):
        return stripped
    try:
        return idna.encode(stripped).decode("ascii")  # A-labels by IDNA 2008, so that both spellings of a name meet, and no others
    except idna.IDNAError:
        return lowered


def _host(authority: str) -> str:
    userinfo, at, host = authority.rpartition("@")
    return f"{userinfo}{at}{host.lower()}"


def _address(value: str) -> str:
    try:
        if "/" not in value:
            return str(ipaddress.ip_address(value))
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return value
    return str(network.network_address) if network.prefixlen == network.max_prefixlen else str(network)
