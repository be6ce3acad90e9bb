"""The whole grammar of §9 by hand: text to tree in one pass over the words, with lists instead of recursion."""

from __future__ import annotations

from typing import Literal, NamedTuple

from schemas.patterns import lexer
from schemas.patterns.comparisons import Place, bracketed
from schemas.patterns.constants import constant
from schemas.patterns.flaws import PatternError
from schemas.patterns.limits import MAX_DEPTH, MAX_NESTING, MAX_OPERANDS, MAX_PATTERN, MAX_TOKENS
from schemas.patterns.stop import TOO_LARGE, Stop
from schemas.patterns.tree import Compound, Observation, Pattern, Qualified, Qualifier, depth, made

_QUALIFIERS = frozenset(("WITHIN", "REPEATS", "START"))


class Parsed(NamedTuple):
    """A tree, with what is needed to tell where in the text something stands.

    short:        whether the words are those of the short reading
    places:       of all comparisons, in reading order
    observations: with the number of the first comparison in each
    qualifiers:   with the number of the word where each begins
    """

    tree: Pattern
    text: str
    short: bool
    words: list[str]
    places: list[Place]
    observations: list[tuple[Observation, int]]
    qualifiers: list[tuple[Qualifier, int]]


def parse(text: str) -> Pattern:
    """The tree of a pattern. Raises PatternError."""
    return parsed(text).tree


def parsed(text: str) -> Parsed:
    """The tree of a pattern and where its parts stand. Raises PatternError."""
    if len(text) > MAX_PATTERN:
        raise PatternError(TOO_LARGE, MAX_PATTERN)
    try:
        return _read(text, short=True)
    except Stop as stop:
        if stop.reason == TOO_LARGE:  # the plain reading has only more words
            raise _error(text, stop, short=True) from None
    try:
        return _read(text, short=False)
    except Stop as stop:
        raise _error(text, stop, short=False) from None


def _error(text: str, stop: Stop, short: bool) -> PatternError:
    return PatternError(stop.reason, lexer.offsets(text, short, stop.word + 1)[stop.word], stop.section)


def _read(text: str, short: bool) -> Parsed:
    words = lexer.words(text, short)
    if len(words) > MAX_TOKENS:
        raise Stop(MAX_TOKENS, reason=TOO_LARGE)
    places: list[Place] = []
    observations: list[tuple[Observation, int]] = []
    qualifiers: list[tuple[Qualifier, int]] = []
    tree = _pattern(words, places, observations, qualifiers)
    if len(words) > MAX_OPERANDS and len(qualifiers) + sum(max(len(place[0].operands), 1) for place in places) > MAX_OPERANDS:
        raise Stop(0, reason=TOO_LARGE)
    return Parsed(tree, text, short, words, places, observations, qualifiers)


def _pattern(
    words: list[str], places: list[Place], observations: list[tuple[Observation, int]], qualifiers: list[tuple[Qualifier, int]]
) -> Pattern:
    """The tree. The lists take up where its parts stand."""
    outer: list[tuple[list[Pattern], list[Pattern], list[Pattern]]] = []
    followed: list[Pattern] = []
    either: list[Pattern] = []
    both: list[Pattern] = []
    deepest = 0
    at = 0
    while True:
        while words[at] == "(":
            outer.append((followed, either, both))
            followed, either, both = [], [], []
            at += 1
        if len(outer) > MAX_NESTING:
            raise Stop(at, reason=TOO_LARGE)
        if words[at] != "[":
            raise Stop(at, "9.5")
        first = len(places)
        expression, at, nested = bracketed(words, at + 1, places)
        if nested or outer:
            deepest = max(deepest, len(outer), nested)
        observation = made(Observation, (expression,))
        observations.append((observation, first))
        operand: Pattern = observation
        bare = True
        while True:
            if words[at] in _QUALIFIERS:
                operand, at = _qualified(operand, words, at, qualifiers, bare)
            word = words[at]
            at += 1
            if word == "AND":
                both.append(operand)
                break
            if both:
                operand = _compound("AND", [*both, operand])
                both = []
            if word == "OR":
                either.append(operand)
                break
            if either:
                operand = _compound("OR", [*either, operand])
                either = []
            if word == "FOLLOWEDBY":
                followed.append(operand)
                break
            if followed:
                operand = _compound("FOLLOWEDBY", [*followed, operand])
            if not word and not outer:
                if deepest > MAX_DEPTH and _depth(operand, observations) > MAX_DEPTH:
                    raise Stop(0, reason=TOO_LARGE)
                return operand
            if word != ")" or not outer:
                raise Stop(at - 1)
            followed, either, both = outer.pop()
            bare = False


def _depth(pattern: Pattern, observations: list[tuple[Observation, int]]) -> int:
    return depth(pattern) + max(depth(item.expression) for item, _ in observations)


def _compound(operator: Literal["AND", "OR", "FOLLOWEDBY"], operands: list[Pattern]) -> Pattern:
    flat: list[Pattern] = []
    for operand in operands:
        if isinstance(operand, Compound) and operand.operator == operator and (operator != "FOLLOWEDBY" or not flat):
            flat.extend(operand.operands)
        else:
            flat.append(operand)
    return Compound(operator, tuple(flat))


def _qualified(operand: Pattern, words: list[str], at: int, seen: list[tuple[Qualifier, int]], bare: bool) -> tuple[Pattern, int]:
    """An operand with the qualifiers behind it. An observation without parentheses takes one of each kind (§9.5.1)."""
    found: list[Qualifier] = []
    while words[at] in _QUALIFIERS:
        qualifier, end = _qualifier(words, at)
        if bare and found and any(other.kind == qualifier.kind for other in found):
            raise Stop(at, "9.5.1")
        found.append(qualifier)
        seen.append((qualifier, at))
        at = end
    if isinstance(operand, Qualified):
        return Qualified(operand.expression, (*operand.qualifiers, *found)), at
    return Qualified(operand, tuple(found)), at


def _qualifier(words: list[str], at: int) -> tuple[Qualifier, int]:
    match words[at]:
        case "START":
            start = _operand(words, at + 1, ("timestamp",))
            _expect(words, at + 2, "STOP")
            return Qualifier("START", (start, _operand(words, at + 3, ("timestamp",)))), at + 4
        case "WITHIN":
            seconds = _operand(words, at + 1, ("integer", "float"))
            _expect(words, at + 2, "SECONDS")
            return Qualifier("WITHIN", (seconds,)), at + 3
        case _:
            times = _operand(words, at + 1, ("integer",))
            _expect(words, at + 2, "TIMES")
            return Qualifier("REPEATS", (times,)), at + 3


def _operand(words: list[str], at: int, kinds: tuple[str, ...]) -> str:
    """A number or timestamp of a qualifier; numbers are positive."""
    found = constant(words, at)
    if found.kind not in kinds or found.value[0] == "-" or found.value in ("0", "0.0"):
        raise Stop(at, "9.5.1")
    return found.value


def _expect(words: list[str], at: int, word: str) -> None:
    if words[at] != word:
        raise Stop(at, "9.5.1")
