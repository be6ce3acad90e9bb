"""Several labels on one thing: all systems apply, and within a system the most restrictive reading counts (STIX 2.1 §7.2 has no rule)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from schemas.labels.model import NOTHING, Label
from schemas.markings import Tlp

_Level = TypeVar("_Level", bound=int)


def join(*labels: Label) -> Label:
    """The label that restricts as much as all of them: commutative, associative, idempotent, and NOTHING is its neutral element."""
    joined = NOTHING
    for label in labels:
        if label is not NOTHING:
            joined = label if joined is NOTHING else _join(joined, label)
    return joined


def total(marked: Iterable[Label], words: Label, unmarked: Tlp) -> Label:
    """The label of a whole object, from its markings and from the words in it.

    `unmarked` counts where no marking states a TLP. Words come last: a mild one must not stand in for a marking that is missing.
    """
    known = join(*marked)
    return join(replace(known, tlp=unmarked) if known.tlp is None else known, words)


def _join(one: Label, other: Label) -> Label:
    return Label(
        tlp=_higher(one.tlp, other.tlp),
        pap=_higher(one.pap, other.pap),
        iep=one.iep | other.iep,
        acs=one.acs | other.acs,
        handling=one.handling | other.handling,
        grades=one.grades | other.grades,
        classification=_higher(one.classification, other.classification),
        rel_to=one.rel_to | other.rel_to,
        no_foreign=one.no_foreign or other.no_foreign,
        orcon=one.orcon or other.orcon,
        anonymous=one.anonymous or other.anonymous,
        audiences=one.audiences | other.audiences,
        statement=one.statement or other.statement,
        unknown=one.unknown or other.unknown,
        fault=one.fault or other.fault,
    )


def _higher(one: _Level | None, other: _Level | None) -> _Level | None:
    if one is None or other is None:
        return other if one is None else one
    return max(one, other)
