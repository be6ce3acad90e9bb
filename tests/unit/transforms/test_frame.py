"""Bytes made once, put around the id that each recipient sees."""

from __future__ import annotations

import pytest

from tests.support.objects import identifier
from transforms.frame import frame_of

ONE, OTHER = identifier("indicator", "one"), identifier("indicator", "other")
TIMELESS = '{"type":"indicator","id":"%s","name":"x"}'
TIMED = '{"type":"indicator","id":"%s","name":"x","modified":"2026-01-01T00:00:00.000Z"}'


@pytest.mark.parametrize("timed", [TIMED, TIMELESS])
def test_what_a_frame_makes_is_what_would_have_been_made(timed: str) -> None:
    frame = frame_of((TIMELESS % ONE).encode(), (timed % ONE).encode(), ONE)
    assert frame is not None
    for identifier_ in (ONE, OTHER):
        assert frame.around(identifier_) == ((TIMELESS % identifier_).encode(), (timed % identifier_).encode())


@pytest.mark.parametrize("body", [f'{{"id":"{ONE}","of":"{ONE}"}}', '{"id":"other"}'])
def test_what_names_its_id_again_or_not_at_all_has_no_frame(body: str) -> None:
    assert frame_of(body.encode(), body.encode(), ONE) is None
