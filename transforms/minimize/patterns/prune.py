"""Cut a pattern down to what may be told: comparisons are kept, widened or cut, and a group is told only if that makes it no narrower.

Without a member, AND asks for more than before, and OR for less. So AND loses members, as long as one of those that stay says what to
look for; OR and groups of observations lose none.
"""

from __future__ import annotations

import re
from datetime import timedelta
from functools import partial

from schemas.patterns.tree import (
    Comparison,
    Compound,
    Constant,
    Expression,
    Junction,
    Node,
    Observation,
    Path,
    Pattern,
    Qualified,
    Qualifier,
    rise,
)
from schemas.timestamps import parse, stix
from transforms.minimize.patterns import widen
from transforms.minimize.patterns.constants import is_bare, is_clean_url, may_stay, may_stay_expression, may_stay_name
from transforms.minimize.patterns.places import kinds_at
from transforms.minimize.scan import is_clean
from transforms.minimize.values import urls, users

_EQUAL = frozenset({"=", "IN"})
_LOOSE = frozenset({"LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"})

_SERIAL = re.compile(r"[0-9A-Fa-f:]{1,80}", re.ASCII)

_TELLING = frozenset({"domain", "email-address", "ipv4-address", "ipv6-address", "registry-key", "uri"})
_TELLING_PATHS = frozenset(
    {
        *(("file", "name"), ("file", "path"), ("directory", "path"), ("mutex", "name"), ("process", "command_line")),
        *(("x509-certificate", "serial_number"), ("email-message", "subject"), ("app", "id")),
    }
)
"""What a detection can rest on alone."""


def prune(tree: Pattern, *, compromised: bool) -> Pattern | None:
    """The pattern as it may go out, an equal tree where nothing changes; None where it must not."""
    leaf = partial(_observation, compromised=compromised)
    return rise(tree, leaf, _group)


def _observation(node: Node, *, compromised: bool) -> Pattern | None:
    assert isinstance(node, Observation)
    left = rise(node.expression, partial(_leaf, compromised=compromised), _junction)
    return None if left is None else node if left == node.expression else Observation(left)


def _group(node: Node, below: list[Pattern | None]) -> Pattern | None:
    kept = [left for left in below if left is not None]
    if len(kept) < len(below):
        return None
    if isinstance(node, Qualified):
        inner = kept[0]
        assert not isinstance(inner, Qualified)
        return Qualified(inner, tuple(map(_whole_hours, node.qualifiers)))
    assert isinstance(node, Compound)
    return Compound(node.operator, tuple(kept))


def _whole_hours(qualifier: Qualifier) -> Qualifier:
    """START floored to the hour and STOP raised to one: it matches all that it did, and tells no second of an incident."""
    if qualifier.kind != "START":
        return qualifier
    start, stop = map(parse, qualifier.values)
    hour = timedelta(hours=1)
    floored, raised = (moment.replace(minute=0, second=0, microsecond=0) for moment in (start, stop))
    return Qualifier("START", (stix(floored), stix(raised if raised == stop else raised + hour)))


def _junction(node: Node, below: list[Expression | None]) -> Expression | None:
    assert isinstance(node, Junction)
    kept = [left for left in below if left is not None]
    if len(kept) < len(below) and (node.operator == "OR" or not any(map(_tells, kept))):
        return None
    flat: list[Expression] = []
    for left in kept:
        flat.extend(left.operands if isinstance(left, Junction) and left.operator == node.operator else (left,))
    different = list(dict.fromkeys(flat)) if len(kept) < len(below) or flat != list(node.operands) else flat
    return different[0] if len(different) == 1 else Junction(node.operator, tuple(different))


def _tells(expression: Expression) -> bool:
    """Whether a detection can rest on it: AND by one of its members, OR by all."""
    if isinstance(expression, Comparison):
        names = (expression.path.object_type, *(step for step in expression.path.steps if isinstance(step, str)))
        kinds = kinds_at(expression.path)
        telling = bool(kinds & _TELLING) or names in _TELLING_PATHS or any(kind.startswith("hash ") for kind in kinds)
        return telling and not expression.negated and expression.operator in _EQUAL | _LOOSE
    return (any if expression.operator == "AND" else all)(map(_tells, expression.operands))


def _leaf(node: Node, *, compromised: bool) -> Expression | None:
    assert isinstance(node, Comparison)
    path, operator, negated, operands = node
    kinds = kinds_at(path)
    if not kinds:
        return None
    texts = [operand for operand in operands if operand.kind in ("string", "binary", "hex")]
    if not texts:
        return node
    if operator in _LOOSE:
        return _loose(node, kinds, compromised=compromised)
    if all(_stays(path, operand.value, kinds, compromised=compromised) for operand in texts):
        return node
    if negated or operator not in _EQUAL:
        return None
    return _widened(path, operands, kinds, compromised=compromised)


def _stays(path: Path, value: str, kinds: frozenset[str], *, compromised: bool) -> bool:
    if path.object_type == "x509-certificate":
        if path.steps[0] in ("subject", "issuer"):
            return may_stay_name(value, subject=path.steps[0] == "subject")
        if path.steps[0] == "serial_number" and _SERIAL.fullmatch(value):  # pairs of digits look like the address of a device
            return True
    return may_stay(value, kinds, compromised=compromised)


def _loose(node: Comparison, kinds: frozenset[str], *, compromised: bool) -> Comparison | None:
    """LIKE, MATCHES and networks. A user in a LIKE becomes its wildcard; in a regular expression it cannot be cut out for certain."""
    value = node.operands[0].value
    if node.operator.startswith("ISSU"):
        return node if may_stay(value, kinds, compromised=compromised) else None
    spans = users.spans(value.replace(widen.ANY_USER, "Public") if node.operator == "MATCHES" else value)
    if not spans:
        asked = widen.shown(node) if node.operator == "MATCHES" else value
        return node if may_stay_expression(asked, kinds, compromised=compromised) else None
    if node.negated or node.operator == "MATCHES":
        return None
    for start, end in reversed(spans):
        value = f"{value[:start]}%{value[end:]}"
    if not may_stay_expression(value.replace("\\%\\", "\\Public\\").replace("/%/", "/Public/"), kinds, compromised=compromised):
        return None
    return node._replace(operands=(Constant("string", value),))


def _widened(path: Path, operands: tuple[Constant, ...], kinds: frozenset[str], *, compromised: bool) -> Expression | None:
    """An equality or a set in which each constant that may not stay becomes an expression that it fits; None where one cannot."""
    kept: list[Constant] = []
    wider: list[Expression] = []
    for operand in operands:
        if operand.kind not in ("string", "binary", "hex") or _stays(path, operand.value, kinds, compromised=compromised):
            kept.append(operand)
            continue
        made = _wider(path, operand, kinds)
        if made is None:
            return None
        wider.append(made)
    if kept:
        wider.insert(0, Comparison(path, "IN" if len(kept) > 1 else "=", False, tuple(kept)))
    different = tuple(dict.fromkeys(wider))
    return different[0] if len(different) == 1 else Junction("OR", different)


def _wider(path: Path, operand: Constant, kinds: frozenset[str]) -> Comparison | None:
    if operand.kind != "string":
        return None
    if "uri" in kinds:
        made = None if urls.is_internal(operand.value) else widen.without_secrets(path, operand.value)
        return made if made is not None and is_clean_url(widen.shown(made)) and is_bare(widen.shown(made)) else None
    made = widen.without_users(path, operand.value)
    return made if made is not None and is_clean(widen.shown(made)) else None
