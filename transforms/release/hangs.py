"""What something that is shown hangs on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from transforms.canonicalize import references
from transforms.close import Links, links
from transforms.entity import Candidate
from transforms.release.state import Release

_REFERRING = ("_ref", "_refs", "extensions", "granular_markings")
"""How names of properties end that can hold references."""


def hangs(state: Release, candidate: Candidate, value: dict[str, Any], touched: frozenset[str]) -> tuple[tuple[str, ...], Links]:
    """What something that is shown refers to, and its links; `touched` names the properties that are not as they came.

    A part that is marked for others takes away what it says, not what the object hangs on: a remark goes with what it is about.
    """
    current = candidate.current
    find = partial(state.sight.find, candidate.producer)
    if not _may_refer(touched):
        return current.refs, links(current.value, current.refs, find)
    refs = references(value)
    found = links(value, refs, find)
    if state.sight.judge(candidate).hidden:
        found = replace(found, subjects=links(current.value, current.refs, find).subjects)
    return refs, found


def mean_the_same(state: Release, candidate: Candidate, refs: Iterable[str]) -> bool:
    """Whether some references of a producer mean to the recipient what they mean to the hub."""
    return all(state.sight.find(candidate.producer, ref) == state.block.find(candidate.producer, ref) for ref in refs)


@lru_cache(maxsize=10_000)
def _may_refer(touched: frozenset[str]) -> bool:
    """Whether any of some properties can hold references."""
    return any(name.endswith(_REFERRING) for name in touched)
