"""The label of a contribution in words, and which of its markings made it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from enum import Enum

from pipeline.explain.model import Said
from schemas.labels import NOTHING, Label
from transforms.entity import Candidate
from transforms.release import Release

_WORDS = {"tlp": "TLP", "pap": "PAP"}


def label_of_candidate(state: Release, candidate: Candidate) -> str:
    """The label of the whole object, as the decision reads it; '' where no agreement covers its producer, so that none was asked for."""
    ground = state.terms.ground(candidate.producer)
    if ground is None:
        return ""
    unmarked = ground.unmarked(state.terms.unmarked.get(candidate.current.feed))
    return say(state.sight.judge.labels.whole(candidate.producer, candidate.current, unmarked))


def said_by_markings(state: Release, candidate: Candidate) -> Iterator[Said]:
    """What each of its markings says by itself: those on the whole, those on parts, what is unmarked, and its words."""
    current, labels = candidate.current, state.sight.judge.labels
    for marking in current.whole:
        yield Said(marking=marking, where="", says=say(labels.of(candidate.producer, (marking,))), hidden=False)
    hidden = set(state.sight.judge(candidate).hidden)
    for marking, pointer in current.nodes.marked:
        says = say(labels.of(candidate.producer, (marking,)))
        yield Said(marking=marking, where=".".join(map(str, pointer)), says=says, hidden=pointer in hidden)
    ground = state.terms.ground(candidate.producer)
    if ground is not None and labels.of(candidate.producer, current.whole).tlp is None:
        unmarked = ground.unmarked(state.terms.unmarked.get(current.feed))
        yield Said(marking="unmarked", where="", says=say(Label(tlp=unmarked)), hidden=False)
    if current.words != NOTHING:
        yield Said(marking="its words", where="", says=say(current.words), hidden=False)


def say(label: Label) -> str:
    """A label in words: only what it says."""
    told = []
    for one in fields(label):
        value = getattr(label, one.name)
        if value is True:
            told.append(one.name.replace("_", " "))
        elif isinstance(value, Enum):
            told.append(f"{_WORDS.get(one.name, one.name)}:{value.name.replace('AMBER_STRICT', 'AMBER+STRICT')}")
        elif value:
            told.append(f"{one.name.replace('_', ' ')} {_plain(value)}")
    return ", ".join(told) or "nothing"


def _plain(value: object) -> str:
    if isinstance(value, frozenset):
        return " and ".join(sorted(_plain(item) for item in value))
    if hasattr(value, "__dataclass_fields__"):
        return "/".join(f"{name}={_plain(getattr(value, name))}" for name in value.__dataclass_fields__ if getattr(value, name))
    return value.name if isinstance(value, Enum) else str(value)
