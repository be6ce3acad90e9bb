"""The rule that spreads keys."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.bus.partition import partition_of


@pytest.mark.parametrize(("key", "partition"), [(b"", 0), (b"alpha-feed", 7), (b"key-0", 4), (b"key-1", 2), (b"\xff\x00", 5)])
def test_the_rule_never_changes(key: bytes, partition: int) -> None:
    """A key that moved to another partition would overtake, or be overtaken by, what is in the log already."""
    assert partition_of(key, 8) == partition


@given(st.binary(), st.integers(min_value=1, max_value=1024))
def test_a_partition_is_always_one_of_them(key: bytes, partitions: int) -> None:
    assert 0 <= partition_of(key, partitions) < partitions
    assert partition_of(key, partitions) == partition_of(bytes(bytearray(key)), partitions)


def test_keys_spread_evenly() -> None:
    counts = Counter(partition_of(b"feed-%d/page-%d" % (number % 7, number), 8) for number in range(8000))
    assert all(900 < count < 1100 for count in counts.values())
