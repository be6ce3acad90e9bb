"""TLP in both versions (STIX 2.1 §7.2.1.4; TLP 2.0 extension), as one order of restriction.

A TLP label is believed only where a marking definition's id *and* body agree. Anything else that claims to be TLP is a mismatch.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import IntEnum
from typing import Any

TLP2_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"


class Tlp(IntEnum):
    """From the widest to the narrowest."""

    CLEAR = 0
    GREEN = 1
    AMBER = 2
    AMBER_STRICT = 3
    RED = 4


NAMES: Mapping[str, Tlp] = {
    "clear": Tlp.CLEAR,
    "white": Tlp.CLEAR,
    "green": Tlp.GREEN,
    "amber": Tlp.AMBER,
    "amber+strict": Tlp.AMBER_STRICT,
    "red": Tlp.RED,
}

_TLP1 = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": "white",
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": "green",
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": "amber",
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": "red",
}
_TLP2 = {
    "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487": "clear",
    "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb": "green",
    "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421": "amber",
    "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003": "amber+strict",
    "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1": "red",
}

TLP_BY_ID: Mapping[str, Tlp] = {identifier: NAMES[word] for identifier, word in (_TLP1 | _TLP2).items()}
"""The nine ids that exist; every other id that claims TLP is wrong."""

TLP2_IDS: Mapping[Tlp, str] = {NAMES[word]: identifier for identifier, word in _TLP2.items()}
"""The label of TLP 2 for each level."""


def claims_tlp(definition: Mapping[str, Any]) -> bool:
    """Whether a marking definition says anything of TLP, by its id, type, extension or name."""
    return (
        definition.get("id") in TLP_BY_ID
        or definition.get("definition_type") == "tlp"
        or TLP2_EXTENSION in _mapping(definition.get("extensions"))
        or str(definition.get("name", "")).upper().startswith("TLP:")
    )


def is_genuine_tlp(definition: Mapping[str, Any]) -> bool:
    """Whether a marking definition that claims TLP is one of the nine, with the body that belongs to its id."""
    identifier = str(definition.get("id"))
    said1 = _mapping(definition.get("definition")).get("tlp") if "definition" in definition else None
    said2 = _mapping(_mapping(definition.get("extensions")).get(TLP2_EXTENSION)).get("tlp_2_0")
    if identifier in _TLP1:
        return said1 == _TLP1[identifier] and said2 is None and definition.get("definition_type") == "tlp"
    if identifier in _TLP2:
        return said2 == _TLP2[identifier] and said1 is None
    return False


_WORD = re.compile(r"\bTLP\s*[:\uff1a]\s*(RED|AMBER\s*\+\s*STRICT|AMBER|GREEN|CLEAR|WHITE)", re.IGNORECASE)


def tlp_in_text(value: Mapping[str, Any]) -> Tlp | None:
    """The most restrictive TLP word in labels, name or description: it never widens, it only restricts further."""
    texts = [value.get("name"), value.get("description"), *_list(value.get("labels"))]
    found = [
        NAMES["".join(word.lower().split())]
        for text in texts
        if isinstance(text, str) and "tlp" in text.lower()
        for word in _WORD.findall(text)
    ]
    return max(found, default=None)


def holds_tlp_word(part: Any) -> bool:
    """Whether a TLP word stands anywhere in a part of an object, in keys or texts."""
    text = json.dumps(part, ensure_ascii=False)
    return "tlp" in text.lower() and _WORD.search(text) is not None


def is_plain_statement(definition: Mapping[str, Any]) -> bool:
    """Whether a marking definition is a statement (§7.2.1.3) and nothing more."""
    return definition.get("definition_type") == "statement" and "extensions" not in definition


def marking_ids(value: Mapping[str, Any]) -> tuple[str, ...]:
    """Ids of all markings on an object and on its parts, sorted, each once.

    A granular marking counts for the whole object here: more restrictive than needed, never less.
    """
    found = {item for item in _list(value.get("object_marking_refs")) if isinstance(item, str)}
    for granular in _list(value.get("granular_markings")):
        reference = _mapping(granular).get("marking_ref")
        if isinstance(reference, str):
            found.add(reference)
    return tuple(sorted(found))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
