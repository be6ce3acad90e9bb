"""The effective policy of a recipient, line by line, each with the files that made it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.policy.grounds import Ground, Standing
from pipeline.policy.words import line_word
from schemas.sharing import Policy
from schemas.sharing.effective import DEFAULT
from schemas.sharing.meet import FIELDS


@dataclass(frozen=True)
class Line:
    """A setting, what it is in effect, and which files made it so."""

    setting: str
    value: str
    origins: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """What holds for the objects of some producers."""

    producers: tuple[str, ...]
    agreements: tuple[str, ...]
    lines: tuple[Line, ...]


def show(standing: Standing) -> Sequence[Shown]:
    """One table for each set of producers that the same agreements cover."""
    return [
        Shown(ground.producers, tuple(item.reference for item in ground.agreements), tuple(_lines(ground, standing.policy)))
        for ground in standing.grounds
    ]


def _lines(ground: Ground, policy: Policy) -> Iterator[Line]:
    rules = ground.rules
    for name in (*FIELDS, "resale"):
        yield Line(name, line_word(rules, name), rules.origins[name])
    for layer in rules.layers:
        if layer.profile is not None:
            own = layer.origin == f"policy {policy.reference}" and policy.minimize.profile is None
            yield Line("profile", layer.profile, (DEFAULT if own else layer.origin,))
        for path, verb in layer.paths:
            yield Line(f"paths {path}", verb, (layer.origin,))
