"""The guard of one recipient: what may not stand in the final bytes of an object, whatever the catalogue holds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from schemas.markings import TLP_BY_ID, Tlp
from transforms.guard.decoded import decoded, may_hide
from transforms.guard.folded import is_defanged, spellings
from transforms.guard.markings import is_tlp_definition, marking_above, word_above
from transforms.guard.names import Names
from transforms.guard.personal import Place, is_personal, may_be_personal, may_name_victim, names_victim, place_of
from transforms.guard.texts import LONGEST_DULL, MOST_DULL, REMEMBERED, places_of, strings_once, telling

_FEW = 3
"""Texts that are worth no remembering: a pattern, a name, a description."""


@dataclass(frozen=True, slots=True)
class Watch:
    """What a recipient's guard looks for.

    ceiling:  the highest TLP marking that may go to it
    names:    ids and names of other partners; empty where the policy names them
    text:     whether it looks for personal data and patterns about victims; not where an agreement said that all goes as it is written
    released: whether a grant of the originator lifts the ceiling for the objects that this guard is asked about
    """

    ceiling: Tlp
    names: tuple[str, ...] = ()
    text: bool = True
    released: bool = False


_VALUES = frozenset({("indicator", "pattern"), ("domain-name", "value"), ("url", "value"), ("email-addr", "value"), ("file", "name")})
"""(type, property) of what an object of a threat is about."""


class Guard:
    """A guard that remembers what it has looked at; for one process and one policy."""

    def __init__(self, watch: Watch) -> None:
        self.watch = watch
        self._ceiling = Tlp.RED if watch.released else watch.ceiling
        self._names = Names(watch.names)
        self._forbidden = _spelled(name for name, tlp in TLP_BY_ID.items() if tlp > self._ceiling)
        self._clean: set[bytes] = set()
        self._remembered = lru_cache(maxsize=4096)(self._look)

    def look(self, body: bytes) -> str:
        """Why the bytes of an object must not leave: a reason code, or '' where nothing is found. Never raises."""
        try:
            return self._remembered(body) if len(body) <= REMEMBERED else self._look(body)
        except Exception:  # noqa: BLE001 - whatever happens here, nothing leaves
            return "guard-failed"

    def _look(self, body: bytes) -> str:
        every = strings_once(body)
        if not every.isdisjoint(self._forbidden) and marking_above(orjson.loads(body), self._ceiling):
            return "guard-marking"
        fresh = telling(every, self._clean)
        joined = b"\n".join(fresh)
        if self._is_clean(joined):
            suspects: list[bytes] = []
            innocent = fresh
        else:
            suspects = [text for text in fresh if not self._is_clean(text)]
            innocent = [text for text in fresh if text not in suspects]
        if len(innocent) > _FEW:
            if len(self._clean) >= MOST_DULL:
                self._clean.clear()
            self._clean.update(text for text in innocent if len(text) <= LONGEST_DULL)
        return self._closely(body, {text.decode() for text in suspects}) if suspects else ""

    def _is_clean(self, raw: bytes) -> bool:
        """Whether there is surely nothing to be found in a text, in any place. Nearly all are like this."""
        text = raw.decode()
        lowered = text.lower()
        return not (
            may_hide(text)
            or self._names.maybe(lowered)
            or "tlp" in lowered
            or (self.watch.text and (may_be_personal(lowered) or may_name_victim(lowered)))
            or is_defanged(lowered)
        )

    def _closely(self, body: bytes, texts: set[str]) -> str:
        """The same answer from all that some texts can be read as: first what may stand nowhere, then what may not stand in its place."""
        hidden = decoded(texts)
        if not hidden.complete:
            return "guard-undecodable"
        value = orjson.loads(body)
        definition = is_tlp_definition(value)
        personal = False
        for text in (*texts, *hidden.texts):
            for spelled in spellings(text):
                if self._names.among(spelled) and not _is_value_of_threat(value, text):
                    return "guard-partner-name"
                if not definition and word_above(spelled, self._ceiling):
                    return "guard-marking"
                if self.watch.text:
                    if names_victim(spelled):
                        return "guard-victim-pattern"
                    personal = personal or is_personal(spelled, "text")
        return self._in_places(value, texts) if personal else ""

    def _in_places(self, value: Any, texts: set[str]) -> str:
        """Whether personal data stands where it may not: each text by its place; one that has none is the document as a whole."""
        placed = [(text, place_of(kind, name)) for kind, name, text in places_of(value) if text in texts]
        nowhere = texts.difference(text for text, _ in placed)
        found = any(self._is_personal(text, place) for text, place in (*placed, *((text, "value") for text in nowhere)))
        return "guard-personal-data" if found else ""

    @staticmethod
    def _is_personal(text: str, place: Place) -> bool:
        return any(is_personal(spelled, place) for item in (text, *decoded([text]).texts) for spelled in spellings(item))


def _is_value_of_threat(value: Any, text: str) -> bool:
    """Whether a text stands only where the values of threats do: who imitates a partner's name says nothing of who told of it."""
    places = [(kind, name) for kind, name, found in places_of(value) if found == text]
    return bool(places) and all(place in _VALUES and (place[1] != "pattern" or _is_stix(value)) for place in places)


def _is_stix(value: Any) -> bool:
    return isinstance(value, dict) and value.get("pattern_type") == "stix"


def _spelled(ids: Iterable[str]) -> frozenset[bytes]:
    """Ids as bytes, in both letter cases."""
    return frozenset(text.encode() for name in ids for text in (name, name.upper(), f"{name[:-36]}{name[-36:].upper()}"))
