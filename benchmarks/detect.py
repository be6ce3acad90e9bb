"""The detectors by engine, on texts that are clean and on texts that are not: `python -m benchmarks.detect`.

Everything is measured in one process, in turns, in processor time: each figure is the best of the rounds, since the others
measure what else the machine does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import NamedTuple

import orjson
from rich.console import Console
from rich.table import Table

from tests.support.data import files
from tests.unit.transforms.detect.canaries import CANARIES, EVERYWHERE, LOCALES
from transforms.detect import detectors
from transforms.detect.engines import EngineName

ROUNDS = 25
SIZE = 200
"""Texts in a set."""

CLEAN = (
    "The group has used spearphishing links to deliver a loader that abuses legitimate cloud services for command and control. "
    "It moved laterally through scheduled tasks and harvested tokens from browsers; see the analysis for details of the "
    "infrastructure. (Citation: Vendor Report) Defenders should watch for unusual sign ins, and rotate what was stored there."
)
"""330 characters of what descriptions say."""


class Figure(NamedTuple):
    """What an engine takes for a text of a set, on average, in microseconds."""

    texts: str
    engine: str
    any_micros: float
    find_micros: float


def measure(rounds: int = ROUNDS) -> list[Figure]:
    """Figures for one clean description, real descriptions if they are there, texts with a hit, and disguised ones."""
    sets = {
        "clean description, 330 characters": [CLEAN] * SIZE,
        "names and descriptions of ATT&CK": _real()[::10],
        "one hit in a clean description": [f"{CLEAN[:160]} {canary} {CLEAN[160:]}" for canary in CANARIES.values()] * 10,
        "disguised": [f"see {disguise(canary)} there" for canary in CANARIES.values() for disguise in EVERYWHERE.values()],
        "other languages": [text for some in LOCALES.values() for text in some],
    }
    names: list[EngineName] = ["re"]
    names += [name for name in ("re2", "hyperscan") if find_spec(name)]
    engines = {name: detectors(name) for name in names}
    figures = []
    for title, texts in sets.items():
        if texts:
            figures += [
                Figure(title, name, _best(engine.any, texts, rounds), _best(engine.find, texts, rounds)) for name, engine in engines.items()
            ]
    return figures


def _best(call: Callable[[str], object], texts: Sequence[str], rounds: int) -> float:
    spent = []
    for _ in range(rounds):
        started = time.process_time()
        for text in texts:
            call(text)
        spent.append(time.process_time() - started)
    return 1e6 * min(spent) / len(texts)


def _real() -> list[str]:
    return sorted(
        {
            item[key]
            for path in files("attack/*.json")
            for item in orjson.loads(path.read_bytes())["objects"]
            for key in ("name", "description")
            if isinstance(item.get(key), str)
        }
    )


def main() -> None:
    """Print the figures as a table."""
    table = Table(title="Detectors, one core")
    for column in ("texts", "engine", "any, µs a text", "find, µs a text", "texts a second (any)"):
        table.add_column(column, justify="left" if column in ("texts", "engine") else "right")
    for figure in measure():
        rate = f"{1e6 / figure.any_micros:,.0f}"
        table.add_row(figure.texts, figure.engine, f"{figure.any_micros:,.1f}", f"{figure.find_micros:,.1f}", rate)
    Console(width=140).print(table)


if __name__ == "__main__":
    main()
