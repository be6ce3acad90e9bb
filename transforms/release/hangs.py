"""What something that is shown hangs on, worked out once where it is the same for all recipients."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
    if not _may_refer(touched):
        return candidate.current.refs, _links(state, candidate)
    if state.sight.judge(candidate).hidden:
        refs = references(value)
        return refs, replace(links(value, refs, _find(state, candidate, refs)[1]), subjects=_links(state, candidate).subjects)
    known = state.shared.hung.get(id(value))
    refs = references(value) if known is None else known[0]
    is_common, find = _find(state, candidate, refs)
    if known is not None and is_common:
        return known
    made = links(value, refs, find)
    if is_common:
        state.shared.hang(value, refs, made)
    return refs, made


def _links(state: Release, candidate: Candidate) -> Links:
    """The links of a contribution as it came."""
    current = candidate.current
    is_common, find = _find(state, candidate, current.refs)
    if not is_common:
        return links(current.value, current.refs, find)
    shared = state.shared.links.get(id(current))
    if shared is None:
        shared = state.shared.links[id(current)] = links(current.value, current.refs, find)
    return shared


def _find(state: Release, candidate: Candidate, refs: Iterable[str]) -> tuple[bool, Callable[[str], int]]:
    """Whether some references mean to the recipient what they mean to the hub, and what they mean to it."""
    find = partial(state.sight.find, candidate.producer)
    return all(find(ref) == state.block.find(candidate.producer, ref) for ref in refs), find


@lru_cache(maxsize=10_000)
def _may_refer(touched: frozenset[str]) -> bool:
    """Whether any of some properties can hold references."""
    return any(name.endswith(_REFERRING) for name in touched)
