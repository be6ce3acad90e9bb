"""Release, step by step, for five recipients: decide, minimize, close, guard, and what stands around them; one and two processes.

The catalogue is real, read block by block as the job does; nothing is put on a bus. Processor time of each step is summed over blocks.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from benchmarks.whole_path import write_hub

STEPS = ("read", "decide", "minimize", "close", "guard", "state", "bundle")
CORE = STEPS[1:5]
PROFILES = {
    "five under standard@1": ["standard@1"] * 5,
    "two verbatim, one trusted, two standard": ["verbatim@1", "verbatim@1", "trusted@1", "standard@1", "standard@1"],
}
PROCESSES = 2


def report(console: Console, count: int) -> None:
    """Print one table for each mixture of recipients."""
    for title, profiles in PROFILES.items():
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            prepare(folder, count, profiles)
            alone = _measure(folder, 0, 1)
            together = [_start(folder, part, PROCESSES) for part in range(PROCESSES)]
            found = [json.loads(process.communicate()[0].splitlines()[-1]) for process in together]
        table = Table(title=f"Release of {count:,} indicators (751 bytes) to five recipients: {title}")
        for column in ("step", "µs an object", "µs an object and recipient"):
            table.add_column(column, justify="right")
        for step in STEPS:
            cost = 1e6 * alone["steps"][step] / alone["objects"]
            table.add_row(step, f"{cost:.1f}", f"{cost / len(profiles):.1f}")
        console.print(table)
        core = sum(alone["steps"][step] for step in CORE)
        both = max(sum(item["steps"][step] for step in CORE) for item in found)
        wall = max(item["wall"] for item in found)
        console.print(
            f"decide + minimize + close + guard: {alone['objects'] / core:,.0f} objects/s on one core,"
            f" {alone['objects'] / both:,.0f} on {PROCESSES}; with reading, stating and bundling: {alone['objects'] / wall:,.0f}"
            f" on {PROCESSES}; peak {alone['peak_mb']:.0f} MB; outcomes {alone['outcomes']}"
        )


def prepare(folder: Path, count: int, profiles: list[str]) -> None:
    """A hub whose catalogue holds `count` indicators, with one recipient for each profile."""
    from threading import Event

    from pipeline.clock import system_clock
    from pipeline.hub import open_hub
    from pipeline.ingest import Ingest
    from pipeline.jobs.intake import run_intake
    from pipeline.jobs.options import job_options
    from pipeline.sources import make_source

    write_hub(folder, count)
    for path, profile in zip(sorted((folder / "policies").glob("*.yaml")), profiles, strict=True):
        policy = yaml.safe_load(path.read_text())
        policy["minimize"] = {"profile": profile} | ({"attribution": "named"} if profile == "verbatim@1" else {})
        path.write_text(yaml.safe_dump(policy))
    hub = open_hub(folder)
    bus, cursors = hub.open_bus(), hub.open_cursors()
    bus.ensure_topic(hub.raw, hub.configuration.bus.partitions)
    for feed in hub.configuration.feeds:
        Ingest(bus, cursors, hub.raw, system_clock, lambda _feed, _n: None).poll(feed.id, make_source(folder, feed), Event())
    run_intake(hub, bus, cursors, job_options(()), lambda _n: None)
    bus.close()
    cursors.close()


def _start(folder: Path, part: int, parts: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.release", str(folder), str(part), str(parts)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONHASHSEED": "0"})


def _measure(folder: Path, part: int, parts: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_start(folder, part, parts).communicate()[0].splitlines()[-1])
    return found


def run(folder: Path, part: int, parts: int) -> dict[str, Any]:
    """Seconds of each step over the shards of one part."""
    from pipeline.clock import system_clock
    from pipeline.hub import open_hub
    from pipeline.jobs.plan import CHANGES_IN_STEP
    from pipeline.runner import GC_THRESHOLDS
    from transforms.bundle import bundle
    from transforms.release import Release, close_block, decide_block, due_moments, guard_block, minimize_block, state_block
    from transforms.second_look import Guards
    from transforms.shared import Shared

    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    hub = open_hub(folder)
    terms = hub.terms(hub.read_sharing_files(), system_clock())
    guards = Guards()
    reader = hub.open_reader()
    seeds = [no for shard, head in sorted(reader.heads().items()) if shard % parts == part for no in reader.changed(shard, 0, head)]
    steps: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    began = time.process_time()
    for start in range(0, len(seeds), CHANGES_IN_STEP):
        last = time.process_time()

        def mark(step: str) -> None:
            nonlocal last
            now = time.process_time()
            steps[step] += now - last
            last = now

        block = reader.block(seeds[start : start + CHANGES_IN_STEP])
        mark("read")
        shared = Shared()
        states = [Release(block, one, shared) for one in terms.values()]
        for state in states:
            decide_block(state)
        mark("decide")
        for state in states:
            minimize_block(state)
        mark("minimize")
        for state in states:
            close_block(state)
        mark("close")
        for name, state in zip(terms, states, strict=True):
            guard_block(state, reader.owners, guards.of(terms[name]))
        mark("guard")
        stated = [state_block(state) for state in states]
        for state in states:
            due_moments(state)
        mark("state")
        for state, statements in zip(states, stated, strict=True):
            for _ in bundle(statements, state.terms, "x"):
                pass
        mark("bundle")
        outcomes.update(statement.reason for statements in stated for statement in statements)
    return {
        "objects": len(seeds),
        "steps": {step: steps[step] for step in STEPS},
        "wall": time.process_time() - began,
        "outcomes": dict(outcomes),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
