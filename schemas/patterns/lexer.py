"""The words of a pattern: one regular expression that takes every character once, so that no text makes it slow.

White space is that of Unicode's WSpace (§9.4); comments are as in the grammar that OASIS publishes for §9. An object path that is written
without spaces, as nearly all are, is one word in the short reading. Where that reading leads nowhere, the parser takes the plain one.
"""

from __future__ import annotations

import re
from itertools import islice

KEYWORDS = frozenset(
    ("AND", "OR", "NOT", "FOLLOWEDBY", "LIKE", "MATCHES", "ISSUPERSET", "ISSUBSET", "EXISTS", "LAST", "IN", "START", "STOP")
) | {"SECONDS", "true", "false", "WITHIN", "REPEATS", "TIMES"}
"""Words that are no names unless quoted. LAST has no meaning, but the published grammar keeps it."""

STRING = r"'[^'\\]*+(?:\\['\\][^'\\]*+)*+'"
"""A text between apostrophes."""

_NAME = r"[A-Za-z_][A-Za-z0-9_-]*+"
_STEP = r"(?:[A-Za-z_][A-Za-z0-9_]*+|'[^'\\]*+')"
_STEPS = rf"(?::{_STEP}(?:\.{_STEP}|\[(?:0|[1-9][0-9]*+|\*)\])*+)?+"
"""What makes a name an object path without spaces and escapes, if it is one."""

_BLANKS = r"[\t-\r ]*+"
_OTHER_SPACE = r"[\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
_SKIPPED = rf"{_BLANKS}(?:(?:{_OTHER_SPACE}|//[^\r\n]*+|/\*(?s:.*?)\*/){_BLANKS})*+"


def _words(names: str) -> re.Pattern[str]:
    """Words, the most frequent first as far as they exclude each other."""
    return re.compile(
        rf"{_SKIPPED}("
        r"[hbt]'[^'\\]*+'"  # hex, binary or timestamp, if what is inside fits
        rf"|{names}"  # name or keyword, or object path
        rf"|{STRING}"
        r"|[+-]?+(?:[0-9]++(?:\.[0-9]++)?+|\.[0-9]++)"  # number
        r"|==|!=|<>|<=|>=|[=<>\[\]():.,*]"
        r"|(?:'|/\*)(?s:.*+)"  # a string or comment without an end takes the rest, so that the end is looked for once only
        r"|(?s:.)|\Z)"
    )


_PLAIN = _words(_NAME)
_SHORT = _words(_NAME + _STEPS)


def words(text: str, short: bool) -> list[str]:
    """All words in order, what is no word of the language among them; the last one is empty."""
    found: list[str] = (_SHORT if short else _PLAIN).findall(text)
    return found


def offsets(text: str, short: bool, count: int) -> list[int]:
    """Where each of the first words begins."""
    return [match.start(1) for match in islice((_SHORT if short else _PLAIN).finditer(text), count)]
