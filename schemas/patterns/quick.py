"""The report on what nearly all patterns are, one equality with a string, without a tree.

It is the very report of `whole`: what this module is not sure of, it leaves to that one.
"""

from __future__ import annotations

import re
from functools import lru_cache

from schemas.patterns import lexer
from schemas.patterns.comparisons import path
from schemas.patterns.constants import unescaped
from schemas.patterns.flaws import Flaw
from schemas.patterns.limits import MAX_PATTERN
from schemas.patterns.report import Report
from schemas.patterns.rules import Rule
from schemas.patterns.stop import Stop

_SPACE = r"[ \t\r\n]*+"
_PATH = r"[A-Za-z_][A-Za-z0-9_-]*:[A-Za-z_'][A-Za-z0-9_.\-'\[\]*]*+"
"""An object path, only roughly: `rule_at` reads it."""
_TEXT = r"[^'\\]*+(?:\\['\\][^'\\]*+)*+"
EQUALITY = rf"({_PATH}){_SPACE}==?{_SPACE}'({_TEXT})'{_SPACE}"
UNCAPTURED = rf"{_PATH}{_SPACE}==?{_SPACE}'{_TEXT}'{_SPACE}"
OPENING, CLOSING = rf"{_SPACE}\[{_SPACE}", rf"\]{_SPACE}"
_ONE = re.compile(OPENING + EQUALITY + CLOSING)
_REMEMBERED = 128
"""Characters of a path that is worth remembering."""


def report(text: str) -> Report | None:
    """The report on one equality with a string; None where the whole parser is needed."""
    match = _ONE.fullmatch(text)
    if match is None or len(text) > MAX_PATTERN:
        return None
    where, value = match.groups()
    rule = rule_at(where)
    if rule is None:
        return None
    if "\\" in value:
        value = unescaped(value)
    judge = rule.judge
    if judge is None:
        fits = True
    else:
        value, fits = judge(value)
    comparison = (rule.path.object_type, rule.text, value)
    if fits and rule.kinds:
        return Report(rule.prefix + value, (), comparison)
    return Report(rule.prefix + value, (_flaw(rule, match),), comparison)


def _flaw(rule: Rule, match: re.Match[str]) -> Flaw:
    if not rule.kinds:
        return Flaw("pattern-path", match.start(1), "9.7", "pattern_values")
    return Flaw("pattern-value", match.start(2) - 1, "9.2", "pattern_values")


def rule_at(text: str) -> Rule | None:
    """The rule of a path; None where the text is no path, or a very long one."""
    return _read(text) if len(text) <= _REMEMBERED else None


@lru_cache(maxsize=4096)
def _read(text: str) -> Rule | None:
    words = lexer.words(text, short=False)
    try:
        _, rule, end = path(words, 0)
    except Stop:
        return None
    return rule if not words[end] else None
