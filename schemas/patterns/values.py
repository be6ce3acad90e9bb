"""One spelling for the values that mean the same, and whether a value has the form that §6 demands of it.

Each function takes a value and gives (canonical value, whether its form is right). A value of a wrong form is folded only as far as
that cannot change what it means. The folding is used for keys alone: what goes out stays the producer's.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import idna

from schemas.patterns.addresses import ipv4_addr, ipv6_addr

Judged = tuple[str, bool]
Judge = Callable[[str], Judged]

HASH_LENGTH = {"MD5": 32, "SHA-1": 40, "SHA-224": 56, "SHA-256": 64, "SHA-384": 96, "SHA-512": 128, "SHA3-256": 64, "SHA3-512": 128}
HASH_NAME = {name.replace("-", "").lower(): name for name in (*HASH_LENGTH, "SSDEEP", "TLSH")}
"""Names without case and hyphens -> the names that STIX gives them (§10.7), and SHA-224 and SHA-384 of STIX 2.0."""

_OTHER_HASHES = {
    "SSDEEP": re.compile(r"\d+:[A-Za-z0-9/+]*:[A-Za-z0-9/+]*", re.ASCII),
    "TLSH": re.compile(r"(?:T1)?[0-9A-Fa-f]{70}", re.ASCII),
    "RIPEMD160": re.compile(r"[0-9A-Fa-f]{40}", re.ASCII),
    "RIPEMD-160": re.compile(r"[0-9A-Fa-f]{40}", re.ASCII),
    "WHIRLPOOL": re.compile(r"[0-9A-Fa-f]{128}", re.ASCII),
}
_HEX = re.compile(r"[0-9a-f]+", re.ASCII)
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)*(?!\d+\Z){_LABEL}", re.ASCII)
_LAX_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*", re.ASCII)
LONGEST_DOMAIN = 253
"""Characters. Longer ones have no A-labels, so that these are not looked for."""

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://)([^/?#\\]*+)(?!\\)(.*)", re.DOTALL)
_RFC3986 = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+", re.ASCII)
_LOCAL = re.compile(r"[^\s@\"(),:;<>\[\\\]\x00-\x1f\x7f]+|\"(?:[^\"\\\r\n]|\\.)*\"")
_MAC = re.compile(r"(?:[0-9a-f]{2}:){5}[0-9a-f]{2}", re.ASCII)
_SHORT_HIVES = ("HKLM\\", "HKCU\\", "HKCR\\", "HKU\\", "HKCC\\")


def lower(text: str) -> str:
    """Lower case, but only where it leads back: KELVIN SIGN is no k, ANGSTROM SIGN no å, and nothing changes its length."""
    if text.isascii():
        return text.lower()
    return "".join(small if (small := letter.lower()).upper() == letter else letter for letter in text)


def domain_name(value: str) -> Judged:
    """§6.4: letter case, one final dot, and A-labels by IDNA 2008, so that both spellings of a name meet, and no others."""
    lowered = lower(value)
    stripped = lowered.removesuffix(".")
    if _DOMAIN.fullmatch(stripped):
        return stripped, len(stripped) <= LONGEST_DOMAIN
    if _LAX_DOMAIN.fullmatch(stripped):
        return stripped, False
    if len(stripped) > LONGEST_DOMAIN:
        return lowered, False
    try:
        return idna.encode(stripped).decode("ascii"), True
    except idna.IDNAError:
        return lowered, False


def url(value: str) -> Judged:
    """§6.15: case of scheme and host. A host with a backslash behind it is left alone: some clients read a path there."""
    found = _URL.fullmatch(value)
    if found is None:
        return value, _RFC3986.fullmatch(value) is not None
    scheme, authority, rest = found.groups()
    userinfo, at, host = authority.rpartition("@")
    return f"{scheme.lower()}{userinfo}{at}{lower(host)}{rest}", _RFC3986.fullmatch(value) is not None


def email_addr(value: str) -> Judged:
    """§6.5: case of what is behind the last @."""
    local, at, domain = value.rpartition("@")
    if not at:
        return value, False
    fits = bool(_LOCAL.fullmatch(local)) and ((domain[:1] == "[" and domain[-1:] == "]") or domain_name(domain)[1])
    return f"{local}@{lower(domain)}", fits


def mac_addr(value: str) -> Judged:
    """§6.10: six octets in lower case with colons."""
    return lower(value), _MAC.fullmatch(value) is not None


def registry_key(value: str) -> Judged:
    """§6.17: letter case; the hive in full."""
    return lower(value), not value.upper().startswith(_SHORT_HIVES)


def hash_of(name: str) -> Judge:
    """§10.7: letter case of hexadecimal digests, where the length is right. Nothing is known of the values of other algorithms."""
    length, form = HASH_LENGTH.get(name), _OTHER_HASHES.get(name.upper())

    def digest(value: str) -> Judged:
        lowered = value.lower()
        fits = len(value) == length and _HEX.fullmatch(lowered) is not None
        return (lowered if fits else value), fits

    def other(value: str) -> Judged:
        return value, form is None or form.fullmatch(value) is not None

    return other if length is None else digest


JUDGES: dict[str, Judge] = {
    "domain-name": domain_name,
    "ipv4-addr": ipv4_addr,
    "ipv6-addr": ipv6_addr,
    "url": url,
    "email-addr": email_addr,
    "mac-addr": mac_addr,
}
"""By the type of an observable: its `value`."""


def fold_value(object_type: str, value: str) -> str:
    """The canonical form of the `value` of an observable: letter case, final dots and address spelling that mean nothing."""
    judge = JUDGES.get(object_type)
    return judge(value)[0] if judge is not None else value
