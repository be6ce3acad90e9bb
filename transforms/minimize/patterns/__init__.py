"""Patterns of indicators through their syntax tree: what is not the threat's is widened where that is proven, else withheld."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from schemas.patterns import PatternError, examine, parse, to_text
from schemas.patterns.paths import OBSERVABLES
from schemas.patterns.tree import Comparison, Node, Pattern, children
from transforms.minimize.patterns.constants import is_plain
from transforms.minimize.patterns.languages import holds_personal_data
from transforms.minimize.patterns.prune import prune

REASON = "pattern-personal-data"

_LITERAL = re.compile(r"'(?:[^'\\]|\\.)*+'")
_COMMENT = re.compile(r"/\*|//")

_REMEMBERED = 2048
"""Characters. Longer patterns are looked at each time, so that the memory of some thousands of answers stays at some megabytes."""


class Outcome(NamedTuple):
    """The pattern as it may go out (the very text where nothing changes), or the reason why it may not."""

    text: str
    reason: str = ""


_REFUSED = Outcome("", REASON)


def minimize(text: str, language: str, *, compromised: bool = False) -> Outcome:
    """The outcome for a pattern. `compromised` says that addresses of mailboxes in it are those of victims."""
    if len(text) > _REMEMBERED:
        return _minimize(text, language, compromised)
    return _known(text, language, compromised)


def types_of(text: str) -> tuple[str, ...]:
    """The types of observables that a STIX pattern asks for, sorted; a type that STIX does not define is `other`."""
    single = examine(text).comparison
    if single is not None:
        return (_shown(single[0]),)
    return _known_types(text) if len(text) <= _REMEMBERED else _types(text)


def _minimize(text: str, language: str, compromised: bool) -> Outcome:
    if language != "stix":
        return _REFUSED if holds_personal_data(text, language) else Outcome(text)
    commented = _is_commented(text)
    single = examine(text).comparison
    if single is not None and not commented and is_plain(*single, compromised=compromised):
        return Outcome(text)
    try:
        tree = parse(text)
    except PatternError:
        return _REFUSED
    left = prune(tree, compromised=compromised)
    if left is None:
        return _REFUSED
    return Outcome(text if left == tree and not commented else to_text(left))


def _is_commented(text: str) -> bool:
    """Whether anything stands in a pattern that its tree does not hold: a comment is free text."""
    return ("/*" in text or "//" in text) and _COMMENT.search(_LITERAL.sub("''", text)) is not None


def _types(text: str) -> tuple[str, ...]:
    try:
        return tuple(sorted({_shown(comparison.path.object_type) for comparison in _comparisons(parse(text))}))
    except PatternError:
        return ()


def _shown(name: str) -> str:
    return name if name in OBSERVABLES else "other"


def _comparisons(tree: Pattern) -> list[Comparison]:
    found: list[Comparison] = []
    waiting: list[Node] = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Comparison):
            found.append(node)
        else:
            waiting.extend(children(node) or (node.expression,))  # type: ignore[union-attr]  # only observations are left
    return found


_known = lru_cache(maxsize=8192)(_minimize)  # five recipients ask for the same pattern one after the other
_known_types = lru_cache(maxsize=8192)(_types)
