"""One comparison in canonical form: the same constant is spelled alike, and IN is taken apart into equalities."""

from __future__ import annotations

import re
from typing import NamedTuple

from schemas.patterns.printer import constant_text, quoted
from schemas.patterns.rules import Rule, rule_of
from schemas.patterns.tree import Comparison, Constant
from schemas.patterns.values import ipv4_addr

_OPPOSITE = {"=": "!=", "!=": "="}
_LITERAL_LIKE = re.compile(r"[ -$&-:<-JL-\[\]^a-~]+", re.ASCII)
"""Printable ASCII without wildcards, and without what LIKE may see otherwise than `=`: the backslash, which SQL reads as an escape,
and K, ; and `, into which Unicode normalization turns other characters (KELVIN SIGN, GREEK QUESTION MARK, GREEK VARIA)."""


class Equality(NamedTuple):
    """A path and a constant that it equals, the constant also as text."""

    rule: Rule
    constant: Constant
    text: str


def literals(comparison: Comparison, equalities: dict[str, Equality]) -> tuple[str, ...]:
    """The canonical texts of the comparisons of which one must hold: one, or an equality for each member of IN.

    `equalities` takes up what is known of those that are equalities.
    """
    path, operator, negated, operands = comparison
    rule = rule_of(path)
    if operator == "LIKE" and not negated and _reads_like_itself(rule, operands[0]):
        operator = "="
    if operator == "=" and not negated:
        return (_equality(rule, operands[0], equalities),)
    if operator in _OPPOSITE:
        if negated and not rule.starred:
            operator, negated = _OPPOSITE[operator], False
            if operator == "=":
                return (_equality(rule, operands[0], equalities),)
        text = constant_text(_same(rule, operands[0]))
    elif operator == "IN":
        if operands and not negated:
            return tuple(_equality(rule, member, equalities) for member in operands)
        text = f"({', '.join(sorted({constant_text(_same(rule, member)) for member in operands}))})"
    elif operator == "EXISTS":
        return (f"EXISTS {rule.printed}",)
    elif operator in ("ISSUBSET", "ISSUPERSET"):
        text = quoted(ipv4_addr(operands[0].value)[0])
    else:
        text = constant_text(_number(operands[0]))
    return (f"{rule.printed} NOT {operator} {text}" if negated else f"{rule.printed} {operator} {text}",)


def _equality(rule: Rule, constant: Constant, equalities: dict[str, Equality]) -> str:
    constant = _same(rule, constant)
    text = constant_text(constant)
    literal = f"{rule.printed} = {text}"
    equalities[literal] = Equality(rule, constant, text)
    return literal


def _same(rule: Rule, constant: Constant) -> Constant:
    if constant.kind == "string":
        return constant if rule.judge is None else Constant("string", rule.judge(constant.value)[0])
    return _number(constant)


def _number(constant: Constant) -> Constant:
    """1.0 is 1."""
    if constant.kind == "float" and constant.value.endswith(".0"):
        return Constant("integer", constant.value[:-2])
    return constant


def _reads_like_itself(rule: Rule, constant: Constant) -> bool:
    """Whether LIKE asks for this text and no other; of octets nobody says what LIKE does."""
    last = rule.path.steps[-1]
    return _LITERAL_LIKE.fullmatch(constant.value) is not None and not (isinstance(last, str) and last.endswith(("_bin", "_hex")))
