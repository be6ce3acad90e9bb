"""What three implementations say of one STIX 2.1 object: ours, stix2 and stix2-validator.

Each answers with its complaints, () where it takes the object. The validator is asked with its own schemas and lists, which come with it:
nothing is fetched. Its recommendations (SHOULDs) are asked apart, since they refuse nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

import stix2
import stix2validator.validator as front
from jsonschema.exceptions import ValidationError as SchemaFault
from referencing import Registry
from stix2validator import ValidationOptions, validate_instance
from stix2validator.v21.musts import list_musts
from stix2validator.v21.shoulds import list_shoulds
from stix2validator.validator import _is_stix_obj, _iter_errors_custom

from schemas.stix.inspection import inspect

SCHEMAS = Path(front.__file__).parent / "schemas-2.1" / "schemas"
OPTIONS = ValidationOptions(version="2.1", silent=True, disabled="all")
"""Its MUSTs alone: its recommendations crash where an object is not of the form that they expect."""
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
    """The validator's MUSTs: its schemas, then its other checks. `whole_validator` is what it is by its own front door."""
    if not _is_stix_obj(value):
        return (Complaint("no object", ""),)
    found = list(_told(lambda: map(_fault, _schema_of(value).iter_errors(value))))
    if value["type"] == "observed-data" and "objects" in value:
        found += _told(lambda: map(_fault, _contained(value["objects"])))
    for check in list_musts(OPTIONS):
        found += _told(partial(_checked, value, check))
    return tuple(dict.fromkeys(found))


def whole_validator(value: Mapping[str, Any]) -> bool:
    """Whether the validator takes an object, asked as its documentation says (four times slower); a crash is a no."""
    try:
        return bool(validate_instance(value, OPTIONS).is_valid)
    except Exception:  # noqa: BLE001 - a witness may fail in any way
        return False


def _schema_of(value: Mapping[str, Any]) -> Any:
    """The schema by which the validator looks at an object: that of its type, or of what objects, or observables, have in common."""
    observable = value["type"] != "marking-definition" and value.keys().isdisjoint(("created", "modified"))
    return _schema(value["type"]) or _schema("cyber-observable-core" if observable else "core")


def _contained(container: Mapping[str, Any]) -> Iterator[SchemaFault]:
    for member in container.values():
        yield from (_schema(member["type"]) or _schema("cyber-observable-core")).iter_errors(member)


@cache
def _schema(name: str) -> Any:
    path = next(SCHEMAS.rglob(f"{name}.json"), None)
    if path is None:
        return None
    schema = front.patch_schema(front.load_schema(str(path)), str(path))
    return front.STIXValidator(schema, registry=_registry(), format_checker=front.Draft202012Validator.FORMAT_CHECKER)


@cache
def _registry() -> Any:
    """All its schemas, read once: it reads them again for every object."""
    names = [path.as_uri() for path in SCHEMAS.rglob("*.json")]
    return Registry().with_resources((name, front.retrieve_from_filesystem(name, str(SCHEMAS))) for name in names).crawl()


def recommendations(value: Mapping[str, Any]) -> Said:
    """The validator's SHOULDs."""
    found: list[Complaint] = []
    for check in list_shoulds(ValidationOptions(version="2.1", silent=True)):
        found += _told(partial(_checked, value, check))
    return tuple(dict.fromkeys(found))


def _checked(value: Mapping[str, Any], check: Callable[..., Any]) -> Iterator[Complaint]:
    for error in _iter_errors_custom(value, [check], OPTIONS):
        yield Complaint(check.__name__, "", error.message)


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
