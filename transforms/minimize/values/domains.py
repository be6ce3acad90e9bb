"""Domain names: which ones belong to an inside, which ones name somebody's machine, and the registered domain of the others."""

from __future__ import annotations

import re
from functools import lru_cache

from schemas.patterns import fold_value
from transforms.enrichers.public_suffix import PublicSuffix

_INSIDE = frozenset(
    {
        *("corp", "home", "internal", "intranet", "intern", "lan", "local", "localdomain", "localhost", "localnet", "private", "workgroup"),
        *("ad", "domain", "dmz", "office"),
    }
)
"""Last labels that never stand in the public tree, but do inside organisations (RFC 6762, RFC 8375, SAC 113)."""

_INSIDE_ANYWHERE = frozenset({"corp", "internal", "intranet", "lan", "localdomain"})
"""Labels that mean an inside also under a public domain."""

_MACHINE = re.compile(
    r"(?:.*[-_.])?(?:pc|laptop|notebook|desktop|workstation|wks|macbook|imac|iphone|ipad|android|phone|thinkpad|surface)[-_]?\d*(?:[-_].*)?",
    re.ASCII,
)
"""A first label that people and their computers have."""

_LABEL = 63
"""Characters (RFC 1035 §2.3.4)."""


def is_internal(value: str) -> bool:
    """Whether a name belongs to an inside, or has no dot and so means something inside only."""
    labels = fold_value("domain-name", value).split(".")
    return (
        len(labels) == 1
        or labels[-1] in _INSIDE
        or labels[-2:] == ["home", "arpa"]
        or any(label in _INSIDE_ANYWHERE for label in labels[:-1])
    )


def names_machine(value: str) -> bool:
    """Whether the first label looks like that of somebody's computer or telephone."""
    first, dot, _ = fold_value("domain-name", value).partition(".")
    return bool(dot) and len(first) <= _LABEL and _MACHINE.fullmatch(first) is not None


def registered(value: str) -> str | None:
    """The domain that somebody has registered under a public suffix."""
    found = _suffixes().look_up("domain-name", fold_value("domain-name", value))
    return str(found[0]["registered_domain"]) if found else None


@lru_cache(maxsize=1)
def _suffixes() -> PublicSuffix:
    return PublicSuffix()
