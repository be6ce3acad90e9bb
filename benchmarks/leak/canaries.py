"""Canaries: made-up personal data, each unique, and the ledger of what was planted where and who may see it.

Most values carry a word of sixteen letters that stands nowhere else: `qz` and seven pairs of vowel and consonant (90^7, about 2^45).
Numbers, addresses and times are unique in themselves. A search therefore needs no idea of what personal data looks like.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import NamedTuple

VOWELS = "aeiou"
CONSONANTS = "bcdfghjklmnprstvwx"
LETTERS = VOWELS + CONSONANTS + "qz"
WORD = re.compile(r"(?=(qz(?:[aeiou][bcdfghjklmnprstvwx]){7}))")
"""With a look-ahead, since a word may begin inside what only looks like one."""


class Role(StrEnum):
    """Whose data it is."""

    VICTIM = "victim"
    REPORTER = "reporter"
    ANALYST = "analyst"
    THREAT = "threat"
    BENIGN = "benign"


PRIVATE = frozenset((Role.VICTIM, Role.REPORTER, Role.ANALYST))


@dataclass(frozen=True, slots=True)
class Needle:
    """What is looked for, and by which finder of the oracle: word, number, ip4, ip6, mac, time, uuid, hash or literal."""

    finder: str
    key: str


@dataclass(slots=True)
class Canary:
    """One planted value. `place` is structured, text or pipeline; `allowed` names the recipients who may see it."""

    value: str
    kind: str
    role: Role
    row: int
    path: str
    place: str
    encoding: str
    locale: str
    producer: str
    tlp: str
    allowed: frozenset[str]
    needles: tuple[Needle, ...]
    object_id: str = ""

    @property
    def private(self) -> bool:
        """Whether it is somebody's personal data, and not a threat's or nobody's."""
        return self.role in PRIVATE


@dataclass
class Ledger:
    """The ground truth: all that was planted."""

    random: Random
    canaries: list[Canary] = field(default_factory=list)
    _used: set[str] = field(default_factory=set)
    _roles: Counter[Role] = field(default_factory=Counter)
    _counted: int = 0

    def word(self) -> str:
        """A new word."""
        while True:
            made = "qz" + "".join(self.random.choice(VOWELS) + self.random.choice(CONSONANTS) for _ in range(7))
            if self.first(made):
                return made

    def first(self, key: str) -> bool:
        """Whether nothing has been planted under this key so far; from now on something is."""
        known = key in self._used
        self._used.add(key)
        return not known

    def count(self, roles: Collection[Role] = PRIVATE) -> int:
        """How many canaries of these roles there are."""
        for canary in self.canaries[self._counted :]:
            self._roles[canary.role] += 1
        self._counted = len(self.canaries)
        return sum(self._roles[role] for role in roles)


class Hit(NamedTuple):
    """A canary that was found: its number, and whether as its value, as a digest of it or as an id made from it."""

    number: int
    how: str


VALUE, DIGEST, IDENTIFIER = "value", "digest", "id"
