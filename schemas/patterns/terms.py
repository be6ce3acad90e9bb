"""Disjunctive normal form of what stands between brackets, bounded before it is made, and absorption of terms by shorter ones."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import product
from math import prod

from schemas.patterns.limits import MAX_CHECKS, MAX_LITERALS, MAX_TERMS
from schemas.patterns.tree import Comparison, Expression, Junction, Node, rise

Term = frozenset[str]
"""Canonical texts of comparisons, all of which must hold."""


class TooManyTerms(Exception):
    """The form would have too many terms, or comparing them would take too long."""


def terms(expression: Expression, texts: dict[Comparison, list[str]]) -> list[Term]:
    """The different terms, without those that are a stronger form of another one. Raises TooManyTerms."""

    def size(node: Node) -> tuple[int, int]:
        assert isinstance(node, Comparison)
        return len(texts[node]), len(texts[node])

    def leaf(node: Node) -> list[Term]:
        assert isinstance(node, Comparison)
        return [frozenset((literal,)) for literal in texts[node]]

    rise(expression, size, _joined_size)
    return _absorb(rise(expression, leaf, _joined))


def product_of(alternatives: list[list[str]]) -> list[Term]:
    """The same for an AND of comparisons, from the texts of each, of which at least one is more than one equality."""
    count = prod(map(len, alternatives))
    if count > MAX_TERMS or count * len(alternatives) > MAX_LITERALS:
        raise TooManyTerms
    return _absorb(list({frozenset(texts) for texts in product(*alternatives)}))


def _joined_size(node: Node, below: list[tuple[int, int]]) -> tuple[int, int]:
    """How many terms, and how many comparisons in them."""
    assert isinstance(node, Junction)
    if node.operator == "OR":
        return sum(count for count, _ in below), sum(size for _, size in below)
    count, size = below[0]
    for more, larger in below[1:]:
        spread = count > 1 or more > 1
        count, size = count * more, size * more + larger * count
        if spread and (count > MAX_TERMS or size > MAX_LITERALS):
            raise TooManyTerms
    return count, size


def _joined(node: Node, below: list[list[Term]]) -> list[Term]:
    assert isinstance(node, Junction)
    if node.operator == "OR":
        return list(dict.fromkeys(term for terms in below for term in terms))
    if all(len(terms) == 1 for terms in below):
        return [frozenset[str]().union(*(terms[0] for terms in below))]
    found = below[0]
    for terms in below[1:]:
        found = list(dict.fromkeys(left | right for left in found for right in terms))
    return found


def _absorb(found: list[Term]) -> list[Term]:
    """A OR (A AND B) is A. A term can only hold one that is filed under one of its comparisons, so most pairs are never looked at."""
    if len(found) == 1 or (len(set(map(len, found))) == 1 and (len(found) ** 2 <= MAX_CHECKS or len(found[0]) == 1)):
        return found  # terms of one size do not hold each other
    common = Counter(literal for term in found for literal in term)
    filed: dict[str, list[Term]] = defaultdict(list)
    for term in found:
        filed[min(term, key=lambda literal: (common[literal], literal))].append(term)
    if sum(len(filed[literal]) for term in found for literal in term if literal in filed) > MAX_CHECKS:
        raise TooManyTerms
    return [term for term in found if not any(other < term for literal in term if literal in filed for other in filed[literal])]
