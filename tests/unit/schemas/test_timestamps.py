"""Timestamps: which texts are one, how they sort, and how moments are written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.timestamps import from_micros, is_timestamp, parse, sort_key, stix, taxii, to_micros

GOOD = [
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.0Z",
    "2026-01-01T00:00:00.123Z",
    "2026-01-01T00:00:00.123456789012Z",
    "2024-02-29T23:59:59Z",
    "2016-12-31T23:59:60Z",
    "2000-02-29T00:00:00Z",
    "9999-12-31T23:59:59.999999Z",
]
BAD = [
    "",
    "2026",
    "2026-01-01",
    "2026-01-01T00:00:00",
    "2026-01-01 00:00:00Z",
    "2026-01-01t00:00:00z",
    "2026-01-01T00:00:00+00:00",
    "2026-01-01T00:00:00+01:00",
    "2026-01-01T00:00:00.Z",
    "2026-01-01T00:00Z",
    "2026-13-01T00:00:00Z",
    "2026-00-01T00:00:00Z",
    "2026-02-30T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2026-04-31T00:00:00Z",
    "2026-01-00T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T00:60:00Z",
    "2026-01-01T00:00:61Z",
    "2026-1-1T0:0:0Z",
    "2026-01-01T00:00:00Z ",
    "2026-01-01T00:00:00Z\n",
    "٢٠٢٦-01-01T00:00:00Z",
    "02026-01-01T00:00:00Z",
]


@pytest.mark.parametrize("text", GOOD)
def test_timestamps(text: str) -> None:
    assert is_timestamp(text)
    assert parse(text).tzinfo is UTC


@pytest.mark.parametrize("text", BAD)
def test_what_is_none(text: str) -> None:
    assert not is_timestamp(text)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-01-01", "2026-01-01T00:00:00+01:00", "2026-01-01T25:00:00Z"])
def test_parse_refuses_what_is_none(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse(text)


IN_ORDER = [
    "2025-12-31T23:59:59.999999999Z",
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.000000001Z",
    "2026-01-01T00:00:00.01Z",
    "2026-01-01T00:00:00.1Z",
    "2026-01-01T00:00:00.10001Z",
    "2026-01-01T00:00:00.9Z",
    "2026-01-01T00:00:01Z",
    "2026-01-01T00:00:01.000001Z",
    "2026-01-01T00:00:10Z",
    "2026-12-31T23:59:59.9Z",
    "2026-12-31T23:59:60Z",
    "2027-01-01T00:00:00Z",
]


def test_keys_sort_like_time() -> None:
    keys = [sort_key(text) for text in IN_ORDER]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    "texts",
    [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.0Z", "2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000000000Z"),
        ("2026-01-01T00:00:10Z", "2026-01-01T00:00:10.00Z"),
        ("2026-01-01T00:00:00.5Z", "2026-01-01T00:00:00.50Z", "2026-01-01T00:00:00.500000Z"),
    ],
)
def test_equal_moments_have_equal_keys(texts: tuple[str, ...]) -> None:
    assert len({sort_key(text) for text in texts}) == 1


MOMENTS = st.datetimes(min_value=datetime(1000, 1, 1), max_value=datetime(9999, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001 - naive by contract


@given(MOMENTS, MOMENTS)
def test_keys_of_any_two_moments_compare_like_the_moments(one: datetime, other: datetime) -> None:
    assert (sort_key(taxii(one)) < sort_key(taxii(other))) == (one < other)
    assert (sort_key(taxii(one)) == sort_key(taxii(other))) == (one == other)


@given(MOMENTS)
def test_what_is_written_can_be_read(moment: datetime) -> None:
    assert parse(taxii(moment)) == moment
    assert is_timestamp(stix(moment))
    assert timedelta(0) <= moment - parse(stix(moment)) < timedelta(milliseconds=1)
    assert from_micros(to_micros(moment)) == moment


def test_forms() -> None:
    moment = datetime(2026, 7, 1, 2, 3, 4, 56789, tzinfo=UTC)
    assert stix(moment) == "2026-07-01T02:03:04.056Z"
    assert taxii(moment) == "2026-07-01T02:03:04.056789Z"
    assert to_micros(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)) == 1_000_000


def test_digits_beyond_microseconds_are_cut() -> None:
    assert parse("2026-01-01T00:00:00.1234567Z").microsecond == 123456
    assert parse("2026-01-01T00:00:00.5Z").microsecond == 500000


def test_a_leap_second_is_the_second_before() -> None:
    assert parse("2016-12-31T23:59:60.25Z") == datetime(2016, 12, 31, 23, 59, 59, 250000, tzinfo=UTC)
