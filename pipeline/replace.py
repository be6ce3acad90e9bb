"""Replace a file in one step: after a crash there is the old content or the new one, never a part of either."""

from __future__ import annotations

import os
from pathlib import Path

BLOCK = 65_536


def replace_file(path: Path, content: bytes, *, mode: int = 0o644, overwrite: bool = False) -> None:
    """Write, fsync, rename, fsync the folder. A file that root replaces keeps its owner.

    With `overwrite` the old content's blocks are written over with zeros once nothing leads to them any more: a disk that writes in
    place then holds it no longer. Raises OSError.
    """
    target = Path(os.path.realpath(path))  # a link stays a link
    fresh = target.with_name(f".{target.name}.new")  # always the same name: what a crash left there is written over by the next one
    left = _open_old(fresh) if overwrite else None
    if left is not None:
        _zero(left)
        os.close(left)
    old = _open_old(target) if overwrite else None
    try:
        before = target.stat() if target.exists() else None
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            if before is not None and os.geteuid() == 0:
                os.fchown(descriptor, before.st_uid, before.st_gid)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        fresh.replace(target)
        _sync_folder(target.parent)
        if old is not None:
            _zero(old)
    finally:
        if old is not None:
            os.close(old)


def _open_old(path: Path) -> int | None:
    if not path.exists():
        return None
    path.chmod(0o600)  # it may be read-only for its owner
    return os.open(path, os.O_RDWR)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _zero(descriptor: int) -> None:
    size = os.fstat(descriptor).st_size
    os.lseek(descriptor, 0, os.SEEK_SET)
    for start in range(0, size, BLOCK):
        os.write(descriptor, bytes(min(BLOCK, size - start)))
    os.fsync(descriptor)
