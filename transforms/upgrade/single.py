"""Upgrade one STIX 2.0 object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from schemas.ids import CONTRIBUTING
from transforms.upgrade.containers import extract
from transforms.upgrade.domain import upgrade_domain
from transforms.upgrade.draft import Draft, Upgraded, copied
from transforms.upgrade.observables import upgrade_observable
from transforms.upgrade.references import resolve, slots
from transforms.upgrade.selectors import follow
from transforms.upgrade.version import is_stix20


def upgrade(value: Mapping[str, Any]) -> Upgraded:
    """A STIX 2.0 object as STIX 2.1: the object itself under its own id and version, then the observables that it contained.

    Properties of STIX 2.1 that it has already are kept, and win; custom ones are kept as they are. What is wrong in both versions is
    left for the validation. An object that is not STIX 2.0 comes back unchanged. The result shares nothing with `value`.
    Raises BadInput("not-upgradable", path) where there is no STIX 2.1 object of the same meaning.
    """
    draft = Draft(value, copied(value))
    if not is_stix20(value):
        return Upgraded((draft.value,), ())
    draft.say_version()
    others: list[dict[str, Any]] = []
    if value["type"] in CONTRIBUTING:
        upgrade_observable(draft, "")
        for slot in list(slots(draft.value, list(draft.value))):
            resolve(slot, {}, "")
    else:
        upgrade_domain(draft)
        if value["type"] == "observed-data":
            others = extract(draft)
    follow(draft)
    return Upgraded((draft.value, *others), tuple(dict.fromkeys(draft.changes)))
