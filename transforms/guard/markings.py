"""Markings in the final bytes that are above the ceiling of the recipient."""

from __future__ import annotations

import re
from typing import Any

from schemas.markings import NAMES, TLP_BY_ID, Tlp

_WORD = re.compile(r"\btlp(?:[_:=\s-]|\W){1,3}(?:2[.]0\W)?(red|amber\s?\W\s?strict|amberstrict|amber|green|clear|white)(?![^\W_])")
"""In a text that is folded and in lower case. More than one sign between the two words is somebody's own way of writing."""


def marking_above(value: Any, ceiling: Tlp) -> bool:
    """Whether an object, or a part of it, carries a TLP marking above the ceiling."""
    if not isinstance(value, dict):
        return False
    refs = value.get("object_marking_refs")
    found = list(refs) if isinstance(refs, list) else []
    granular = value.get("granular_markings")
    if isinstance(granular, list):
        found += [item.get("marking_ref") for item in granular if isinstance(item, dict)]
    return any(TLP_BY_ID.get(ref.lower(), Tlp.CLEAR) > ceiling for ref in found if isinstance(ref, str))


def word_above(text: str, ceiling: Tlp) -> bool:
    """Whether a TLP word above the ceiling stands in a text that is folded and in lower case."""
    if "tlp" not in text:
        return False
    return any(_level(word) > ceiling for word in _WORD.findall(text))


def _level(word: str) -> Tlp:
    return Tlp.AMBER_STRICT if "strict" in word else NAMES[word]


def is_tlp_definition(value: Any) -> bool:
    """Whether an object is one of the public TLP markings, which says its own name."""
    return isinstance(value, dict) and value.get("type") == "marking-definition" and value.get("id") in TLP_BY_ID
