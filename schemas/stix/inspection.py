"""Everything that is wrong with one STIX 2.1 object, in the words of the specification.

An object without faults costs one pass of its model's validator and a few look-ups. Only where that fails is more done: the parts that are
wrong are left out, and the checks run on the rest, until leaving out what they object to brings up nothing new.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from schemas.ids import observable_id
from schemas.stix.common import Domain, OwnObservable
from schemas.stix.content import empty_parts
from schemas.stix.crowds import MOST, few
from schemas.stix.extension_checks import extension_findings, extension_types, unregistered_top_level
from schemas.stix.findings import Finding, Setting
from schemas.stix.meta import Bundle
from schemas.stix.names import COMMON_PROPERTIES, EXTENSION_PROPERTY_NAME, PROPERTY_NAME, RESERVED_PROPERTIES, TYPE_NAME
from schemas.stix.observable_ids import id_findings
from schemas.stix.places import Place, without
from schemas.stix.registry import MODELS, OBSERVABLES
from schemas.stix.rules import Rules, examine, rules_of
from schemas.stix.structure import form_findings, section_of, shown

_RULES: Mapping[str, Rules] = {**{name: rules_of(model) for name, model in MODELS.items()}, "bundle": rules_of(Bundle)}
_NEW_OBSERVABLE = rules_of(OwnObservable)
_NEW_DOMAIN = rules_of(Domain)
_NEW_OBJECTS = frozenset({"new-sdo", "new-sco", "new-sro"})
_UUID_AFTER_TYPE = len("--00000000-0000-4000-8000-000000000000")
_ROUNDS = 8
"""How often what is dropped may bring up more to drop; more than any chain of dependencies between properties."""


def inspect(value: Mapping[str, Any]) -> tuple[Finding, ...]:
    """All findings on one object, () for one without faults. Never raises on a value that came out of JSON."""
    type_name = value.get("type")
    if not isinstance(type_name, str) or not type_name:
        return (Finding("missing-type", "type", "3.2"),)
    rules = _RULES.get(type_name)
    if rules is None:
        return _custom(value, type_name)
    found = _frame(value, type_name, rules)
    if found and found[-1].reason == "unsupported-version":
        return tuple(found)
    try:
        rules.validate(value)
    except ValidationError as error:
        return _broken(value, type_name, rules, error, found)
    more = _look(value, type_name, rules)
    if type_name in OBSERVABLES and not found:
        more.extend(_identity(value))
    if more or found:
        found = _settled(value, type_name, rules, found + more)
    if not rules.recommended.keys() <= value.keys():
        found.extend([finding for name, finding in rules.recommended.items() if name not in value])
    return tuple(found)


def _custom(value: Mapping[str, Any], type_name: str) -> tuple[Finding, ...]:
    """An object of a type that STIX does not define: it has the common properties of observables or domain objects (§7.3, §11.2).

    Where no extension says what it is, it is an observable if it is not versioned: those have no times (§3.2).
    """
    kinds = extension_types(value)
    unversioned = "created" not in value and "modified" not in value and kinds.isdisjoint(_NEW_OBJECTS)
    rules = _NEW_OBSERVABLE if unversioned or "new-sco" in kinds else _NEW_DOMAIN
    found = _frame(value, type_name, rules)
    if found and found[-1].reason == "unsupported-version":
        return tuple(found)
    if not TYPE_NAME.fullmatch(type_name):
        found.append(Finding("invalid-name", "type", "3.1", "custom_objects"))
    if kinds.isdisjoint(_NEW_OBJECTS):
        found.append(Finding("custom-content", "type", "11.2", "custom_objects"))
    try:
        rules.validate(value)
    except ValidationError as error:
        return _broken(value, type_name, rules, error, found)
    return tuple(_settled(value, type_name, rules, found + _look(value, type_name, rules)))


def _broken(value: Mapping[str, Any], type_name: str, rules: Rules, error: ValidationError, found: list[Finding]) -> tuple[Finding, ...]:
    """The findings on an object of which some properties have not their types: the others are looked at without them."""
    forms = list(form_findings(value, error, rules))
    rest = without(value, [part for _, part in forms])
    told = any(finding.path == "id" for finding in found)
    found += [finding for finding, _ in forms if not (told and finding.path == "id")]
    if type_name in OBSERVABLES and not any(finding.path == "id" for finding in found):
        found.extend(_identity(value))
    found += [finding for name, finding in rules.recommended.items() if name not in value]
    found = _settled(rest, type_name, rules, found + _look(rest, type_name, rules))
    return tuple(finding for finding in found if not (finding.reason == "missing-recommended" and finding.path in value))


def _settled(value: Mapping[str, Any], type_name: str, rules: Rules, found: list[Finding]) -> list[Finding]:
    """The findings, with those that come up where the optional parts among them are dropped; what is then recommended is not missed."""
    every = dict.fromkeys(found)
    dropped: set[Place] = set()
    for _ in range(_ROUNDS):
        places = {finding.place for finding in every if finding.setting == "optional_parts"}
        if places <= dropped or () in places:  # what has no place is more than can be dropped
            break
        dropped |= places
        more = _look(without(value, dropped), type_name, rules)
        every.update(dict.fromkeys(finding for finding in more if finding.reason != "missing-recommended"))
    return list(every)


def _frame(value: Mapping[str, Any], type_name: str, rules: Rules) -> list[Finding]:
    """§2.9, §3.2: the version and the id; where the version is another one, nothing else can be said."""
    identifier = value.get("id")
    version = value.get("spec_version")
    if isinstance(identifier, str):
        good = len(identifier) == len(type_name) + _UUID_AFTER_TYPE and identifier.startswith(type_name)
        found = [] if good else [Finding("invalid-id", "id", "2.9")]
    elif identifier is None:
        found = [Finding("missing-id", "id", "3.2")]
    else:
        found = [Finding("invalid-id", "id", "2.9")]
    if version == "2.1" or ("spec_version" not in value and "spec_version" not in rules.required):
        return found
    if type_name == "bundle" and version != "2.0":
        return found
    unsupported = Finding("unsupported-version", "spec_version", "3.2")
    return [*found, unsupported] if identifier is None and "spec_version" in value else [unsupported]


def _look(value: Mapping[str, Any], type_name: str, rules: Rules) -> list[Finding]:
    """All checks on an object whose known properties have their types."""
    found = examine(value, rules)
    if "extensions" in value and "extensions" in rules.known:
        found.extend(extension_findings(value, type_name, rules))
    if not value.keys() <= rules.known:
        unknown = _unknown(value, type_name, rules)
        found.extend(unknown if len(value) <= MOST else few(unknown, 0, alone=True))
    return found


def _unknown(value: Mapping[str, Any], type_name: str, rules: Rules) -> Iterator[Finding]:
    """§3.1, §3.8, §7.3, §11.1: properties that the type does not have."""
    kinds = extension_types(value) if "extensions" in rules.known else frozenset()
    new = type_name not in _RULES
    explained = new or "toplevel-property-extension" in kinds
    setting: Setting = "extensions" if explained and kinds else "custom_properties"
    form = EXTENSION_PROPERTY_NAME if explained and kinds else PROPERTY_NAME
    unregistered = explained and not new and unregistered_top_level(value)
    for name in value:
        if name in rules.known:
            continue
        place = (name,)
        if value[name] is None:
            yield Finding("invalid-property", shown(place), "2", "optional_parts", place)
        elif isinstance(value[name], dict | list):
            yield from empty_parts(value[name], shown(place), setting, place)
        if name in RESERVED_PROPERTIES:
            yield Finding("invalid-name", "*", "3.8", "custom_properties", place)
        elif name in COMMON_PROPERTIES and not new:
            yield Finding("custom-content", name, section_of(place, ""), "custom_properties", place)
        elif not form.fullmatch(name):
            yield Finding("invalid-name", "*", "7.3.2" if setting == "extensions" else "3.1", setting, place)
        elif unregistered:
            yield Finding("unregistered-extension", "*", "7.3", "extensions", place)
        elif not explained:
            yield Finding("custom-content", "*", "11.1", "custom_properties", place)


def _identity(value: Mapping[str, Any]) -> Iterator[Finding]:
    """§2.9, §3.6: an observable's id is that of its content as it came; one that its producer versions has an id of its own."""
    yield from id_findings(value)
    if "modified" not in value:
        return
    try:
        reserved = observable_id(value) == value["id"].lower()
    except (ValueError, TypeError, RecursionError):
        return
    if reserved:
        yield Finding("reserved-id", "id", "3.6", "observable_ids")
