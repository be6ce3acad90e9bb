"""Rules on tables of verbs: what points at nothing, what cannot have an effect, what takes the whole object away."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase

from pipeline.policy.rule import Found, Look, Rule
from schemas.sharing.verbs import Verb, parse_verb, restriction, stricter
from schemas.stix.registry import KNOWN_PROPERTIES, REQUIRED


def _each(look: Look) -> Iterator[tuple[str, str, str, Verb]]:
    """(file, origin, path, verb) of every row of every table."""
    for part in look.parts:
        for path, text in part.shown.paths.items():
            yield part.file, part.origin, path, parse_verb(text)


def _meant(path: str) -> list[tuple[str, str]]:
    """(type, property) of STIX 2.1 that a path reaches."""
    type_name, name = path.split(".")[:2]
    return [
        (known, item)
        for known, names in KNOWN_PROPERTIES.items()
        if fnmatchcase(known, type_name)
        for item in names
        if fnmatchcase(item, name)
    ]


def _points_at_nothing(look: Look) -> Found:
    for file, _, path, _ in _each(look):
        type_name, name = path.split(".")[:2]
        if not type_name.startswith("x-") and not name.startswith("x_") and not _meant(path):
            yield file, f"minimize.paths: {path} is nothing that STIX 2.1 defines"


def _keep_without_effect(look: Look) -> Found:
    for part in look.parts:
        if part.origin != "policy" and part.shown.profile is None:
            for path, text in part.shown.paths.items():
                if parse_verb(text).name == "keep":
                    yield part.file, f"minimize.paths: {path}: keep"


def _drops_required(look: Look) -> Found:
    for file, _, path, verb in _each(look):
        if verb.name == "drop" and path.count(".") == 1 and "*" not in path:
            type_name, name = path.split(".")
            if name in REQUIRED.get(type_name, ()):
                yield file, f"minimize.paths: {path}: {type_name} requires it"


def _cannot_be_compared(look: Look) -> Found:
    for name, standing in look.standings.items():
        seen: dict[str, tuple[str, Verb]] = {}
        layers = {layer: None for ground in standing.grounds for layer in ground.rules.layers}
        for layer in layers:
            for path, text in layer.paths:
                verb = parse_verb(text)
                origin, other = seen.setdefault(path, (layer.origin, verb))
                if restriction(stricter(verb, other)) > max(restriction(verb), restriction(other)):
                    yield f"policies/{name}.yaml", f"{path}: {other} of {origin} and {verb} of {layer.origin} drop it"


RULES = (
    Rule(
        "path-unknown",
        "mistake",
        "A path names a type or property that STIX 2.1 does not define. It would never match, and nobody would notice.",
        "Correct it; custom types begin with x-, custom properties with x_.",
        _points_at_nothing,
    ),
    Rule(
        "keep-without-effect",
        "warning",
        "A file that only narrows says `keep`. That opens nothing: only a policy's own table goes before its profile.",
        "Take the row out, or write it into the policy.",
        _keep_without_effect,
    ),
    Rule(
        "drops-required",
        "warning",
        "A property is dropped that its type requires, so every such object is withheld.",
        "Write `withhold_object` if that is meant; otherwise another verb.",
        _drops_required,
    ),
    Rule(
        "verbs-clash",
        "warning",
        "Two files coarsen the same place in ways of which neither contains the other, so it is dropped.",
        "Agree on one verb.",
        _cannot_be_compared,
    ),
)
