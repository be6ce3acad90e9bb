"""Profiles: the tables of verbs that come with the hub, as data files. A profile is never changed; a better one gets another number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from schemas.errors import ConfigError
from schemas.sharing.verbs import Verb, parse_verb
from transforms.minimize.places import Place, Table

FOLDER = Path(__file__).parent.parent / "data" / "profiles"

STANDARD, TRUSTED, VERBATIM = "standard@1", "trusted@1", "verbatim@1"


class Apply(NamedTuple):
    """A treatment that is made for one property, by its name: `apply(labels)`."""

    name: str


Step = Verb | Apply
Steps = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What is done at a path, one step after the other: in general, and with what is the threat's."""

    steps: Steps
    threat: Steps


@dataclass(frozen=True, slots=True)
class Refusal:
    """When a whole type is not released: the reason, on which condition ('' for any object), and for which kinds of recipient it is."""

    reason: str
    when: str = ""
    kinds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Profile:
    """A table of verbs.

    listed:   whether only what has a row stays; otherwise what STIX 2.1 defines does
    refusals: type -> when it is not released at all
    useful:   type -> the properties of which one must be left, else the object says nothing
    rows:     path -> what is done there
    base:     the profile that says the rest
    """

    name: str
    listed: bool
    refusals: Mapping[str, tuple[Refusal, ...]] = field(default_factory=dict)
    useful: Mapping[str, frozenset[str]] = field(default_factory=dict)
    rows: Mapping[str, Row] = field(default_factory=dict)
    base: Profile | None = None

    @cached_property
    def _table(self) -> Table[Row]:
        return Table(self.rows.items())

    def at(self, place: Place) -> Sequence[Row]:
        """The rows for exactly this place: its own, else those of the profile that it begins with."""
        return self._table.at(place) or (self.base.at(place) if self.base else ())

    def rule(self, place: Place) -> str:
        """Which of its rows decides of a place, as it can be told."""
        paths = self._table.paths(place)
        if not paths and self.base is not None:
            return self.base.rule(place)
        return f"{self.name} {', '.join(paths)}" if paths else f"{self.name}, which has no row for it"

    def below(self, place: Place) -> bool:
        """Whether any row leads deeper than this place."""
        return self._table.below(place) or (self.base is not None and self.base.below(place))


@lru_cache
def load(name: str) -> Profile:
    """The profile of a name. Raises ConfigError where there is none, or its file is wrong."""
    known = {path.stem for path in FOLDER.glob("*.yaml")}
    if name not in known:
        message = f"minimize.profile: there is no profile {name}; known are {', '.join(sorted(known))}"
        raise ConfigError(message)
    return read(name, yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")))


def read(name: str, said: Mapping[str, Any]) -> Profile:
    """A profile from what its file says. Raises ValueError where a verb is none."""
    base = load(said["begins_with"]) if "begins_with" in said else None
    rows = {path: row for text, item in (said.get("paths") or {}).items() for row in (_row(item),) for path in _paths(text)}
    return Profile(
        name=name,
        listed=base.listed if base else said["without_a_row"] == "drop",
        refusals={**(base.refusals if base else {}), **_refusals(said.get("types") or {})},
        useful={**(base.useful if base else {}), **_useful(said.get("useful") or {})},
        rows=rows,
        base=base,
    )


def _refusals(said: Mapping[str, Any]) -> dict[str, tuple[Refusal, ...]]:
    """`release` in place of a refusal takes back that of the profile that this one begins with."""
    return {
        kind: tuple(
            Refusal(one["refuse"], one.get("when", ""), frozenset(one.get("except_for", ()))) for one in _listed(item) if one != "release"
        )
        for text, item in said.items()
        for kind in text.split("|")
    }


def _useful(said: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    return {kind: frozenset(names) for text, names in said.items() for kind in text.split("|")}


def _row(item: Any) -> Row:
    if not isinstance(item, Mapping):
        steps = _steps(item)
        return Row(steps, steps)
    steps = _steps(item["victim"])
    return Row(steps, _steps(item["threat"]) if "threat" in item else steps)


def _steps(item: Any) -> Steps:
    return tuple(_step(text) for text in _listed(item))


def _step(text: str) -> Step:
    if text.startswith("apply(") and text.endswith(")"):
        return Apply(text[len("apply(") : -1])
    return parse_verb(text)


def _listed(item: Any) -> list[Any]:
    return item if isinstance(item, list) else [item]


def _paths(text: str) -> Iterator[str]:
    """`a|b.c|d` stands for a.c, a.d, b.c and b.d."""
    for steps in product(*(step.split("|") for step in text.split("."))):
        yield ".".join(steps)
