"""The place for which a verb is made, with what it needs to know there; and how a function of text becomes a treatment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from schemas.errors import BadInput
from transforms.minimize.places import Place
from transforms.minimize.result import GONE, Treatment

Pseudonym = Callable[[str, str], str]
"""(kind of value, value) -> a text that only the holder of a key could have made of it."""


class Key(threading.local):
    """A recipient's key with a note of whether it was used, one for each thread: what was made with it is no other recipient's."""

    def __init__(self, make: Pseudonym) -> None:
        self._make = make
        self.used = False

    def __call__(self, kind: str, value: str) -> str:
        self.used = True
        return self._make(kind, value)


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in an object.

    shown:     the place as it may be told: without names that a feed made up
    required:  whether the type needs it
    pseudonym: None where there is no key
    residual:  hold or withhold: what becomes of an object with personal data in what would be kept
    """

    place: Place
    shown: str
    required: bool = False
    pseudonym: Pseudonym | None = None
    residual: str = "hold"

    @property
    def type_name(self) -> str:
        return self.place[0]

    @property
    def name(self) -> str:
        return self.place[-1]

    def refuse(self, reason: str) -> BadInput:
        """The error that keeps the object back because of what stands here."""
        return BadInput(reason, self.shown)


def on_texts(change: Callable[[str], str | None], *, others: bool = False) -> Treatment:
    """A treatment of each text in a part, in lists and dictionaries too. `others` says whether numbers and truth values stay."""

    def treat(item: Any, _whole: Mapping[str, Any]) -> Any:
        return each(item)

    def each(item: Any) -> Any:
        if isinstance(item, str):
            changed = change(item)
            return GONE if changed is None else item if changed == item else changed
        if isinstance(item, list):
            kept = [left for part in item if (left := each(part)) is not GONE]
            same = len(kept) == len(item) and all(left is part for left, part in zip(kept, item, strict=True))
            return item if same else kept or GONE
        if isinstance(item, dict):
            left_of = {name: left for name, part in item.items() if (left := each(part)) is not GONE}
            same = len(left_of) == len(item) and all(left_of[name] is item[name] for name in item)
            return item if same else left_of or GONE
        return item if others else GONE

    return treat
