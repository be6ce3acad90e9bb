"""Content that STIX does not define: what §2 says of every value, at any depth."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from schemas.stix.findings import Finding, Setting
from schemas.stix.places import Place

_MOST_VALUES = 10_000
"""How many values are looked at in one property. What is that large and has nothing wrong so far is let be."""


def empty_parts(value: dict[str, Any] | list[Any], path: str, setting: Setting, place: Place) -> Iterator[Finding]:
    """§2.3, §2.12: the first list or dictionary without content, or null, in the value of one property; null as the value itself is not
    looked for. `path` is that of the property, `place` what is dropped."""
    waiting: list[Any] = [value]
    seen = 0
    while waiting and seen < _MOST_VALUES:
        holder = waiting.pop()
        if not holder:
            yield Finding("empty-list", path, "2.3" if isinstance(holder, dict) else "2.12", setting, place)
            return
        items = holder.values() if isinstance(holder, dict) else holder
        seen += len(items)
        if None in items:
            yield Finding("invalid-property", path, "2", setting, place)
            return
        waiting.extend([item for item in items if isinstance(item, dict | list)])
