"""The report on OR, or AND, of equalities with strings on one object, without a tree: the second most common kind of pattern.

It is the very report of `whole`: what this module is not sure of, flaws included, it leaves to that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from schemas.patterns.constants import unescaped
from schemas.patterns.keys import equality_key, general_key
from schemas.patterns.limits import MAX_INTERNATIONAL
from schemas.patterns.printer import quoted
from schemas.patterns.quick import CLOSING, EQUALITY, OPENING, UNCAPTURED, rule_at
from schemas.patterns.report import Report
from schemas.patterns.rules import Rule

_LINK = re.compile(EQUALITY)
_OR, _AND = (rf"{word}[ \t\r\n]++{UNCAPTURED}" for word in ("OR", "AND"))
_CHAIN = re.compile(rf"{OPENING}{UNCAPTURED}(?:(OR)[ \t\r\n]++{UNCAPTURED}(?:{_OR})*+|(?:{_AND})++){CLOSING}")
_LONGEST = 1 << 14
"""Characters: so few that no limit of the whole parser can be met, but for that of international names."""


def report(text: str) -> Report | None:
    """The report on a chain of equalities; None where the whole parser is needed."""
    match = _CHAIN.fullmatch(text) if len(text) <= _LONGEST else None
    if match is None or (len(text) > MAX_INTERNATIONAL and not text.isascii()):
        return None
    either = match[1] is not None
    found: dict[tuple[str, str], tuple[Rule, str]] = {}
    for where, written in _LINK.findall(text):
        rule = rule_at(where)
        if rule is None or not rule.kinds:
            return None
        value, fits = unescaped(written) if "\\" in written else written, True
        if rule.judge is not None:
            value, fits = rule.judge(value)
        if not fits:
            return None
        found[rule.printed, quoted(value)] = rule, value
    if len(found) == 1:
        ((rule, value),) = found.values()
        comparison = (rule.path.object_type, rule.text, value)
        return Report(equality_key(comparison), (), comparison)
    if either:
        return Report(general_key(f"[{_either(found)}]"), (), None)
    if len({rule.path.object_type for rule, _ in found.values()}) > 1:
        return None
    return Report(general_key(f"[{' AND '.join(sorted([f'{path} = {text}' for path, text in found]))}]"), (), None)


def _either(found: Iterable[tuple[str, str]]) -> str:
    members: dict[str, list[str]] = {}
    for path, text in found:
        members.setdefault(path, []).append(text)
    parts = [f"{path} = {texts[0]}" if len(texts) == 1 else f"{path} IN ({', '.join(sorted(texts))})" for path, texts in members.items()]
    return " OR ".join(sorted(parts))
