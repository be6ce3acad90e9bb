"""What the hub knows of a pattern after one look at it."""

from __future__ import annotations

from typing import NamedTuple

from schemas.patterns.flaws import Flaw


class Report(NamedTuple):
    """A pattern's meaning, and what is wrong with it.

    key:        equal for two patterns only if they mean the same
    flaws:      in reading order; empty for most
    comparison: (object type, path, value) in canonical form, if the pattern is one equality with a string
    """

    key: str
    flaws: tuple[Flaw, ...]
    comparison: tuple[str, str, str] | None
