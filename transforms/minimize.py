"""Minimize what one recipient sees of an object: one verb for each path, unknown properties dropped."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any, Literal, NamedTuple

from schemas.errors import BadInput
from schemas.markings import TLP2_EXTENSION
from schemas.sharing import Minimize
from schemas.stix.common import ExternalReference, GranularMarking, KillChainPhase
from schemas.stix.registry import KNOWN_PROPERTIES, REQUIRED

Verb = Literal["keep", "drop", "withhold"]

FRAME = frozenset({"type", "id", "spec_version", "created", "modified", "revoked", "object_marking_refs"})
"""What makes an object an object, and the labels that travel with it: no path rule reaches these, where the type has them."""

STIX_EXTENSIONS = frozenset(
    {
        *("archive-ext", "ntfs-ext", "pdf-ext", "raster-image-ext", "windows-pebinary-ext", "http-request-ext", "icmp-ext"),
        *("socket-ext", "tcp-ext", "windows-process-ext", "windows-service-ext", "unix-account-ext"),
    }
)
"""Extensions that STIX 2.1 itself defines (§6)."""

NESTED = {
    "external_references": frozenset(ExternalReference.model_fields),
    "granular_markings": frozenset(GranularMarking.model_fields),
    "kill_chain_phases": frozenset(KillChainPhase.model_fields),
}
"""Common properties that hold objects, and what STIX 2.1 gives these (§2.5, §2.11, §7.2.3)."""

_UNREAD = frozenset({("observed-data", "objects")})
"""Properties that STIX 2.1 knows but that hold whole objects of other types, which no rule has looked at: dropped without a rule."""


MAX_PLANS = 10_000
"""Shapes to remember; a feed that makes each object of another shape would fill the memory otherwise."""


class Minimized(NamedTuple):
    """What the recipient may see (the very same object where nothing changes), path=verb for each change, and what differs."""

    value: dict[str, Any]
    changes: tuple[str, ...]
    touched: frozenset[str]


class Minimizer:
    """The path table of one policy, with its verdict for each shape of object worked out once."""

    def __init__(self, rules: Minimize) -> None:
        self._rules = [(tuple(path.split(".")), verb) for path, verb in rules.paths.items()]
        self._verbs: dict[tuple[str, str], tuple[Verb | Literal["deep"], str]] = {}
        self._plans: dict[tuple[str, ...], tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]] = {}

    def minimize(self, value: dict[str, Any]) -> Minimized:
        """Apply the table. Raises BadInput with a reason of schemas.reasons.WITHHOLD where the object must be withheld instead."""
        shape = (value["type"], *value)
        plan = self._plans.get(shape)
        if plan is None:
            return self._work_out(value, shape)
        names, changes, touched = plan
        return Minimized({name: value[name] for name in names} if touched else value, changes, touched)

    def _work_out(self, value: dict[str, Any], shape: tuple[str, ...]) -> Minimized:
        """Go through the properties of one object; note the plan where it depends on their names alone."""
        type_name = value["type"]
        kept: dict[str, Any] = {}
        changes: list[str] = []
        by_shape = True
        for name, whole in value.items():
            if name in FRAME and name in KNOWN_PROPERTIES.get(type_name, FRAME):
                kept[name] = whole
                continue
            verb, shown = self._verb(type_name, name)
            item = whole
            if verb == "deep" or (verb == "keep" and (name == "extensions" or name in NESTED)):
                by_shape = False
                item = self._deep(whole, (type_name, name), shown, changes)
                verb = "drop" if item is None else verb
            match verb:
                case "withhold":
                    reason = "path-withheld"
                    raise BadInput(reason, shown)
                case "drop":
                    if name in REQUIRED.get(type_name, ()):
                        reason = "required-dropped"
                        raise BadInput(reason, shown)
                    changes.append(f"{shown}=drop")
                case _:
                    kept[name] = item
        told = tuple(dict.fromkeys(changes))
        touched = frozenset(name for name, item in value.items() if name not in kept or kept[name] != item) if told else frozenset()
        if by_shape:
            if len(self._plans) >= MAX_PLANS:
                self._plans.clear()
            self._plans[shape] = (tuple(kept), told, touched)
        return Minimized(kept if told else value, told, touched)

    def _verb(self, type_name: str, name: str) -> tuple[Verb | Literal["deep"], str]:
        cached = self._verbs.get((type_name, name))
        if cached is None:
            known = name in KNOWN_PROPERTIES.get(type_name, ())
            by_default: Verb = "keep" if known and (type_name, name) not in _UNREAD else "drop"
            deep = any(len(path) > 2 and fnmatchcase(type_name, path[0]) and fnmatchcase(name, path[1]) for path, _ in self._rules)
            verb: Verb = self._match((type_name, name)) or by_default
            shown = f"{type_name}.{name}" if known else f"{type_name if type_name in KNOWN_PROPERTIES else '*'}.*"
            cached = ("deep" if deep and verb == "keep" else verb, shown)
            if known:  # names that a feed makes up are worked out each time: there is no end of them
                self._verbs[type_name, name] = cached
        return cached

    def _match(self, place: tuple[str, ...]) -> Verb | None:
        """The verb of the most specific rule for exactly this place; among equals the more restrictive one."""
        order = {"keep": 0, "drop": 1, "withhold": 2}
        found = [
            (sum("*" not in step for step in path), order[verb], verb)
            for path, verb in self._rules
            if len(path) == len(place) and all(fnmatchcase(step, want) for step, want in zip(place, path, strict=True))
        ]
        return max(found)[2] if found else None

    def _deep(self, item: Any, place: tuple[str, ...], shown: str, changes: list[str]) -> Any:
        """`item` without the parts that rules below `place` drop; None where nothing is left."""
        if isinstance(item, list):
            parts = [self._deep(part, place, shown, changes) for part in item]
            return [part for part in parts if part is not None] or None
        if not isinstance(item, Mapping):
            return item
        kept = {}
        for name, part in item.items():
            inner = (*place, name)
            found = self._match(inner) or self._default_below(inner)
            if found == "withhold":
                reason = "path-withheld"
                raise BadInput(reason, f"{shown}.*")
            if found == "drop":
                changes.append(f"{shown}.*=drop")
                continue
            below = any(len(path) > len(inner) for path, _ in self._rules)
            left = self._deep(part, inner, shown, changes) if below else part
            if left is not None:
                kept[name] = left
        return kept or None

    @staticmethod
    def _default_below(place: tuple[str, ...]) -> Verb:
        """Without a rule, what STIX itself defines stays, and what somebody else has put in goes."""
        if len(place) != 3:
            return "keep"
        type_name, name, inner = place
        if name == "extensions":
            tlp = type_name == "marking-definition" and inner == TLP2_EXTENSION
            return "keep" if tlp or inner in STIX_EXTENSIONS else "drop"
        return "keep" if name not in NESTED or inner in NESTED[name] else "drop"
