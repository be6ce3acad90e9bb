"""A pattern as an immutable tree (§9.1). Chains of AND and OR are flat, and parentheses that mean nothing leave no trace.

Positions are not part of it, so that two spellings of one pattern are equal. Nothing here recurses over a tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple, TypeVar

Step = str | int | None
"""A property or key by its name, a list item by its index, or every item of a list (None, written `[*]`): §9.7."""

Kind = Literal["string", "integer", "float", "boolean", "hex", "binary", "timestamp"]

Result = TypeVar("Result")

made = tuple.__new__
"""`made(Path, (a, b))` is `Path(a, b)` in half the time, for the parser's inner loop: a NamedTuple's constructor is a Python function."""


class Path(NamedTuple):
    """An object path: the type of the object to start from, and the steps from there."""

    object_type: str
    steps: tuple[Step, ...]


class Constant(NamedTuple):
    """A constant (§9.2). The value is text without quotes and escapes: digits as written in their shortest form, hex in lower case."""

    kind: Kind
    value: str


class Comparison(NamedTuple):
    """One comparison (§9.6): `operands` has one constant, any number for IN, none for EXISTS."""

    path: Path
    operator: str
    negated: bool
    operands: tuple[Constant, ...]


class Junction(NamedTuple):
    """AND or OR of two or more comparisons inside brackets. No operand is a junction by the same operator."""

    operator: Literal["AND", "OR"]
    operands: tuple[Comparison | Junction, ...]


class Observation(NamedTuple):
    """What stands between brackets: it is matched against one observation (§9.5)."""

    expression: Comparison | Junction


class Qualifier(NamedTuple):
    """WITHIN or REPEATS with one number as text, or START with two timestamps (§9.5.1)."""

    kind: Literal["WITHIN", "REPEATS", "START"]
    values: tuple[str, ...]


class Qualified(NamedTuple):
    """An observation or a group of them with its qualifiers, the one that applies first in front."""

    expression: Observation | Compound
    qualifiers: tuple[Qualifier, ...]


class Compound(NamedTuple):
    """AND, OR or FOLLOWEDBY of two or more observations (§9.5.2). FOLLOWEDBY leans left: only its first operand is taken in."""

    operator: Literal["AND", "OR", "FOLLOWEDBY"]
    operands: tuple[Observation | Compound | Qualified, ...]


Expression = Comparison | Junction
Pattern = Observation | Compound | Qualified
Node = Expression | Pattern


_LEAVES = (Comparison, Observation)


def children(node: Node) -> tuple[Node, ...]:
    """The operands of a junction, compound or qualified pattern; nothing for comparisons and observations."""
    if isinstance(node, _LEAVES):
        return ()
    return (node.expression,) if isinstance(node, Qualified) else node.operands


def rise(root: Node, leaf: Callable[[Node], Result], join: Callable[[Node, list[Result]], Result]) -> Result:
    """A value computed from the leaves up, in reading order, without recursion. Observations are leaves: they hold trees of their own."""
    below = children(root)
    if not below:
        return leaf(root)
    node, rest = root, iter(below)
    done: list[Result] = []
    waiting: list[tuple[Node, Iterator[Node], list[Result]]] = []
    while True:
        for child in rest:
            if isinstance(child, _LEAVES):
                done.append(leaf(child))
            else:
                waiting.append((node, rest, done))
                node, rest, done = child, iter(children(child)), []
                break
        else:
            result = join(node, done)
            if not waiting:
                return result
            node, rest, done = waiting.pop()
            done.append(result)


def depth(root: Node) -> int:
    """How many levels a tree has; a single comparison or observation has none."""
    return rise(root, lambda _leaf: 0, lambda _node, below: 1 + max(below))
