"""Which objects are STIX 2.0."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.ids import CONTRIBUTING
from schemas.stix.registry import KNOWN_PROPERTIES


def is_stix20(value: Mapping[str, Any]) -> bool:
    """Whether an object says that it is STIX 2.0, or can only be that since it says nothing.

    Only observables may leave `spec_version` out in STIX 2.1 (§3.2), and observables of STIX 2.0 never stand by themselves. A custom
    object that does not say it is STIX 2.0 if it is versioned (`created` and `modified`); without these it is a custom observable of
    STIX 2.1, as which the validation judges it, too.
    """
    type_name = value.get("type")
    if not isinstance(type_name, str) or type_name == "bundle":
        return False
    if "spec_version" in value:
        return bool(value["spec_version"] == "2.0")
    if type_name in CONTRIBUTING:
        return False
    return type_name in KNOWN_PROPERTIES or ("created" in value and "modified" in value)
