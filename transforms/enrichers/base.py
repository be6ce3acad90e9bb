"""What an enricher is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Enricher(Protocol):
    """Looks one observable value up, without a clock.

    asks_others: whether it sends the value to anybody; then it is never asked about what may not leave the hub. Those that come with the
    hub hold their tables themselves.
    """

    name: str
    version: str
    asks_others: bool

    def look_up(self, kind: str, value: str) -> Sequence[Mapping[str, Any]]:
        """Findings about a `value` of a STIX type `kind` (domain-name, url, ipv4-addr …), each a small JSON object; [] for none."""
