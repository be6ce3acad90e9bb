"""Warning lists in the MISP format: values that are probably harmless, so that a reader can judge an indicator."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from schemas.errors import ConfigError

OWN_LISTS = Path(__file__).parent.parent / "data" / "warning_lists"
"""A small list of our own: reserved names and addresses that can never be an indicator."""

_ADDRESSES = ("ipv4-addr", "ipv6-addr")


@dataclass
class _List:
    """One list, ready for look-ups: exact strings, host names whose sub-domains count, or networks by prefix length."""

    name: str
    version: str
    strings: set[str] = field(default_factory=set)
    hosts: set[str] = field(default_factory=set)
    substrings: tuple[str, ...] = ()
    networks: dict[tuple[int, int], set[int]] = field(default_factory=dict)

    def holds(self, kind: str, value: str, host: str) -> bool:
        if kind in _ADDRESSES:
            return value in self.strings or self._holds_address(value)
        if value in self.strings or host in self.strings:
            return True
        if self.hosts and host:
            labels = host.split(".")
            if any(".".join(labels[start:]) in self.hosts for start in range(len(labels))):
                return True
        return any(part in value for part in self.substrings)

    def _holds_address(self, value: str) -> bool:
        if not self.networks:
            return False
        try:
            address = ipaddress.ip_address(value)
        except ValueError:
            return False
        bits = int(address)
        width = address.max_prefixlen
        return any(size == width and bits >> (width - prefix) in prefixes for (size, prefix), prefixes in self.networks.items())


class WarningLists:
    """All lists of our own and of a configured folder."""

    name = "warning-list"
    asks_others = False

    def __init__(self, folder: Path | None = None) -> None:
        """Raises ConfigError naming the file that is not a warning list."""
        paths = [*sorted(OWN_LISTS.glob("*.json")), *(sorted(folder.rglob("*.json")) if folder else ())]
        if folder is not None and not folder.is_dir():
            message = f"enrich.warning_lists: {folder} is not a folder; name one that holds MISP warning lists, or leave it out"
            raise ConfigError(message)
        self._lists = [_load(path) for path in paths]
        self.version = str(len(self._lists))

    def look_up(self, kind: str, value: str) -> Sequence[Mapping[str, Any]]:
        """The name and version of each list that holds the value."""
        lowered = value.lower()
        host = lowered if kind == "domain-name" else _host(lowered) if kind == "url" else ""
        return [{"list": item.name, "version": item.version} for item in self._lists if item.holds(kind, lowered, host)]


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _load(path: Path) -> _List:
    try:
        content = json.loads(path.read_bytes())
        found = _List(str(content["name"]), str(content["version"]))
        _fill(found, str(content["type"]), (str(entry).lower() for entry in content["list"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{path}: not a MISP warning list (needs name, version, type, list): {type(error).__name__}"
        raise ConfigError(message) from error
    return found


def _fill(target: _List, kind: str, entries: Iterable[str]) -> None:
    match kind:
        case "cidr":
            for entry in entries:
                network = ipaddress.ip_network(entry, strict=False)
                prefix = int(network.network_address) >> (network.max_prefixlen - network.prefixlen)
                target.networks.setdefault((network.max_prefixlen, network.prefixlen), set()).add(prefix)
        case "hostname":
            target.hosts = {entry.strip(".") for entry in entries}
        case "substring":
            target.substrings = tuple(entries)
        case "string":
            target.strings = set(entries)
        case _:
            pass  # regex lists are not run: a pattern from a file is not executed against feed values
