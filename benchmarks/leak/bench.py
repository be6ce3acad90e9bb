"""One trial from beginning to end: make or take a corpus, run a hub over it, search, assess."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.leak.canaries import Canary
from benchmarks.leak.corpus import FEEDS, TRUTH, read_truth, write_truth
from benchmarks.leak.outputs import outputs
from benchmarks.leak.runner import Run, run_hub
from benchmarks.leak.verdict import assess, failures, search
from benchmarks.leak.world import make_world, write_feeds
from schemas.errors import ConfigError


def make_corpus(folder: Path, canaries: int, seed: int) -> int:
    """Write a corpus of our own into a folder; returns its number of objects."""
    world = make_world(canaries, seed)
    write_feeds(world, folder / FEEDS)
    write_truth(folder / TRUTH, world.ledger.canaries)
    return world.size


def try_hub(corpus: Path, work: Path, seed: int, *, thorough: bool = True) -> dict[str, Any]:
    """A hub in `work`/hub over a corpus; returns the report. Raises ConfigError for a corpus that is none."""
    canaries = read_truth(corpus / TRUTH)
    feeds = {path.name: path.resolve() for path in sorted((corpus / FEEDS).iterdir()) if path.is_dir()}
    if not feeds or not canaries:
        message = f"{corpus}: a corpus has {FEEDS}/PRODUCER/*.json and {TRUTH} with at least one canary"
        raise ConfigError(message)
    run = run_hub(work / "hub", feeds, canaries, seed, thorough=thorough)
    started = time.monotonic()
    figures = assess(canaries, search(canaries, outputs(run)))
    outcomes = {name: item["outcomes"] for name, item in run.views.items()}
    return {
        "synthetic": True,
        "seed": seed,
        **figures,
        "outcomes": outcomes,
        "throughput": _throughput(run, canaries),
        "seconds_of_search": round(time.monotonic() - started, 1),
        "failures": failures(figures) + _defects(outcomes),
    }


def _defects(outcomes: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Objects that a defect kept back: they were no trial."""
    return [
        f"{row[reason]} objects for {name}: {reason}, so they were no trial"
        for name, row in outcomes.items()
        for reason in ("release-error", "guard-failed")
        if row.get(reason)
    ]


def _throughput(run: Run, canaries: Sequence[Canary]) -> dict[str, Any]:
    received = sum(item["received"] for item in run.report["feeds"].values())
    return {
        "objects": received,
        "canaries": len(canaries),
        "recipients": len(run.views),
        "seconds": round(run.seconds, 1),
        "objects_per_second": round(received / run.seconds),
    }
