"""What a pattern says that it must not, beyond its grammar (§9.5 to 9.7): operand types, ranges, expressions, values, paths."""

from __future__ import annotations

from typing import NamedTuple

from schemas.patterns import lexer
from schemas.patterns.comparisons import Place
from schemas.patterns.flaws import Flaw
from schemas.patterns.limits import MAX_FLAWS, MAX_INTERNATIONAL, MAX_REGEX
from schemas.patterns.literals import Equality, Literals, read
from schemas.patterns.parser import Parsed
from schemas.patterns.regexes import compiles
from schemas.patterns.rules import Rule
from schemas.patterns.stop import TOO_LARGE
from schemas.patterns.tree import Comparison, Constant, Expression, Junction, Node, rise
from schemas.patterns.values import LONGEST_DOMAIN
from schemas.stix.findings import Setting
from schemas.timestamps import sort_key

VALUES: Setting = "pattern_values"
_COMMON_KIND = {"float": "integer", "hex": "binary"}
_LONGEST_INTEGER = 17
"""Characters of an integer of §2.8, its sign among them."""

_EQUAL = frozenset(("=", "!=", "IN"))
_INTERNATIONAL = frozenset(("domain", "email-address"))


class _Found(NamedTuple):
    word: int
    reason: str
    section: str
    setting: Setting = ""


def too_international(parsed: Parsed, text: str) -> bool:
    """Whether a pattern holds so much of international names that checking them would take too long."""
    if len(text) <= MAX_INTERNATIONAL or text.isascii():
        return False
    values = (
        operand.value
        for comparison, rule, _, _ in parsed.places
        if not _INTERNATIONAL.isdisjoint(rule.kinds)
        for operand in comparison.operands
    )
    return sum(min(len(value), LONGEST_DOMAIN + 1) for value in values if not value.isascii()) > MAX_INTERNATIONAL


def checked(parsed: Parsed) -> tuple[tuple[Flaw, ...], Literals]:
    """All flaws of a parsed pattern in reading order; of more than MAX_FLAWS, those first that no setting softens.

    To be checked, constants have to be brought into canonical form: the comparisons in this form are the second result.
    """
    found: list[_Found] = []
    texts: dict[Comparison, list[str]] = {}
    equalities: dict[str, Equality] = {}
    for place in parsed.places:
        comparison, rule, _, _ = place
        texts[comparison], fit = read(comparison, rule, equalities)
        if not rule.kinds:
            found.append(_Found(place[2], "pattern-path", "9.7", VALUES))
        if not fit:
            _look_closer(place, parsed.words, found)
    for qualifier, word in parsed.qualifiers:
        if qualifier.kind == "START" and sort_key(qualifier.values[0]) >= sort_key(qualifier.values[1]):
            found.append(_Found(word, "pattern-range", "9.5.1"))
    if len(parsed.places) > len(parsed.observations) and len({rule.path.object_type for _, rule, _, _ in parsed.places}) > 1:
        found.extend(_mixed(parsed))
    return _placed(found, parsed) if found else (), Literals(texts, equalities)


def _placed(found: list[_Found], parsed: Parsed) -> tuple[Flaw, ...]:
    if len(found) > MAX_FLAWS:
        found = sorted(found, key=lambda flaw: flaw.setting)[:MAX_FLAWS]
    found.sort()
    offsets = lexer.offsets(parsed.text, parsed.short, found[-1].word + 1)
    return tuple([Flaw(reason, offsets[word], section, setting) for word, reason, section, setting in found])


def _mixed(parsed: Parsed) -> list[_Found]:
    """Observations with an AND that no object can satisfy: its operands ask for objects of different types (§9.5)."""
    return [
        _Found(parsed.places[first][2], "pattern-mixed-types", "9.5")
        for observation, first in parsed.observations
        if not isinstance(observation.expression, Comparison) and not _types_meet(observation.expression)
    ]


def _types_meet(expression: Expression) -> bool:
    meeting = True

    def join(node: Node, below: list[frozenset[str]]) -> frozenset[str]:
        nonlocal meeting
        assert isinstance(node, Junction)
        if node.operator == "OR":
            return frozenset[str]().union(*below)
        common = below[0].intersection(*below[1:])
        meeting = meeting and bool(common)
        return common

    rise(expression, _type, join)
    return meeting


def _type(node: Node) -> frozenset[str]:
    assert isinstance(node, Comparison)
    return frozenset((node.path.object_type,))


def _look_closer(place: Place, words: list[str], found: list[_Found]) -> None:
    """Add what is wrong with the constants of one comparison."""
    comparison, rule, _, operand = place
    _, operator, _, operands = comparison
    if operator == "MATCHES":
        expression = operands[0].value
        if len(expression) > MAX_REGEX:
            found.append(_Found(operand, TOO_LARGE, "9.6.1"))
        elif not compiles(expression, _is_binary(rule)):
            found.append(_Found(operand, "pattern-regex", "9.6.1", VALUES))
    elif operator in ("ISSUBSET", "ISSUPERSET"):
        if rule.kinds and not any(fits(operands[0].value)[1] for fits in rule.addresses):
            found.append(_Found(operand, "pattern-value", "9.6.1", VALUES))
    elif operator == "IN":
        if len(operands) > 1 and len({_COMMON_KIND.get(kind, kind) for kind, _ in operands}) > 1:
            found.append(_Found(operand, "pattern-value", "9.6.1", VALUES))
        for number, constant in enumerate(operands):
            if not _fits(rule, operator, constant, words[operand + 1 + 2 * number]):
                found.append(_Found(operand + 1 + 2 * number, "pattern-value", "9.2", VALUES))
    elif operator != "EXISTS" and not _fits(rule, operator, operands[0], words[operand]):
        found.append(_Found(operand, "pattern-value", "9.2", VALUES))


def _is_binary(rule: Rule) -> bool:
    last = rule.path.steps[-1]
    return isinstance(last, str) and last.endswith(("_bin", "_hex"))


def _fits(rule: Rule, operator: str, constant: Constant, word: str) -> bool:
    """Whether a constant fits what its path leads to; of an unknown path nothing is known."""
    kind, value = constant
    equal = operator in _EQUAL
    if kind == "string" and equal:
        return not rule.kinds or rule.judge is None or rule.judge(value)[1]
    if kind not in rule.constants:
        return False
    if kind in ("integer", "float"):
        if word[0] == "+" or (kind == "integer" and not _representable(value)):
            return False
        return not (equal and rule.ranges) or any(low <= float(value) <= high for low, high in rule.ranges)
    return True


def _representable(digits: str) -> bool:
    """Whether an integer is in the range of §2.8, told without reading thousands of digits."""
    return len(digits) <= _LONGEST_INTEGER and -(1 << 53) < int(digits) < 1 << 53
