"""One policy changed over everything: `tearline plan` announces what a run then changes, and the cost an object does not grow.

Each size runs in a process of its own. The hub has five recipients; the policy of one is tightened, so that a third of what it has goes.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.table import Table

from benchmarks.content import creator, indicators
from benchmarks.whole_path import write_hub

SIZES = (30_000, 100_000, 300_000)
CHANGED = "plain-a"
LEAST = 50
"""The confidence that the changed policy asks for; every third indicator has less."""


def report(console: Console, sizes: Sequence[int]) -> None:
    """Print what each size took, and whether the announcement held."""
    table = Table(title="One of five recipients' policies tightened over the whole catalogue")
    for column in ("objects", "planned withdrawals", "withdrawn", "plan s", "plan µs an object", "run s", "run µs an object", "peak MB"):
        table.add_column(column, justify="right")
    costs = []
    for size in sizes:
        command = [sys.executable, "-m", "benchmarks.policy_change", str(size)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        found = json.loads(done.stdout.splitlines()[-1])
        costs.append(found["run"] / size)
        table.add_row(
            f"{size:,}",
            *(f"{found['planned']:,}", f"{found['withdrawn']:,}"),
            *(f"{found['plan']:.1f}", f"{1e6 * found['plan'] / size:.0f}", f"{found['run']:.1f}", f"{1e6 * found['run'] / size:.0f}"),
            f"{found['peak_mb']:.0f}",
        )
        console.print(f"{size:,} objects: every recipient's announced effects equal the run's: {found['equal']}")
    console.print(table)
    console.print("run time an object, against the smallest size: " + ", ".join(f"{100 * cost / costs[0] - 100:+.0f} %" for cost in costs))


def run(count: int) -> dict[str, Any]:
    """Fill a hub, change a policy, plan, run, and hold the two against each other."""
    from threading import Event

    from pipeline.clock import system_clock
    from pipeline.hub import open_hub
    from pipeline.observe import configure_logging
    from pipeline.runner import Runner
    from pipeline.whatif import what_if

    configure_logging(as_json=False)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_hub(folder, 0)
        _write_feed(folder, count)
        hub = open_hub(folder)
        runner = Runner(hub, system_clock)
        runner.once(Event())
        path = folder / "policies" / f"{CHANGED}.yaml"
        policy = yaml.safe_load(path.read_text())
        policy["version"] = "1.0.1"
        policy["release"]["min_confidence"] = LEAST
        path.write_text(yaml.safe_dump(policy))
        began = time.monotonic()
        plans = what_if(hub, hub.read_sharing_files(), system_clock())
        planned = time.monotonic() - began
        began = time.monotonic()
        done = runner.once(Event())
        took = time.monotonic() - began
        runner.close()
    announced = {plan.recipient: sum(plan.effects.values()) for plan in plans}
    happened = {
        name: item.released + item.minimized + item.tearline + item.aggregated + item.withdrawn
        + sum(item.held.values()) + sum(item.withheld.values())
        for name, item in done.recipients.items()
    }  # fmt: skip
    return {
        "planned": next(plan.withdrawn for plan in plans if plan.recipient == CHANGED),
        "withdrawn": done.recipients[CHANGED].withdrawn,
        "equal": announced == happened,
        "plan": planned,
        "run": took,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _write_feed(folder: Path, count: int) -> None:
    """The benchmark's indicators, every third with a lower confidence."""
    with (folder / "feed" / "objects.json").open("wb") as file:
        file.write(b'{"type":"bundle","id":"bundle--7f1d7f5e-3a57-4f0e-8a53-6a1f0c3b9d21","objects":[' + creator())
        for number, body in enumerate(indicators(count)):
            file.write(b"," + (body.replace(b'"confidence":60', b'"confidence":40') if number % 3 == 0 else body))
        file.write(b"]}")


if __name__ == "__main__":
    print(json.dumps(run(int(sys.argv[1]))))
