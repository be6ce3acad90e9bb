"""What is wrong with a setting, in the words that files are written in: the model library speaks of types and patterns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import IntEnum
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic_core import ErrorDetails

from schemas.config import HubSettings, RootName
from schemas.labels.model import Pap
from schemas.markings import Tlp
from schemas.sharing import PartnerId
from schemas.sharing.partner import GrantKey
from schemas.sharing.shown import PathText
from schemas.sharing.words import Audience, FileId, Nation, Reference, Version

_LIST = "a list is expected: [one, two]; to say nothing, leave the setting out"
_SETTINGS = "settings are expected (key: value); to say nothing, leave it out"
_WHOLE = "must be a whole number"
_NUMBER = "must be a number"
_TRUTH = "must be true or false"
_MOMENT = "must be a date or a time with its zone: 2026-01-31 or 2026-01-31T12:00:00Z"
_DURATION = "must be a number with s, m, h or d: 90s, 15m, 6h, 1d"

_TOLD: Mapping[str, str] = {
    "extra_forbidden": "unknown setting; remove it or correct its spelling",
    "missing": "required, but absent",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    **dict.fromkeys(("tuple_type", "list_type", "set_type", "frozen_set_type"), _LIST),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), _SETTINGS),
    **dict.fromkeys(("int_type", "int_parsing", "int_parsing_size", "int_from_float", "finite_number"), _WHOLE),
    **dict.fromkeys(("float_type", "float_parsing"), _NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), _TRUTH),
    **dict.fromkeys(("datetime_type", "datetime_parsing", "datetime_from_date_parsing", "datetime_object_invalid"), _MOMENT),
    "timezone_aware": _MOMENT,
    **dict.fromkeys(("time_delta_type", "time_delta_parsing"), _DURATION),
    "string_type": "a text is expected; put in quotes what would be a number, a date, yes or no",
    "string_too_short": "is too short; it needs this many characters: {min_length}",
    "string_too_long": "is too long; it may have this many characters: {max_length}",
    "string_pattern_mismatch": "must be {pattern}",
    "too_short": "must have {min_length} or more in its list, and has {actual_length}",
    "too_long": "must have {max_length} or fewer in its list, and has {actual_length}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be {ge} or more",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be {le} or less",
    "path_type": "must be the path of a file",
    "ip_any_network": "must be an address or a network: 192.0.2.1 or 192.0.2.0/24",
    "value_error": "{error}",
}
"""Type of a mistake -> what is said of it; in braces stands what the library says beside the type."""


def in_plain_words(mistake: ErrorDetails) -> str:
    """What is wrong and what would be right, without the value."""
    told = _TOLD.get(mistake["type"])
    if told is None:
        return mistake["msg"]
    return told.format_map({name: _in_words(name, value) for name, value in mistake.get("ctx", {}).items()})


def _in_words(name: str, value: Any) -> str:
    if value == repr(timedelta(0)):
        return "0s"
    if name == "pattern":
        return _forms().get(value, f"of the form {value}")
    if name == "expected":
        return _levels().get(value, value.replace("'", ""))
    return str(value)


@cache
def _levels() -> Mapping[str, str]:
    """The numbers of labels, as the library lists them -> their names: files name a label, and models keep its number."""
    return {_listed([str(item.value) for item in kind]): _listed([_name(item) for item in kind]) for kind in (Tlp, Pap)}


def _name(level: IntEnum) -> str:
    return level.name.lower().replace("_", "+")


def _listed(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


@cache
def _forms() -> Mapping[str, str]:
    """Pattern -> what it stands for, with an example."""
    names = "lower-case letters, digits and dashes, 63 at most, with no dash at either end"
    told = (
        (PartnerId, names),
        (FileId, "lower-case letters, digits, dots and dashes, with a letter or digit first"),
        (Version, "three numbers: 1.0.0"),
        (Reference, "an id and a version: forum-2026@1.0.0"),
        (Nation, "three capital letters (ISO 3166 alpha-3): NOR"),
        (Audience, "production or exercise:NAME"),
        (RootName, "lower-case letters, digits, - and _, 63 at most, with a letter or digit first"),
        (PathText, "a type and a property: indicator.name, *.external_references"),
    )
    forms = {str(TypeAdapter(kind).json_schema()["pattern"]): words for kind, words in told}
    forms[GrantKey.model_json_schema()["properties"]["key"]["pattern"]] = "a public key: 32 bytes in base64, 44 characters"
    forms[HubSettings.model_json_schema()["properties"]["audience"]["pattern"]] = "production or exercise:NAME"
    return forms
