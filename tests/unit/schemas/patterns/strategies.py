"""Random patterns for Hypothesis: trees as the parser makes them, and many spellings of one tree."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from schemas.patterns.printer import comparison_text, qualifier_text
from schemas.patterns.tree import Comparison, Compound, Constant, Junction, Observation, Path, Pattern, Qualified, Qualifier

NAMES = st.sampled_from(["name", "hashes", "size", "value", "a", "AND", "true", "a.b", "SHA-256", "it's", "b\\c", "", "[0]", "*", "9"])
PATHS = st.builds(
    lambda kind, first, rest: Path(kind, (first, *rest)),
    st.sampled_from(["file", "ipv4-addr", "domain-name", "x-own", "A_b-", "_"]),
    NAMES,
    st.lists(st.one_of(NAMES, st.integers(-2, 3), st.none()), max_size=3).map(tuple),
)
KNOWN_PATHS = st.sampled_from(
    [
        Path("file", ("name",)),
        Path("file", ("size",)),
        Path("file", ("hashes", "MD5")),
        Path("file", ("hashes", "sha-256")),
        Path("domain-name", ("value",)),
        Path("ipv4-addr", ("value",)),
        Path("url", ("value",)),
        Path("network-traffic", ("dst_ref", "value")),
        Path("email-message", ("to_refs", None, "value")),
        Path("artifact", ("payload_bin",)),
        Path("x-own", ("value",)),
    ]
)
STRINGS = st.one_of(
    st.text(max_size=8),
    st.sampled_from(
        ["a", "A", "a%", "Host.Example", "host.example.", "198.51.100.7", "198.51.100.7/32", "2001:DB8::1", "it's", "\\", "' OR '"]
    ),
    st.sampled_from(["ab" * 16, "AB" * 16, "Ab" * 32, "HTTPS://Host.Example/A", "http://h\\a", "a@B.example", "K", "\u212a", "5"]),
)
_DAYS = st.dates().map(lambda day: f"{day.isoformat()}T00:00:00")
TIMES = st.builds(lambda day, tail: f"{day}{tail}Z", _DAYS, st.sampled_from(["", ".0", ".5", ".123456789"]))
INTEGERS = st.integers(-20, 1 << 60).map(lambda number: Constant("integer", str(number)))
FLOATS = st.builds(
    lambda sign, whole, part: Constant("float", f"{sign if whole or part.strip('0') else ''}{whole}.{part.rstrip('0') or '0'}"),
    st.sampled_from(["", "-"]),
    st.integers(0, 30),
    st.sampled_from(["0", "5", "50", "05", "125"]),
)
ORDERED = st.one_of(
    STRINGS.map(lambda text: Constant("string", text)),
    INTEGERS,
    FLOATS,
    st.binary(max_size=4).map(lambda data: Constant("hex", data.hex())),
    st.sampled_from(["QUJD", "QUI=", "QQ=="]).map(lambda text: Constant("binary", text)),
    TIMES.map(lambda text: Constant("timestamp", text)),
)
CONSTANTS = st.one_of(ORDERED, st.sampled_from(["true", "false"]).map(lambda word: Constant("boolean", word)))


def comparisons(paths: st.SearchStrategy[Path] = PATHS) -> st.SearchStrategy[Comparison]:
    text = STRINGS.map(lambda value: (Constant("string", value),))
    return st.one_of(
        st.builds(Comparison, paths, st.sampled_from(["=", "!="]), st.booleans(), CONSTANTS.map(lambda constant: (constant,))),
        st.builds(Comparison, paths, st.just("="), st.just(False), text),
        st.builds(Comparison, paths, st.sampled_from(["<", ">", "<=", ">="]), st.booleans(), ORDERED.map(lambda constant: (constant,))),
        st.builds(Comparison, paths, st.just("IN"), st.booleans(), st.lists(CONSTANTS, max_size=4).map(tuple)),
        st.builds(Comparison, paths, st.sampled_from(["LIKE", "MATCHES", "ISSUBSET", "ISSUPERSET"]), st.booleans(), text),
        st.builds(Comparison, paths, st.just("EXISTS"), st.just(False), st.just(())),
    )


def flat(make: Callable[..., Any], operator: str, operands: list[Any]) -> Any:
    """A junction or compound as the parser makes them."""
    parts: list[Any] = []
    for operand in operands:
        same = type(operand) is make and operand.operator == operator
        parts.extend(operand.operands if same and (operator != "FOLLOWEDBY" or not parts) else [operand])
    return make(operator, tuple(parts)) if len(parts) > 1 else parts[0]


def expressions(leaves: st.SearchStrategy[Comparison], size: int = 8) -> st.SearchStrategy[Comparison | Junction]:
    def joined(operator: str, parts: list[Any]) -> Any:
        return flat(Junction, operator, parts)

    return st.recursive(
        leaves,
        lambda inner: st.builds(joined, st.sampled_from(["AND", "OR"]), st.lists(inner, min_size=2, max_size=3)),
        max_leaves=size,
    )


QUALIFIERS = st.one_of(
    st.integers(1, 5).map(lambda times: Qualifier("REPEATS", (str(times),))),
    st.sampled_from(["1", "60", "60.0", "0.5"]).map(lambda seconds: Qualifier("WITHIN", (seconds,))),
    st.tuples(TIMES, TIMES).map(lambda times: Qualifier("START", times)),
)


def patterns(leaves: st.SearchStrategy[Comparison], size: int = 5) -> st.SearchStrategy[Pattern]:
    def qualified(inner: Pattern, qualifiers: list[Qualifier]) -> Pattern:
        if isinstance(inner, Qualified):
            return Qualified(inner.expression, (*inner.qualifiers, *qualifiers))
        return Qualified(inner, tuple(qualifiers))

    return st.recursive(
        st.builds(Observation, expressions(leaves, 4)),
        lambda inner: st.one_of(
            st.builds(
                lambda operator, parts: flat(Compound, operator, parts),
                st.sampled_from(["AND", "OR", "FOLLOWEDBY"]),
                st.lists(inner, min_size=2, max_size=3),
            ),
            st.builds(qualified, inner, st.lists(QUALIFIERS, min_size=1, max_size=3)),
        ),
        max_leaves=size,
    )


def spelled(pattern: Pattern, chance: random.Random) -> str:
    """One of the many ways to write a pattern, with the same tree."""

    def space() -> str:
        return chance.choice([" ", " ", "\t", "\n ", " /* c ] */ ", " // c '\n", "\u00a0", "\u2003"])

    def some() -> str:
        return chance.choice(["", "", "", " ", "\r\n", "/**/"])

    def wrapped(text: str) -> str:
        return f"({some()}{text}{some()})" if chance.random() < 0.2 else text

    def expression(node: Comparison | Junction) -> str:
        if isinstance(node, Comparison):
            return wrapped(_respelled(comparison_text(node), node, chance))
        parts = [f"({expression(part)})" if isinstance(part, Junction) else expression(part) for part in node.operands]
        return wrapped(f"{space()}{node.operator}{space()}".join(parts))

    def outer(node: Pattern) -> str:
        if isinstance(node, Observation):
            return f"[{some()}{expression(node.expression)}{some()}]"
        if isinstance(node, Qualified):
            return f"({outer(node.expression)}){some()}" + space().join(map(qualifier_text, node.qualifiers))
        return f"{space()}{node.operator}{space()}".join(
            f"({outer(part)})" if not isinstance(part, Observation) else outer(part) for part in node.operands
        )

    return some() + outer(pattern) + some()


def _respelled(text: str, node: Comparison, chance: random.Random) -> str:
    if node.operator == "!=" and chance.random() < 0.5 and text.count(" != ") == 1:
        return text.replace(" != ", chance.choice(["!=", " <> "]))
    if node.operator == "=" and chance.random() < 0.5 and text.count(" = ") == 1:
        return text.replace(" = ", chance.choice(["=", " == "]))
    return text
