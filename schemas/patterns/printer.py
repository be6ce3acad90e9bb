"""The one canonical spelling of a tree: it parses again to an equal tree, and different trees never print alike."""

from __future__ import annotations

import re

from schemas.patterns.lexer import KEYWORDS
from schemas.patterns.tree import (
    Comparison,
    Compound,
    Constant,
    Junction,
    Node,
    Observation,
    Path,
    Pattern,
    Qualified,
    Qualifier,
    Step,
    rise,
)

_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_PREFIX = {"hex": "h", "binary": "b", "timestamp": "t"}
STRENGTH = {"FOLLOWEDBY": 1, "OR": 2, "AND": 3}


def to_text(pattern: Pattern) -> str:
    """The canonical spelling of a pattern."""
    return rise(pattern, _observation, group_text)


def group_text(node: Node, below: list[str]) -> str:
    """The canonical spelling of a group of observations, from the spellings of its operands."""
    if isinstance(node, Qualified):
        kinds = [qualifier.kind for qualifier in node.qualifiers]
        plain = isinstance(node.expression, Observation) and len(set(kinds)) == len(kinds)
        return " ".join((below[0] if plain else f"({below[0]})", *map(qualifier_text, node.qualifiers)))
    assert isinstance(node, Compound)
    strength = STRENGTH[node.operator]
    texts = [
        f"({text})" if isinstance(child, Compound) and STRENGTH[child.operator] <= strength else text
        for child, text in zip(node.operands, below, strict=True)
    ]
    return f" {node.operator} ".join(texts)


def expression_text(expression: Comparison | Junction) -> str:
    """The canonical spelling of what stands between brackets."""
    return rise(expression, _leaf, _junction)


def comparison_text(comparison: Comparison) -> str:
    """The canonical spelling of one comparison."""
    where, operator, negated, operands = comparison
    if operator == "EXISTS":
        return f"EXISTS {path_text(where)}"
    text = f"({', '.join(map(constant_text, operands))})" if operator == "IN" else constant_text(operands[0])
    return f"{path_text(where)}{' NOT' if negated else ''} {operator} {text}"


def constant_text(constant: Constant) -> str:
    """The canonical spelling of a constant."""
    kind, value = constant
    if kind == "string":
        return quoted(value)
    return f"{_PREFIX[kind]}'{value}'" if kind in _PREFIX else value


def path_text(path: Path) -> str:
    """The canonical spelling of an object path."""
    return f"{path.object_type}:{''.join(map(_step, path.steps)).removeprefix('.')}"


def quoted(value: str) -> str:
    """A text between apostrophes, with its apostrophes and backslashes escaped."""
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    if "'" in value:
        value = value.replace("'", "\\'")
    return f"'{value}'"


def _step(step: Step) -> str:
    if isinstance(step, str):
        return f".{step}" if _BARE.fullmatch(step) and step not in KEYWORDS else f".{quoted(step)}"
    return "[*]" if step is None else f"[{step}]"


def _leaf(node: Node) -> str:
    return comparison_text(node)  # type: ignore[arg-type]  # the leaves of an expression are comparisons


def _junction(node: Node, below: list[str]) -> str:
    assert isinstance(node, Junction)
    if node.operator == "AND":
        below = [f"({text})" if isinstance(child, Junction) else text for child, text in zip(node.operands, below, strict=True)]
    return f" {node.operator} ".join(below)


def _observation(node: Node) -> str:
    assert isinstance(node, Observation)
    return f"[{expression_text(node.expression)}]"


def qualifier_text(qualifier: Qualifier) -> str:
    kind, values = qualifier
    if kind == "START":
        return f"START t'{values[0]}' STOP t'{values[1]}'"
    return f"{kind} {values[0]} {'SECONDS' if kind == 'WITHIN' else 'TIMES'}"
