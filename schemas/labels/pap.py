"""The Permissible Actions Protocol as a STIX extension: five definitions that exist, and no others may be made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.labels.model import FAULT, Label, Pap
from schemas.labels.reading import Misread, property_extension, section
from schemas.stix.extensions_known import PAP_EXTENSION

PAP_NAMES: Mapping[str, Pap] = {"clear": Pap.CLEAR, "white": Pap.CLEAR, "green": Pap.GREEN, "amber": Pap.AMBER, "red": Pap.RED}

_WORDS = {
    "marking-definition--ad15a0cd-55b6-4588-a14c-a66105329b92": "clear",
    "marking-definition--a3bea94c-b469-41dc-9cfe-d6e7daba7730": "white",
    "marking-definition--c43594d1-4b11-4c59-93ab-1c9b14d53ce9": "green",
    "marking-definition--60f8932b-e51e-4458-b265-a2e8be9a80ab": "amber",
    "marking-definition--740d36e5-7714-4c30-961a-3ae632ceee0e": "red",
}

PAP_BY_ID: Mapping[str, Pap] = {identifier: PAP_NAMES[word] for identifier, word in _WORDS.items()}
"""The five ids that exist; white is the older word for clear."""


def claims_pap(definition: Mapping[str, Any]) -> bool:
    """Whether a marking definition says anything of PAP, by its id, extension or name."""
    extensions = definition.get("extensions")
    return (
        definition.get("id") in PAP_BY_ID
        or (isinstance(extensions, Mapping) and PAP_EXTENSION in extensions)
        or str(definition.get("name", "")).upper().startswith("PAP:")
    )


def pap_label(definition: Mapping[str, Any]) -> Label:
    """The label of a definition that claims to be PAP."""
    try:
        word = _WORDS[str(definition.get("id"))]
        body = section(section(definition.get("extensions"))[PAP_EXTENSION])
        property_extension(body)
        if body["pap"] != word or "definition" in definition or "definition_type" in definition:
            return FAULT
    except (Misread, KeyError):
        return FAULT
    return Label(pap=PAP_NAMES[word])
