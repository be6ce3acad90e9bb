"""Validate one parsed object against its STIX 2.1 model and the feed's rule for custom content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from schemas.config import CustomSettings
from schemas.errors import BadInput
from schemas.ids import CONTRIBUTING, IDENTIFIER
from schemas.markings import claims_tlp, is_genuine_tlp
from schemas.stix.registry import COMMON_ONLY, KNOWN_PROPERTIES, REQUIRED, model_for

_REASONS = {
    "missing": "missing-property",
    "too_short": "empty-list",
    "greater_than_equal": "out-of-range",
    "less_than_equal": "out-of-range",
    "literal_error": "invalid-property",
}
_OWN_REASONS = frozenset({"invalid-timestamp", "invalid-id", "invalid-order", "missing-property"})
_KNOWN_WORDS = frozenset().union(*KNOWN_PROPERTIES.values())


def validate(value: dict[str, Any], custom: CustomSettings) -> tuple[str, ...]:
    """Check one object; returns the names of custom properties that the feed wants stripped.

    Raises BadInput with a reason code and the path of the first rule that it breaks, never a value.
    """
    type_name = value.get("type")
    if not isinstance(type_name, str) or not type_name:
        reason = "missing-type"
        raise BadInput(reason, "type")
    identifier = value.get("id")
    if identifier is None and "spec_version" in value:
        reason = "missing-id"
        raise BadInput(reason, "id")
    _check_version(value, type_name)
    if not isinstance(identifier, str):
        reason = "missing-id" if identifier is None else "invalid-id"
        raise BadInput(reason, "id")
    match = IDENTIFIER.fullmatch(identifier)
    if match is None or match[1] != type_name:
        reason = "invalid-id"
        raise BadInput(reason, "id")
    empty = next((name for name, item in value.items() if item is None), None)
    if empty is not None:
        reason = "invalid-property"  # JSON's null is no value of STIX; absent properties are left out
        raise BadInput(reason, empty if empty in _KNOWN_WORDS else "*")
    try:
        model_for(type_name).__pydantic_validator__.validate_python(value)
    except ValidationError as error:
        raise _bad_input(error) from None
    if type_name in COMMON_ONLY:
        _check_common_only(value, type_name)
    if type_name == "marking-definition" and claims_tlp(value) and not is_genuine_tlp(value):
        reason = "marking-mismatch"
        raise BadInput(reason, "definition")
    return _custom_names(value, type_name, custom)


def _check_common_only(value: Mapping[str, Any], type_name: str) -> None:
    """What the common model does not know of a type that STIX defines: what it requires, and that its references are ids."""
    missing = REQUIRED[type_name] - value.keys()
    if missing:
        reason = "missing-property"
        raise BadInput(reason, min(missing))
    for name in COMMON_ONLY[type_name] & value.keys():
        item = value[name]
        if name.endswith("_ref"):
            good = isinstance(item, str) and IDENTIFIER.fullmatch(item) is not None
        elif name.endswith("_refs"):
            good = isinstance(item, list) and bool(item) and all(isinstance(one, str) and IDENTIFIER.fullmatch(one) for one in item)
        else:
            continue
        if not good:
            reason = "invalid-property"
            raise BadInput(reason, name)


def _check_version(value: Mapping[str, Any], type_name: str) -> None:
    """STIX 2.1 domain objects say so; observables need not (§3.2). Everything else is STIX 2.0 or unknown."""
    version = value.get("spec_version")
    if version == "2.1" or (version is None and type_name in CONTRIBUTING):
        return
    reason = "unsupported-version"
    raise BadInput(reason, "spec_version")


def _bad_input(error: ValidationError) -> BadInput:
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    kind = first["type"]
    reason = kind if kind in _OWN_REASONS else _REASONS.get(kind, "invalid-property")
    steps = [str(step) if isinstance(step, int) or step in _KNOWN_WORDS else "*" for step in first["loc"]]
    return BadInput(reason, ".".join(steps))


def _custom_names(value: Mapping[str, Any], type_name: str, custom: CustomSettings) -> tuple[str, ...]:
    known = KNOWN_PROPERTIES.get(type_name)
    if known is None:
        if custom.types != "pass":
            reason = "custom-content"
            raise BadInput(reason, "type")
        return ()
    if custom.properties == "pass" or value.keys() <= known:
        return ()
    if custom.properties == "strip":
        return tuple(sorted(value.keys() - known))
    reason = "custom-content"
    raise BadInput(reason, "*")
