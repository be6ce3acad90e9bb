"""What a pattern says that it must not, beyond its grammar (§9.5 to 9.7): operand types, ranges, expressions, values, paths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from schemas.patterns.comparisons import Place
from schemas.patterns.flaws import Flaw
from schemas.patterns.limits import MAX_FLAWS, MAX_INTERNATIONAL, MAX_REGEX
from schemas.patterns.parser import Parsed
from schemas.patterns.regexes import compiles
from schemas.patterns.rules import Rule, rule_of
from schemas.patterns.stop import TOO_LARGE
from schemas.patterns.tree import Comparison, Constant, Junction, Node, Observation, observations, rise
from schemas.patterns.values import LONGEST_DOMAIN
from schemas.stix.findings import Setting
from schemas.timestamps import sort_key

VALUES: Setting = "pattern_values"
_COMMON_KIND = {"float": "integer", "hex": "binary"}
_LONGEST_INTEGER = 17
"""Characters of an integer of §2.8, its sign among them."""

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
        for comparison, _, _ in parsed.places
        if not _INTERNATIONAL.isdisjoint(rule_of(comparison.path).kinds)
        for operand in comparison.operands
    )
    return sum(min(len(value), LONGEST_DOMAIN + 1) for value in values if not value.isascii()) > MAX_INTERNATIONAL


def flaws(parsed: Parsed) -> tuple[Flaw, ...]:
    """All flaws of a parsed pattern in reading order; of more than MAX_FLAWS, those first that no setting softens."""
    found: list[_Found] = []
    types = set()
    for place in parsed.places:
        comparison = place.comparison
        path, operator, _, operands = comparison
        types.add(path.object_type)
        rule = rule_of(path)
        if rule.kinds and operator == "=" and operands[0].kind == "string" and (rule.judge is None or rule.judge(operands[0].value)[1]):
            continue  # nearly all comparisons are like this
        found.extend(_comparison(place, rule, parsed.words))
    if parsed.qualifiers:
        found.extend(_ranges(parsed))
    if len(types) > 1:
        found.extend(_mixed(parsed))
    if not found:
        return ()
    if len(found) > MAX_FLAWS:
        found = sorted(found, key=lambda flaw: flaw.setting)[:MAX_FLAWS]
    offsets = parsed.offsets()
    return tuple(Flaw(reason, offsets[word], section, setting) for word, reason, section, setting in sorted(found))


def _ranges(parsed: Parsed) -> Iterator[_Found]:
    for qualifier, word in parsed.qualifiers:
        if qualifier.kind == "START" and sort_key(qualifier.values[0]) >= sort_key(qualifier.values[1]):
            yield _Found(word, "pattern-range", "9.5.1")


def _mixed(parsed: Parsed) -> Iterator[_Found]:
    """Observations with an AND that no object can satisfy: its operands ask for objects of different types (§9.5)."""
    at = 0
    for observation in observations(parsed.tree):
        first = parsed.places[at]
        at += rise(observation.expression, lambda _leaf: 1, lambda _node, below: sum(below))
        if not _types_meet(observation):
            yield _Found(first.start, "pattern-mixed-types", "9.5")


def _types_meet(observation: Observation) -> bool:
    meeting = True

    def join(node: Node, below: list[frozenset[str]]) -> frozenset[str]:
        nonlocal meeting
        assert isinstance(node, Junction)
        if node.operator == "OR":
            return frozenset[str]().union(*below)
        common = below[0].intersection(*below[1:])
        meeting = meeting and bool(common)
        return common

    rise(observation.expression, _type, join)
    return meeting


def _type(node: Node) -> frozenset[str]:
    assert isinstance(node, Comparison)
    return frozenset((node.path.object_type,))


def _comparison(place: Place, rule: Rule, words: list[str]) -> Iterator[_Found]:
    comparison, start, operand = place
    if not rule.kinds:
        yield _Found(start, "pattern-path", "9.7", VALUES)
    operator = comparison.operator
    if operator == "MATCHES":
        expression = comparison.operands[0].value
        if len(expression) > MAX_REGEX:
            yield _Found(operand, TOO_LARGE, "9.6.1")
        elif not compiles(expression, _is_binary(rule)):
            yield _Found(operand, "pattern-regex", "9.6.1", VALUES)
    elif operator in ("ISSUBSET", "ISSUPERSET"):
        if rule.kinds and not any(fits(comparison.operands[0].value)[1] for fits in rule.addresses):
            yield _Found(operand, "pattern-value", "9.6.1", VALUES)
    elif operator == "IN":
        kinds = {_COMMON_KIND.get(constant.kind, constant.kind) for constant in comparison.operands}
        if len(kinds) > 1:
            yield _Found(operand, "pattern-value", "9.6.1", VALUES)
        for number, constant in enumerate(comparison.operands):
            if not _fits(rule, operator, constant, words[operand + 1 + 2 * number]):
                yield _Found(operand + 1 + 2 * number, "pattern-value", "9.2", VALUES)
    elif operator != "EXISTS" and not _fits(rule, operator, comparison.operands[0], words[operand]):
        yield _Found(operand, "pattern-value", "9.2", VALUES)


def _is_binary(rule: Rule) -> bool:
    last = rule.path.steps[-1]
    return isinstance(last, str) and last.endswith(("_bin", "_hex"))


def _fits(rule: Rule, operator: str, constant: Constant, word: str) -> bool:
    """Whether a constant fits what its path leads to; of an unknown path nothing is known."""
    kind, value = constant
    if kind == "string" and operator in ("=", "!=", "IN"):
        return not rule.kinds or rule.judge is None or rule.judge(value)[1]
    if kind in ("integer", "float"):
        if word[0] == "+" or (kind == "integer" and not _representable(value)):
            return False
        return rule.comparable(constant) and (operator not in ("=", "!=", "IN") or rule.in_range(constant))
    return rule.comparable(constant)


def _representable(digits: str) -> bool:
    """Whether an integer is in the range of §2.8, told without reading thousands of digits."""
    return len(digits) <= _LONGEST_INTEGER and -(1 << 53) < int(digits) < 1 << 53
