"""One core: parse + validate + pattern key + serialize, against stix2.parse + serialize of the same objects in the same run.

It is not the same work: stix2 checks less (docs/validation.md) and two thirds of its time is the grammar of the pattern. Here every
check of the hub runs, and the pattern is parsed and keyed. Each object is met for the first time: the caches by pattern are emptied
before each round, and a pattern that occurs twice in a set is parsed once, as in the hub.
"""

from __future__ import annotations

import cProfile
import gc
import io
import pstats
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from statistics import median
from typing import Any, NamedTuple

import orjson
import stix2
from rich.console import Console
from rich.table import Table

from benchmarks.content import indicators
from benchmarks.real import real_indicators
from schemas import patterns
from schemas.config import LeniencySettings
from schemas.errors import BadInput
from schemas.patterns import pattern_key
from schemas.split import Piece, split_bytes
from transforms.validate import validate

ROUNDS = 5
IN_MESSAGE = 500
"""Objects in one raw message, as intake reads them."""

STIX2_SAMPLE = 1_500
"""Objects that stix2 is given, spread over the set: at some 400 µs each that is enough to compare with."""

COMPLEX = (
    "[file:hashes.'SHA-256' = '{n:064x}' OR file:hashes.'SHA-1' = '{n:040x}' OR file:hashes.MD5 = '{n:032x}']",
    "[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '198.51.100.{o}' AND network-traffic:dst_port = {p}]",
    "[domain-name:value = 'a{n}.example'] FOLLOWEDBY [url:value LIKE 'https://b{n}.example/%'] WITHIN 600 SECONDS",
    "[process:command_line MATCHES '^run{n} [a-z]+$' AND process:name IN ('a{n}.exe', 'b{n}.exe')] REPEATS 5 TIMES",
    "([ipv4-addr:value ISSUBSET '203.0.113.{o}/30'] OR [email-addr:value = 'a{n}@example.com'])"
    " START t'2026-01-01T00:00:00Z' STOP t'2026-02-01T00:00:00Z'",
)


class Speed(NamedTuple):
    """Objects a second: best and median of the rounds, without and with the garbage collector put off; p99 of one object in µs."""

    objects: int
    best: float
    middle: float
    tuned: float
    from_orjson: float
    p99: float
    stix2: float


def mixed(count: int) -> list[bytes]:
    """Indicators of which every fifth has a complex pattern."""
    return [_complex(body, number) if number % 5 == 0 else body for number, body in enumerate(indicators(count))]


def _complex(body: bytes, number: int) -> bytes:
    pattern = COMPLEX[number // 5 % len(COMPLEX)].format(n=number, o=number % 256, p=1 + number % 65_535)
    return orjson.dumps({**orjson.loads(body), "pattern": pattern})


def one(value: dict[str, Any], leniency: LeniencySettings) -> bytes:
    """What intake does to one indicator that it has parsed, up to its key and bytes; b"" where it is refused."""
    try:
        found = validate(value, leniency)
    except BadInput:
        return b""
    pattern_key(found.value["pattern"], found.value["pattern_type"])
    return orjson.dumps(found.value)


def measure(bodies: Sequence[bytes]) -> Speed:
    """Time a set."""
    leniency = LeniencySettings()
    messages = [b'{"objects":[' + b",".join(bodies[at : at + IN_MESSAGE]) + b"]}" for at in range(0, len(bodies), IN_MESSAGE)]

    def ours() -> None:
        for message in messages:
            for piece in split_bytes(message):
                if isinstance(piece, Piece):
                    one(piece.value, leniency)

    def by_orjson() -> None:
        for body in bodies:
            one(orjson.loads(body), leniency)

    plain = [_rate(ours, len(bodies)) for _ in range(ROUNDS)]
    gc.collect()
    gc.freeze()
    gc.disable()
    tuned = max(_rate(ours, len(bodies)) for _ in range(3))
    gc.enable()
    gc.unfreeze()
    loaded = max(_rate(by_orjson, len(bodies)) for _ in range(3))
    step = max(1, len(bodies) // STIX2_SAMPLE)
    sample = [body.decode() for body in bodies[::step]]
    return Speed(
        len(bodies), max(plain), median(plain), tuned, loaded, _p99(bodies, leniency), _rate(lambda: _by_stix2(sample), len(sample))
    )


def profile(bodies: Sequence[bytes]) -> list[str]:
    """The five functions that take most of the time, with their share."""
    leniency = LeniencySettings()
    patterns._known.cache_clear()
    watch = cProfile.Profile()
    watch.enable()
    for body in bodies:
        one(orjson.loads(body), leniency)
    watch.disable()
    stats = pstats.Stats(watch, stream=io.StringIO())
    rows = sorted(stats.stats.items(), key=lambda row: -row[1][2])[:5]  # type: ignore[attr-defined]
    return [f"{100 * own / stats.total_tt:.0f} % {name}" for (_, _, name), (_, _, own, *_) in rows]  # type: ignore[attr-defined]


def _by_stix2(sample: Sequence[str]) -> None:
    for body in sample:
        with suppress(stix2.exceptions.STIXError, ValueError, TypeError):  # it refuses some of what real feeds hold
            stix2.parse(body, allow_custom=True).serialize()


def _rate(work: Callable[[], None], count: int) -> float:
    patterns._known.cache_clear()
    started = time.process_time()
    work()
    return count / (time.process_time() - started)


def _p99(bodies: Sequence[bytes], leniency: LeniencySettings) -> float:
    patterns._known.cache_clear()
    taken = []
    for body in bodies:
        started = time.perf_counter_ns()
        one(orjson.loads(body), leniency)
        taken.append(time.perf_counter_ns() - started)
    return sorted(taken)[len(taken) * 99 // 100] / 1000


def sets() -> dict[str, list[bytes]]:
    """What is measured, by name."""
    real = list(real_indicators())
    return {**({"real indicators, tail included": real} if real else {}), "20 % complex patterns": mixed(20_000)}


def report(console: Console) -> None:
    """Print the table, the profile of each set, and the ratios."""
    table = Table(title="One core: parse + validate + pattern key + serialize, objects a second of processor time")
    for column in ("set", "objects", "best", "median", "collector off", "parsed by orjson", "p99 µs", "stix2", "times stix2"):
        table.add_column(column, justify="left" if column == "set" else "right")
    profiles = {}
    for name, bodies in sets().items():
        found = measure(bodies)
        rates = (found.best, found.middle, found.tuned, found.from_orjson)
        table.add_row(
            *(name, f"{found.objects:,}", *(f"{rate:,.0f}" for rate in rates)),
            *(f"{found.p99:.0f}", f"{found.stix2:,.0f}", f"{found.best / found.stix2:.1f}"),
        )
        profiles[name] = profile(bodies)
    console.print(table)
    for name, rows in profiles.items():
        console.print(f"most of the time, {name}: {'; '.join(rows)}", markup=False)
