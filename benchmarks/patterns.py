"""The pattern language on real patterns, with the reference parser of OASIS on the same ones beside it: `python -m benchmarks.patterns`.

Everything is measured in one process, in turns, in processor time, without any cache of reports: each figure is the median of the rounds.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from statistics import median, quantiles
from typing import Any, NamedTuple

import orjson
from rich.console import Console
from rich.table import Table
from stix2patterns.v21.pattern import Pattern as ReferencePattern
from stix2patterns.validator import run_validator

from schemas.patterns import chain, parse, quick, whole
from tests.support.data import FOLDER, files

ROUNDS = 7
SIZE = 500
"""Patterns in a set; the reference parser needs half a second for so many."""


class Figure(NamedTuple):
    """What one way takes for the patterns of one set.

    micros: a pattern, on average
    p99:    the pattern that one in a hundred is slower than, in microseconds
    times:  how many times faster than the reference parser on the same set
    """

    patterns: str
    way: str
    micros: float
    p99: float
    times: float


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Figures for single equalities, for what is more than that, and for a set of which 20 % are more."""
    every = sorted(set(_real()))
    simple = [text for text in every if quick.report(text) is not None]
    tail = [text for text in every if quick.report(text) is None]
    chance = random.Random(20)
    sets = {
        "one equality": chance.sample(simple, SIZE),
        "more than one equality": tail,
        "20 % more than one equality": chance.sample(simple, SIZE * 4 // 5) + chance.choices(tail, k=SIZE // 5),
    }
    return [figure for name, texts in sets.items() for figure in _compare(name, texts, rounds)]


def _report(text: str) -> object:
    """What `examine` does for a text that it does not remember."""
    return quick.report(text) or chain.report(text) or whole.report(text)


WAYS: dict[str, Callable[[str], object]] = {
    "stix2-patterns, parser": ReferencePattern,
    "stix2-patterns, validator": lambda text: run_validator(text, "2.1"),
    "ours, parser": parse,
    "ours, report (key, flaws)": _report,
}


def _compare(name: str, texts: list[str], rounds: int) -> Iterator[Figure]:
    total: dict[str, list[float]] = {way: [] for way in WAYS}
    single: dict[str, list[list[float]]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way, call in WAYS.items():
            started = time.process_time()
            for text in texts:
                call(text)
            total[way].append((time.process_time() - started) / len(texts))
            single[way].append([_spent(call, text) for text in texts])
    reference = median(total["stix2-patterns, parser"])
    for way in WAYS:
        each = [min(spent) for spent in zip(*single[way], strict=True)]
        micros = median(total[way])
        yield Figure(name, way, 1e6 * micros, 1e6 * quantiles(each, n=100)[98], reference / micros)


def _spent(call: Callable[[str], object], text: str) -> float:
    started = time.perf_counter()
    call(text)
    return time.perf_counter() - started


def _real() -> Iterator[str]:
    """The STIX patterns of all indicators in the real content."""
    for path in files("*/*.json", "*/*.stix2", "oasis_examples/*/*.json"):
        try:
            stack: list[Any] = [orjson.loads(path.read_bytes())]
        except orjson.JSONDecodeError:
            continue  # some examples are broken on purpose
        while stack:
            node = stack.pop()
            if isinstance(node, dict):
                if node.get("type") == "indicator" and node.get("pattern_type", "stix") == "stix":
                    yield node["pattern"]
                stack.extend(node.values())
            elif isinstance(node, list):
                stack.extend(node)


def main() -> None:
    """Print the figures as a table."""
    if not FOLDER.is_dir():
        msg = "real STIX content is missing: put it at ../shared/data or set TEARLINE_DATA to its folder"
        raise SystemExit(msg)
    table = Table(title="STIX patterns, one core")
    for column in ("patterns", "way", "µs a pattern", "p99 µs", "a second", "times reference parser"):
        table.add_column(column, justify="left" if column in ("patterns", "way") else "right")
    for figure in measure():
        table.add_row(
            figure.patterns,
            figure.way,
            f"{figure.micros:,.1f}",
            f"{figure.p99:,.1f}",
            f"{1e6 / figure.micros:,.0f}",
            f"{figure.times:,.1f}",
        )
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
