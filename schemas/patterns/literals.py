"""One comparison in canonical form: the same constant is spelled alike, and IN is taken apart into equalities."""

from __future__ import annotations

import re
from typing import NamedTuple

from schemas.patterns.addresses import ipv4_addr
from schemas.patterns.printer import constant_text, quoted
from schemas.patterns.rules import Rule, rule_of
from schemas.patterns.tree import Comparison, Constant, Node, Observation, Pattern, rise

_WITHOUT_NOT = {"=": ("!=", False), "!=": ("=", False)}
_LITERAL_LIKE = re.compile(r"[ -$&-:<-JL-\[\]^a-~]+", re.ASCII)
"""Printable ASCII without wildcards, and without what LIKE may see otherwise than `=`: the backslash, which SQL reads as an escape,
and K, ; and `, into which Unicode normalization turns other characters (KELVIN SIGN, GREEK QUESTION MARK, GREEK VARIA)."""


Equality = tuple[Rule, str | None, str]
"""A path and a constant that it equals: the constant as it is meant, if it is a string, and as it is written."""


class Literals(NamedTuple):
    """The comparisons of a pattern in canonical form.

    texts:      for each the texts of those of which one must hold: one, or an equality for each member of IN
    equalities: what is known of the texts that are equalities
    """

    texts: dict[Comparison, list[str]]
    equalities: dict[str, Equality]


def literals_of(pattern: Pattern) -> Literals:
    """All comparisons of a pattern."""
    found = Literals({}, {})

    def inside(node: Node) -> None:
        assert isinstance(node, Observation)
        rise(node.expression, add, _nothing)

    def add(node: Node) -> None:
        assert isinstance(node, Comparison)
        found.texts[node] = read(node, rule_of(node.path), found.equalities)[0]

    rise(pattern, inside, _nothing)
    return found


def _nothing(_node: Node, _below: list[None]) -> None:
    pass


def read(comparison: Comparison, rule: Rule, equalities: dict[str, Equality]) -> tuple[list[str], bool]:
    """The canonical texts of a comparison, and whether its constants surely fit what the path leads to; a no means to look closer.

    `equalities` takes up what is known of those that are equalities.
    """
    _, operator, negated, operands = comparison
    if negated and not rule.starred:
        operator, negated = _WITHOUT_NOT.get(operator, (operator, True))
    if operator == "=" and not negated:
        literal, fit = _equality(rule, operands[0], equalities)
        return [literal], fit
    if operator == "LIKE":
        fit = "string" in rule.constants
        if not negated and _reads_like_itself(rule, operands[0]):
            return [_equality(rule, operands[0], equalities)[0]], fit
        text = quoted(operands[0].value)
    elif operator == "IN":
        if operands and not negated:
            members = []
            fit = True
            for member in operands:
                literal, fits = _equality(rule, member, equalities)
                members.append(literal)
                fit = fit and fits
            return members, fit
        same = [_same(rule, member) for member in operands]
        text, fit = f"({', '.join(sorted({written for _, written, _ in same}))})", all(fits for _, _, fits in same)
    elif operator in _WITHOUT_NOT:
        _, text, fit = _same(rule, operands[0])
    elif operator == "EXISTS":
        return [f"EXISTS {rule.printed}"], True
    elif operator in ("ISSUBSET", "ISSUPERSET"):
        judge = rule.addresses[0] if rule.addresses else ipv4_addr
        value, fits = judge(operands[0].value)
        text, fit = quoted(value), fits and bool(rule.addresses)
    else:
        text, fit = _written(operands[0]), False
    return [f"{rule.printed} NOT {operator} {text}" if negated else f"{rule.printed} {operator} {text}"], fit


def _equality(rule: Rule, constant: Constant, equalities: dict[str, Equality]) -> tuple[str, bool]:
    value, text, fits = _same(rule, constant)
    literal = f"{rule.printed} = {text}"
    equalities[literal] = rule, value, text
    return literal, fits


def _same(rule: Rule, constant: Constant) -> tuple[str | None, str, bool]:
    """A constant as it is meant, if it is a string, and as it is written, and whether it is a string that fits."""
    kind, value = constant
    if kind != "string":
        return None, _written(constant), False
    if rule.judge is None:
        return value, quoted(value), True
    value, fits = rule.judge(value)
    return value, quoted(value), fits


def _written(constant: Constant) -> str:
    """1.0 is 1."""
    if constant.kind == "float" and constant.value.endswith(".0"):
        return constant.value[:-2]
    return constant_text(constant)


def _reads_like_itself(rule: Rule, constant: Constant) -> bool:
    """Whether LIKE asks for this text and no other; of octets nobody says what LIKE does."""
    last = rule.path.steps[-1]
    return _LITERAL_LIKE.fullmatch(constant.value) is not None and not (isinstance(last, str) and last.endswith(("_bin", "_hex")))
