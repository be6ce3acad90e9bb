"""The pure functions as Beam transforms: typed, labelled, the one room of transforms/ that knows Beam.

Elements that cross a shuffle are blocks of bytes under an int key. Between fused stages a Batch travels as it is.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import apache_beam as beam
from apache_beam import coders
from apache_beam.coders import Coder

from transforms import intake
from transforms.batch import Batch
from transforms.enrichers.base import Enricher
from transforms.enrichers.public_suffix import PublicSuffix
from transforms.enrichers.warning_lists import WarningLists
from transforms.record import Record, decode_records, encode_records

RECORDS_IN_BLOCK = 500
"""Records that cross a shuffle in one element: a shuffle costs about 20 µs an element, so one record alone would double the work."""


class Prepare(beam.PTransform):  # type: ignore[misc]
    """PCollection[Batch] → PCollection[Batch]: upgrade → validate → minimize (hub baseline) → enrich → canonicalize."""

    def __init__(self, rules: Mapping[str, intake.FeedRules], warning_lists: str | None, external_sources: frozenset[str]) -> None:
        super().__init__()
        self._rules = dict(rules)
        self._external_sources = external_sources
        self._warning_lists = warning_lists

    def expand(self, batches: beam.PCollection) -> beam.PCollection:
        return (
            batches
            | "Upgrade" >> beam.Map(intake.upgrade_batch).with_output_types(Batch)
            | "Validate" >> beam.Map(intake.validate_batch, self._rules).with_output_types(Batch)
            | "MinimizeForHub" >> beam.Map(intake.minimize_batch).with_output_types(Batch)
            | "Enrich" >> beam.ParDo(Enrich(self._warning_lists)).with_output_types(Batch)
            | "Canonicalize" >> beam.Map(intake.canonicalize_batch, self._external_sources).with_output_types(Batch)
        )


class Enrich(beam.DoFn):  # type: ignore[misc]
    """Batch → Batch, with the tables loaded once a worker."""

    def __init__(self, warning_lists: str | None) -> None:
        self._folder = warning_lists
        self._enrichers: Sequence[Enricher] = ()

    def setup(self) -> None:
        self._enrichers = (PublicSuffix(), WarningLists(Path(self._folder) if self._folder else None))

    def process(self, batch: Batch) -> Iterator[Batch]:
        yield intake.enrich_batch(batch, self._enrichers)


class InPlace(Coder):  # type: ignore[misc]
    """For what travels between fused stages: it could cross a shuffle, if a runner put one there, but nobody measures its size."""

    def encode(self, value: object) -> bytes:
        return pickle.dumps(value)

    def decode(self, encoded: bytes) -> Any:
        return pickle.loads(encoded)  # noqa: S301 - between workers of one job, as Beam itself does

    def estimate_size(self, value: object) -> int:
        del value
        return 1

    def is_deterministic(self) -> bool:
        return False


coders.registry.register_coder(Batch, InPlace)


def shard_blocks(records: Iterable[Record], shards: int) -> Iterator[tuple[int, bytes]]:
    """(shard, block) pairs, so that equal content keys meet in one place after a GroupByKey."""
    by_shard: dict[int, list[Record]] = {}
    for record in records:
        by_shard.setdefault(record.key[0] % shards, []).append(record)
    for shard, members in by_shard.items():
        for start in range(0, len(members), RECORDS_IN_BLOCK):
            yield shard, encode_records(members[start : start + RECORDS_IN_BLOCK])


def in_order(blocks: Iterable[bytes]) -> list[Record]:
    """The records of one shard in the order in which the hub received them, whatever order the blocks came in."""
    records = [record for block in blocks for record in decode_records(block)]
    return sorted(records, key=lambda record: (record.origin.received, record.origin.position))
