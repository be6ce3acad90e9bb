"""Names in certificates: attributes that describe persons go, host names stay."""

from __future__ import annotations

import re

from transforms.minimize.values import addresses, domains

_SPLIT = re.compile(r"(?:\s*,\s*|\s*;\s*|\s*/\s*|\s*\+\s*)(?=[A-Za-z][A-Za-z0-9. ]{0,40}\s*=)")
_ATTRIBUTE = re.compile(r"\s*/?\s*(?P<name>[A-Za-z][A-Za-z0-9. ]{0,40}?)\s*=\s*(?P<value>.*?)\s*", re.DOTALL)
_HOST = re.compile(r"(?:\*\.)?(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)+[A-Za-z][A-Za-z0-9-]{0,62}", re.ASCII)
_COUNTRY = re.compile(r"[A-Za-z]{2}", re.ASCII)
_ALTERNATIVE = re.compile(r"\s*(?P<name>DNS(?:\s*Name)?|IP(?:\s*Address)?)\s*[:=]\s*(?P<value>\S+)\s*", re.IGNORECASE)

PERSONAL = frozenset(
    {
        *("emailaddress", "email", "e", "mail", "gn", "givenname", "g", "sn", "surname", "uid", "userid", "serialnumber", "pseudonym"),
        *("initials", "name", "telephonenumber", "title", "dnqualifier", "generationqualifier", "street", "streetaddress", "postalcode"),
        *("dateofbirth", "placeofbirth", "gender", "countryofcitizenship", "countryofresidence", "uniqueidentifier"),
        *("1.2.840.113549.1.9.1", "oid.1.2.840.113549.1.9.1", "0.9.2342.19200300.100.1.1", "2.5.4.42", "2.5.4.4", "2.5.4.5"),
    }
)
"""Attribute types (RFC 4519, RFC 5280 appendix A) of persons, in lower case."""


def attributes(name: str) -> list[tuple[str, str]]:
    """(attribute type, value) of a distinguished name in any of the common spellings; what is no attribute comes with ''."""
    found = []
    for part in _SPLIT.split(name):
        match = _ATTRIBUTE.fullmatch(part)
        found.append((match["name"].strip(), match["value"]) if match else ("", part.strip()))
    return found


def is_host(value: str) -> bool:
    """Whether a text is a host name that the public tree could have."""
    return _HOST.fullmatch(value) is not None and not domains.is_internal(value) and not domains.names_machine(value)


def names_person(name: str) -> bool:
    """Whether a distinguished name has an attribute of persons, or is none at all."""
    return any(not kind or kind.lower() in PERSONAL for kind, _ in attributes(name))


def distinguished(name: str) -> str | None:
    """The country and those common names that are hosts."""
    kept = [f"{kind}={value}" for kind, value in attributes(name) if _stays(kind.upper(), value)]
    return ", ".join(kept) or None


def of_threat(name: str) -> str | None:
    """Without the attributes of persons; a common name stays only where it is a host."""
    kept = [
        f"{kind}={value}"
        for kind, value in attributes(name)
        if kind and kind.lower() not in PERSONAL and (kind.upper() not in ("CN", "COMMONNAME") or is_host(value))
    ]
    return ", ".join(kept) or None


def alternatives(text: str) -> str | None:
    """Of alternative names the hosts and the public addresses."""
    found = [match for part in text.split(",") if (match := _ALTERNATIVE.fullmatch(part))]
    kept = [
        f"{'DNS' if match['name'].upper().startswith('DNS') else 'IP'}:{match['value']}"
        for match in found
        if (is_host(match["value"]) if match["name"].upper().startswith("DNS") else _is_public(match["value"]))
    ]
    return ", ".join(kept) or None


def _is_public(value: str) -> bool:
    return addresses.coarse(value) is not None and not addresses.is_internal(value)


def _stays(kind: str, value: str) -> bool:
    if kind == "C":
        return _COUNTRY.fullmatch(value) is not None
    return kind in ("CN", "COMMONNAME") and is_host(value)
