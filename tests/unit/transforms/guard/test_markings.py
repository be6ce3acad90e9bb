"""TLP words in the final bytes, however they are written: the second check, on the same table as the first."""

from __future__ import annotations

import time

import orjson
import pytest

from schemas.markings import Tlp
from tests.unit.transforms.guard.writings import BENIGN, DOUBTFUL, HOSTILE, WRITINGS
from transforms.guard import Guard, Watch
from transforms.guard.markings import word_above

GUARDS = {ceiling: Guard(Watch(ceiling)) for ceiling in Tlp}


def stopped(text: str) -> list[Tlp]:
    """The ceilings above which a text is."""
    body = orjson.dumps({"type": "malware", "description": text})
    return [ceiling for ceiling, guard in GUARDS.items() if guard.look(body) == "guard-marking"]


@pytest.mark.parametrize("text", [*WRITINGS, *DOUBTFUL])
def test_however_people_write_tlp(text: str) -> None:
    level = {**WRITINGS, **DOUBTFUL}[text]
    assert stopped(text) == stopped(f"See below. {text} Thank you.") == [ceiling for ceiling in Tlp if ceiling < level]


@pytest.mark.parametrize("text", BENIGN)
def test_a_sentence_that_speaks_of_tlp_is_let_through(text: str) -> None:
    assert stopped(text) == []


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_texts_take_linear_time(hostile: str) -> None:
    """Ten times as much, at most thirty times as long; below the fineness of the clock there is nothing to compare."""

    def spent(size: int) -> float:
        text = "tlp" + HOSTILE[hostile] * (size // len(HOSTILE[hostile]))
        taken = []
        for _ in range(3):
            started = time.process_time()
            word_above(text, Tlp.RED)
            taken.append(time.process_time() - started)
        return min(taken)

    assert spent(100_000) < 30 * max(spent(10_000), 0.005)
