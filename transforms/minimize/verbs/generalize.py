"""`generalize(how)`: the value becomes a wider one that holds it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from transforms.minimize import texts
from transforms.minimize.result import GONE, Treatment
from transforms.minimize.spot import Spot, on_texts
from transforms.minimize.values import addresses, domains, urls, users
from transforms.minimize.values.vocabularies import words_of

_DEGREE = 111_320.0
"""Meters of one degree on the equator."""

_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}):(\d{2}):(\d{2})(?:\.(\d+))?Z", re.ASCII)


def generalize(argument: str, spot: Spot) -> Treatment:
    """The treatment. What does not have the form that is meant goes."""
    if argument == "geo:1deg":
        return partial(_precision if spot.name == "precision" else _degree)
    if argument == "sector":
        return _sector(spot)
    return on_texts(_ON_TEXTS[argument])


def hour(text: str) -> str | None:
    """The hour in which a moment lies; the very text where it is a full hour already."""
    return _floor(text, day=False)


def day(text: str) -> str | None:
    """The day on which a moment lies."""
    return _floor(text, day=True)


def _floor(text: str, *, day: bool) -> str | None:
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    upto_hour, minutes, seconds, fraction = found.groups()
    full = minutes == seconds == "00" and not (fraction or "").strip("0")
    if full and (not day or upto_hour.endswith("T00")):
        return text
    return f"{upto_hour[:11]}00:00:00.000Z" if day else f"{upto_hour}:00:00.000Z"


def _degree(item: Any, _whole: Mapping[str, Any]) -> Any:
    if isinstance(item, bool) or not isinstance(item, int | float):
        return GONE
    rounded = float(round(item))
    return item if item == rounded else rounded + 0.0


def _precision(item: Any, _whole: Mapping[str, Any]) -> Any:
    """A point that was rounded is no more precise than a degree."""
    if isinstance(item, bool) or not isinstance(item, int | float):
        return GONE
    return item if item >= _DEGREE else _DEGREE


def _sector(spot: Spot) -> Treatment:
    """Of an organisation, what it works in; of words, those of the vocabulary."""
    template = texts.template(spot.type_name, spot.name)
    if template is None:
        words = words_of(spot.type_name, spot.name)
        return lambda item, _whole: words(item)
    return lambda item, whole: item if (made := template(whole)) == item else made


_ON_TEXTS: Mapping[str, Callable[[str], str | None]] = {
    "ip:24": addresses.coarse,
    "ip:48": addresses.coarse,
    "time:1h": hour,
    "time:1d": day,
    "path:user-segment": users.without_users,
    "url:strip": urls.stripped,
    "domain:registered": domains.registered,
}
