"""RFC 3339 timestamps in UTC: STIX allows any number of fraction digits (§2.16), TAXII exactly six (§3.1)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STIX = re.compile(r"(\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)(?:\.(\d+))?Z", re.ASCII)


def is_timestamp(text: str) -> bool:
    """Whether a text is a STIX timestamp (§2.16) that names a real day."""
    match = _STIX.fullmatch(text)
    if match is None or match[1] == "0000":
        return False
    if match[3] < "29":
        return True
    try:
        datetime(int(match[1]), int(match[2]), int(match[3]), tzinfo=UTC)
    except ValueError:
        return False
    return True


def sort_key(text: str) -> str:
    """A valid timestamp as a text whose plain order is the order of time, whatever its fraction digits."""
    text = text[:-1]
    return text.rstrip("0").rstrip(".") if "." in text else text


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def from_micros(micros: int) -> datetime:
    """The moment that is so many microseconds after 1970."""
    return _EPOCH + timedelta(microseconds=micros)


def parse(text: str) -> datetime:
    """A valid timestamp as a datetime; digits beyond microseconds are cut, a leap second becomes the second before."""
    match = _STIX.fullmatch(text)
    if match is None:
        message = "not a timestamp"
        raise ValueError(message)
    year, month, day, hour, minute, second, fraction = match.groups()
    micros = int((fraction or "0")[:6].ljust(6, "0"))
    return datetime(int(year), int(month), int(day), int(hour), int(minute), min(int(second), 59), micros, tzinfo=UTC)


def stix(moment: datetime) -> str:
    """A moment with three fraction digits, as STIX wants for `created` and `modified` (§3.2)."""
    return f"{moment.year:04d}{moment:-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def taxii(moment: datetime) -> str:
    """A moment with exactly six fraction digits, as TAXII wants (§3.1)."""
    return f"{moment.year:04d}{moment:-%m-%dT%H:%M:%S.%f}Z"
