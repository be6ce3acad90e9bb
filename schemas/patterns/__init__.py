"""The pattern language of STIX (§9): what a pattern means, as a key; what is wrong with it; and its tree.

The folding is used for keys alone. The pattern that goes out stays the producer's.
"""

from __future__ import annotations

from functools import lru_cache

from schemas.patterns import chain, quick, whole
from schemas.patterns.flaws import Flaw, PatternError
from schemas.patterns.keys import exact_key
from schemas.patterns.limits import MAX_PATTERN
from schemas.patterns.normal import canonical
from schemas.patterns.parser import parse
from schemas.patterns.printer import to_text
from schemas.patterns.report import Report
from schemas.patterns.tree import Pattern
from schemas.patterns.values import fold_value

__all__ = [
    "MAX_PATTERN",
    "Flaw",
    "Pattern",
    "PatternError",
    "Report",
    "canonical",
    "examine",
    "fold_value",
    "parse",
    "pattern_key",
    "single_comparison",
    "to_text",
]

_REMEMBERED = 2048
"""Characters. Longer patterns are not kept, so that the memory of some thousands of reports stays at some megabytes."""


def examine(pattern: str) -> Report:
    """The report on a STIX pattern: its key, its flaws, and its parts if it is one equality. Never raises."""
    return _known(pattern) if len(pattern) <= _REMEMBERED else _report(pattern)


def pattern_key(pattern: str, pattern_type: str) -> str:
    """A text that is equal for two patterns only if they mean the same."""
    return examine(pattern).key if pattern_type == "stix" else exact_key(pattern, pattern_type)


def single_comparison(pattern: str) -> tuple[str, str, str] | None:
    """(object type, path, value) of a STIX pattern that is one equality with a string, in canonical form; None for any other."""
    return examine(pattern).comparison


def _report(pattern: str) -> Report:
    return quick.report(pattern) or chain.report(pattern) or whole.report(pattern)


_known = lru_cache(maxsize=4096)(_report)  # the models, the look-ups and the content key ask for the same pattern one after the other
