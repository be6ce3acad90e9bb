"""What several files together say of a place: each by itself, and then the most restrictive of all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from schemas.markings import TLP2_EXTENSION
from schemas.sharing.layers import Layer
from schemas.sharing.verbs import Verb, inner, parse_verb, strictest
from schemas.stix.common import ExternalReference, GranularMarking, KillChainPhase
from schemas.stix.extensions import PREDEFINED
from schemas.stix.extensions_known import ACS_EXTENSION, HANDLING_EXTENSION, IEP_EXTENSION, PAP_EXTENSION
from schemas.stix.registry import KNOWN_PROPERTIES
from transforms.minimize.places import Place, Table
from transforms.minimize.profiles import STANDARD, Apply, Profile, Refusal, Step, Steps, load

KEEP, DROP = Verb("keep"), Verb("drop")

_REFUSING = frozenset({"hold_for_review", "withhold_object"})
"""Verbs that keep the whole object back."""

NESTED = {
    "external_references": frozenset(ExternalReference.model_fields),
    "granular_markings": frozenset(GranularMarking.model_fields),
    "kill_chain_phases": frozenset(KillChainPhase.model_fields),
}
"""Common properties that hold objects, and what STIX 2.1 gives these (§2.5, §2.11, §7.2.3)."""

MARKING_EXTENSIONS = frozenset({ACS_EXTENSION, HANDLING_EXTENSION, IEP_EXTENSION, PAP_EXTENSION, TLP2_EXTENSION})
"""Extensions without which a marking definition would say something else."""

_UNREAD = frozenset({("observed-data", "objects")})
"""Properties that STIX 2.1 knows but that hold whole objects of other types, which no rule has looked at: dropped without a rule."""


class Why(NamedTuple):
    """What one file says of a place: the file, its rule, and the steps that it wants, none where it keeps what is there."""

    origin: str
    rule: str
    steps: Steps

    @property
    def told(self) -> str:
        """The steps as a profile writes them."""
        return ", ".join(str(step) if isinstance(step, Verb) else f"apply({step.name})" for step in self.steps) or "keep"


def with_default(layers: Sequence[Layer]) -> tuple[Layer, ...]:
    """The layers; without a profile in any of them, standard@1 beside them."""
    return tuple(layers) if any(layer.profile for layer in layers) else (*layers, Layer("default", STANDARD))


def refusing_below(layers: Sequence[Layer]) -> list[Layer]:
    """Layers with a path into a property that may keep the object back: what others do to the property must not hide it from them."""
    if len(layers) == 1:
        return []
    return [layer for layer in layers if any(path.count(".") > 1 and refuses(parse_verb(text)) for path, text in layer.paths)]


class _File:
    """One file's own paths, and the profile that it begins with."""

    def __init__(self, layer: Layer, *, threat: bool) -> None:
        self._own = Table((path, parse_verb(text)) for path, text in layer.paths)
        self._profile: Profile | None = load(layer.profile) if layer.profile else None
        self._threat = threat
        self._origin = layer.origin

    def why(self, place: Place) -> Why:
        """What `at` says, and by which rule."""
        rule = ", ".join(self._own.paths(place)) or ("" if self._profile is None else self._profile.rule(place))
        return Why(self._origin, rule, self.at(place))

    def at(self, place: Place) -> Steps:
        """What this file wants done at a place; nothing where it says nothing."""
        own = self._own.at(place)
        if own:
            return _merged([(verb,) for verb in own]) or (KEEP,)
        profile = self._profile
        if profile is None:
            return ()
        if profile.listed and place[1] not in KNOWN_PROPERTIES.get(place[0], ()):
            return () if len(place) > 2 else (DROP,)  # below, an own path has let the property through
        rows = profile.at(place)
        if rows:
            return _merged([row.threat if self._threat else row.steps for row in rows])
        if not profile.listed:
            return () if _is_of_stix(place) else (DROP,)
        if profile.below(place):  # what lies there is listed one by one
            return ()
        return (DROP,) if len(place) == 2 or profile.below(place[:-1]) else ()

    def below(self, place: Place) -> bool:
        """Whether this file has something to say about what lies below a place."""
        if self._own.below(place):
            return True
        profile = self._profile
        if profile is None:
            return False
        return profile.below(place) or (not profile.listed and len(place) == 2 and (place[1] == "extensions" or place[1] in NESTED))

    def wants_type(self, type_name: str) -> bool:
        """Whether an own path keeps something of a type by its name."""
        return any(verb == KEEP for verb in self._own.of_type(type_name))

    @property
    def profile(self) -> Profile | None:
        return self._profile


class Layers:
    """All files that apply to one recipient."""

    def __init__(self, layers: Sequence[Layer], *, kind: str, threat: bool) -> None:
        self._files = [_File(layer, threat=threat) for layer in layers]
        self._kind = kind

    def at(self, place: Place) -> Steps:
        """The steps at a place, one after the other; () keeps it as it is."""
        return _merged([steps for file in self._files if (steps := file.at(place))])

    def why(self, place: Place) -> tuple[Why, ...]:
        """What each file says of a place, for those that have a rule for it: `at` is made of it."""
        return tuple(why for file in self._files if (why := file.why(place)).rule)

    def below(self, place: Place) -> bool:
        """Whether any file has something to say about what lies below a place."""
        return any(file.below(place) for file in self._files)

    def refusals(self, type_name: str) -> list[Refusal]:
        """When objects of a type are not released at all."""
        found: list[Refusal] = []
        for file in self._files:
            if file.profile is None:
                continue
            found.extend(one for one in file.profile.refusals.get(type_name, ()) if self._kind not in one.kinds)
            if file.profile.listed and type_name not in KNOWN_PROPERTIES and not file.wants_type(type_name):
                found.append(Refusal("custom-type"))
        return found

    def useful(self, type_name: str) -> list[frozenset[str]]:
        """Sets of properties of each of which one must be left."""
        return [found for file in self._files if file.profile and (found := file.profile.useful.get(type_name, frozenset()))]


def _merged(wanted: Sequence[Steps]) -> Steps:
    """Steps that do at least what each of several wants, whichever comes first.

    What may refuse the object looks at its own words, so it goes first, also where nothing is to be left in the end. Treatments made for
    the property and several verbs in a row run one after the other, since none of them makes up for another. Of plain verbs, the most
    restrictive comes last.
    """
    if len(wanted) == 1:
        return () if wanted[0] == (KEEP,) else wanted[0]
    each = sorted(set(wanted), key=str)
    plain = [steps[0] for steps in each if _is_plain(steps)]
    together = strictest(step for step in plain if isinstance(step, Verb))
    if together.name in _REFUSING:
        return (together,)
    others = [steps for steps in each if not _is_plain(steps)]
    first = [steps for steps in others if len(steps) == 1 and refuses(steps[0])]
    rest = [steps for steps in others if steps not in first and (together != DROP or any(map(refuses, steps)))]
    ordered = dict.fromkeys(step for steps in (*first, *rest) for step in steps)
    return (*ordered, *(() if together == KEEP else (together,)))


def refuses(step: Step) -> bool:
    """Whether a step may keep the whole object back."""
    return isinstance(step, Apply) or inner(step).name in _REFUSING


def _is_plain(steps: Steps) -> bool:
    return len(steps) == 1 and isinstance(steps[0], Verb) and steps[0].name != "decode_then"


def _is_of_stix(place: Place) -> bool:
    """Whether STIX itself defines what stands at a place, so that it stays without a rule."""
    type_name, name = place[:2]
    if len(place) == 2:
        return name in KNOWN_PROPERTIES.get(type_name, ()) and place not in _UNREAD
    if len(place) > 3:
        return True
    if name == "extensions":
        return place[2] in PREDEFINED or (type_name == "marking-definition" and place[2] in MARKING_EXTENSIONS)
    return name not in NESTED or place[2] in NESTED[name]
