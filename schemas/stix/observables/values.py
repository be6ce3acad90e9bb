"""The forms of what observables are named by: addresses, domain names, URLs (STIX 2.1 §6), as far as a text certainly breaks them.

A defanged value is broken on purpose and says so, therefore it is let be.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from schemas.stix.common import Check
from schemas.stix.findings import Finding

_OCTET = "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9]{1,2})"

_is_ipv4 = re.compile(rf"(?:{_OCTET}\.){{3}}{_OCTET}(?:/(?:3[0-2]|[12]?[0-9]))?").fullmatch
"""§6.8, RFC 4632. Leading zeros are ambiguous, not certainly wrong."""

_is_prefix = re.compile("12[0-8]|1[01][0-9]|[1-9]?[0-9]").fullmatch

_is_mac = re.compile("[0-9a-f]{2}(?::[0-9a-f]{2}){5}").fullmatch
"""§6.10."""

_LABEL = r"[^\x00-),/:-@\[-^`{-\x9f\s.+]{1,63}"
"""What may be in a label: of ASCII the letters, digits, hyphen, the underscore of service names and the asterisk of wildcards (RFC 1034,
RFC 8552), and of the rest whatever an IDN may hold (RFC 5890). An A-label is never shorter than its U-label."""

_is_domain = re.compile(rf"(?!.{{255}})(?:{_LABEL}\.)*{_LABEL}\.?|\.", re.DOTALL).fullmatch
"""§6.4."""

_is_email = re.compile(r".+@[^\x00-\x20\x7f@<>]+", re.DOTALL).fullmatch
"""§6.5: an addr-spec has an at sign, and what stands behind it no bracket of a display name."""

_is_url = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f\x85\u2028\u2029\"<>]+").fullmatch
"""§6.15, RFC 3986: a scheme, and none of what delimits a URL in text. Characters that every client escapes by itself are let be."""


def _is_ipv6(text: str) -> bool:
    """§6.9."""
    address, slash, prefix = text.partition("/")
    if slash and not _is_prefix(prefix):
        return False
    try:
        socket.inet_pton(socket.AF_INET6, address.partition("%")[0])
    except (OSError, ValueError):
        return False
    return True


def value_form(matches: Callable[[str], object], section: str) -> Check:
    """The required property `value` has a form, unless it is defanged."""

    def check(value: Mapping[str, Any]) -> Iterator[Finding]:
        if not matches(value["value"]) and value.get("defanged") is not True:
            yield Finding("invalid-property", "value", section)

    return check


ipv4 = value_form(_is_ipv4, "6.8.1")
ipv6 = value_form(_is_ipv6, "6.9.1")
mac = value_form(_is_mac, "6.10.1")
domain = value_form(_is_domain, "6.4.1")
email = value_form(_is_email, "6.5.1")
url = value_form(_is_url, "6.15.1")


def artifact_url(value: Mapping[str, Any]) -> Iterator[Finding]:
    """§6.1.1: the address of an artifact is a URL; without it nothing would be left of the artifact."""
    if not _is_url(value["url"]) and value.get("defanged") is not True:
        yield Finding("invalid-property", "url", "6.1.1")
