"""The TAXII server under load: walks, idle polls, POSTs, storage and memory, beside medallion 3.0.0 on the same run.

`wrk` asks our server, with four connections (benchmarks.load). All sizes are served at once and asked in turns, so that what the machine
does otherwise meets all of them alike; figures are medians of the rounds, with the lowest and the highest. medallion is asked by a plain
Python client, and ours at the same sizes by the same client, since wrk would have to wait minutes for one page.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks import load, medallion
from benchmarks.content import indicators
from benchmarks.load import Figures
from benchmarks.served_hub import BASIC, Served, serve, write_hub
from benchmarks.walker import Client

SIZES = (1_000, 10_000, 100_000, 1_000_000)
AGAINST = (1_000, 2_000)
ROUNDS, SECONDS, CONNECTIONS = 5, 3, 4
LIMITS = (1_000, 100)
SHARED, RECIPIENTS = 100_000, 5
ENVELOPES, ENVELOPE = 100, 1_000

Measured = dict[str, list[tuple[Figures, float]]]
"""What was asked -> for each round, wrk's figures and microseconds of processor time of the server for one request."""


def measure(console: Console, sizes: Sequence[int] = SIZES, rounds: int = ROUNDS, seconds: int = SECONDS) -> None:
    """Everything, as tables."""
    console.print(f"load average before: {os.getloadavg()[0]:.1f}, processors: {os.cpu_count()}")
    with tempfile.TemporaryDirectory() as name:
        if load.available():
            reads(console, Path(name), sizes, rounds, seconds)
            posts(console, Path(name), rounds, seconds)
        else:
            console.print("wrk is not installed (Debian: apt-get install wrk): reads, polls and POSTs of our server are not measured")
        storage(console, Path(name))
        against_medallion(console, Path(name))
    console.print(f"load average after: {os.getloadavg()[0]:.1f}")


def reads(console: Console, folder: Path, sizes: Sequence[int], rounds: int, seconds: int) -> None:
    """Walks and idle polls of all sizes."""
    with ExitStack() as stack:
        served = {}
        for size in sizes:
            write_hub(folder / f"{size}", size)
            served[size] = stack.enter_context(serve(folder / f"{size}"))
        idle = {size: f"{server.objects}?added_after={_last(server)}" for size, server in served.items()}
        found: dict[int, Measured] = {size: {"idle": [], **{str(limit): [] for limit in LIMITS}} for size in sizes}
        for _ in range(rounds):
            for size, server in served.items():
                for limit in LIMITS:
                    found[size][str(limit)].append(_ask(server, "walk", f"{server.objects}?limit={limit}", seconds))
                found[size]["idle"].append(_ask(server, "get", idle[size], seconds))
        memory = {size: server.memory() for size, server in served.items()}
    table = Table(title=f"Our server: {CONNECTIONS} connections of wrk, Basic, 751-byte indicators, median (lowest to highest) of {rounds}")
    for column in ("objects", "asked", "a second", "p50 ms", "p95 ms", "p99 ms", "server µs a request", "RSS MB (own)"):
        table.add_column(column, justify="right")
    for size in sizes:
        for asked, results in found[size].items():
            unit = 1 if asked == "idle" else min(int(asked), size)
            name = "idle polls" if asked == "idle" else f"objects, limit {asked}"
            told = f"{memory[size]['now']:.0f} ({memory[size]['own']:.0f})" if asked == "idle" else ""
            table.add_row(f"{size:,}", name, *_row(results, unit), told)
    console.print(table)
    middle = sizes[len(sizes) // 2]
    for limit in map(str, LIMITS):
        base = median(item.p95 for item, _ in found[middle][limit])
        changes = ", ".join(f"{size:,}: {100 * median(i.p95 for i, _ in found[size][limit]) / base - 100:+.0f} %" for size in sizes)
        console.print(f"p95 of a page of {limit}, against {middle:,} objects: {changes}")


def posts(console: Console, folder: Path, rounds: int, seconds: int) -> None:
    """Envelopes of 1,000 different objects, each durable on the bus before its 202."""
    bodies = indicators(ENVELOPES * ENVELOPE)
    (folder / "bodies").mkdir()
    for number in range(1, ENVELOPES + 1):
        body = b'{"objects":[' + b",".join(next(bodies) for _ in range(ENVELOPE)) + b"]}"
        (folder / "bodies" / f"{number}.json").write_bytes(body)
    write_hub(folder / "post", 10)
    with serve(folder / "post") as server:
        arguments = [str(folder / "bodies"), str(ENVELOPES)]
        results = [_ask(server, "post", server.write, seconds, arguments) for _ in range(rounds)]
    table = Table(title=f"POST: envelopes of {ENVELOPE:,} objects ({ENVELOPES} different ones), SQLite bus, {CONNECTIONS} connections")
    for column in ("objects a second", "p50 ms", "p95 ms", "p99 ms", "server µs a request"):
        table.add_column(column, justify="right")
    table.add_row(*_row(results, ENVELOPE))
    console.print(table)


def storage(console: Console, folder: Path) -> None:
    """How much room a collection takes that five recipients share."""
    written = write_hub(folder / "shared", SHARED, RECIPIENTS)
    ratio = written["stored_mb"] / written["json_mb"]
    console.print(
        f"storage: {SHARED:,} objects, {written['json_mb']:.0f} MB of JSON, the same for {RECIPIENTS} recipients: views.db"
        f" {written['stored_mb']:.0f} MB, {ratio:.2f} times the JSON ({ratio / RECIPIENTS:.2f} a recipient)"
    )


def against_medallion(console: Console, folder: Path) -> None:
    """The same small sizes, asked by the same Python client over one connection."""
    table = Table(title=f"Beside {medallion.RELEASE} (memory backend): one Python client, which limits ours, one run")
    for column in (
        "objects",
        "server",
        "POST objects/s",
        "walk 1000: objects/s",
        "p95 ms",
        "walk 100: objects/s",
        "p95 ms",
        "idle poll ms",
    ):
        table.add_column(column, justify="right")
    with medallion.environment() as commands:
        for size in AGAINST:
            with medallion.serving(commands) as url, closing(Client(url, medallion.BASIC)) as client:
                client.ask("/api/")  # connected and let in, before time counts
                posted = f"{size / medallion.fill(client, size):,.0f}"
                table.add_row(f"{size:,}", "medallion", posted, *_walks(client, medallion.OBJECTS, "2100-01-01T00:00:00Z"))
            write_hub(folder / f"against-{size}", size)
            with serve(folder / f"against-{size}") as server, closing(Client(server.url, BASIC)) as client:
                bodies = list(indicators(size))
                client.ask("/taxii2/")
                started = time.perf_counter()
                for begin in range(0, size, ENVELOPE):
                    client.ask(server.write, b'{"objects":[' + b",".join(bodies[begin : begin + ENVELOPE]) + b"]}")
                posted = f"{size / (time.perf_counter() - started):,.0f}"
                table.add_row(f"{size:,}", "ours", posted, *_walks(client, server.objects, _last(server)))
    console.print(table)


def _walks(client: Client, objects: str, last: str) -> list[str]:
    cells = []
    for limit in LIMITS:
        walked = client.walk(objects, limit)
        cells += [f"{walked.rate:,.0f}", f"{walked.p95:,.1f}"]
    started = time.perf_counter()
    client.ask(f"{objects}?added_after={last}")
    return [*cells, f"{1000 * (time.perf_counter() - started):,.1f}"]


def _ask(server: Served, script: str, path: str, seconds: int, more: Sequence[str] = ()) -> tuple[Figures, float]:
    before = server.processor_seconds()
    figures = load.measure(script, server.url, [path, BASIC, *more], CONNECTIONS, seconds)
    return figures, 1e6 * (server.processor_seconds() - before) / figures.requests


def _row(results: list[tuple[Figures, float]], unit: int) -> list[str]:
    def spread(read: Callable[[Figures], float], form: str) -> str:
        values = sorted(read(figures) for figures, _ in results)
        return f"{median(values):{form}} ({values[0]:{form}} to {values[-1]:{form}})"

    ends = [spread(lambda item: item.p50, ".1f"), spread(lambda item: item.p95, ".1f"), spread(lambda item: item.p99, ".1f")]
    return [spread(lambda item: item.rate * unit, ",.0f"), *ends, f"{median(cost for _, cost in results):,.0f}"]


def _last(server: Served) -> str:
    """The date of the newest object, as a client that is up to date sends it."""
    with closing(Client(server.url, BASIC)) as client:
        return client.last_added(server.objects)
