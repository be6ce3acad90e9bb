"""What became of each field of an object, and by which rule of which file: the object before and after, and the tables that did it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

from pipeline.explain.model import Field
from schemas.errors import BadInput
from transforms.entity import Candidate
from transforms.minimize import FRAME
from transforms.release import Release

Place = tuple[str, ...]


def fields_of(state: Release, no: int, candidate: Candidate) -> list[Field]:
    """The fields of a candidate. Of one that minimization stops, the place where it does; nothing of one that stops before."""
    if state.sight.verdict(candidate):
        return []
    try:
        minimized = state.sight.minimize(no, candidate).value
    except BadInput as error:
        return [Field(place=error.path or candidate.current.value["type"], outcome=error.reason, by=_by(state, candidate, no, error.path))]
    out = state.outgoing.get(no)
    chosen = state.chosen.get(no)
    final = orjson.loads(out.bodies[-1]) if out is not None and chosen is not None and chosen.candidate is candidate else minimized
    before = candidate.current.value
    return [
        Field(
            place=".".join(place),
            outcome=outcome,
            by=["hub: adds it"] if outcome == "added" else _reasons(state, candidate, no, place, minimized, final),
        )
        for place, outcome in compare(before, final)
    ]


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[tuple[Place, str]]:
    """(place, kept, dropped, changed or added) for each property, and for what lies below it where only some of that differs."""
    found: list[tuple[Place, str]] = []
    for name in (*before, *(name for name in after if name not in before)):
        found += _at((str(before["type"]), name), _listed(before, name), _listed(after, name))
    return found


def _at(place: Place, before: Sequence[Any], after: Sequence[Any]) -> Iterator[tuple[Place, str]]:
    """before, after: all that stands at a place, since steps into lists leave no trace."""
    if before == after:
        yield place, "kept"
    elif not after:
        yield place, "dropped"
    elif not before:
        yield place, "added"
    elif len(before) != len(after) or not all(isinstance(item, Mapping) for item in (*before, *after)):
        yield place, "changed"
    else:
        names = dict.fromkeys(name for item in (*before, *after) for name in item)
        for name in names:
            yield from _at((*place, name), _below(before, name), _below(after, name))


def _listed(value: Mapping[str, Any], name: str) -> list[Any]:
    if name not in value:
        return []
    item = value[name]
    return item if isinstance(item, list) else [item]


def _below(items: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    return [part for item in items for part in _listed(item, name)]


def _reasons(
    state: Release, candidate: Candidate, no: int, place: Place, minimized: Mapping[str, Any], final: Mapping[str, Any]
) -> list[str]:
    """What decided of a place: the markings of the part, the tables, or the hub that gives ids, times and references anew."""
    told = []
    if any(_leads(pointer, place) for pointer in state.sight.judge(candidate).hidden):
        told.append("marking of this part: not for the recipient")
    elif place[1] not in FRAME:
        told += _by(state, candidate, no, ".".join(place))
    if minimized.get(place[1]) != final.get(place[1]):
        told.append("hub: ids, times and references of what it changes")
    return told


def _by(state: Release, candidate: Candidate, no: int, path: str) -> list[str]:
    """Each file that has something to say of a path, with its rule and what it wants."""
    place = tuple(path.split("."))
    ground = state.terms.ground(candidate.producer)
    if ground is None:
        return []
    if len(place) < 2:  # it is about the object as a whole: a profile does not release it
        return [f"{layer.origin}: {layer.profile}" for layer in ground.rules.layers if layer.profile]
    role = state.sight.role(no, candidate)
    told = []
    for why in state.sight.keyed(candidate).minimizer.why(place, role):
        origin = why.origin or ", ".join(ground.rules.origins.get("attribution", ()))
        told.append(f"{origin}: {why.rule} = {why.told}")
    return told


def _leads(pointer: Sequence[str | int], place: Place) -> bool:
    """Whether a marked part is at a place, above or below it."""
    names = tuple(step for step in pointer if isinstance(step, str))
    short = min(len(names), len(place) - 1)
    return names[:short] == place[1 : 1 + short]
