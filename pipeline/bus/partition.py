"""Which partition a key belongs to: one rule for every bus, so a key keeps its partition when a hub moves to another."""

from __future__ import annotations

from zlib import crc32


def partition_of(key: bytes, partitions: int) -> int:
    """Return the partition (0 … partitions - 1) of `key`. Equal keys go to one partition, different ones spread evenly."""
    return crc32(key) % partitions
