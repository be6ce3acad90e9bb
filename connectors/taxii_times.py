"""Times as TAXII servers write them, including milliseconds, `+00:00` and a missing zone, in one comparable form."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from schemas import timestamps

_LOOSE = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(\.\d{1,9})?\s*(?:[Zz]|([+-]\d\d):?(\d\d))?", re.ASCII)


def normal(text: str | None) -> str | None:
    """The same moment in UTC with a `Z`, with as many fraction digits as were given; None where the text is no time."""
    match = _LOOSE.fullmatch(text.strip()) if text else None
    if match is None:
        return None
    day, clock, fraction, hours, minutes = match.groups()
    found = f"{day}T{clock}{fraction or ''}Z"
    if not timestamps.is_timestamp(found):
        return None
    if hours is None or (int(hours), int(minutes)) == (0, 0):
        return found
    offset = timedelta(hours=int(hours), minutes=int(hours[0] + minutes))
    try:
        return timestamps.taxii(timestamps.parse(found) - offset)
    except (OverflowError, ValueError):
        return None


def later(one: str | None, other: str | None) -> str | None:
    """The later of two normal times; None is before all."""
    if one is None or other is None:
        return one or other
    return one if timestamps.sort_key(one) >= timestamps.sort_key(other) else other


def is_after(one: str, other: str | None) -> bool:
    """Whether a normal time is strictly after another; None is before all."""
    return other is None or timestamps.sort_key(one) > timestamps.sort_key(other)


def just_before(text: str) -> str:
    """One microsecond earlier: `added_after` is exclusive (§3.4.1), so asking with this includes the moment itself."""
    moment = timestamps.parse(text)
    return timestamps.taxii(moment - timedelta(microseconds=1) if moment > datetime.min.replace(tzinfo=UTC) else moment)
