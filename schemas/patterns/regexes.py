"""Whether the expression of a MATCHES compiles as PCRE, the dialect that §9.6.1 names. It is never run on anything."""

from __future__ import annotations

import re
from functools import lru_cache

import pcre2

from schemas.patterns.limits import MAX_REGEX

_CACHED = 256
_SIMPLE = re.compile(
    r"\^?+(?:(?:[A-Za-z0-9 .,:;/@&%=_-]|\\[!-/:-@\[-`{-~dDsSwW]|\[\^?+(?:A-Z|a-z|0-9|[A-Za-z0-9_])++\])[*+?]?+)*+\$?+", re.ASCII
)
"""Anchors, plain and escaped characters, and classes, each at most once repeated: that compiles in every mode, and need not be tried."""


def compiles(expression: str, binary: bool) -> bool:
    """Whether a regular expression is one. Without JIT, the time is bounded by MAX_REGEX; for binary properties it works on octets."""
    if len(expression) <= _CACHED:
        return _SIMPLE.fullmatch(expression) is not None or _cached(expression, binary)
    return len(expression) <= MAX_REGEX and _compiles(expression, binary)


def _compiles(expression: str, binary: bool) -> bool:
    try:
        pcre2.compile(expression.encode("latin-1") if binary else expression, pcre2.DOTALL, jit=False)
    except (pcre2.PatternError, pcre2.LibraryError, ValueError):
        return False
    return True


_cached = lru_cache(maxsize=1024)(_compiles)
