"""A corpus: a folder of feeds and the ground truth of what is planted in them. docs/leakbench.md has the format, for corpora of others."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.leak.canaries import Canary, Needle, Role
from schemas.errors import ConfigError

FEEDS, TRUTH = "feeds", "truth.jsonl"
SHORTEST = 8
"""Characters of a value that is looked for as it stands: shorter ones would be found by chance."""


def write_truth(path: Path, canaries: Iterable[Canary]) -> None:
    """One JSON object a line, one line a canary."""
    with path.open("w") as file:
        for canary in canaries:
            file.write(json.dumps({**asdict(canary), "allowed": sorted(canary.allowed)}, ensure_ascii=False) + "\n")


def read_truth(path: Path) -> list[Canary]:
    """The canaries of a corpus. Raises ConfigError that names the line of a mistake."""
    return list(_read(path))


def _read(path: Path) -> Iterator[Canary]:
    try:
        lines = path.read_text().splitlines()
    except OSError as error:
        message = f"{path}: a corpus has a ground truth of this name; docs/leakbench.md tells what is in it ({error.strerror})"
        raise ConfigError(message) from None
    for number, line in enumerate(lines, 1):
        try:
            yield _canary(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            message = f"{path}:{number}: {error!r} is wrong or missing; docs/leakbench.md has the format"
            raise ConfigError(message) from None


def _canary(said: dict[str, Any]) -> Canary:
    needles = tuple(Needle(item["finder"], item["key"]) for item in said.get("needles", ()))
    if not needles and len(said["value"]) < SHORTEST:
        message = f"value of fewer than {SHORTEST} characters"
        raise ValueError(message)
    return Canary(
        value=said["value"],
        kind=said.get("kind", "other"),
        role=Role(said["role"]),
        row=int(said.get("row", 0)),
        path=said.get("path", ""),
        place=said.get("place", "structured"),
        encoding=said.get("encoding", "plain"),
        locale=said.get("locale", ""),
        producer=said["producer"],
        tlp=said.get("tlp", ""),
        allowed=frozenset(said["allowed"]),
        needles=needles or (Needle("literal", said["value"]),),
        object_id=said.get("object_id", ""),
    )
