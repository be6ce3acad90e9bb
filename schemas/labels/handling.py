"""Tearline's own marking extension: police handling codes, grades, originator control, releasability, audience, classification."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from schemas.labels.grades import INFORMATION_FROM_4X4, SOURCE_FROM_4X4, SOURCES, WORST
from schemas.labels.join import join
from schemas.labels.model import FAULT, Classification, Grade, Label
from schemas.labels.reading import Misread, beyond, one_of, property_extension, section, texts

CODES = frozenset({"H0", "H1", "H2", "H3"})

LEVELS: Mapping[str, Classification] = {
    "unclassified": Classification.UNCLASSIFIED,
    "restricted": Classification.RESTRICTED,
    "confidential": Classification.CONFIDENTIAL,
    "secret": Classification.SECRET,
    "top-secret": Classification.TOP_SECRET,
}

_KNOWN = frozenset(
    {
        "extension_type",
        "handling_codes",
        "grade",
        "originator_control",
        "releasable_to",
        "no_foreign",
        "anonymous",
        "audience",
        "classification",
    }
)
_AUDIENCE = re.compile(r"exercise:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)


def handling_label(body: Mapping[str, Any]) -> Label:
    """The label of one extension of ours."""
    try:
        property_extension(body)
        if not body.keys() - {"extension_type"}:
            raise Misread
        codes = texts(body.get("handling_codes"))
        if not codes <= CODES:
            raise Misread
        released = texts(body.get("releasable_to"))
        said = Label(
            handling=codes,
            grades=frozenset({_grade(section(body["grade"]))}) if "grade" in body else frozenset(),
            classification=LEVELS[one_of(body["classification"], LEVELS)] if "classification" in body else None,
            rel_to=frozenset({frozenset(name.upper() for name in released)}) if released else frozenset(),
            no_foreign=_flag(body, "no_foreign"),
            orcon=_flag(body, "originator_control"),
            anonymous=_flag(body, "anonymous"),
            audiences=frozenset({_audience(body["audience"])}) if "audience" in body else frozenset(),
        )
        return join(said, beyond(body, _KNOWN))
    except Misread:
        return FAULT


def _flag(body: Mapping[str, Any], name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise Misread
    return value


def _audience(value: object) -> str:
    if not isinstance(value, str) or not _AUDIENCE.fullmatch(value):
        raise Misread
    return value


def _grade(body: Mapping[str, Any]) -> Grade:
    if body.keys() != {"scale", "source", "information"}:
        raise Misread
    source, information = body["source"], body["information"]
    if isinstance(information, bool) or not isinstance(information, int):
        raise Misread
    if one_of(body["scale"], ("4x4", "6x6")) == "6x6":
        if not 1 <= information <= WORST:
            raise Misread
        return Grade(one_of(source, SOURCES), information)
    if information not in INFORMATION_FROM_4X4:
        raise Misread
    return Grade(SOURCE_FROM_4X4[one_of(source, SOURCE_FROM_4X4)], INFORMATION_FROM_4X4[information], "4x4")
