"""The forms of property types are those of the rest of the hub, and say no to what only looks like them."""

from __future__ import annotations

import base64
import uuid
from datetime import UTC, datetime
from functools import cache
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from schemas.ids import IDENTIFIER
from schemas.stix.checks import is_after
from schemas.stix.common import Binary, Float, Hex, Identifier, Int, KeyName, Ref, Text, Timestamp
from schemas.timestamps import is_timestamp, parse, sort_key, stix


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def takes(kind: Any, value: object) -> bool:
    try:
        _adapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


DIGITS = st.text("0123456789", min_size=1, max_size=12)
NEARLY = st.builds(
    lambda year, month, day, time, fraction: f"{year:04d}-{month:02d}-{day:02d}T{time}{fraction}Z",
    st.integers(0, 9999),
    st.integers(0, 13),
    st.integers(0, 32),
    st.sampled_from(["00:00:00", "23:59:60", "24:00:00", "12:60:00", "12:00:61", "1:00:00"]),
    st.one_of(st.just(""), st.just("."), DIGITS.map(lambda digits: "." + digits)),
)


@given(NEARLY)
def test_a_timestamp_is_what_the_hub_takes_for_one(text: str) -> None:
    """§2.16."""
    assert takes(Timestamp, text) == is_timestamp(text)


@given(st.integers(1, 9999))
def test_leap_years(year: int) -> None:
    assert takes(Timestamp, f"{year:04d}-02-29T00:00:00Z") == (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))


@given(st.datetimes(min_value=datetime(1, 1, 1), max_value=datetime(9999, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001 - bounds
def test_every_moment_is_a_timestamp(moment: datetime) -> None:
    assert takes(Timestamp, stix(moment))


STAMPS = st.builds(
    lambda second, fraction: f"2026-01-01T00:00:{second:02d}{fraction}Z", st.integers(0, 1), st.sampled_from(["", ".0", ".10", ".1", ".01"])
)


@given(STAMPS, STAMPS)
def test_later_is_later_whatever_the_digits(one: str, two: str) -> None:
    assert is_after(one, two) == (parse(one) > parse(two)) == (sort_key(one) > sort_key(two))


@given(st.from_regex(r"[a-z][a-z0-9]{0,9}", fullmatch=True), st.uuids(version=4), st.booleans())
def test_identifiers(type_name: str, number: uuid.UUID, upper: bool) -> None:
    """§2.9: of any version, in either case, but of the variant of RFC 4122."""
    text = str(number).upper() if upper else str(number)
    assert takes(Identifier, f"{type_name}--{text}")
    assert IDENTIFIER.fullmatch(f"{type_name}--{text}")
    assert not takes(Identifier, f"{type_name}--{text[:19]}c{text[20:]}")
    assert not takes(Identifier, f"{type_name}-{text}")
    assert not takes(Identifier, f"{type_name}--{text}\n")


@pytest.mark.parametrize(("type_name", "good"), [("file", True), ("directory", True), ("files", False), ("x-file", False), ("", False)])
def test_references_name_their_types(type_name: str, good: bool) -> None:
    """§3.3."""
    assert takes(Annotated[str, Ref("file", "directory")], f"{type_name}--{uuid.UUID(int=0x8000 << 48)}") == good


@given(st.binary(max_size=40))
def test_binary_is_base64(data: bytes) -> None:
    """§2.1, RFC 4648 §4."""
    text = base64.b64encode(data).decode()
    assert takes(Binary, text)
    assert not takes(Binary, text + "=")
    assert not takes(Binary, text + "\n")


@given(st.binary(min_size=1, max_size=40))
def test_hexadecimal_is_even_and_lower_case(data: bytes) -> None:
    """§2.8."""
    text = data.hex()
    assert takes(Hex, text)
    assert not takes(Hex, text[1:])
    assert takes(Hex, text.upper()) == (text == text.upper())


@pytest.mark.parametrize(
    ("kind", "value", "good"),
    [
        (Int, 2**53 - 1, True),
        (Int, -(2**53) + 1, True),
        (Int, 2**53, False),
        (Int, -(2**53), False),
        (Int, 1.0, False),
        (Int, True, False),
        (Float, 1, True),
        (Float, 1.5, True),
        (Float, True, False),
        (Float, "1.5", False),
        (KeyName, "a" * 250, True),
        (KeyName, "a" * 251, False),
        (KeyName, "A_b-9", True),
        (KeyName, "a.b", False),
        (KeyName, "é", False),
        (Text, "", True),
        (Text, None, False),
        (Text, b"x", False),
    ],
)
def test_numbers_keys_and_texts(kind: Any, value: object, good: bool) -> None:
    """§2.3, §2.6, §2.10, §2.15."""
    assert takes(kind, value) == good
