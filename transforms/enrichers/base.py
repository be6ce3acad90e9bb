"""What an enricher is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Enricher(Protocol):
    """Looks one observable value up in tables that it holds; no network, no clock."""

    name: str
    version: str

    def look_up(self, kind: str, value: str) -> Sequence[Mapping[str, Any]]:
        """Findings about a `value` of a STIX type `kind` (domain-name, url, ipv4-addr …), each a small JSON object; [] for none."""
