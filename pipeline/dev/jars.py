"""The jars of a development service: in the user's cache, each one checked against its pin."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from filelock import FileLock

from pipeline.dev.maven import bring
from pipeline.dev.pins import Pin
from schemas.errors import OperatorError

Bring = Callable[[Sequence[Pin], Path], None]


def cache_folder(name: str) -> Path:
    """Where downloads named `name` are kept between runs: below XDG_CACHE_HOME, by default ~/.cache."""
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "tearline" / name


def ensure_jars(pins: Sequence[Pin], folder: Path, bring: Bring = bring) -> list[Path]:
    """Return the path of every pinned jar in `folder`; those that are missing or damaged are brought anew and checked.

    Safe to call from several processes at once. Raises OperatorError where a jar cannot be had or is not the pinned one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / ".lock"):
        missing = [pin for pin in pins if not pin.matches(folder / pin.filename)]
        if missing:
            # Brought beside and moved only when checked, so a broken download never counts as a jar.
            with tempfile.TemporaryDirectory(dir=folder, prefix=".bring-") as beside:
                bring(missing, Path(beside))
                for pin in missing:
                    _take(pin, Path(beside) / pin.filename, folder)
    return [folder / pin.filename for pin in pins]


def _take(pin: Pin, found: Path, folder: Path) -> None:
    if not found.is_file():
        message = f"{pin.coordinate} was not brought: run the command again, or look whether the repository in use has it"
        raise OperatorError(message)
    if not pin.matches(found):
        message = f"{pin.coordinate} does not have the pinned checksum: it was not used; is the repository in use to be trusted?"
        raise OperatorError(message)
    found.replace(folder / pin.filename)
