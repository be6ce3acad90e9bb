"""The grammar of §9: what is a pattern and as which tree, and where a text stops being one."""

from __future__ import annotations

import orjson
import pytest

from schemas.patterns import PatternError, examine, parse, to_text
from schemas.patterns.tree import Comparison, Compound, Constant, Junction, Observation, Path, Qualified, Qualifier
from tests.support.data import FOLDER, needs_data

A = Comparison(Path("a", ("b",)), "=", False, (Constant("integer", "1"),))
B = Comparison(Path("a", ("c",)), "=", False, (Constant("integer", "2"),))
OA, OB = Observation(A), Observation(B)

OPERANDS = {
    "'it''s'": None,
    r"'it\'s \\'": Constant("string", "it's \\"),
    "''": Constant("string", ""),
    "'a\nb'": Constant("string", "a\nb"),
    "0": Constant("integer", "0"),
    "-0": Constant("integer", "0"),
    "-17": Constant("integer", "-17"),
    "+17": Constant("integer", "17"),
    "017": None,
    "1e5": None,
    ".5": Constant("float", "0.5"),
    "-00.50": Constant("float", "-0.5"),
    "5.": None,
    "1.0": Constant("float", "1.0"),
    "true": Constant("boolean", "true"),
    "TRUE": None,
    "h''": Constant("hex", ""),
    "h'aB'": Constant("hex", "ab"),
    "h'abc'": None,
    "b'QQ=='": Constant("binary", "QQ=="),
    "b'Q\nQ=\n='": Constant("binary", "QQ=="),
    "b'QQ='": None,
    "b''": None,
    "t'2026-01-01T00:00:00Z'": Constant("timestamp", "2026-01-01T00:00:00Z"),
    "t'2026-12-31T23:59:60.123456789Z'": Constant("timestamp", "2026-12-31T23:59:60.123456789Z"),
    "t'2026-02-30T00:00:00Z'": None,
    "t'2026-01-01T00:00:00+01:00'": None,
    "t'2026-01-01'": None,
    "name": None,
    "": None,
    "(1)": None,
}


@pytest.mark.parametrize("text", OPERANDS)
def test_constants(text: str) -> None:
    expected = OPERANDS[text]
    if expected is None:
        with pytest.raises(PatternError) as caught:
            parse(f"[a:b = {text}]")
        assert (caught.value.reason, caught.value.position >= 6) == ("invalid-pattern", True)
    else:
        assert parse(f"[a:b = {text}]") == Observation(Comparison(Path("a", ("b",)), "=", False, (expected,)))


PATHS = {
    "a:b": Path("a", ("b",)),
    "a-b:c_d": Path("a-b", ("c_d",)),
    "a : b . c [ 3 ] [ * ]": Path("a", ("b", "c", 3, None)),
    "a:b[*].c[-1]": Path("a", ("b", None, "c", -1)),
    "a:'b-c'.'d.e'": Path("a", ("b-c", "d.e")),
    r"a:'it\'s'": Path("a", ("it's",)),
    "a:'AND'.x": Path("a", ("AND", "x")),
    "A_:b": Path("A_", ("b",)),
    "a:b-c": None,
    "a:b.c-d": None,
    "a:AND": None,
    "true:b": None,
    "1a:b": None,
    "a.b": None,
    "a:": None,
    "a:b.": None,
    "a:b[]": None,
    "a:b[01]": None,
    "a:b[1.0]": None,
    f"a:b[{'1' * 17}]": None,
    "a:b['c']": None,
    "a:[0]": None,
    "'a':b": None,
    "a:b:c": None,
    "a:LAST": None,
}


@pytest.mark.parametrize("text", PATHS)
def test_paths(text: str) -> None:
    expected = PATHS[text]
    if expected is None:
        with pytest.raises(PatternError):
            parse(f"[{text} = 1]")
    else:
        assert parse(f"[{text} = 1]") == Observation(Comparison(expected, "=", False, (Constant("integer", "1"),)))
        assert parse(f"[EXISTS {text}]") == Observation(Comparison(expected, "EXISTS", False, ()))


COMPARISONS = {
    "a:b == 1": ("=", False, ("1",)),
    "a:b <> 1": ("!=", False, ("1",)),
    "a:b NOT = 1": ("=", True, ("1",)),
    "a:b NOT!=1": ("!=", True, ("1",)),
    "a:b NOT >= -1.5": (">=", True, ("-1.5",)),
    "a:b < h'00'": ("<", False, ("00",)),
    "a:b > true": None,
    "a:b IN(1,'x',true)": ("IN", False, ("1", "x", "true")),
    "a:b NOT IN ()": ("IN", True, ()),
    "a:b IN (1,)": None,
    "a:b IN 1": None,
    "a:b IN (1": None,
    "a:b LIKE 'x%'": ("LIKE", False, ("x%",)),
    "a:b NOT LIKE 'x%'": ("LIKE", True, ("x%",)),
    "a:b LIKE 5": None,
    "a:b LIKE t'2026-01-01T00:00:00Z'": None,
    "a:b MATCHES '('": ("MATCHES", False, ("(",)),
    "a:b NOT ISSUBSET 'x'": ("ISSUBSET", True, ("x",)),
    "a:b ISSUPERSET 'x'": ("ISSUPERSET", False, ("x",)),
    "NOT a:b = 1": None,
    "NOT EXISTS a:b": None,
    "a:b NOT NOT = 1": None,
    "a:b NOT EXISTS": None,
    "a:b": None,
    "a:b = ": None,
    "a:b = a:c": None,
    "1 = a:b": None,
    "a:b like 'x'": None,
    "a:b =? 1": None,
    "a:b MATCHES /x/": None,
}


@pytest.mark.parametrize("text", COMPARISONS)
def test_comparisons(text: str) -> None:
    expected = COMPARISONS[text]
    if expected is None:
        with pytest.raises(PatternError):
            parse(f"[{text}]")
    else:
        found = parse(f"[{text}]")
        assert isinstance(found, Observation)
        assert isinstance(found.expression, Comparison)
        assert found.expression[1:3] == expected[:2]
        assert tuple(operand.value for operand in found.expression.operands) == expected[2]


REPEATS2, WITHIN5 = Qualifier("REPEATS", ("2",)), Qualifier("WITHIN", ("5",))
TREES = {
    "[a:b=1 AND a:c=2]": Observation(Junction("AND", (A, B))),
    "[a:b=1 OR a:c=2 AND a:b=1]": Observation(Junction("OR", (A, Junction("AND", (B, A))))),
    "[(a:b=1 OR a:c=2) AND a:b=1]": Observation(Junction("AND", (Junction("OR", (A, B)), A))),
    "[a:b=1 AND (a:c=2 AND ((a:b=1)))]": Observation(Junction("AND", (A, B, A))),
    "[a:b=1] AND [a:c=2] OR [a:b=1]": Compound("OR", (Compound("AND", (OA, OB)), OA)),
    "[a:b=1] FOLLOWEDBY [a:c=2] OR [a:b=1]": Compound("FOLLOWEDBY", (OA, Compound("OR", (OB, OA)))),
    "[a:b=1] FOLLOWEDBY [a:c=2] FOLLOWEDBY [a:b=1]": Compound("FOLLOWEDBY", (OA, OB, OA)),
    "[a:b=1] FOLLOWEDBY ([a:c=2] FOLLOWEDBY [a:b=1])": Compound("FOLLOWEDBY", (OA, Compound("FOLLOWEDBY", (OB, OA)))),
    "([a:b=1] OR [a:c=2]) AND [a:b=1]": Compound("AND", (Compound("OR", (OA, OB)), OA)),
    "(([a:b=1]))": OA,
    "[a:b=1] AND [a:c=2] REPEATS 2 TIMES": Compound("AND", (OA, Qualified(OB, (REPEATS2,)))),
    "([a:b=1] AND [a:c=2]) REPEATS 2 TIMES": Qualified(Compound("AND", (OA, OB)), (REPEATS2,)),
    "[a:b=1] REPEATS 2 TIMES WITHIN 5 SECONDS": Qualified(OA, (REPEATS2, WITHIN5)),
    "([a:b=1] REPEATS 2 TIMES) WITHIN 5 SECONDS": Qualified(OA, (REPEATS2, WITHIN5)),
    "[a:b=1]START t'2026-01-01T00:00:00Z'STOP t'2026-01-02T00:00:00Z'": Qualified(
        OA, (Qualifier("START", ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z")),)
    ),
    "[a:b=1] WITHIN .50 SECONDS": Qualified(OA, (Qualifier("WITHIN", ("0.5",)),)),
    "/**/[a:b/* [ */=1// ]\n]//": OA,
    "\u2003[a:b\u00a0=\u30001]\u0085": OA,
    f"{'(' * 400}[{'(' * 400}a:b=1{')' * 400}]{')' * 400}": OA,
}


@pytest.mark.parametrize("text", TREES, ids=range(len(TREES)))
def test_trees(text: str) -> None:
    assert parse(text) == TREES[text]
    assert parse(to_text(parse(text))) == TREES[text]


WRONG = {
    "": 0,
    "  ": 2,
    "a:b = 1": 0,
    "[a:b = 1": 8,
    "[a:b = 1]]": 9,
    "[a:b = 1)]": 8,
    "([a:b = 1]": 10,
    "[a:b = 1] [a:b = 1]": 10,
    "[a:b = 1] AND": 13,
    "[a:b = 1 AND]": 12,
    "[a:b = 1 FOLLOWEDBY a:c = 2]": 9,
    "[a:b = 1] and [a:b = 1]": 10,
    "[a:b = 1] WITHIN 5": 18,
    "[a:b = 1] WITHIN 5 HOURS": 19,
    "[a:b = 1] WITHIN -5 SECONDS": 17,
    "[a:b = 1] WITHIN 0 SECONDS": 17,
    "[a:b = 1] WITHIN 0.0 SECONDS": 17,
    "[a:b = 1] REPEATS 0 TIMES": 18,
    "[a:b = 1] REPEATS 1.5 TIMES": 18,
    "[a:b = 1] START '2026-01-01T00:00:00Z' STOP t'2026-01-01T00:00:00Z'": 16,
    "[a:b = 1] START t'2026-01-01T00:00:00Z'": 39,
    "[a:b = 1] WITHIN 5 SECONDS WITHIN 6 SECONDS": 27,
    "([a:b = 1] REPEATS 2 TIMES REPEATS 3 TIMES)": 27,
    "[a:b = 1 /* no end": 9,
    "[a:b = 1\x1c]": 8,
    "[a:b = 'x]": 7,
    r"[a:b = 'x\y']": 7,
    "[a:b = 1 AND ()]": 14,
    "[]": 1,
    "()": 1,
    "[a:b = t'2026-01-01T00:00:00Z' 1]": 31,
}


@pytest.mark.parametrize("text", WRONG)
def test_errors_say_where(text: str) -> None:
    with pytest.raises(PatternError) as caught:
        parse(text)
    assert (caught.value.reason, caught.value.position) == ("invalid-pattern", WRONG[text])
    assert examine(text).flaws == ((caught.value.reason, caught.value.position, caught.value.section, ""),)


def test_errors_hold_no_text_of_the_pattern() -> None:
    with pytest.raises(PatternError) as caught:
        parse("[file:name = 'secret' canary]")
    assert "secret" not in repr(caught.value) + str(caught.value.__dict__)
    assert caught.value.__cause__ is None


@pytest.mark.real
@needs_data
def test_the_published_cases() -> None:
    """Those of the OASIS pattern validator. It takes one AND of two object types, which §9.5 forbids."""
    cases = orjson.loads((FOLDER / "patterns" / "pattern_cases_v21.json").read_bytes())
    mixed = [text for text in cases["valid"] if any(flaw.setting == "" for flaw in examine(text).flaws)]
    assert [{flaw.reason for flaw in examine(text).flaws if not flaw.setting} for text in mixed] == [{"pattern-mixed-types"}]
    for text in cases["valid"]:
        assert parse(to_text(parse(text))) == parse(text)
    found = [{flaw.reason for flaw in examine(text).flaws} for text in cases["invalid"]]
    assert len(found) == 17
    assert [reasons for reasons in found if reasons != {"invalid-pattern"}] == [{"pattern-value"}]
