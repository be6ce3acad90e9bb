"""Write the starter hub into a folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from pipeline.keys import write_keys
from pipeline.starter.content import harbor_file
from schemas.errors import ConfigError

TEMPLATE = Path(__file__).parent / "hub"


def write_hub(folder: Path, random: Callable[[int], bytes]) -> list[Path]:
    """A working hub: configuration, partners, an agreement, policies, a small feed, fresh keys. Returns what was written.

    Raises ConfigError where the folder holds a hub already; nothing is overwritten.
    """
    if (folder / "tearline.yaml").exists():
        message = f"{folder}: holds a hub already; choose another folder"
        raise ConfigError(message)
    written = []
    for source in sorted(TEMPLATE.rglob("*.yaml")):
        target = folder / source.relative_to(TEMPLATE)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)
        written.append(target)
    feed = folder / "feeds" / "harbor.json"
    feed.parent.mkdir(exist_ok=True)
    feed.write_bytes(harbor_file())
    write_keys(folder / "keys.json", random)
    return [*written, feed, folder / "keys.json"]
