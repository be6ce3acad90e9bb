"""Dropping parts of an object by the places that findings name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Place = tuple[str | int, ...]

_NOTHING = object()


def without(value: Mapping[str, Any], places: Iterable[Place]) -> dict[str, Any]:
    """A copy of an object without some of its parts; what becomes empty goes with them (§2.3, §2.12). The object itself is not changed."""
    copy = dict(value)
    owned: dict[int, Any] = {id(copy): copy}
    for place in sorted(places, key=_last_items_first, reverse=True):
        _drop(copy, place, owned)
    return copy


def _last_items_first(place: Place) -> tuple[tuple[str, int], ...]:
    return tuple(("", step) if isinstance(step, int) else (step, 0) for step in place)


def _drop(copy: dict[str, Any], place: Place, owned: dict[int, Any]) -> None:
    """`owned` are the containers that are copies already, so that each is copied once."""
    holders: list[Any] = [copy]
    for step in place[:-1]:
        inner = _get(holders[-1], step)
        if not isinstance(inner, dict | list):
            return
        if id(inner) not in owned:
            inner = inner.copy()
            owned[id(inner)] = inner
            holders[-1][step] = inner
        holders.append(inner)
    for holder, step in zip(reversed(holders), reversed(place), strict=True):
        if _get(holder, step) is _NOTHING:
            return
        del holder[step]
        if holder:
            return


def _get(holder: Any, step: str | int) -> Any:
    if isinstance(holder, dict):
        return holder.get(step, _NOTHING)
    return holder[step] if isinstance(step, int) and isinstance(holder, list) and step < len(holder) else _NOTHING
