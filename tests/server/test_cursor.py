"""The sealed `next`: round trips, and everything else refused (P5, P6, F29)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.server.cursor import CursorSealer, Position, begin, resume
from pipeline.server.query import Filters, Query
from schemas.errors import BadRequest, ConfigError
from tests.server.support import KEY

SEALER = CursorSealer(KEY)
TEXTS = st.one_of(st.none(), st.lists(st.text(st.characters(codec="ascii"), max_size=20), min_size=1, max_size=4).map(tuple))
TIMES = st.integers(-(2**55), 2**58)
FILTERS = st.builds(Filters, TEXTS, TEXTS, TEXTS, TEXTS)
POSITIONS = st.builds(Position, TIMES, st.one_of(st.none(), TIMES), FILTERS)
SCOPES = st.tuples(st.text(max_size=10), st.text(max_size=10), st.text(max_size=10))


@given(POSITIONS, SCOPES)
def test_a_token_brings_its_position_back(position: Position, scope: tuple[str, str, str]) -> None:
    token = SEALER.seal(position, scope)
    assert SEALER.open(token, scope) == position
    assert CursorSealer(KEY).seal(position, scope) == token
    assert set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


@given(POSITIONS, SCOPES, SCOPES)
def test_a_token_of_another_scope_does_not_open(position: Position, scope: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    token = SEALER.seal(position, scope)
    if scope != other:
        with pytest.raises(BadRequest):
            SEALER.open(token, other)


def test_the_parts_of_a_scope_do_not_run_together() -> None:
    position = Position(1, None, Filters())
    with pytest.raises(BadRequest):
        SEALER.open(SEALER.seal(position, ("ab", "c", "d")), ("a", "bc", "d"))


@given(POSITIONS, st.data())
def test_any_change_is_noticed(position: Position, data: st.DataObject) -> None:
    scope = ("alpha.example", "one", "objects")
    token = SEALER.seal(position, scope)
    place = data.draw(st.integers(0, len(token) - 1))
    character = data.draw(st.characters())
    changed = token[:place] + character + token[place + data.draw(st.integers(0, 1)) :]
    if changed != token:
        with pytest.raises(BadRequest):
            SEALER.open(changed, scope)


@given(st.text(max_size=200))
def test_noise_is_refused(token: str) -> None:
    with pytest.raises(BadRequest):
        SEALER.open(token, ("alpha.example", "one", "objects"))


@given(POSITIONS)
@settings(max_examples=20)
def test_another_key_does_not_open(position: Position) -> None:
    scope = ("alpha.example", "one", "objects")
    with pytest.raises(BadRequest):
        CursorSealer(KEY[::-1]).open(SEALER.seal(position, scope), scope)


def test_a_token_tells_nothing() -> None:
    token = SEALER.seal(Position(1, None, Filters(types=("malware",))), ("alpha.example", "one", "objects"))
    assert "malware" not in token
    assert "alpha" not in token


@given(FILTERS, st.one_of(st.none(), TIMES), TIMES)
def test_dropped_and_repeated_filters_are_the_same_walk(filters: Filters, added_after: int | None, seq: int) -> None:
    position = Position(seq, added_after, filters)
    again = resume(Query(filters, added_after), position)
    dropped = resume(Query(), position)
    assert dropped.filters == again.filters == filters
    assert dropped.after == seq
    assert again.after == max(seq, added_after if added_after is not None else seq)


@given(FILTERS, FILTERS)
def test_other_filters_are_refused(begun: Filters, asked: Filters) -> None:
    defaults = Filters(versions=("last",))
    differs = any(new is not None and new != (old or default) for new, old, default in zip(asked, begun, defaults, strict=True))
    if differs:
        with pytest.raises(BadRequest):
            resume(Query(asked), Position(5, None, begun))
    else:
        assert resume(Query(asked), Position(5, None, begun)).filters == begun


def test_added_after_moves_on_but_not_back() -> None:
    position = Position(50, 10, Filters())
    assert [resume(Query(added_after=after), position).after for after in (10, 49, 50, 99)] == [50, 50, 50, 99]
    with pytest.raises(BadRequest):
        resume(Query(added_after=9), position)
    assert resume(Query(added_after=99), position).added_after == 10  # the next token still belongs to the walk that was begun


def test_a_walk_begins_at_added_after() -> None:
    assert [begin(Query(added_after=after)).after for after in (None, -5, 0, 7)] == [0, 0, 0, 7]


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ConfigError):
        CursorSealer(b"short")
