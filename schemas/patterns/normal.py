"""The canonical form of a pattern: two patterns get the same one only if they mean the same.

Folded are: the spelling of paths, numbers and values (§6, `values`); order and repeats of operands; absorption and distribution inside
brackets; `NOT =` into `!=` where the path has no `[*]` (there it negates "some item is equal"); OR of equalities into IN; LIKE without
wildcards into `=`; OR of plain observations at the top into one observation. Never folded: any other NOT, qualifiers and their order,
FOLLOWEDBY, two observations into one, Unicode normalization, the text of regular expressions.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter
from typing import NamedTuple

from schemas.patterns.literals import Equality, literals
from schemas.patterns.parser import parse
from schemas.patterns.printer import STRENGTH, qualifier_text
from schemas.patterns.terms import Term, TooManyTerms, terms
from schemas.patterns.tree import Comparison, Compound, Expression, Junction, Node, Observation, Pattern, Qualified, Qualifier, rise


class Meaning(NamedTuple):
    """A canonical pattern as text.

    comparison: (object type, path as in keys, value) if it is one equality with a string
    operator:   of the group that it is, or QUALIFIED, or "" for one observation
    parts:      what it is made of
    qualifiers: what applies to the part, if it is qualified
    """

    text: str
    comparison: tuple[str, str, str] | None = None
    operator: str = ""
    parts: tuple[Meaning, ...] = ()
    qualifiers: tuple[Qualifier, ...] = ()


def canonical(pattern: Pattern) -> Pattern | None:
    """The canonical form as a tree; None where an observation has too many terms to be compared."""
    found = meaning_of(pattern)
    return parse(found.text) if found is not None else None


def meaning_of(pattern: Pattern) -> Meaning | None:
    """The canonical form as text; None where an observation has too many terms to be compared."""
    try:
        if isinstance(pattern, Observation):
            return _observation(pattern)
        return rise(_merged(pattern), _observation, _group)
    except TooManyTerms:
        return None


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


def _observation(node: Node) -> Meaning:
    assert isinstance(node, Observation)
    equalities: dict[str, Equality] = {}
    parts: list[str] = []
    members: dict[str, list[Equality]] = {}
    for term in _terms(node.expression, equalities):
        if len(term) > 1:
            parts.append(" AND ".join(sorted(term)))
            continue
        (literal,) = term
        equality = equalities.get(literal)
        if equality is None:
            parts.append(literal)
        else:
            members.setdefault(equality.rule.printed, []).append(equality)
    if len(members) == 1 and not parts:
        (alike,) = members.values()
        rule, constant, text = alike[0]
        if len(alike) == 1 and constant.kind == "string":
            return Meaning(f"[{rule.printed} = {text}]", (rule.path.object_type, rule.text, constant.value))
    parts.extend(map(_in, members.values()))
    parts.sort()
    return Meaning(f"[{' OR '.join(parts)}]")


def _terms(expression: Expression, equalities: dict[str, Equality]) -> Iterable[Term]:
    """The terms of an expression. What needs neither distribution nor absorption is spared the detour."""
    if isinstance(expression, Comparison):
        operands: tuple[Expression, ...] = (expression,)
    else:
        operands = expression.operands
        if not all(isinstance(operand, Comparison) for operand in operands):
            return terms(expression, equalities)
    found = [literals(operand, equalities) for operand in operands if isinstance(operand, Comparison)]
    if isinstance(expression, Comparison) or expression.operator == "OR":
        return [frozenset((literal,)) for literal in dict.fromkeys(literal for either in found for literal in either)]
    if all(len(either) == 1 for either in found):
        return [frozenset(literal for (literal,) in found)]
    return terms(expression, equalities)


def _in(alike: list[Equality]) -> str:
    path = alike[0].rule.printed
    return f"{path} = {alike[0].text}" if len(alike) == 1 else f"{path} IN ({', '.join(sorted(equality.text for equality in alike))})"


def _group(node: Node, below: list[Meaning]) -> Meaning:
    if isinstance(node, Qualified):
        return _qualified(below[0], tuple(map(_qualifier, node.qualifiers)))
    assert isinstance(node, Compound)
    operator = node.operator
    parts = [part for number, operand in enumerate(below) for part in _flat(operator, operand, first=not number)]
    if operator != "FOLLOWEDBY":
        parts.sort(key=itemgetter(0))
    if operator == "OR":
        parts = [part for number, part in enumerate(parts) if not number or part.text != parts[number - 1].text]
        if len(parts) == 1:
            return parts[0]
    strength = STRENGTH[operator]
    texts = (f"({part.text})" if STRENGTH.get(part.operator, strength + 1) <= strength else part.text for part in parts)
    return Meaning(f" {operator} ".join(texts), None, operator, tuple(parts))


def _flat(operator: str, operand: Meaning, first: bool) -> tuple[Meaning, ...]:
    """An operand; or its own ones, where an OR whose operands were all alike leaves the same operator inside itself."""
    return operand.parts if operand.operator == operator and (first or operator != "FOLLOWEDBY") else (operand,)


def _qualified(inner: Meaning, qualifiers: tuple[Qualifier, ...]) -> Meaning:
    if inner.operator == "QUALIFIED":  # an OR in between had all its operands alike
        qualifiers = (*inner.qualifiers, *qualifiers)
        inner = inner.parts[0]
    kinds = {qualifier.kind for qualifier in qualifiers}
    text = inner.text if not inner.operator and len(kinds) == len(qualifiers) else f"({inner.text})"
    return Meaning(" ".join((text, *map(qualifier_text, qualifiers))), None, "QUALIFIED", (inner,), qualifiers)


def _qualifier(qualifier: Qualifier) -> Qualifier:
    """WITHIN 60.0 SECONDS is WITHIN 60 SECONDS."""
    if qualifier.kind != "WITHIN":
        return qualifier
    return Qualifier("WITHIN", (qualifier.values[0].removesuffix(".0"),))
