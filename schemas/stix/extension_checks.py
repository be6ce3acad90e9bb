"""What stands in `extensions` (STIX 2.1 §3.2, §3.10, §7.3, §11.3), and what it makes of other properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, get_args

from pydantic import ValidationError

from schemas.stix.content import empty_parts
from schemas.stix.crowds import MOST, few
from schemas.stix.extensions import BY_TYPE, PREDEFINED
from schemas.stix.extensions_known import KNOWN_EXTENSIONS
from schemas.stix.findings import Finding, Setting
from schemas.stix.names import CUSTOM_EXTENSION_NAME, EXTENSION_ID, EXTENSION_PROPERTY_NAME, OBSERVABLE_TYPES
from schemas.stix.places import Place
from schemas.stix.rules import Rules, examine, rules_of
from schemas.stix.structure import form_findings, prefixed, shown
from schemas.stix.vocabularies import ExtensionType

_TYPES = frozenset(get_args(ExtensionType))
_NEW_OBJECTS = frozenset({"new-sdo", "new-sco", "new-sro"})
_RULES: Mapping[str, Rules] = {name: rules_of(model) for name, model in PREDEFINED.items()}


def extension_types(value: Mapping[str, Any]) -> frozenset[str]:
    """The types of extensions by definition (§10.5) that an object carries; its properties may be anything."""
    extensions = value.get("extensions")
    if not isinstance(extensions, Mapping):
        return frozenset()
    bodies = [body for name, body in extensions.items() if isinstance(body, Mapping) and EXTENSION_ID.fullmatch(name)]
    return frozenset(kind for body in bodies if isinstance(kind := body.get("extension_type"), str) and kind in _TYPES)


def unregistered_top_level(value: Mapping[str, Any]) -> bool:
    """Whether it takes an extension that the hub does not know to explain properties at the top level."""
    kinds = {name: body.get("extension_type") for name, body in value["extensions"].items() if isinstance(body, Mapping)}
    return not any(kind == "toplevel-property-extension" and name in KNOWN_EXTENSIONS for name, kind in kinds.items())


def extension_findings(value: Mapping[str, Any], type_name: str, rules: Rules) -> Iterator[Finding]:
    """What is wrong with the extensions of an object, each of which is a dictionary that is not empty."""
    found = _each(value, type_name) if len(value["extensions"]) <= MOST else few(_each(value, type_name), alone=True)
    if "extensions" in rules.kept:
        for finding in found:
            setting: Setting = "" if finding.setting == "optional_parts" else finding.setting
            yield Finding(finding.reason, finding.path, finding.section, setting)
    else:
        yield from found


def _each(value: Mapping[str, Any], type_name: str) -> Iterator[Finding]:
    for name, body in value["extensions"].items():
        if name in PREDEFINED:
            yield from _predefined(name, body, type_name)
        elif EXTENSION_ID.fullmatch(name):
            yield from _defined(name, body)
        else:
            yield from _custom(name, body, type_name)


def _defined(name: str, body: dict[str, Any]) -> Iterator[Finding]:
    """§7.3: an extension under the id of its definition."""
    place: Place = ("extensions", name)
    kind = body.get("extension_type")
    whole = isinstance(kind, str) and kind in _NEW_OBJECTS
    own: Place = () if whole else place
    if kind is None:
        yield Finding("missing-property", "extensions.*.extension_type", "3.2", "optional_parts", place)
    elif not isinstance(kind, str) or kind not in _TYPES:
        yield Finding("closed-vocabulary", "extensions.*.extension_type", "10.5", "optional_parts", place)
    if not all(EXTENSION_PROPERTY_NAME.fullmatch(inner) for inner in body):
        yield Finding("invalid-name", "extensions.*.*", "7.3.2", "extensions", own)
    yield from empty_parts(body, "extensions.*.*", "extensions", own)
    if name not in KNOWN_EXTENSIONS:
        yield Finding("unregistered-extension", "extensions.*", "7.3", "extensions", own)


def _custom(name: str, body: dict[str, Any], type_name: str) -> Iterator[Finding]:
    """§11.3: a custom extension, which only observables may have."""
    place = ("extensions", name)
    if type_name in OBSERVABLE_TYPES and CUSTOM_EXTENSION_NAME.fullmatch(name):
        yield Finding("custom-content", "extensions.*", "11.3", "custom_properties", place)
    else:
        yield Finding("invalid-name", "extensions.*", "11.3.1", "custom_properties", place)
    yield from empty_parts(body, "extensions.*.*", "custom_properties", place)


def _predefined(name: str, body: dict[str, Any], type_name: str) -> Iterator[Finding]:
    """§3.10."""
    place: Place = ("extensions", name)
    rules = _RULES[name]
    if name not in BY_TYPE.get(type_name, ()):
        yield Finding("invalid-property", shown(place), "3.10", "optional_parts", place)
        return
    try:
        rules.validate(body)
    except ValidationError as error:
        for finding, _ in form_findings(body, error, rules):
            yield Finding(finding.reason, f"{shown(place)}.{finding.path}", finding.section, "optional_parts", place)
        return
    for finding in examine(body, rules):
        yield prefixed(finding, place)
    if not body.keys() <= rules.known:
        yield from few(_unknown(body, rules, f"{shown(place)}.*", place), 2)


def _unknown(body: Mapping[str, Any], rules: Rules, path: str, place: Place) -> Iterator[Finding]:
    for name, item in body.items():
        if name not in rules.known:
            yield Finding("custom-content", path, "11.1", "custom_properties", (*place, name))
            if isinstance(item, dict | list):
                yield from empty_parts(item, path, "custom_properties", (*place, name))
