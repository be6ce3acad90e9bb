"""4x4 and 6x6: what is graded worse never becomes better on the other scale."""

from __future__ import annotations

from itertools import pairwise

from schemas.labels.grades import INFORMATION_FROM_4X4, INFORMATION_TO_4X4, SOURCE_FROM_4X4, SOURCE_TO_4X4, SOURCES, WORST


def test_the_tables_are_whole() -> None:
    assert list(SOURCE_FROM_4X4) == list("ABCX")
    assert list(SOURCE_TO_4X4) == list(SOURCES)
    assert list(INFORMATION_FROM_4X4) == [1, 2, 3, 4]
    assert list(INFORMATION_TO_4X4) == list(range(1, WORST + 1))


def test_both_ways_keep_the_order() -> None:
    for table in (SOURCE_FROM_4X4, SOURCE_TO_4X4):
        assert all(one <= two for one, two in pairwise(table.values()))
    for numbers in (INFORMATION_FROM_4X4, INFORMATION_TO_4X4):
        assert all(one <= two for one, two in pairwise(numbers.values()))


def test_there_and_back_is_the_same_from_the_smaller_scale() -> None:
    assert all(SOURCE_TO_4X4[SOURCE_FROM_4X4[letter]] == letter for letter in SOURCE_FROM_4X4)
    assert all(INFORMATION_TO_4X4[INFORMATION_FROM_4X4[digit]] == digit for digit in INFORMATION_FROM_4X4)


def test_there_and_back_never_improves_from_the_larger_scale() -> None:
    assert all(SOURCE_FROM_4X4[SOURCE_TO_4X4[letter]] >= letter for letter in SOURCES)
    assert all(INFORMATION_FROM_4X4[INFORMATION_TO_4X4[digit]] >= digit for digit in INFORMATION_TO_4X4)
