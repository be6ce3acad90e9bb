"""What is an envelope, what is not, and what of it fails alone."""

from __future__ import annotations

import time
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.blocks import envelope
from pipeline.server.envelopes import cut
from schemas.errors import BadRequest, Unprocessable
from schemas.split import Fragment, Piece, split_bytes

GOOD = b'{"type":"tool","n":1.00,"t":"\\u00e9"}'


def outcome(piece: bytes | Fragment) -> bytes | str:
    """What becomes of one element: its bytes if intake can read them, else the reason, from here or from intake."""
    if isinstance(piece, Fragment):
        return piece.reason
    (found,) = split_bytes(envelope([piece]))
    return found.raw if isinstance(found, Piece) else found.reason


def test_the_objects_own_bytes() -> None:
    assert cut(b'{ "more" : false, "objects" : [ ' + GOOD + b" , " + GOOD + b"] }") == [GOOD, GOOD]


ALONE = [
    ("NaN", b'{"type":"a","n":NaN}', "non-finite-number"),
    ("a huge number", b'{"type":"a","n":1e999}', "non-finite-number"),
    ("a lone surrogate", b'{"type":"a","n":"\\ud800"}', "invalid-unicode"),
    ("not UTF-8", b'{"type":"a","n":"\xff"}', "invalid-utf8"),
    ("too deep", b'{"a":' * 100 + b"1" + b"}" * 100, "too-deep"),
    ("a name twice", b'{"a":1,"a":2}', "duplicate-key"),
    ("no object", b"7", "not-an-object"),
    ("too large", b'{"a":"' + b"x" * (1 << 20) + b'"}', "too-large"),
]


@pytest.mark.parametrize(("what", "flawed", "reason"), ALONE, ids=[row[0] for row in ALONE])
def test_one_flawed_object_fails_alone(what: str, flawed: bytes, reason: str) -> None:
    pieces = cut(b'{"objects":[' + GOOD + b"," + flawed + b"," + GOOD + b"]}")
    assert [outcome(piece) for piece in pieces] == [GOOD, reason, GOOD], what


MALFORMED = [
    b"",
    b" ",
    b"{",
    b"objects",
    b'{"objects":[',
    b'{"objects":[{"a":1}',
    b'{"objects":[{"a":1]}',
    b'{"objects":[{"a":1}]}x',
    b"\xff",
]


@pytest.mark.parametrize("body", MALFORMED)
def test_malformed(body: bytes) -> None:
    with pytest.raises(BadRequest) as caught:
        cut(body)
    assert not isinstance(caught.value, Unprocessable)


NO_ENVELOPE = [
    b"[]",
    b"1",
    b'"x"',
    b"null",
    b"{}",
    b'{"objects":[]}',
    b'{"objects":null}',
    b'{"objects":"x"}',
    GOOD,
    b'{"a":{"objects":[{"b":1}]}}',
]


@pytest.mark.parametrize("body", NO_ENVELOPE)
def test_no_envelope(body: bytes) -> None:
    with pytest.raises(Unprocessable):
        cut(body)


DEEP = [b"[" * 100_000, b'{"objects":[' + b'{"a":' * 100_000, b'{"objects":[' + b"[" * 100_000, b'{"a":' * 2000 + b"1" + b"}" * 2000]


@pytest.mark.parametrize("body", DEEP)
def test_depth_is_refused_at_once(body: bytes) -> None:
    started = time.process_time()
    with pytest.raises(BadRequest):
        cut(body)
    assert time.process_time() - started < 0.05


@given(st.binary(max_size=200))
def test_any_bytes(body: bytes) -> None:
    for document in (body, b'{"objects":[' + body, b'{"objects":[' + body + b"]}"):
        try:
            pieces = cut(document)
        except BadRequest:
            continue
        assert pieces


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.lists(VALUES, min_size=1, max_size=8))
def test_intake_counts_what_was_counted_here(values: list[Any]) -> None:
    """Each element is one place of its message, whatever it is: what the status counts rests on that."""
    pieces = cut(orjson.dumps({"objects": values}))
    assert len(pieces) == len(values)
    taken = [piece for piece in pieces if isinstance(piece, bytes)]
    assert len(list(split_bytes(envelope(taken)))) == len(taken)
