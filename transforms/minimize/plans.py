"""What is done with objects of one shape: worked out from the tables once, and carried out on each object."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import reduce
from typing import Any, NamedTuple

from schemas.reasons import HOLD
from schemas.sharing.layers import Layer
from schemas.sharing.verbs import Verb, inner
from schemas.stix.registry import KNOWN_PROPERTIES, REQUIRED
from transforms.minimize.layers import DROP, Layers, Why
from transforms.minimize.places import Place
from transforms.minimize.profiles import Step, Steps
from transforms.minimize.refusals import CONDITIONS
from transforms.minimize.result import GONE, Treatment
from transforms.minimize.spot import Pseudonym, Spot
from transforms.minimize.treatments import TREATMENTS
from transforms.minimize.verbs import treatment

FRAME = frozenset({"type", "id", "spec_version", "created", "modified", "revoked", "object_marking_refs"})
"""What makes an object an object, and the labels that travel with it: no path rule reaches these, where the type has them."""

MAX_PLANS = 10_000
"""Shapes to remember; a feed that makes each object of another shape would fill the memory otherwise."""

_ENDS: Mapping[str, str] = {"drop": "drop", "hold_for_review": "held-by-policy", "withhold_object": "path-withheld"}
"""Verbs that need no look at the value."""


class At(NamedTuple):
    """What is done at a place.

    treatment: None keeps what is there
    label:     the verb that it is told as
    deeper:    whether there is something to be done below
    end:       drop, or the reason of a refusal, where no value has to be looked at
    """

    treatment: Treatment | None
    label: str
    deeper: bool
    end: str = ""


class Work(NamedTuple):
    """One property whose value has to be looked at, and how it is told that it has changed or gone."""

    name: str
    treatment: Treatment | None
    deeper: bool
    required: bool
    shown: str
    changed: str
    gone: str


class Plan(NamedTuple):
    """What is done with all objects of one shape.

    conditions: reason of each refusal that depends on values, and when it applies
    refusal:    (reason, path) where the shape alone is refused
    gone:       names of the properties that never stay
    useful:     sets of names of each of which one must stay
    """

    conditions: tuple[tuple[str, Callable[[Mapping[str, Any]], bool]], ...]
    refusal: tuple[str, str] | None
    gone: frozenset[str]
    changes: tuple[str, ...]
    work: tuple[Work, ...]
    useful: tuple[frozenset[str], ...]


class Planner:
    """Makes plans from the tables for one role."""

    def __init__(
        self, layers: Sequence[Layer], *, threat: bool, kind: str, anonymous: bool, residual: str, pseudonym: Pseudonym | None
    ) -> None:
        self._layers = Layers(layers, kind=kind, threat=threat)
        self._anonymous = anonymous
        self._residual = residual
        self._pseudonym = pseudonym
        self._plans: dict[tuple[str, ...], Plan] = {}
        self._places: dict[tuple[Place, str], At] = {}
        self._idle: dict[tuple[Place, tuple[str, ...]], bool] = {}

    def plan(self, value: Mapping[str, Any]) -> Plan:
        """The plan for an object, by its type and the names of its properties."""
        shape = (value["type"], *value)
        plan = self._plans.get(shape)
        if plan is None:
            plan = self._plan(value["type"], [*value])
            if len(self._plans) >= MAX_PLANS:
                self._plans.clear()
            self._plans[shape] = plan
        return plan

    def inner(self, place: Place, shown: str) -> At:
        """What is done at a place below a property."""
        found = self._places.get((place, shown))
        if found is None:
            found = self._at(place, shown, required=False)
            if len(self._places) >= MAX_PLANS:
                self._places.clear()
            self._places[place, shown] = found
        return found

    def is_idle(self, place: Place, names: tuple[str, ...]) -> bool:
        """Whether nothing is done with an object of these names at a place."""
        key = (place, names)
        idle = self._idle.get(key)
        if idle is None:
            idle = all(found.treatment is None and not found.deeper for name in names for found in (self.inner((*place, name), ""),))
            if len(self._idle) >= MAX_PLANS:
                self._idle.clear()
            self._idle[key] = idle
        return idle

    def why(self, place: Place) -> tuple[Why, ...]:
        """What each file says of a place. That the author is not named is no rule of a table."""
        if self._hides_author(place):
            return (Why("", "attribution: anonymous", (DROP,)),)
        return self._layers.why(place)

    def _hides_author(self, place: Place) -> bool:
        return self._anonymous and place[1:] == ("created_by_ref",) and "created_by_ref" in KNOWN_PROPERTIES.get(place[0], ())

    def _plan(self, type_name: str, names: Iterable[str]) -> Plan:
        gone: list[str] = []
        changes: list[str] = []
        work: list[Work] = []
        refusals: list[tuple[str, str]] = []
        known = KNOWN_PROPERTIES.get(type_name)
        for name in names:
            if name in FRAME and name in (known or FRAME):
                continue
            shown = f"{type_name if known else '*'}.{name if known and name in known else '*'}"
            required = name in REQUIRED.get(type_name, ())
            at = self._at((type_name, name), shown, required=required)
            if at.end == "drop" and not required:
                gone.append(name)
                changes.append(f"{shown}=drop")
            elif at.end:
                refusals.append(("required-dropped" if at.end == "drop" else at.end, shown))
            elif at.treatment is not None or at.deeper:
                work.append(Work(name, at.treatment, at.deeper, required, shown, f"{shown}={at.label}", f"{shown}=drop"))
        return Plan(
            tuple((one.reason, CONDITIONS[one.when]) for one in self._layers.refusals(type_name)),
            min(refusals, key=lambda one: one[0] in HOLD, default=None),
            frozenset(gone),
            tuple(dict.fromkeys(changes)),
            tuple(work),
            tuple(self._layers.useful(type_name)),
        )

    def _at(self, place: Place, shown: str, *, required: bool) -> At:
        steps: Steps = (DROP,) if self._hides_author(place) else self._layers.at(place)
        spot = Spot(place, shown, required, self._pseudonym, self._residual)
        made = [_made(step, spot) for step in steps]
        if not made:
            return At(None, "keep", self._layers.below(place))
        labels, treatments = zip(*made, strict=True)
        end = _ENDS.get(str(steps[0]), "") if len(steps) == 1 else ""
        return At(reduce(_then, treatments), labels[-1], self._layers.below(place) and not end, end)


def _made(step: Step, spot: Spot) -> tuple[str, Treatment]:
    """How a step is told, and the function that does it."""
    if isinstance(step, Verb):
        return (str(step) if step.name in ("bucket", "generalize") else inner(step).name, treatment(step, spot))
    label, make = TREATMENTS[step.name]
    return (label, make(spot))


def _then(first: Treatment, second: Treatment) -> Treatment:
    def both(item: Any, whole: Mapping[str, Any]) -> Any:
        left = first(item, whole)
        return left if left is GONE else second(left, whole)

    return both
