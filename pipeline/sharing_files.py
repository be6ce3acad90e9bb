"""Read the sharing files of a hub: partners/, agreements/, policies/, and where they are communities/, templates/, overlays/."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from pipeline.sharing_checks import between_files, since_last
from pipeline.yamlfile import read_model
from schemas.config import FeedSettings
from schemas.errors import ConfigError
from schemas.sharing import Agreement, Community, Overlay, Partner, Policy, SharingSet, Template

Model = TypeVar("Model", bound=BaseModel)


SharingFiles = SharingSet

ENDINGS = (".yaml", ".yml")
"""Only files that end in .yaml are read. Who writes .yml means the same, so that is a mistake; other files say nothing to the hub."""


@dataclass(frozen=True)
class Reading:
    """What was found in a folder: files that fit together, or every mistake, and then no files: half a set is no set."""

    files: SharingFiles | None
    mistakes: Sequence[str]


def read_sharing_files(folder: Path, feeds: Sequence[FeedSettings], last: Mapping[str, str] | None = None) -> SharingFiles:
    """The files of a hub. Raises ConfigError that lists every mistake, also between files (a party or agreement that is not there).

    last: the record of the last good reading. Against it, a file that vanished or changed under its old version is a mistake, too.
    """
    reading = try_sharing_files(folder, feeds, last)
    if reading.files is None:
        raise ConfigError("\n".join(reading.mistakes))
    return reading.files


def try_sharing_files(folder: Path, feeds: Sequence[FeedSettings], last: Mapping[str, str] | None = None) -> Reading:
    """The same, with the mistakes as a list."""
    mistakes: list[str] = []
    broken: dict[str, set[str]] = {}
    partners = _read(folder / "partners", Partner, "id", mistakes, broken)
    agreements = _read(folder / "agreements", Agreement, "id", mistakes, broken)
    policies = _read(folder / "policies", Policy, "recipient", mistakes, broken)
    templates = _read(folder / "templates", Template, "id", mistakes, broken)
    overlays = _read(folder / "overlays", Overlay, "id", mistakes, broken)
    communities = _read(folder / "communities", Community, "id", mistakes, broken)
    by_reference: dict[str, Template] = {}
    for name, template in templates.items():
        if template.reference in by_reference:
            mistakes.append(f"{folder / 'templates' / name}.yaml: version: {template.reference} stands in another file, too; keep one")
        by_reference[template.reference] = template
    files = SharingFiles(partners, {item.reference: item for item in agreements.values()}, policies, by_reference, overlays, communities)
    mistakes += between_files(folder, _with_stand_ins(files, broken), feeds)
    if last is not None and not mistakes:
        mistakes += since_last(folder, last, files.record, frozenset(overlays) | frozenset(communities))
    return Reading(None if mistakes else files, mistakes)


def must_hold_sharing_files(folder: Path, option: str) -> None:
    """Refuse a folder in which there is nothing to read; `option` is what named it on the command line. Raises ConfigError."""
    if not folder.is_dir():
        message = f"{folder}: there is no such folder; name one that has partners/, agreements/ and policies/ with {option}"
        raise ConfigError(message)
    if not any((folder / name).is_dir() for name in ("partners", "agreements", "policies")):
        message = f"{folder}: has no partners/, agreements/ or policies/; name the hub's folder with {option}"
        raise ConfigError(message)


def _read(folder: Path, model: type[Model], key: str, mistakes: list[str], broken: dict[str, set[str]]) -> dict[str, Model]:
    """The files of one folder by their names without .yaml; of those that are wrong the names go to `broken`."""
    found: dict[str, Model] = {}
    wrong = broken[folder.name] = set()
    for path in _paths(folder, mistakes):
        name = path.stem
        try:
            _must_be_yaml(path)
            _must_be_whole(path)
            item = read_model(path, model.model_validate)
        except ConfigError as error:
            mistakes += str(error).splitlines()
            wrong.add(name)
            continue
        said = item.reference if isinstance(item, Template) and "@" in name else getattr(item, key)
        if said != name:
            mistakes.append(f"{path}:1: {key}: is {said}, but the file is called {name}; make them equal")
            wrong.add(name)
        found[name] = item
    return found


def _paths(folder: Path, mistakes: list[str]) -> Sequence[Path]:
    """What the hub reads in a folder, and what somebody may believe that it reads; nothing that an editor left: .x.yaml, x.yaml~."""
    try:
        names = sorted(path.name for path in folder.iterdir())
    except FileNotFoundError:
        return ()
    except OSError as error:
        mistakes.append(f"{folder}: cannot be read: {error.strerror}; it must be a folder that the hub may read")
        return ()
    return [folder / name for name in names if name.lower().endswith(ENDINGS) and not name.startswith(".")]


def _must_be_yaml(path: Path) -> None:
    """Refuse a file whose name would leave it unread: what it forbids would have no effect. Raises ConfigError."""
    if not path.name.isprintable():
        message = f"{path.parent}: {path.name!a}: a name that cannot be printed; rename the file to ID.yaml"
        raise ConfigError(message)
    if path.suffix != ".yaml":
        message = f"{path}: only files that end in .yaml count; rename it to {path.stem}.yaml, or take it away"
        raise ConfigError(message)


def _with_stand_ins(files: SharingSet, broken: Mapping[str, Set[str]]) -> SharingSet:
    """The files for the checks between them: one that is wrong counts as there, so that those who name it are not told it is not."""
    extending: tuple[Policy | Agreement | Template | Overlay, ...] = (
        *files.policies.values(),
        *files.agreements.values(),
        *files.templates.values(),
        *files.overlays.values(),
    )
    templates = {name for item in extending for name in item.extends if _is_of(name, broken["templates"])}
    return replace(
        files,
        partners={**{name: Partner.model_construct(id=name, name=name, kind="private") for name in broken["partners"]}, **files.partners},
        policies={
            name: policy.model_copy(
                update={"agreements": tuple(item for item in policy.agreements if not _is_of(item, broken["agreements"]))}
            )
            for name, policy in files.policies.items()
        },
        templates={**{name: Template(id=name.partition("@")[0], version=name.partition("@")[2]) for name in templates}, **files.templates},
    )


def _is_of(reference: str, names: Set[str]) -> bool:
    """Whether id@version may mean one of some files, which are called id or id@version."""
    return not names.isdisjoint((reference, reference.partition("@")[0]))


def _must_be_whole(path: Path) -> None:
    """Refuse what was cut off: half a file may be YAML all the same, and allow more than the whole. Raises ConfigError."""
    try:
        content = path.read_bytes().removeprefix(BOM_UTF8)
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    if b"\0" in content:
        return  # two bytes a letter, or no text at all: read_yaml says so, and the last byte of it says nothing
    lines = content.splitlines(keepends=True)
    if lines and not lines[-1].endswith(b"\n"):
        message = f"{path}:{len(lines)}: the last line has no end, so the file may be cut off; end it with a line break"
        raise ConfigError(message)
    if lines and lines[0].rstrip() == b"---" and lines[-1].rstrip() != b"...":
        message = f"{path}:{len(lines)}: begins with --- and does not end with ..., so it may be cut off; write both or neither"
        raise ConfigError(message)
