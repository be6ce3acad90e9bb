"""What three implementations say of one STIX 2.1 object: ours, stix2 and stix2-validator.

Each answers with its complaints, () where it takes the object. The validator is asked with its own schemas and lists, which come with it:
nothing is fetched. Its recommendations (SHOULDs) are asked apart, since they refuse nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import stix2
from jsonschema.exceptions import ValidationError as SchemaFault
from stix2validator import ValidationOptions
from stix2validator.v21.musts import list_musts
from stix2validator.v21.shoulds import list_shoulds
from stix2validator.validator import _is_stix_obj, _iter_errors_custom, _schema_validate

from schemas.stix.inspection import inspect

OPTIONS = ValidationOptions(version="2.1", silent=True)
REFUSING = ("", "optional_parts")
"""Settings of findings on what breaks a rule, where no setting lets it pass."""


@dataclass(frozen=True)
class Complaint:
    """One thing that a witness has against an object.

    kind: what sort of thing, in the witness's own terms
    path: where, as far as the witness says it; items of lists are `#`
    text: the witness's own words, for whoever has to tell two complaints of one kind apart; no part of what the complaint is
    """

    kind: str
    path: str
    text: str = field(default="", compare=False, repr=False)


Said = tuple[Complaint, ...]


def ours(value: Mapping[str, Any]) -> Said:
    """Our findings that refuse an object, or would without the part."""
    return tuple(
        Complaint(found.reason, _path(found.path.split(".")), found.section) for found in inspect(value) if found.setting in REFUSING
    )


def noted(value: Mapping[str, Any]) -> Said:
    """Our other findings: what a feed's settings decide about."""
    return tuple(
        Complaint(found.reason, _path(found.path.split(".")), found.setting) for found in inspect(value) if found.setting not in REFUSING
    )


def library(value: Mapping[str, Any], *, allow_custom: bool = True) -> Said:
    """What stops stix2.parse, which stops at the first thing."""
    try:
        stix2.parse(dict(value), allow_custom=allow_custom, version="2.1")
    except Exception as error:  # noqa: BLE001 - a witness may fail in any way
        return (_failure(error),)
    return ()


def _failure(error: BaseException) -> Complaint:
    """An error of stix2: the path is that of the property in which the first cause lies."""
    steps: list[str] = []
    at: BaseException | None = error
    while at is not None:
        cause = at
        steps += [at.prop_name] if isinstance(getattr(at, "prop_name", None), str) else []
        at = at.__cause__
    named = getattr(cause, "properties", None)
    return Complaint(type(cause).__name__, ".".join(steps + ([",".join(named)] if named else [])), str(cause))


def validator(value: Mapping[str, Any]) -> Said:
    """The validator's MUSTs: its schemas, then its other checks."""
    if not _is_stix_obj(value):
        return (Complaint("no object", ""),)
    found: list[Complaint] = []
    found += _told(lambda: (_fault(error) for errors, _ in _schema_validate(value, OPTIONS) for error in errors))
    for check in list_musts(OPTIONS):
        found += _told(lambda: (Complaint(check.__name__, "", error.message) for error in _iter_errors_custom(value, [check], OPTIONS)))
    return tuple(dict.fromkeys(found))


def recommendations(value: Mapping[str, Any]) -> Said:
    """The validator's SHOULDs."""
    found: list[Complaint] = []
    for check in list_shoulds(OPTIONS):
        found += _told(lambda: (Complaint(check.__name__, "", error.message) for error in _iter_errors_custom(value, [check], OPTIONS)))
    return tuple(dict.fromkeys(found))


def _told(ask: Callable[[], Iterable[Complaint]]) -> Iterator[Complaint]:
    try:
        yield from ask()
    except Exception as error:  # noqa: BLE001 - a witness may fail in any way
        yield Complaint(f"crash: {type(error).__name__}", "", str(error))


def _fault(error: SchemaFault) -> Complaint:
    return Complaint(str(error.validator), _path(error.absolute_path), error.message)


def _path(steps: Iterable[str | int]) -> str:
    return ".".join("#" if isinstance(step, int) or step.isdecimal() else step for step in steps)


WITNESSES: Mapping[str, Callable[[Mapping[str, Any]], Said]] = {"stix2": library, "stix2-validator": validator}
