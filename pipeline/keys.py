"""The file with the hub's secret keys: one root, and the keys of its epochs; only the owner can read it, and it is replaced in one step.

    {"version": 2, "master": HEX, "epochs": [{"epoch": "1", "made": TIME, "key": HEX}, …]}

A destroyed epoch has `"key": null` and `"destroyed": TIME`. Version 1 has `master` alone, which is then root and epoch 1 in one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.clock import Clock, system_clock
from pipeline.key_ring import FIRST, Epoch, KeyRing
from pipeline.replace import replace_file
from schemas.errors import ConfigError

__all__ = ["Epoch", "KeyRing", "destroy_epoch", "read_keys", "rotate_keys", "write_keys", "written"]

KEY_BYTES = 32
MODE = 0o600


def write_keys(path: Path, random: Callable[[int], bytes], clock: Clock = system_clock) -> None:
    """Make a key file (mode 0600) with a random root and a random first epoch. Raises FileExistsError where there is one."""
    master, first = random(KEY_BYTES), Epoch(FIRST, random(KEY_BYTES), clock())
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(_content(master, [first]))


def read_keys(path: Path) -> KeyRing:
    """The key ring of a hub. Raises ConfigError where the file is absent, readable by others, no key file, or a key is not random."""
    master, epochs = _read(path)
    return KeyRing(master, epochs)


def rotate_keys(path: Path, random: Callable[[int], bytes], now: datetime) -> Epoch:
    """Begin a new epoch and keep the old ones; the root stays. Raises ConfigError as `read_keys` does."""
    master, epochs = _read(path)
    made = Epoch(str(max((int(epoch.name) for epoch in epochs), default=0) + 1), random(KEY_BYTES), now)
    replace_file(path, _content(master, [*epochs, made]), mode=MODE)
    return made


def destroy_epoch(path: Path, name: str, now: datetime) -> Epoch:
    """Forget an epoch's key for good, and write down when.

    Raises ConfigError where there is no such epoch, it is destroyed already, it is the current one, or its key is the root as well.
    """
    master, epochs = _read(path)
    ring = KeyRing(master, epochs)
    found = next((epoch for epoch in epochs if epoch.name == name), None)
    if found is None:
        message = f"{path}: there is no epoch {name}; `tearline keys list` shows those there are"
        raise ConfigError(message)
    if found.key is None:
        message = f"{path}: epoch {name} is destroyed already"
        raise ConfigError(message)
    if name == ring.current:
        message = f"{path}: epoch {name} is the current one; run `tearline keys rotate` first, then the hub, and destroy it after that"
        raise ConfigError(message)
    if ring.is_root(found):
        message = f"{path}: the key of epoch {name} is the root as well, since the ring began as version 1; it stays while the hub does"
        raise ConfigError(message)
    gone = Epoch(name, None, found.made, now)
    replace_file(path, _content(master, [gone if epoch is found else epoch for epoch in epochs]), mode=MODE, overwrite=True)
    return gone


def _content(master: bytes, epochs: Sequence[Epoch]) -> bytes:
    rows = [
        {"epoch": item.name, "made": written(item.made), "key": item.key.hex() if item.key is not None else None}
        | ({"destroyed": written(item.destroyed)} if item.destroyed is not None else {})
        for item in epochs
    ]
    return json.dumps({"version": 2, "master": master.hex(), "epochs": rows}, indent=1).encode() + b"\n"


def _read(path: Path) -> tuple[bytes, list[Epoch]]:
    try:
        mode = path.stat().st_mode & 0o777
        content = json.loads(path.read_text())
        master = bytes.fromhex(content["master"])
        version = content.get("version", 1)
        epochs = [_epoch(row) for row in content["epochs"]] if version == 2 else [Epoch(FIRST, master)]
    except FileNotFoundError:
        message = f"{path}: no key file; `tearline init` makes one, or copy it from where the hub ran before"
        raise ConfigError(message) from None
    except (ValueError, KeyError, TypeError, AttributeError):
        message = f"{path}: not a key file (JSON with a hexadecimal `master`); restore it from a backup"
        raise ConfigError(message) from None
    if version not in (1, 2):
        message = f"{path}: written by a newer program; use that version, or restore a backup"
        raise ConfigError(message)
    if mode & 0o077:
        message = f"{path}: others can read it (mode {mode:o}); run chmod 600 on it"
        raise ConfigError(message)
    for key in (master, *(epoch.key for epoch in epochs if epoch.key is not None)):
        _refuse_weak(path, key)
    if [int(epoch.name) for epoch in epochs] != list(range(1, max(len(epochs), 1) + 1)):
        message = f"{path}: its epochs are not numbered 1, 2, 3 and so on; restore it from a backup"
        raise ConfigError(message)
    return master, epochs


def _epoch(row: dict[str, Any]) -> Epoch:
    """One row of the file. Raises KeyError, TypeError or ValueError where it is none, or is at once there and destroyed."""
    key, destroyed = row["key"], row.get("destroyed")
    if (key is None) != (destroyed is not None):
        raise ValueError
    name = str(int(row["epoch"]))
    return Epoch(name, None if key is None else bytes.fromhex(key), _moment(row.get("made")), _moment(destroyed))


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text).astimezone(UTC)


def written(moment: datetime | None) -> str | None:
    """A moment as it stands in the file."""
    return None if moment is None else moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _refuse_weak(path: Path, key: bytes) -> None:
    if len(key) < KEY_BYTES:
        message = f"{path}: the master key, or that of an epoch, is shorter than 32 bytes; restore it from a backup"
        raise ConfigError(message)
    if _is_made_up(key):
        message = f"{path}: a key is a default or a typed phrase, not random; `tearline init` in an empty folder makes one"
        raise ConfigError(message)


def _is_made_up(key: bytes) -> bool:
    """Whether a key is a placeholder: few different bytes, counted up or down, or text. Chance makes one such key in 10^12 or fewer."""
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    return len(set(key)) < len(key) // 2 or len(steps) == 1 or (key.isascii() and key.decode("ascii").isprintable())
