"""The grammar of verbs, and their one order of restriction."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.sharing.verbs import DROP, GENERALIZATIONS, ORDER, Verb, inner, parse_verb, restriction, stricter, strictest

PLAIN = ("keep", "drop", "withhold_object", "hold_for_review", "pseudonym", "regenerate", "tokenize")

some_verb = st.one_of(
    st.sampled_from(PLAIN).map(Verb),
    st.sampled_from(sorted(GENERALIZATIONS)).map(lambda how: Verb("generalize", how)),
    st.lists(st.integers(1, 50), min_size=1, max_size=4).map(lambda bounds: parse_verb(f"bucket({','.join(map(str, bounds))})")),
    st.sampled_from(["", "user", "***"]).map(lambda text: Verb("mask", text)),
    st.sampled_from([*PLAIN, "generalize(url:strip)", "mask(x)"]).map(lambda text: Verb("decode_then", text)),
)


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        *((name, Verb(name)) for name in PLAIN),
        ("withhold", Verb("withhold_object")),
        (" drop ", Verb("drop")),
        ("mask", Verb("mask")),
        ("mask(<user>)", Verb("mask", "<user>")),
        ("generalize(ip:24)", Verb("generalize", "ip:24")),
        ("generalize(path:user-segment)", Verb("generalize", "path:user-segment")),
        ("bucket(25, 5,10)", Verb("bucket", "5,10,25")),
        ("decode_then(generalize(url:strip))", Verb("decode_then", "generalize(url:strip)")),
        ("decode_then(withhold)", Verb("decode_then", "withhold_object")),
    ],
)
def test_what_is_a_verb(text: str, verb: Verb) -> None:
    assert parse_verb(text) == verb
    assert parse_verb(str(verb)) == verb


@pytest.mark.parametrize(
    "text",
    [
        *("", "hash", "Keep", "keep()", "keep(x)", "drop(1)", "mask(a(b)c)", "mask(\u0007)", f"mask({'x' * 65})"),
        *("generalize", "generalize()", "generalize(ip:8)", "bucket", "bucket()", "bucket(a)", "bucket(-1)", "bucket(1.5)", "bucket(1,)"),
        *(
            "decode_then",
            "decode_then()",
            "decode_then(x)",
            "decode_then(decode_then(drop))",
            "drop, keep",
            "keep keep",
            "generalize(ip:24",
        ),
    ],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_verb(text)


def test_the_order() -> None:
    each = {name: Verb(name) for name in PLAIN} | {
        "mask": Verb("mask"),
        "bucket": Verb("bucket", "5"),
        "generalize": Verb("generalize", "sector"),
    }
    assert sorted(each, key=lambda name: restriction(each[name])) == list(ORDER)
    assert restriction(Verb("decode_then", "drop")) == restriction(DROP)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("keep", "bucket(5)", "bucket(5)"),
        ("pseudonym", "generalize(ip:24)", "pseudonym"),
        ("mask(x)", "regenerate", "regenerate"),
        ("drop", "hold_for_review", "hold_for_review"),
        ("hold_for_review", "withhold", "withhold_object"),
        ("generalize(time:1h)", "generalize(time:1d)", "generalize(time:1d)"),
        ("generalize(ip:24)", "generalize(ip:48)", "drop"),
        ("generalize(ip:24)", "generalize(sector)", "drop"),
        ("bucket(5,10,25)", "bucket(10,25,100)", "bucket(10,25)"),
        ("bucket(5)", "bucket(10)", "drop"),
        ("mask(b)", "mask(a)", "mask(a)"),
        ("decode_then(drop)", "drop", "drop"),
        ("decode_then(mask(x))", "mask(y)", "drop"),
        ("decode_then(generalize(url:strip))", "drop", "drop"),
    ],
)
def test_the_stricter_of_two(one: str, other: str, expected: str) -> None:
    assert stricter(parse_verb(one), parse_verb(other)) == parse_verb(expected)


@given(some_verb, some_verb)
def test_the_stricter_is_never_freer_than_either(one: Verb, other: Verb) -> None:
    found = stricter(one, other)
    assert found == stricter(other, one)
    assert restriction(found) >= max(restriction(one), restriction(other))
    assert stricter(one, one) == one


@given(st.lists(some_verb, max_size=4))
def test_the_strictest_does_not_depend_on_the_order_and_one_more_never_frees(verbs: list[Verb]) -> None:
    assert len({strictest(order) for order in permutations(verbs)}) == 1
    if verbs:
        assert restriction(strictest(verbs)) >= restriction(strictest(verbs[1:]))
        assert strictest(verbs + verbs[:1]) == strictest(verbs)


def test_the_strictest_of_none_keeps() -> None:
    assert strictest([]) == Verb("keep")


def test_two_that_cannot_be_compared_drop_even_beside_a_third() -> None:
    verbs = [parse_verb(text) for text in ("generalize(ip:24)", "generalize(sector)", "pseudonym")]
    assert strictest(verbs) == DROP
    assert inner(Verb("decode_then", "mask(x)")) == Verb("mask", "x")
