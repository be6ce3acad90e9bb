"""Times as servers write them."""

from __future__ import annotations

import pytest

from connectors.taxii_times import is_after, just_before, later, normal


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2024-01-01T00:00:00.123456Z", "2024-01-01T00:00:00.123456Z"),
        ("2024-01-01T00:00:00Z", "2024-01-01T00:00:00Z"),
        ("2024-01-01T00:00:00.123Z", "2024-01-01T00:00:00.123Z"),
        (" 2024-01-01t00:00:00z ", "2024-01-01T00:00:00Z"),
        ("2024-01-01T00:00:00.5+00:00", "2024-01-01T00:00:00.5Z"),
        ("2024-01-01 00:00:00", "2024-01-01T00:00:00Z"),
        ("2024-01-01T02:00:00+02:00", "2024-01-01T00:00:00.000000Z"),
        ("2024-01-01T00:00:00-0330", "2024-01-01T03:30:00.000000Z"),
        ("0001-01-01T00:00:00+02:00", None),
        ("2024-02-30T00:00:00Z", None),
        ("yesterday", None),
        ("", None),
        (None, None),
    ],
)
def test_normal(text: str | None, found: str | None) -> None:
    assert normal(text) == found


def test_order_does_not_depend_on_digits() -> None:
    assert later("2024-01-01T00:00:00Z", "2024-01-01T00:00:00.5Z") == "2024-01-01T00:00:00.5Z"
    assert later(None, "2024-01-01T00:00:00Z") == later("2024-01-01T00:00:00Z", None) == "2024-01-01T00:00:00Z"
    assert not is_after("2024-01-01T00:00:00.500Z", "2024-01-01T00:00:00.5Z")
    assert is_after("2024-01-01T00:00:00Z", None)


def test_just_before() -> None:
    assert just_before("2024-01-01T00:00:00Z") == "2023-12-31T23:59:59.999999Z"
    assert just_before("0001-01-01T00:00:00Z").endswith("-01-01T00:00:00.000000Z")
