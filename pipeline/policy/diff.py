"""What differs between two folders of sharing files, or two states of one file, and for whom anything gets wider or narrower."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel

from pipeline.policy.grounds import standing_of
from pipeline.policy.words import line_word, word
from pipeline.sharing_files import read_sharing_files
from pipeline.yamlfile import read_model
from schemas.errors import ConfigError
from schemas.sharing import Agreement, Community, Effective, Overlay, Partner, Policy, SharingSet, Template, effective
from schemas.sharing.order import changed

NOBODY = ""

KINDS: Mapping[str, type[BaseModel]] = {
    "partners": Partner,
    "communities": Community,
    "agreements": Agreement,
    "templates": Template,
    "overlays": Overlay,
    "policies": Policy,
}


@dataclass(frozen=True)
class Change:
    """One setting of one file: what it said and what it says; None where it did not stand there."""

    file: str
    setting: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Effect:
    """One line of the effective policy of one recipient, for the objects of some producers."""

    recipient: str
    producers: tuple[str, ...]
    line: str
    before: str
    after: str
    effect: Literal["narrower", "wider"]


@dataclass(frozen=True)
class Difference:
    """What differs in the files, and what follows for recipients."""

    changes: Sequence[Change] = ()
    effects: Sequence[Effect] = field(default_factory=list)


def diff(old: Path, new: Path, slot: datetime) -> Difference:
    """Two folders, or two files of one kind. Raises ConfigError for what cannot be read or cannot be compared."""
    if old.is_dir() and new.is_dir():
        before, after = read_sharing_files(old, ()), read_sharing_files(new, ())
        return Difference(list(_changes(before, after)), list(_effects(before, after, slot)))
    if old.is_dir() or new.is_dir():
        message = f"{old}, {new}: give two folders or two files"
        raise ConfigError(message)
    model = _kind(old)
    if _kind(new) is not model:
        message = f"{old}, {new}: these are files of two kinds"
        raise ConfigError(message)
    one, other = (read_model(path, model.model_validate) for path in (old, new))
    return Difference(list(_settings(new.name, one, other)))


def _changes(before: SharingSet, after: SharingSet) -> Iterator[Change]:
    for kind in KINDS:
        one, other = _by_id(before, kind), _by_id(after, kind)
        for name in sorted(one.keys() | other.keys()):
            yield from _settings(f"{kind}/{name}.yaml", one.get(name), other.get(name))


def _by_id(files: SharingSet, kind: str) -> Mapping[str, BaseModel]:
    items: Mapping[str, BaseModel] = getattr(files, kind)
    if kind == "agreements":
        return {item.id: item for item in files.agreements.values()}
    return items


def _settings(file: str, before: BaseModel | None, after: BaseModel | None) -> Iterator[Change]:
    """The settings of one file that differ; all of them where it is new or gone."""
    one, other = dict(_flat(before)), dict(_flat(after))
    for setting in dict.fromkeys([*one, *other]):
        if one.get(setting) != other.get(setting):
            yield Change(file, setting, one.get(setting), other.get(setting))


def _flat(model: BaseModel | None, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name in () if model is None else [name for name in type(model).model_fields if name in model.model_fields_set]:
        value: Any = getattr(model, name)
        if isinstance(value, BaseModel):
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, dict):
            for key, item in value.items():
                yield f"{prefix}{name}.{key}", word(item)
        else:
            yield f"{prefix}{name}", _told(value)


def _told(value: Any) -> str:
    if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        return "; ".join(", ".join(f"{key} {item}" for key, item in sorted(_flat(part))) for part in value)
    return word(value)


def _effects(before: SharingSet, after: SharingSet, slot: datetime) -> Iterator[Effect]:
    """For each recipient and producer, since other agreements may cover other producers; equal effects are told once."""
    for name in sorted(before.policies.keys() | after.policies.keys()):
        one, other = (_by_producer(files.with_former([name]), name, slot) for files in (before, after))
        found: dict[tuple[str, str, str, bool], list[str]] = {}
        for producer in sorted((one.keys() | other.keys()) - {NOBODY}):
            rules = one.get(producer, one[NOBODY]), other.get(producer, other[NOBODY])
            for item, wider in _changed(*rules).items():
                found.setdefault((item, line_word(rules[0], item), line_word(rules[1], item), wider), []).append(producer)
        for (item, was, becomes, wider), producers in found.items():
            yield Effect(name, tuple(producers), item, was, becomes, "wider" if wider else "narrower")


def _changed(before: Effective, after: Effective) -> Mapping[str, bool]:
    """The lines that differ; where nothing is released on one side, that is all there is to tell."""
    found = changed(before, after)
    return found if before.types and after.types else {name: wider for name, wider in found.items() if name == "types"}


def _by_producer(files: SharingSet, name: str, slot: datetime) -> Mapping[str, Effective]:
    """producer -> what holds for its objects; NOBODY for a producer that no agreement in force covers."""
    standing = standing_of(files, name, slot)
    nothing = effective(standing.policy, standing.partner, (), files)
    covered = {producer: nothing if standing.stopped else ground.rules for ground in standing.grounds for producer in ground.producers}
    return {NOBODY: nothing, **covered}


def _kind(path: Path) -> type[BaseModel]:
    """Which kind of file it is: by the folder that it stands in, or else by what only that kind says."""
    if path.parent.name in KINDS:
        return KINDS[path.parent.name]
    text = {line.partition(":")[0] for line in path.read_text().splitlines()} if path.is_file() else set()
    for key, model in (("recipient", Policy), ("parties", Agreement), ("kind", Partner), ("jurisdictions", Overlay), ("limits", Community)):
        if key in text:
            return model
    message = f"{path}: cannot tell what kind of file this is; keep it in a folder like policies/ or agreements/"
    raise ConfigError(message)
