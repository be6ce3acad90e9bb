"""Names in certificates: attributes that describe persons go, host names stay."""

from __future__ import annotations

import re
from collections.abc import Iterator

from transforms.minimize.values import addresses, domains

_SEPARATOR = re.compile(r"([,;/+])")
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9. ]{0,40}")
_HOST = re.compile(r"(?:\*\.)?(?:[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?\.)+[A-Za-z][A-Za-z0-9-]{0,62}", re.ASCII)
_COUNTRY = re.compile(r"[A-Za-z]{2}", re.ASCII)
_ALTERNATIVE = re.compile(r"\s*(?P<name>DNS(?:\s*Name)?|IP(?:\s*Address)?)\s*[:=]\s*(?P<value>\S+)\s*", re.IGNORECASE)

MAX_NAME = 1 << 12
"""Characters. Longer names are not read, so that no name takes long."""

ORGANIZATIONAL = frozenset(
    {
        *("c", "countryname", "cn", "commonname", "dc", "domaincomponent", "l", "locality", "localityname", "o", "organization"),
        *("organizationname", "ou", "organizationalunit", "organizationalunitname", "s", "st", "state", "stateorprovincename"),
    }
)
"""Attribute types of organisations and hosts, in lower case. What is not here may be about a person."""


def attributes(name: str) -> list[tuple[str, str]]:
    """(attribute type, value) of a distinguished name in any of the common spellings; what is no attribute comes with ''."""
    if len(name) > MAX_NAME:
        return [("", name)]
    return [_attribute(part) for part in _parts(name)]


def _parts(name: str) -> Iterator[str]:
    """What stands between separators; one that no attribute type follows belongs to the value. Each sign is looked at a few times only."""
    first, *rest = _SEPARATOR.split(name)
    part = [first]
    for separator, piece in zip(rest[::2], rest[1::2], strict=True):
        if _attribute(piece)[0]:
            yield "".join(part)
            part = [piece]
        else:
            part += (separator, piece)
    yield "".join(part)


def _attribute(part: str) -> tuple[str, str]:
    kind, equals, value = part.partition("=")
    kind = kind.strip()
    return (kind, value.strip()) if equals and _TYPE.fullmatch(kind) else ("", part.strip())


def is_host(value: str) -> bool:
    """Whether a text is a host name that the public tree could have."""
    return _HOST.fullmatch(value) is not None and not domains.is_internal(value) and not domains.names_machine(value)


def names_person(name: str) -> bool:
    """Whether a distinguished name has an attribute that may be a person's, or is none at all."""
    return any(kind.lower() not in ORGANIZATIONAL for kind, _ in attributes(name))


def distinguished(name: str) -> str | None:
    """The country and those common names that are hosts."""
    kept = [f"{kind}={value}" for kind, value in attributes(name) if _stays(kind.upper(), value)]
    return ", ".join(kept) or None


def of_threat(name: str) -> str | None:
    """The attributes of organisations; a common name stays only where it is a host."""
    kept = [
        f"{kind}={value}"
        for kind, value in attributes(name)
        if kind.lower() in ORGANIZATIONAL and (kind.upper() not in ("CN", "COMMONNAME") or is_host(value))
    ]
    return ", ".join(kept) or None


def alternatives(text: str) -> str | None:
    """Of alternative names the hosts and the public addresses."""
    if len(text) > MAX_NAME:
        return None
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
