"""The canonical form of a pattern: two patterns get the same one only if they mean the same.

Folded are: the spelling of paths, numbers and values (§6, `values`); order and repeats of operands; absorption and distribution inside
brackets; `NOT =` into `!=` where the path has no `[*]` (there it negates "some item is equal"); OR of equalities into IN; LIKE without
wildcards into `=`; OR of plain observations at the top into one observation. Never folded: any other NOT, qualifiers and their order,
FOLLOWEDBY, two observations into one, Unicode normalization, the text of regular expressions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from itertools import chain
from operator import itemgetter
from typing import NamedTuple

from schemas.patterns.literals import Literals, literals_of
from schemas.patterns.parser import parse
from schemas.patterns.printer import STRENGTH, qualifier_text
from schemas.patterns.terms import TooManyTerms, product_of, terms
from schemas.patterns.tree import Comparison, Compound, Expression, Junction, Node, Observation, Pattern, Qualified, Qualifier, rise

_NOT_ABOVE = {operator: frozenset(other for other, strength in STRENGTH.items() if strength <= STRENGTH[operator]) for operator in STRENGTH}
"""Operators -> those whose groups need parentheses below them."""


class Meaning(NamedTuple):
    """A canonical pattern as text.

    operator:   of the group that it is, or QUALIFIED, or "" for one observation
    parts:      what it is made of
    qualifiers: what applies to the part, if it is qualified
    """

    text: str
    operator: str = ""
    parts: tuple[Meaning, ...] = ()
    qualifiers: tuple[Qualifier, ...] = ()


def canonical(pattern: Pattern) -> Pattern | None:
    """The canonical form as a tree; None where an observation has too many terms to be compared."""
    found = meaning_of(pattern, literals_of(pattern))
    return parse(found.text) if found is not None else None


def meaning_of(pattern: Pattern, literals: Literals) -> Meaning | None:
    """The canonical form as text; None where an observation has too many terms to be compared."""
    try:
        return rise(_merged(pattern), partial(_observation, literals), _group)
    except TooManyTerms:
        return None


def equality_of(meaning: Meaning, literals: Literals) -> tuple[str, str, str] | None:
    """(object type, path as in keys, value) of a meaning that is one equality with a string."""
    if meaning.operator or meaning.text[1:-1] not in literals.equalities:
        return None
    rule, value, _ = literals.equalities[meaning.text[1:-1]]
    return None if value is None else (rule.path.object_type, rule.text, value)


def _merged(pattern: Pattern) -> Pattern:
    """[A] OR [B] is [A OR B], as long as neither qualifiers nor other operators count the observations."""
    if not isinstance(pattern, Compound) or pattern.operator != "OR":
        return pattern
    plain = [operand.expression for operand in pattern.operands if isinstance(operand, Observation)]
    if len(plain) < 2:
        return pattern
    merged = Observation(Junction("OR", tuple(part for expression in plain for part in _alternatives(expression))))
    rest = tuple(operand for operand in pattern.operands if not isinstance(operand, Observation))
    return Compound("OR", (merged, *rest)) if rest else merged


def _alternatives(expression: Expression) -> tuple[Expression, ...]:
    return expression.operands if isinstance(expression, Junction) and expression.operator == "OR" else (expression,)


def _observation(literals: Literals, node: Node) -> Meaning:
    assert isinstance(node, Observation)
    found = _terms(node.expression, literals.texts)
    if len(found) == 1:
        return Meaning(f"[{' AND '.join(sorted(found[0]))}]")
    parts: list[str] = []
    members: dict[str, list[str]] = {}
    for term in found:
        if len(term) > 1:
            parts.append(" AND ".join(sorted(term)))
            continue
        (literal,) = term
        if literal in literals.equalities:
            rule, _, text = literals.equalities[literal]
            members.setdefault(rule.printed, []).append(text)
        else:
            parts.append(literal)
    for path, texts in members.items():
        parts.append(f"{path} = {texts[0]}" if len(texts) == 1 else f"{path} IN ({', '.join(sorted(texts))})")
    return Meaning(f"[{' OR '.join(sorted(parts))}]")


def _terms(expression: Expression, texts: dict[Comparison, list[str]]) -> Sequence[Collection[str]]:
    """The terms of an expression. What needs neither distribution nor absorption is spared the detour."""
    if isinstance(expression, Comparison):
        alone = texts[expression]
        return [alone] if len(alone) == 1 else [(literal,) for literal in dict.fromkeys(alone)]
    operator, operands = expression
    found: list[list[str]] = []
    for operand in operands:
        if not isinstance(operand, Comparison):
            return terms(expression, texts)
        found.append(texts[operand])
    if operator == "OR":
        return [(literal,) for literal in dict.fromkeys(chain.from_iterable(found))]
    if max(map(len, found)) == 1:
        return [{literal for (literal,) in found}]
    return product_of(found)


def _group(node: Node, below: list[Meaning]) -> Meaning:
    if isinstance(node, Qualified):
        return _qualified(below[0], tuple(map(_qualifier, node.qualifiers)))
    assert isinstance(node, Compound)
    operator = node.operator
    parts: list[Meaning] = []
    for operand in below:
        if operand.operator == operator and (operator != "FOLLOWEDBY" or not parts):
            parts.extend(operand.parts)  # where an OR whose operands were all alike left the same operator inside itself
        else:
            parts.append(operand)
    if operator != "FOLLOWEDBY":
        parts.sort(key=itemgetter(0))
    if operator == "OR":
        parts = [part for number, part in enumerate(parts) if not number or part.text != parts[number - 1].text]
        if len(parts) == 1:
            return parts[0]
    weaker = _NOT_ABOVE[operator]
    return Meaning(
        f" {operator} ".join([f"({part.text})" if part.operator in weaker else part.text for part in parts]), operator, tuple(parts)
    )


def _qualified(inner: Meaning, qualifiers: tuple[Qualifier, ...]) -> Meaning:
    if inner.operator == "QUALIFIED":  # an OR in between had all its operands alike
        qualifiers = (*inner.qualifiers, *qualifiers)
        inner = inner.parts[0]
    bare = not inner.operator and (len(qualifiers) == 1 or len({qualifier.kind for qualifier in qualifiers}) == len(qualifiers))
    text = inner.text if bare else f"({inner.text})"
    return Meaning(f"{text} {' '.join(map(qualifier_text, qualifiers))}", "QUALIFIED", (inner,), qualifiers)


def _qualifier(qualifier: Qualifier) -> Qualifier:
    """WITHIN 60.0 SECONDS is WITHIN 60 SECONDS."""
    value = qualifier.values[0]
    return Qualifier("WITHIN", (value[:-2],)) if qualifier.kind == "WITHIN" and value.endswith(".0") else qualifier
