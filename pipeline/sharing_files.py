"""Read the sharing files of a hub: partners/, agreements/, policies/, and where they are communities/, templates/, overlays/."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    partners = _read(folder / "partners", Partner, "id", mistakes)
    agreements = _read(folder / "agreements", Agreement, "id", mistakes)
    policies = _read(folder / "policies", Policy, "recipient", mistakes)
    templates = _read(folder / "templates", Template, "id", mistakes)
    overlays = _read(folder / "overlays", Overlay, "id", mistakes)
    communities = _read(folder / "communities", Community, "id", mistakes)
    by_reference: dict[str, Template] = {}
    for name, template in templates.items():
        if template.reference in by_reference:
            mistakes.append(f"{folder / 'templates' / name}.yaml: version: {template.reference} stands in another file, too; keep one")
        by_reference[template.reference] = template
    files = SharingFiles(partners, {item.reference: item for item in agreements.values()}, policies, by_reference, overlays, communities)
    mistakes += between_files(folder, files, feeds)
    if last is not None and not mistakes:
        mistakes += since_last(folder, last, files.record, frozenset(overlays) | frozenset(communities))
    return Reading(None if mistakes else files, mistakes)


def _read(folder: Path, model: type[Model], key: str, mistakes: list[str]) -> dict[str, Model]:
    found: dict[str, Model] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            _must_be_whole(path)
            item = read_model(path, model.model_validate)
        except ConfigError as error:
            mistakes.append(str(error))
            continue
        name, stem = getattr(item, key), path.stem
        if isinstance(item, Template) and "@" in stem:
            name = item.reference
        if name != stem:
            mistakes.append(f"{path}:1: {key}: is {name}, but the file is called {stem}; make them equal")
        found[stem] = item
    return found


def _must_be_whole(path: Path) -> None:
    """Refuse what was cut off: half a file may be YAML all the same, and allow more than the whole. Raises ConfigError."""
    try:
        lines = path.read_bytes().splitlines(keepends=True)
    except OSError as error:
        message = f"{path}: cannot be read: {error.strerror}"
        raise ConfigError(message) from error
    if lines and not lines[-1].endswith(b"\n"):
        message = f"{path}:{len(lines)}: the last line has no end, so the file may be cut off; end it with a line break"
        raise ConfigError(message)
    if lines and lines[0].rstrip() == b"---" and lines[-1].rstrip() != b"...":
        message = f"{path}:{len(lines)}: begins with --- and does not end with ..., so it may be cut off; write both or neither"
        raise ConfigError(message)
