"""What several files together show of an object: one layer for each file, and the coarsest rule for sightings."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layer:
    """One file's table: a profile (None: keep what no path names) and its paths. Layers only ever take away from each other."""

    origin: str
    profile: str | None
    paths: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class SightingRules:
    """Below k partners nothing is said; counts are rounded down to a bucket, times to slots."""

    k: int = 5
    buckets: tuple[int, ...] = (5, 10, 25, 100)
    slot_hours: int = 24
