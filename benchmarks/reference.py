"""What the reference library takes for a small part of the same work: stix2.parse and serialize, nothing else."""

from __future__ import annotations

import time

import stix2

from benchmarks.content import indicators


def stix2_rate(count: int = 3_000) -> float:
    """Objects a second on one core."""
    bodies = [body.decode() for body in indicators(count)]
    started = time.perf_counter()
    for body in bodies:
        stix2.parse(body).serialize()
    return count / (time.perf_counter() - started)
