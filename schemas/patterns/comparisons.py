"""What stands between brackets: comparisons, and AND and OR of them (§9.6)."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from schemas.patterns import lexer
from schemas.patterns.constants import constant, is_string, string
from schemas.patterns.lexer import KEYWORDS
from schemas.patterns.limits import MAX_NESTING, MAX_STEPS
from schemas.patterns.rules import Rule, rule_of
from schemas.patterns.stop import TOO_LARGE, Stop
from schemas.patterns.tree import Comparison, Constant, Expression, Junction, Path, Step, made

_EQUALITY = {"=": "=", "==": "=", "!=": "!=", "<>": "!="}
_ORDER = frozenset((">", "<", ">=", "<="))
_ON_STRINGS = frozenset(("LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"))
_LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_")
_REMEMBERED = 128
"""Characters of a path that is worth remembering."""

_LARGEST_INDEX = 16
"""Digits. STIX integers stop at 2^53 (§2.8), so no list has more items."""


Place = tuple[Comparison, Rule, int, int]
"""A comparison, what is known of its path, and the numbers of the words where it and its operand begin."""


def bracketed(words: list[str], at: int, places: list[Place]) -> tuple[Expression, int, int]:
    """From the word behind a `[`: the expression, the number of the word behind the `]`, and how deep parentheses went."""
    outer: list[tuple[list[Expression], list[Expression]]] = []
    either: list[Expression] = []
    both: list[Expression] = []
    nested = 0
    while True:
        while words[at] == "(":
            outer.append((either, both))
            either, both = [], []
            at += 1
        if len(outer) > nested:
            nested = len(outer)
            if nested > MAX_NESTING:
                raise Stop(at, reason=TOO_LARGE)
        start = at
        comparison, rule, at, place = _comparison(words, at)
        places.append((comparison, rule, start, place))
        operand: Expression = comparison
        while True:
            word = words[at]
            at += 1
            if word == "AND":
                both.append(operand)
                break
            if both:
                operand = _junction("AND", [*both, operand])
                both = []
            if word == "OR":
                either.append(operand)
                break
            if either:
                operand = _junction("OR", [*either, operand])
            if word == "]" and not outer:
                return operand, at, nested
            if word != ")" or not outer:
                raise Stop(at - 1)
            either, both = outer.pop()


def path(words: list[str], at: int) -> tuple[Path, Rule, int]:
    """An object path (§9.7), what is known of it, and the number of the word behind it. Raises Stop."""
    word = words[at]
    if ":" in word and word[0] in _LETTERS:
        found = _read_in_one(word)
        if found is None:
            raise Stop(at, "9.7")
        return found[0], found[1], at + 1
    spaced, at = _spaced_path(words, at)
    return spaced, rule_of(spaced), at


def _spaced_path(words: list[str], at: int) -> tuple[Path, int]:
    object_type = words[at]
    if object_type[:1] not in _LETTERS or object_type in KEYWORDS or object_type[-1] == "'":
        raise Stop(at, "9.7")
    if words[at + 1] != ":":
        raise Stop(at + 1, "9.7")
    at += 2
    steps: list[Step] = [_name(words, at)]
    while True:
        at += 1
        word = words[at]
        if word == ".":
            at += 1
            steps.append(_name(words, at))
        elif word == "[":
            steps.append(_index(words, at + 1))
            at += 2
            if words[at] != "]":
                raise Stop(at, "9.7")
        else:
            return Path(object_type, tuple(steps)), at
        if len(steps) > MAX_STEPS:
            raise Stop(at, reason=TOO_LARGE)


def _read_in_one(word: str) -> tuple[Path, Rule] | None:
    """The path that one word is, if it is one, and what is known of it."""
    words = lexer.words(word, short=False)
    try:
        found, end = _spaced_path(words, 0)
    except Stop:
        return None
    return (found, rule_of(found)) if not words[end] else None


_written_in_one = lru_cache(maxsize=4096)(_read_in_one)


def _junction(operator: Literal["AND", "OR"], operands: list[Expression]) -> Expression:
    flat: list[Expression] = []
    for operand in operands:
        if isinstance(operand, Junction) and operand.operator == operator:
            flat.extend(operand.operands)
        else:
            flat.append(operand)
    return Junction(operator, tuple(flat))


def _comparison(words: list[str], at: int) -> tuple[Comparison, Rule, int, int]:
    """A comparison, what is known of its path, the number of the word behind it, and that of its operand."""
    if words[at] == "EXISTS":
        where, rule, end = path(words, at + 1)
        return Comparison(where, "EXISTS", False, ()), rule, end, at
    known = _written_in_one(words[at]) if ":" in words[at] and len(words[at]) <= _REMEMBERED else None
    if known is None:
        where, rule, at = path(words, at)
    else:
        where, rule = known
        at += 1
    word = words[at]
    negated = word == "NOT"
    if negated:
        at += 1
        word = words[at]
    if word in _EQUALITY:
        return made(Comparison, (where, _EQUALITY[word], negated, (constant(words, at + 1),))), rule, at + 2, at + 1
    if word == "IN":
        operands, end = _set(words, at + 1)
        return made(Comparison, (where, "IN", negated, operands)), rule, end, at + 1
    if word in _ON_STRINGS:
        if words[at + 1][:1] != "'" or not is_string(words[at + 1]):
            raise Stop(at + 1, "9.6.1")
        return made(Comparison, (where, word, negated, (made(Constant, ("string", string(words[at + 1]))),))), rule, at + 2, at + 1
    if word in _ORDER:
        operand = constant(words, at + 1)
        if operand.kind == "boolean":
            raise Stop(at + 1, "9.6.1")
        return made(Comparison, (where, word, negated, (operand,))), rule, at + 2, at + 1
    raise Stop(at, "9.6.1")


def _set(words: list[str], at: int) -> tuple[tuple[Constant, ...], int]:
    if words[at] != "(":
        raise Stop(at, "9.6.1")
    if words[at + 1] == ")":
        return (), at + 2
    members: list[Constant] = []
    while True:
        members.append(constant(words, at + 1))
        at += 2
        if words[at] == ")":
            return tuple(members), at + 1
        if words[at] != ",":
            raise Stop(at, "9.6.1")


def _name(words: list[str], at: int) -> str:
    """A step by name: unquoted names have no hyphen."""
    word = words[at]
    if word[:1] == "'":
        if is_string(word):
            return string(word)
    elif word[:1] in _LETTERS and "-" not in word and "'" not in word and word not in KEYWORDS:
        return word
    raise Stop(at, "9.7")


def _index(words: list[str], at: int) -> int | None:
    word = words[at]
    if word == "*":
        return None
    digits = word[1:] if word[:1] in ("+", "-") else word
    if digits.isascii() and digits.isdecimal() and len(digits) <= _LARGEST_INDEX and (digits[0] != "0" or digits == "0"):
        return int(word)
    raise Stop(at, "9.7.2")
