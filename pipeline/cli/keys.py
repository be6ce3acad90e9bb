"""`tearline keys`: the epochs of the hub's key ring. What a key is made of is never shown."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from filelock import FileLock, Timeout

from pipeline.cli.output import HERE, AsJson, Folder, console, print_json, print_table
from pipeline.clock import system_clock
from pipeline.config import read_configuration
from pipeline.keys import Epoch, KeyRing, destroy_epoch, read_keys, rotate_keys, written
from schemas.errors import OperatorError

app = typer.Typer(
    no_args_is_help=True,
    help="Begin and end epochs of the keys for ids of changed objects and for pseudonyms; the root of the ring is never rotated.",
)


@app.command("list")
def list_epochs(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """List the epochs of the key ring: which is current, which are kept, which are destroyed."""
    ring = read_keys(_path(folder))
    rows = [{**_shown(item), "state": _state(ring, item)} for item in ring.epochs]
    if as_json:
        print_json(rows)
    else:
        print_table("Epochs", ("epoch", "made", "destroyed", "state"), [[cell or "-" for cell in row.values()] for row in rows])


@app.command()
def rotate(folder: Folder = HERE, as_json: AsJson = False) -> None:
    """Begin a new epoch: from the next run on, changed objects get new ids, pseudonyms are others, and what went out before is withdrawn.

    Older epochs are kept until they are destroyed. The root stays: it makes handles, collection ids, the hub's identity and the seals.
    """
    with _alone(folder):
        made = rotate_keys(_path(folder), os.urandom, system_clock())
    _show(made, f"Epoch {made.name} is the current one.", as_json=as_json)


@app.command()
def destroy(
    epoch: Annotated[str, typer.Argument(metavar="EPOCH", help="Name of the epoch, as in `tearline keys list`; never the current one.")],
    folder: Folder = HERE,
    as_json: AsJson = False,
) -> None:
    """Destroy an epoch's key for good: nobody, the hub included, can link its pseudonyms and ids to what they stood for any more."""
    with _alone(folder):
        gone = destroy_epoch(_path(folder), epoch, system_clock())
    _show(gone, f"Epoch {epoch} is destroyed. Copies of the key file in backups still hold its key: destroy them too.", as_json=as_json)


def _path(folder: Path) -> Path:
    return folder / read_configuration(folder).hub.keys


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock: a run derives its keys in several processes, and all of them must see the same ring."""
    try:
        with FileLock(folder / "hub.lock").acquire(timeout=0):
            yield
    except Timeout:
        message = f"{folder}: a `tearline run` works in this folder; stop it first: one run has one key ring"
        raise OperatorError(message) from None


def _state(ring: KeyRing, epoch: Epoch) -> str:
    if epoch.key is None:
        return "destroyed"
    kept = "current" if epoch.name == ring.current else "kept"
    return f"{kept}, is the root too" if ring.is_root(epoch) else kept


def _shown(epoch: Epoch) -> dict[str, str | None]:
    return {"epoch": epoch.name, "made": written(epoch.made), "destroyed": written(epoch.destroyed)}


def _show(epoch: Epoch, text: str, *, as_json: bool) -> None:
    if as_json:
        print_json(_shown(epoch))
    else:
        console().print(text)
