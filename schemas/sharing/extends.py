"""Follow `extends` from file to file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from schemas.sharing.template import Template


def extended(names: Iterable[str], templates: Mapping[str, Template]) -> dict[str, Template | None]:
    """All templates that some names lead to, each once, sorted; None for one that is not there. A circle ends where it began."""
    found: dict[str, Template | None] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            template = found[name] = templates.get(name)
            waiting += template.extends if template is not None else ()
    return dict(sorted(found.items()))
