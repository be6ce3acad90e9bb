"""`make bench`: run every benchmark and print its table."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks import detect, patterns, policy_change, release, server, stix
from benchmarks.reference import stix2_rate
from benchmarks.whole_path import RECIPIENTS, measure

SIZES = (10_000, 100_000, 300_000)

RELEASED = 20_000


def main() -> None:
    """STIX beside stix2; release by steps; a policy changed over everything; detectors; the whole path; the TAXII server."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of objects on the whole path")
    parser.add_argument("--served", type=int, nargs="+", default=server.SIZES, help="numbers of objects in the server's collections")
    parser.add_argument("--rounds", type=int, default=server.ROUNDS, help="how often the server is asked everything")
    parser.add_argument("--only", choices=("stix", "release", "policy", "detect", "path", "server"), help="one of them")
    options = parser.parse_args()
    console = Console(width=160)
    if options.only in (None, "stix"):
        stix.report(console)
        patterns.main()
    if options.only in (None, "release"):
        release.report(console, RELEASED)
    if options.only in (None, "policy"):
        policy_change.report(console, policy_change.SIZES)
    if options.only in (None, "detect"):
        detect.main()
    if options.only in (None, "path"):
        whole_path(console, options.sizes)
    if options.only in (None, "server"):
        server.measure(console, options.served, options.rounds)


def whole_path(console: Console, sizes: Sequence[int]) -> None:
    """Raw objects to recipients' views."""
    table = Table(title=f"Whole path, raw to {len(RECIPIENTS)} recipients' views, 751-byte indicators, embedded")
    for column in (
        "objects",
        "seconds",
        "objects/s",
        "µs an object",
        "ingest s",
        "intake s",
        "release s",
        "publish s",
        "peak MB",
        "stores MB",
    ):
        table.add_column(column, justify="right")
    costs = []
    for size in sizes:
        found = measure(size)
        costs.append(1e6 * found["seconds"] / size)
        table.add_row(
            f"{size:,}",
            *(f"{found['seconds']:.1f}", f"{size / found['seconds']:,.0f}", f"{costs[-1]:.0f}"),
            *(f"{found[stage]:.1f}" for stage in ("ingest", "intake", "release", "publish")),
            *(f"{found['peak_mb']:.0f}", f"{found['stores_mb']:,.0f}"),
        )
    console.print(table)
    middle = costs[len(costs) // 2]
    console.print("time an object, against the middle size: " + ", ".join(f"{100 * cost / middle - 100:+.0f} %" for cost in costs))
    rate = stix2_rate()
    best = 1e6 / min(costs)
    console.print(f"stix2.parse + serialize, the same objects, one core: {rate:,.0f} objects/s (whole path / stix2 = {best / rate:.2f})")


main()
