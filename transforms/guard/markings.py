"""Markings in the final bytes that are above the ceiling of the recipient."""

from __future__ import annotations

import re
from typing import Any

from schemas.markings import NAMES, TLP_BY_ID, Tlp

_NAME = re.compile(r"(?<![^\W_])tlp")
_TAG = r"</?(?!red|amber|green|clear|white)[a-z][^<>]{0,200}>"
_SIGNS = re.compile(rf"\s{{0,40}}(?:(?:{_TAG}|\\(?:[nt]|r(?!ed))|[^\w\s]|[\d_])\s{{0,40}}){{0,8}}")
_LETTERS = re.compile(r"[^\W\d_]{1,24}")
_STRICTLY = re.compile(rf"(?:{_TAG}|_|[^\w.,;!?]|[.,;!?](?!\s)){{0,16}}strict(?![^\W\d_])")
"""What follows the three letters: signs that are no letters, with tags and escapes among them; a word; and what makes amber stricter."""

_MOST_BETWEEN = 5
_BETWEEN = frozenset(
    {
        *("as", "categories", "category", "class", "classification", "classified", "code", "codes", "color", "colors", "colour", "colours"),
        *("designation", "distribution", "is", "label", "labels", "level", "levels", "marked", "marking", "markings", "protocol", "rating"),
        *("ratings", "set", "status", "tag", "tags", "to", "v", "version"),
    }
)
"""Words that may stand between, and how many of them."""


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
    return any(_level_at(text, match.end()) > ceiling for match in _NAME.finditer(text))


def _level_at(text: str, at: int) -> Tlp:
    """The level that is named next, CLEAR where something else is. It goes on from sign to word, so nothing is read twice."""
    for _ in range(_MOST_BETWEEN + 1):
        signs = _SIGNS.match(text, at)
        word = _LETTERS.match(text, signs.end() if signs else at)
        if word is None:
            return Tlp.CLEAR
        if word[0] not in _BETWEEN:
            return _level(word[0], text, word.end())
        at = word.end()
    return Tlp.CLEAR


def _level(word: str, text: str, at: int) -> Tlp:
    if word == "amberstrict" or (word == "amber" and _STRICTLY.match(text, at)):
        return Tlp.AMBER_STRICT
    return NAMES.get(word, Tlp.CLEAR)


def is_tlp_definition(value: Any) -> bool:
    """Whether an object is one of the public TLP markings, which says its own name."""
    return isinstance(value, dict) and value.get("type") == "marking-definition" and value.get("id") in TLP_BY_ID
