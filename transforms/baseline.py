"""Minimize what the hub itself keeps: credentials, payload bytes and environments have no place in a hub, whoever sent them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from schemas.errors import BadInput

NEVER_KEPT: Mapping[str, tuple[str, ...]] = {
    "artifact": ("payload_bin", "decryption_key"),
    "process": ("environment_variables",),
    "user-account": ("credential",),
}
"""Type -> properties that are dropped at intake."""


def keep_less(value: dict[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The object without what is never kept, and path=verb for each removal.

    Looks into deprecated observed-data containers too. The very same object comes back where there is nothing to remove. Raises
    BadInput where nothing useful would remain.
    """
    drops = [name for name in NEVER_KEPT.get(value["type"], ()) if name in value]
    nested = list(_nested_drops(value)) if value["type"] == "observed-data" else []
    if not drops and not nested:
        return value, ()
    kept = {name: item for name, item in value.items() if name not in drops}
    if nested:
        kept["objects"] = {
            local: {name: item for name, item in inner.items() if (local, name) not in nested} if isinstance(inner, dict) else inner
            for local, inner in kept["objects"].items()
        }
    if value["type"] == "artifact" and not kept.keys() & {"url", "hashes"}:
        reason = "nothing-left"
        raise BadInput(reason, "payload_bin")
    known = [f"{value['type']}.{name}=drop" for name in drops]
    return kept, tuple(dict.fromkeys([*known, *(f"observed-data.objects.*.{name}=drop" for _, name in nested)]))


def _nested_drops(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    objects = value.get("objects")
    for local, inner in objects.items() if isinstance(objects, dict) else ():
        if isinstance(inner, dict):
            for name in NEVER_KEPT.get(str(inner.get("type")), ()):
                if name in inner:
                    yield local, name
