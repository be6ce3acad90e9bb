"""Granular markings (STIX 2.1 §7.2.3): each says one thing, of content that is there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from schemas.stix.checks import own_names
from schemas.stix.common import GranularMarking
from schemas.stix.crowds import MOST, few
from schemas.stix.findings import Finding, Setting

_MARKING = frozenset(GranularMarking.model_fields)
_INDEX = re.compile(r"\[(0|[1-9][0-9]{0,8})\]", re.ASCII)


def resolves(selector: str, value: Mapping[str, Any]) -> bool:
    """Whether a selector refers to content of the object: names of properties or keys, or `[n]` for items of lists, joined by dots."""
    at: Any = value
    for step in selector.split("."):
        index = _INDEX.fullmatch(step)
        if index is None:
            if not isinstance(at, Mapping) or step not in at:
                return False
            at = at[step]
        else:
            if not isinstance(at, list) or int(index[1]) >= len(at):
                return False
            at = at[int(index[1])]
    return True


def granular_findings(value: Mapping[str, Any]) -> Iterator[Finding]:
    """What is wrong with the granular markings of an object.

    Only where all of them say nothing but languages may they be dropped: a marking that restricts is never lost to a mistake in it.
    """
    return _each(value) if len(value["granular_markings"]) <= MOST else few(_each(value), alone=True)


def _each(value: Mapping[str, Any]) -> Iterator[Finding]:
    markings = value["granular_markings"]
    harmless = all("marking_ref" not in marking and "lang" in marking for marking in markings)
    setting: Setting = "optional_parts" if harmless else ""
    where = ("granular_markings",) if harmless else ()
    for place, marking in enumerate(markings):
        path = f"granular_markings.{place}"
        if not marking.keys() <= _MARKING:
            yield from own_names(marking, _MARKING, "granular_markings", place, "7.2.3")
        if "lang" in marking and "marking_ref" in marking:
            yield Finding("exclusive-properties", path, "7.2.3", setting, where)
        elif "lang" not in marking and "marking_ref" not in marking:
            yield Finding("missing-property", path, "7.2.3", setting, where)
        for number, selector in enumerate(marking["selectors"]):
            if not resolves(selector, value):
                yield Finding("invalid-selector", f"{path}.selectors.{number}", "7.2.3", setting, where)
                break
