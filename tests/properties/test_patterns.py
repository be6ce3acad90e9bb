"""Laws of the pattern language: printing and parsing, one meaning for one key, and short ways that do not differ from the long one."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from schemas.patterns import canonical, chain, examine, parse, quick, to_text, whole
from schemas.patterns.printer import quoted
from schemas.patterns.tree import Comparison, Compound, Constant, Junction, Observation, Path, Pattern, Qualified, Qualifier
from tests.unit.schemas.patterns.strategies import KNOWN_PATHS, PATHS, comparisons, patterns, spelled

relaxed = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])


@relaxed
@given(patterns(comparisons()))
def test_what_is_printed_parses_again_to_itself(tree: Pattern) -> None:
    assert parse(to_text(tree)) == tree


@relaxed
@given(patterns(comparisons()), st.integers(0, 1 << 32))
def test_spelling_is_not_part_of_the_tree(tree: Pattern, seed: int) -> None:
    text = spelled(tree, random.Random(seed))
    assert parse(text) == tree
    assert to_text(parse(text)) == to_text(tree)


@relaxed
@given(patterns(comparisons(st.one_of(PATHS, KNOWN_PATHS))))
def test_the_canonical_form_is_its_own_canonical_form(tree: Pattern) -> None:
    found = canonical(tree)
    assume(found is not None)
    assert found is not None
    assert canonical(found) == found
    report, other = examine(to_text(tree)), examine(to_text(found))
    if not any(not flaw.setting for flaw in (*report.flaws, *other.flaws)):  # distribution can lay bare a term that no object satisfies
        assert report.key == other.key


@relaxed
@given(patterns(comparisons(st.one_of(PATHS, KNOWN_PATHS))), st.integers(0, 1 << 32))
def test_spelling_and_order_are_not_part_of_the_key(tree: Pattern, seed: int) -> None:
    chance = random.Random(seed)
    report, other = examine(to_text(tree)), examine(spelled(shuffled(tree, chance), chance))
    if all(flaw.setting for flaw in report.flaws) and report.key[0] != "~":
        assert report.key == other.key
        assert sorted(flaw.reason for flaw in report.flaws) == sorted(flaw.reason for flaw in other.flaws)


def shuffled(node: Pattern | Comparison | Junction, chance: random.Random) -> Pattern:
    """The same with operands in any order, where order has no meaning."""
    found: Pattern
    match node:
        case Observation(expression):
            found = Observation(shuffled(expression, chance))  # type: ignore[arg-type]
        case Qualified(expression, qualifiers):
            found = Qualified(shuffled(expression, chance), qualifiers)  # type: ignore[arg-type]
        case Junction(operator, operands) | Compound(operator, operands):
            parts = [shuffled(operand, chance) for operand in operands]
            if operator != "FOLLOWEDBY":
                chance.shuffle(parts)
            found = type(node)(operator, tuple(parts))  # type: ignore[assignment,arg-type]
        case Comparison(path, "IN", negated, operands):
            return Comparison(path, "IN", negated, tuple(chance.sample(operands, len(operands))))  # type: ignore[return-value]
        case _:
            return node  # type: ignore[return-value]
    return found


# --- One meaning: patterns and their canonical forms are matched against small worlds by a matcher that knows nothing of folding. ---

NUMBERS = st.integers(0, 2).map(lambda number: Constant("integer", str(number)))
SMALL_PATHS = st.builds(Path, st.sampled_from(["s", "t"]), st.sampled_from([("p",), ("q",), ("l", None)]))
ONE_NUMBER = NUMBERS.map(lambda number: (number,))
SMALL = st.one_of(
    st.builds(Comparison, SMALL_PATHS, st.sampled_from(["=", "!=", "<", ">="]), st.booleans(), ONE_NUMBER),
    st.builds(Comparison, SMALL_PATHS, st.just("IN"), st.booleans(), st.lists(NUMBERS, max_size=3).map(tuple)),
    st.builds(Comparison, SMALL_PATHS, st.just("EXISTS"), st.just(False), st.just(())),
)
OBJECTS = st.fixed_dictionaries(
    {"type": st.sampled_from(["s", "t"])},
    optional={"p": st.integers(0, 2), "q": st.integers(0, 2), "l": st.lists(st.integers(0, 2), max_size=3)},
)
WORLDS = st.lists(st.lists(OBJECTS, min_size=1, max_size=2), min_size=1, max_size=4)


def holds(node: Comparison | Junction, thing: dict[str, object]) -> bool:
    """§9.6: whether one object fits. What is not there makes any comparison false; NOT negates the comparison as a whole."""
    if isinstance(node, Junction):
        results = [holds(operand, thing) for operand in node.operands]
        return all(results) if node.operator == "AND" else any(results)
    name = str(node.path.steps[0])
    if thing["type"] != node.path.object_type or name not in thing or thing[name] == []:
        return False
    if node.operator == "EXISTS":
        return True
    values = thing[name] if isinstance(thing[name], list) else [thing[name]]
    wanted = [int(operand.value) for operand in node.operands]
    tests = {
        "=": lambda value: value == wanted[0],
        "!=": lambda value: value != wanted[0],
        "<": lambda value: value < wanted[0],
        ">=": lambda value: value >= wanted[0],
        "IN": lambda value: value in wanted,
    }
    return any(map(tests[node.operator], values)) != node.negated  # type: ignore[call-overload]


def matches(node: Pattern, world: list[list[dict[str, object]]]) -> set[frozenset[int]]:
    """§9.5: the sets of observations, by number and in order of time, that fit a pattern."""
    match node:
        case Observation(expression):
            return {frozenset((number,)) for number, things in enumerate(world) if any(holds(expression, thing) for thing in things)}
        case Qualified(expression, qualifiers):
            found = matches(expression, world)
            for qualifier in qualifiers:
                found = set(limited(found, qualifier))
            return found
        case Compound("OR", operands):
            return set().union(*(matches(operand, world) for operand in operands))
        case Compound(operator, operands):
            found = matches(operands[0], world)
            for operand in operands[1:]:
                pairs = itertools.product(found, matches(operand, world))
                found = {one | other for one, other in pairs if not one & other and (operator == "AND" or max(one) < min(other))}
            return found
    raise AssertionError


def limited(found: set[frozenset[int]], qualifier: Qualifier) -> Iterator[frozenset[int]]:
    if qualifier.kind == "REPEATS":
        for sets in itertools.combinations(found, int(qualifier.values[0])):
            if sum(map(len, sets)) == len(frozenset().union(*sets)):
                yield frozenset().union(*sets)
    elif qualifier.kind == "WITHIN":
        yield from (one for one in found if max(one) - min(one) < float(qualifier.values[0]) / 20)
    else:
        yield from (one for one in found if min(one) >= int(qualifier.values[0][:4]) % 3)


@settings(relaxed, max_examples=150)
@given(patterns(SMALL), WORLDS)
def test_the_canonical_form_means_the_same(tree: Pattern, world: list[list[dict[str, object]]]) -> None:
    found = canonical(tree)
    assume(found is not None)
    assert found is not None
    assert matches(found, world) == matches(tree, world)


def joined(parts: list[str], operators: tuple[str, ...]) -> list[str]:
    """All ways to join up to three of the parts."""
    pairs = [f"{one} {operator} {other}" for operator in operators for one in parts for other in parts]
    return [*parts, *pairs, *(f"({pair}) {operator} {part}" for pair in pairs for operator in operators for part in parts)]


def same_key_same_meaning(texts: list[str], meaning: Callable[[Pattern], object]) -> int:
    """How many texts share their key with an earlier one."""
    known: dict[str, object] = {}
    for text in texts:
        assert known.setdefault(examine(text).key, found := meaning(parse(text))) == found, text
    return len(texts) - len(known)


def test_expressions_with_equal_keys_hold_for_the_same_objects() -> None:
    leaves = ["s:p = 1", "s:p NOT = 1", "s:p != 1", "s:p IN (1, 2)", "s:p NOT IN (1, 2)", "s:l[*] = 1", "s:l[*] != 1", "s:l[*] NOT = 1"]
    lists: list[list[int] | None] = [None, [1], [2], [1, 2]]
    things: list[dict[str, object]] = [
        {"type": "s", **({} if number is None else {"p": number}), **({} if items is None else {"l": items})}
        for number in (None, 0, 1, 2)
        for items in lists
    ]

    def meaning(tree: Pattern) -> list[bool]:
        assert isinstance(tree, Observation)
        return [holds(tree.expression, thing) for thing in things]

    assert same_key_same_meaning([f"[{text}]" for text in joined([*leaves, "s:p NOT != 1"], ("AND", "OR"))], meaning) > 1000


def test_patterns_with_equal_keys_match_the_same_observations() -> None:
    leaves = ["[s:p = 1]", "[s:q = 1]", "[s:p = 1] REPEATS 2 TIMES", "([s:p = 1] OR [s:q = 1]) REPEATS 2 TIMES"]
    kinds: list[list[dict[str, object]]] = [[{"type": "s", "p": 1}], [{"type": "s", "q": 1}], [{"type": "s", "p": 1, "q": 1}]]
    worlds = [list(world) for world in itertools.product(kinds, repeat=3)]

    def meaning(tree: Pattern) -> list[set[frozenset[int]]]:
        return [matches(tree, world) for world in worlds]

    assert same_key_same_meaning(joined(leaves, ("AND", "OR", "FOLLOWEDBY")), meaning) > 200


# --- The short ways ---

SPACE = st.sampled_from(["", " ", "  ", "\t", "\r\n", "\u00a0", "/**/", "\f"])
PLAIN_PATHS = st.sampled_from(
    [
        *(
            "file:name",
            "file:hashes.MD5",
            "file:hashes.'SHA-256'",
            "file:hashes.sha256",
            "domain-name:value",
            "ipv4-addr:value",
            "url:value",
        ),
        *("email-addr:value", "mac-addr:value", "windows-registry-key:key", "network-traffic:dst_ref.value", "file:size", "file:'name'"),
        *("x-own:a.b", "email-message:to_refs[*].value", "process:environment_variables.'a.b'", "A:b", "file:name[1]", "a:'b\\'c'"),
        *("file:hashes.SHA-256", "AND:a", "file:AND", "a:b[01]", "true:x", "0a:b", "a.b", ":a", "a:"),
    ]
)
VALUES = st.one_of(
    st.text(max_size=12).map(quoted),
    st.text(alphabet="\\'a] OR", max_size=8).map(lambda text: f"'{text}'"),
    st.sampled_from(["A.example.", "198.51.100.7/32", "2001:DB8::1", "http://A.example/B", "x y", "a@B.example"]).map(quoted),
    st.sampled_from(["ab" * 16, "AB" * 32, "\u212a"]).map(quoted),
    st.sampled_from(["5", "true", "h'ab'"]),
)  # fmt: skip
LINKS = st.builds("{}{}{}{}{}".format, PLAIN_PATHS, SPACE, st.sampled_from(["=", "==", "=", "!=", " NOT ="]), SPACE, VALUES)
JOINTS = st.sampled_from([" OR ", " OR ", "OR", "\tOR\n", " AND ", " AND ", "OR ", " or ", " FOLLOWEDBY "])


@settings(relaxed, max_examples=300)
@given(SPACE, LINKS, SPACE, SPACE)
def test_one_equality_gets_the_report_of_the_whole_parser(before: str, link: str, inside: str, after: str) -> None:
    text = f"{before}[{inside}{link}{inside}]{after}"
    assert quick.report(text) in (None, whole.report(text))
    assert examine(text) == whole.report(text)


@settings(relaxed, max_examples=300)
@given(st.lists(st.tuples(LINKS, JOINTS), min_size=2, max_size=5), st.sampled_from(["", " OR ", " AND "]), SPACE)
def test_a_chain_gets_the_report_of_the_whole_parser(links: list[tuple[str, str]], joint: str, space: str) -> None:
    text = f"[{space}{''.join(link + (joint or other) for link, other in links[:-1])}{links[-1][0]}{space}]"
    assert chain.report(text) in (None, whole.report(text))
    assert examine(text) == whole.report(text)


@given(st.text(alphabet="[]()'\\ahbt01:.,*=!<> ANDORINOT%/-+_\n", max_size=40))
def test_any_text_has_a_report(text: str) -> None:
    report = examine(text)
    assert report == whole.report(text)
    assert (report.key[0] == "~") == any(not flaw.setting for flaw in report.flaws)
    assert all(0 <= flaw.position <= len(text) for flaw in report.flaws)
