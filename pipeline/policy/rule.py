"""A rule of the linter, what it looks at, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Literal

from pipeline.config import Configuration
from pipeline.policy.grounds import Standing, standing_of
from schemas.sharing import Limits, SharingSet, Shown

Level = Literal["mistake", "warning"]

Found = Iterator[tuple[str, str]]
"""(file relative to the folder, what is told of it)."""


@dataclass(frozen=True)
class Finding:
    """One thing that a rule found: in which file, and what would be right."""

    rule: str
    level: Level
    file: str
    told: str


@dataclass(frozen=True)
class Part:
    """What one file limits and shows."""

    file: str
    origin: str
    limits: Limits
    shown: Shown


@dataclass(frozen=True)
class Look:
    """What the rules look at: files that fit together, the configuration if there is one, and the moment."""

    folder: Path
    files: SharingSet
    configuration: Configuration | None
    slot: datetime

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """What holds for each recipient."""
        return {name: standing_of(self.files, name, self.slot) for name in sorted(self.files.policies) if name in self.files.partners}

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """Every file that limits anything, with its limits and its table of verbs."""
        files = self.files
        return (
            *(Part(f"policies/{item.recipient}.yaml", "policy", item.release, item.minimize) for item in files.policies.values()),
            *(Part(f"agreements/{item.id}.yaml", "agreement", item.limits, item.minimize) for item in files.agreements.values()),
            *(Part(f"templates/{item.id}.yaml", "template", item.release, item.minimize) for item in files.templates.values()),
            *(Part(f"overlays/{item.id}.yaml", "overlay", item.release, item.minimize) for item in files.overlays.values()),
            *(Part(f"communities/{item.id}.yaml", "community", item.limits, item.minimize) for item in files.communities.values()),
        )


@dataclass(frozen=True)
class Rule:
    """A rule: its id, how much it matters, what it means and what to do, and what looks for it."""

    id: str
    level: Level
    meaning: str
    remedy: str
    look: Callable[[Look], Found]
