"""How the words of several files about one setting become one: always the narrower, in whatever order they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

from schemas.labels.model import Pap
from schemas.markings import Tlp
from schemas.sharing.layers import SightingRules
from schemas.sharing.limits import Limits
from schemas.sharing.purposes import BY_NAME_ONLY, PURPOSES
from schemas.sharing.shown import Shown

Groups = frozenset[frozenset[str]]

NO_AUDIENCE = ""
"""Two files name different audiences: nothing belongs to both."""


@dataclass(frozen=True, slots=True)
class Field:
    """One setting: what holds where no policy says anything, how two words meet, and how a word is read."""

    default: Any
    meet: Callable[[Any, Any], Any]
    read: Callable[[Any], Any] = lambda word: word


def _least(one: Any, other: Any) -> Any:
    """The smaller of two bounds; None is no bound."""
    return min((item for item in (one, other) if item is not None), default=None)


def _greatest(one: Any, other: Any) -> Any:
    return max((item for item in (one, other) if item is not None), default=None)


def _both(one: Any, other: Any) -> Any:
    return one & other


def _either(one: Any, other: Any) -> Any:
    return one | other


def _same(one: str, other: str) -> str:
    return one if one == other else NO_AUDIENCE


def _groups(one: Groups, other: Groups) -> Groups:
    """Every group must be met; one that another implies is left out."""
    every = one | other
    return frozenset(group for group in every if not any(inner < group for inner in every))


def _unless(narrow: str) -> Callable[[str, str], str]:
    return lambda one, other: narrow if narrow in (one, other) else one


_SIGHTINGS = SightingRules()

FIELDS: Mapping[str, Field] = {
    "types": Field(frozenset(), _both, frozenset),
    "tlp_max": Field(Tlp.CLEAR, min),
    "max_age_days": Field(None, _least),
    "min_confidence": Field(None, _greatest),
    "statements": Field("withhold", _unless("withhold")),
    "own_objects": Field(False, _both),
    "honour_grants": Field(False, _both),
    "purposes": Field(PURPOSES - BY_NAME_ONLY, _both, frozenset),
    "iep_accept": Field(frozenset(), _both, frozenset),
    "pap_max": Field(Pap.CLEAR, min),
    "refuse_handling": Field(frozenset({"H3"}), _either, frozenset),
    "min_source": Field(None, _least),
    "min_information": Field(None, _least),
    "topics": Field(frozenset(), _groups, lambda word: frozenset({frozenset(word)})),
    "never_with": Field(frozenset(), _either, frozenset),
    "audience": Field("production", _same),
    "attribution": Field("anonymous", _unless("anonymous")),
    "residual": Field("hold", _unless("withhold")),
    "enrichment": Field(False, _both, lambda word: word == "keep"),
    "merged": Field(False, _both, lambda word: word == "keep"),
    "sightings.k": Field(_SIGHTINGS.k, max),
    "sightings.buckets": Field(frozenset(_SIGHTINGS.buckets), _both, frozenset),
    "sightings.slot_hours": Field(_SIGHTINGS.slot_hours, max),
}
"""Every setting that several files may speak about. Narrower: fewer types, more refusals, a lower ceiling, a greater k."""

_SHOWN = ("attribution", "residual", "enrichment", "merged")
_LIMITS = tuple(name for name in FIELDS if name not in _SHOWN and "." not in name)


@dataclass(frozen=True, slots=True)
class Said:
    """What one file says: (setting -> word). What it leaves out it says nothing about."""

    origin: str
    words: Mapping[str, Any]


def said(origin: str, limits: Limits, shown: Shown, **more: Any) -> Said:
    """The words of one file, read; `more` are words that stand elsewhere in it and meet what the same file says in its limits."""
    found = {name: limits.says(name) for name in _LIMITS}
    found |= {name: shown.says(name) for name in _SHOWN}
    if shown.sightings is not None:
        found |= {f"sightings.{name}": shown.sightings.says(name) for name in ("k", "buckets", "slot_hours")}
    words = {name: FIELDS[name].read(word) for name, word in found.items() if word is not None}
    for name, word in more.items():
        words[name] = FIELDS[name].meet(words[name], word) if name in words else word
    return Said(origin, words)


def meet(field: str, words: Iterable[Any]) -> Any:
    """One word of at least one."""
    return reduce(FIELDS[field].meet, words)


def is_within(field: str, narrow: Any, wide: Any) -> bool:
    """Whether `narrow` allows nothing that `wide` does not allow."""
    return bool(FIELDS[field].meet(narrow, wide) == narrow)
