"""What the markings of all systems say, as one lattice: everything that may restrict, each system in its own field.

Equal labels are equal in every respect, and hashable, so a verdict on one can be cached.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Literal

from schemas.markings import Tlp


class Pap(IntEnum):
    """Permissible Actions Protocol, from the widest to the narrowest."""

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    RED = 3


class Classification(IntEnum):
    """Levels of governments and alliances on one scale; NATO, EU, French and German words are mapped to it."""

    UNCLASSIFIED = 0
    RESTRICTED = 1
    CONFIDENTIAL = 2
    SECRET = 3
    TOP_SECRET = 4


@dataclass(frozen=True, slots=True)
class Grade:
    """How good source and information are, by the 6x6 letters and digits whatever scale it was given in.

    A grade that stands in words only can show that something is too bad; it does not show that it is good enough.
    """

    source: str
    information: int
    scale: Literal["4x4", "6x6"] = "6x6"
    word: bool = False


@dataclass(frozen=True, slots=True)
class Iep:
    """The duties of one Information Exchange Policy 2.0; its TLP goes into the label's."""

    starts: datetime
    ends: datetime | None
    encrypt: bool
    actions: str
    notify: bool
    attribution: Literal["may", "must", "must-not"]
    resale: bool


@dataclass(frozen=True, slots=True)
class Privilege:
    """One rule of ACS: whether those in scope may take an action. An empty set of a dimension says nothing of it."""

    action: str
    allowed: bool
    nationalities: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()
    shareability: frozenset[str] = frozenset()
    entity: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sharing:
    """One rule of ACS on passing on."""

    scope: frozenset[str]
    allowed: bool


@dataclass(frozen=True, slots=True)
class Acs:
    """One ACS 3.0 marking, as far as the label has no field of its own for it."""

    nation: str
    privilege_default: bool
    sharing_default: bool
    caveat: frozenset[str] = frozenset()
    sensitivity: frozenset[str] = frozenset()
    shareability: frozenset[str] = frozenset()
    entity: frozenset[str] = frozenset()
    privileges: frozenset[Privilege] = frozenset()
    sharing: frozenset[Sharing] = frozenset()
    disposed: datetime | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """What one or several markings say. The empty one says nothing, which is not the same as allowing.

    rel_to:    of each set the recipient must be one: a nation, community or organization, in capitals
    grades:    each must reach what the policy asks for
    anonymous: who provided it must not be disclosed
    audiences: `exercise:NAME`
    unknown:   a marking that nobody has given a meaning · fault: one that is not what it claims to be
    """

    tlp: Tlp | None = None
    pap: Pap | None = None
    iep: frozenset[Iep] = frozenset()
    acs: frozenset[Acs] = frozenset()
    handling: frozenset[str] = frozenset()
    grades: frozenset[Grade] = frozenset()
    classification: Classification | None = None
    rel_to: frozenset[frozenset[str]] = frozenset()
    no_foreign: bool = False
    orcon: bool = False
    anonymous: bool = False
    audiences: frozenset[str] = frozenset()
    statement: bool = False
    unknown: bool = False
    fault: bool = False


NOTHING = Label()
UNKNOWN = Label(unknown=True)
FAULT = Label(fault=True)
