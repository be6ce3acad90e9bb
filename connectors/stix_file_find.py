"""Which files a path, folder or pattern means: in a fixed order, and never outside the folder that was configured."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog

from schemas.errors import ConfigError, SourceUnavailable

SUFFIXES = (".json", ".stix2", ".stix", ".json.gz", ".stix2.gz", ".stix.gz")

MAX_FILES = 10_000
"""Files of one feed. The cursor remembers each in about 24 bytes and is saved with every page: 240 kB at the most."""

_MAGIC = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Found:
    """A file: `name` relative to what was configured, which the cursor knows it by, and the real path to open."""

    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class Listing:
    """The files, sorted by name, and how many folders could not be looked into."""

    files: tuple[Found, ...]
    closed: int = 0


def find_files(path: Path) -> Listing:
    """What a path means. Raises ConfigError where nothing is there or more than MAX_FILES are, SourceUnavailable where we may not look.

    In a folder, files with other endings and names that begin with a dot (half-written ones of copying programs) are left alone; a
    pattern may name any file. Links that lead out of the folder are not followed.
    """
    try:
        return _listing(path)
    except OSError as error:
        message = f"The feed's path {path} cannot be looked into. Check its permissions and the file system."
        raise SourceUnavailable(message) from error


def _listing(path: Path) -> Listing:
    closed: list[OSError] = []
    if path.is_dir():
        root, candidates = path, _below(path, closed)
    elif path.is_file():
        return Listing((Found(path.name, path.resolve()),))
    elif _MAGIC & set(str(path)):
        root, candidates = _matches(path)
    else:
        message = f"No file or folder is at the feed's path {path}. Create it, or correct `path`."
        raise ConfigError(message)
    home = root.resolve()
    found = []
    outside = 0
    for candidate in candidates:
        if not candidate.is_file():
            continue
        real = candidate.resolve()
        if not real.is_relative_to(home):
            outside += 1
            continue
        found.append(Found(candidate.relative_to(root).as_posix(), real))
        if len(found) > MAX_FILES:
            message = (
                f"More than {MAX_FILES} files belong to the feed's path {path}, and none was read. Move away what has been read, "
                "or make several feeds of its sub-folders."
            )
            raise ConfigError(message)
    if outside:
        structlog.get_logger().warning("stix_file_links_not_followed", path=str(path), links=outside)
    return Listing(tuple(sorted(found, key=lambda file: file.name)), len(closed))


def _below(folder: Path, closed: list[OSError]) -> Iterator[Path]:
    for here, folders, files in os.walk(folder, onerror=closed.append):  # links to folders are not followed
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(here, name) for name in files if name.lower().endswith(SUFFIXES) and not name.startswith("."))


def _matches(pattern: Path) -> tuple[Path, Iterator[Path]]:
    """The deepest folder that exists, and what matches the rest below it."""
    root = pattern.parent
    while not root.is_dir():
        root = root.parent
    rest = pattern.relative_to(root)
    if not _MAGIC & set(rest.parts[0]):
        message = f"The folder {root / rest.parts[0]} of the feed's pattern does not exist. Create it, or correct `path`."
        raise ConfigError(message)
    try:
        return root, root.glob(str(rest))
    except ValueError as error:
        message = f"The feed's path {pattern} is no usable pattern: use *, ?, [abc], and ** for any number of folders."
        raise ConfigError(message) from error
