"""Constants of comparisons: whether one may stay where it stands."""

from __future__ import annotations

import re

from schemas.patterns import fold_value
from schemas.patterns.values import HASH_NAME
from transforms.minimize import scan
from transforms.minimize.values import addresses, certificates, domains, urls, users

_ADDRESS = frozenset({"ipv4-address", "ipv6-address"})
_HEX = re.compile(r"[0-9A-Fa-f]{8,128}", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9_.*%-]{1,253}", re.ASCII)
_INSIDE = re.compile(r"\^?(?:10|127|192\\*\.168|169\\*\.254|172\\*\.(?:1[6-9]|2\d|3[01]))(?:\\*\.|$|%)", re.ASCII)
"""How an expression or a text with wildcards begins that means addresses of an inside."""

_MAIL = frozenset({"email"})
_DEVICE = frozenset({"mac"})
_NAMED = frozenset({"dn-person"})
_URL = frozenset({"phone", "national-id", "coordinates", "birth-date", "mac", "street-address"})
"""Kinds that numbers and words in URLs look like by chance: of these alone, no URL is suspected."""

_HASHES = frozenset({*HASH_NAME, "authentihash", "imphash", "pehash", "ripemd160", "sdhash", "vhash", "whirlpool"})

_SIMPLE = {
    ("domain-name", "value"): "domain",
    ("ipv4-addr", "value"): "ipv4-address",
    ("ipv6-addr", "value"): "ipv6-address",
    ("url", "value"): "uri",
    ("email-addr", "value"): "email-address",
}


def is_hash(name: str) -> bool:
    """Whether an algorithm has this name, in any spelling; under another name, a hash may be anything."""
    return name.replace("-", "").replace("_", "").lower() in _HASHES


def is_plain(object_type: str, path: str, value: str, *, compromised: bool) -> bool:
    """Whether one equality, which is what nearly all patterns are, may certainly stay as it is. False is no verdict."""
    if object_type == "file" and path.startswith("hashes."):
        return _HEX.fullmatch(value) is not None and is_hash(path.removeprefix("hashes.").strip("'"))
    kind = _SIMPLE.get((object_type, path))
    return kind is not None and may_stay(value, frozenset((kind,)), compromised=compromised)


def may_stay(value: str, kinds: frozenset[str], *, compromised: bool) -> bool:
    """Whether a constant that is compared for equality may stay."""
    if kinds <= _ADDRESS:
        return not addresses.is_internal(value) if _is_address(value) else scan.is_clean(value)
    if any(kind.startswith("hash ") for kind in kinds):
        return _HEX.fullmatch(value) is not None or scan.is_clean(value)
    if "uri" in kinds:
        return not urls.is_internal(value) and is_bare(value) and is_clean_url(value)
    if "email-address" in kinds:
        return not compromised and scan.is_clean(value, _MAIL)
    if "domain" in kinds or kinds & _ADDRESS:
        if _is_address(value):
            return not addresses.is_internal(value)
        return not domains.is_internal(value) and (_HOST.fullmatch(value) is not None or scan.is_clean(value))
    return not users.spans(value) and scan.is_clean(value, _DEVICE if "mac-address" in kinds else frozenset())


def may_stay_expression(value: str, kinds: frozenset[str], *, compromised: bool) -> bool:
    """Whether a constant with wildcards, a regular expression or a network may stay."""
    if kinds & _ADDRESS and _INSIDE.match(value):
        return False
    if "email-address" in kinds and compromised:
        return False
    beside = _MAIL if "email-address" in kinds else _URL if "uri" in kinds else frozenset[str]()
    if "domain" in kinds and _HOST.fullmatch(value) and fold_value("domain-name", value).endswith((".local", ".lan", ".corp", ".internal")):
        return False
    return scan.is_clean(value, beside)


def may_stay_name(value: str, *, subject: bool) -> bool:
    """Whether a distinguished name may stay: without attributes of persons; a subject's common name is a host."""
    names = certificates.attributes(value)
    if certificates.names_person(value) or not scan.is_clean(value, _NAMED):
        return False
    return not subject or all(certificates.is_host(text) for kind, text in names if kind.upper() in ("CN", "COMMONNAME"))


def is_bare(value: str) -> bool:
    """Whether nobody logs in with a URL."""
    url = urls.parts(value)
    return url is None or not url.userinfo


def is_clean_url(value: str) -> bool:
    """Whether nothing personal is found in a URL."""
    return scan.is_clean(value, _URL)


def _is_address(value: str) -> bool:
    return ":" in value or value.partition("/")[0].replace(".", "").isdigit()
