"""Whole objects that a profile does not release: the conditions under which it does not, by their names in its file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from transforms.minimize.values import addresses, domains, urls

_PERSONS = frozenset({"individual", "insider-accidental", "insider-disgruntled"})


def _is_individual(value: Mapping[str, Any]) -> bool:
    """An identity of one person, or a threat actor that is one."""
    said = (value.get("identity_class"), value.get("resource_level"), *(value.get("threat_actor_types") or ()))
    return any(str(word).lower() in _PERSONS for word in said)


def _is_internal(value: Mapping[str, Any]) -> bool:
    """An address, name or URL of an inside."""
    text = value.get("value")
    return isinstance(text, str) and _INSIDE[value["type"]](text)


def _names_machine(value: Mapping[str, Any]) -> bool:
    """A host name that looks like that of somebody's computer."""
    text = value.get("value")
    return isinstance(text, str) and domains.names_machine(text)


_INSIDE: Mapping[str, Callable[[str], bool]] = {
    "domain-name": domains.is_internal,
    "ipv4-addr": addresses.is_internal,
    "ipv6-addr": addresses.is_internal,
    "url": urls.is_internal,
}

CONDITIONS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "": lambda _value: True,
    "individual": _is_individual,
    "internal": _is_internal,
    "machine": _names_machine,
}
"""Condition -> whether it holds for an object."""
