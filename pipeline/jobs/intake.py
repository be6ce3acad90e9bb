"""The intake job: raw ranges → parse → upgrade → validate → minimize (hub) → enrich → canonicalize → deduplicate → catalogue.

Commit order (architecture section 3): 1. one catalogue transaction for each shard and block · 2. when the whole range is done, save the
raw cursor · 3. hint the offsets to the bus. A crash anywhere before 2 reads the range again; what is in already changes nothing.

Objects are keyed in three levels, because a link is keyed by what it links: level n waits for level n-1 through a side input.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import apache_beam as beam
from apache_beam.metrics import Metrics
from apache_beam.metrics.metric import MetricsFilter
from apache_beam.options.pipeline_options import PipelineOptions
from apache_beam.pvalue import AsIter, TaggedOutput

from pipeline.bus.base import Bus, Range, Stored
from pipeline.failpoints import failpoint
from pipeline.hub import Hub, open_hub
from pipeline.jobs.ranges import decode_range, encode_range, pending
from pipeline.store.catalogue import PUSHED_POSITION, Catalogue, Counts
from pipeline.store.catalogue_work import resolve
from pipeline.store.cursors import Cursors
from pipeline.topics import FEED, FRAGMENTS, RECEIVED
from schemas.split import MAX_OBJECT_BYTES
from transforms.batch import Batch, parse, parse_fragments, reject_all
from transforms.beam import Prepare, in_order, shard_blocks
from transforms.canonicalize import level
from transforms.intake import rekey
from transforms.record import Origin, Rejected, decode_records

RECORDS_IN_TRANSACTION = 2_000
"""One commit costs an fsync of some milliseconds, one record about 50 µs: so the fsync is a few per cent, and readers wait little."""

NAMESPACE = "tearline.intake"
POSITIONS = 1_000
"""Places that one raw message takes in the order of all objects; more than pipeline.topics.MAX_OBJECTS."""


def position_of(stored: Stored, hub: Hub, after: int = 0) -> int:
    """Where a message (or the one that is `after` further on) begins in the order of all objects; what was pushed stands at the end."""
    begin = PUSHED_POSITION if stored.topic == hub.pushed else 0
    return begin + (stored.partition << 48) + (stored.offset + after) * POSITIONS


class ReadRaw(beam.DoFn):  # type: ignore[misc]
    """Range → a Batch for each message."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def setup(self) -> None:
        self._hub = open_hub(self._folder)
        self._raw: Bus = self._hub.open_bus()
        self._pushed: Bus | None = None

    def teardown(self) -> None:
        self._raw.close()
        if self._pushed is not None:
            self._pushed.close()

    def process(self, element: bytes) -> Iterator[Batch]:
        what = decode_range(element)
        if what.topic == self._hub.pushed and self._pushed is None:
            self._pushed = self._hub.open_pushed()
        bus = self._raw if what.topic != self._hub.pushed or self._pushed is None else self._pushed
        for stored in bus.read(what):
            batch = self._parse(stored)
            feed = stored.message.headers.get(FEED, b"").decode()
            Metrics.counter(NAMESPACE, f"{feed}|received").inc(batch.size)
            yield batch

    def _parse(self, stored: Stored) -> Batch:
        headers = stored.message.headers
        feed = headers.get(FEED, b"").decode()
        rules = self._hub.rules.get(feed)
        position = position_of(stored, self._hub)
        origin = Origin(feed, rules.producer if rules else "", self._hub.audience, headers.get(RECEIVED, b"").decode(), position)
        if FRAGMENTS in headers:
            return parse_fragments(stored.message.value, origin)
        batch = parse(stored.message.value, origin, rules.max_object_bytes if rules else MAX_OBJECT_BYTES)
        return batch if rules else reject_all(batch, "unknown-feed")


class OnCatalogue(beam.DoFn):  # type: ignore[misc]
    """A step that works on the catalogue, opened once a worker."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def setup(self) -> None:
        self._catalogue: Catalogue = open_hub(self._folder).open_catalogue()

    def teardown(self) -> None:
        self._catalogue.close()


class Sort(OnCatalogue):
    """Batch → blocks under their shard by level (the main output is level 0); rejects are written to quarantine at once."""

    def process(self, batch: Batch) -> Iterator[Any]:
        _count(self._quarantine(batch.rejected))
        _count(Counter({(feed, "derived"): number for feed, number in batch.derived.items()}))
        _count(Counter({(feed, f"noted.{reason}"): number for (feed, reason), number in batch.noted.items()}))
        by_level: dict[int, list[Any]] = {}
        for record in batch.records:
            by_level.setdefault(level(record.type), []).append(record)
        for own, records in by_level.items():
            for keyed in shard_blocks(records, self._catalogue.shards):
                yield keyed if own == 0 else TaggedOutput(f"level{own}", keyed)

    def _quarantine(self, rejected: Sequence[Rejected]) -> Counts:
        return self._catalogue.quarantine(rejected) if rejected else Counter()


class Rekey(OnCatalogue):
    """(shard, block) → blocks under the shards of the keys that their references give, once the level below is in the catalogue."""

    def process(self, element: tuple[int, bytes], below: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        del below  # only its completion matters
        db = self._catalogue.connection
        records = [
            rekey(record, lambda target, producer=record.origin.producer: resolve(db, target, producer))  # type: ignore[misc]
            for record in decode_records(element[1])
        ]
        yield from shard_blocks(records, self._catalogue.shards)


class Upsert(OnCatalogue):
    """(shard, its blocks) → the number of records: the ordered fold of a shard into the catalogue."""

    def process(self, element: tuple[int, Iterable[bytes]]) -> Iterator[int]:
        records = in_order(element[1])
        for start in range(0, len(records), RECORDS_IN_TRANSACTION):
            failpoint("intake.before_block")
            _count(self._catalogue.upsert(records[start : start + RECORDS_IN_TRANSACTION]))
        yield len(records)


class Settle(OnCatalogue):
    """Key anew what waited for a source id that has arrived."""

    def process(self, _: Any, below: Iterable[int]) -> Iterator[int]:
        del below  # only its completion matters
        yield self._catalogue.settle()


def build(pipeline: beam.Pipeline, hub: Hub, ranges: Sequence[Range]) -> None:
    """The graph of one micro-batch."""
    folder = str(hub.folder)
    sorted_ = (
        pipeline
        | "Ranges" >> beam.Create([encode_range(what) for what in ranges]).with_output_types(bytes)
        | "ReadRaw" >> beam.ParDo(ReadRaw(folder)).with_output_types(Batch)
        | "Prepare"
        >> Prepare(hub.rules, _resolved(hub, hub.configuration.enrich.warning_lists), frozenset(hub.configuration.merge.external_ids))
        | "Sort" >> beam.ParDo(Sort(folder)).with_outputs("level1", "level2", main="level0").with_output_types(tuple[int, bytes])
    )
    done = sorted_.level0 | "Deduplicate0" >> _Deduplicate(folder)
    for own, blocks in ((1, sorted_.level1), (2, sorted_.level2)):
        keyed = blocks | f"Rekey{own}" >> beam.ParDo(Rekey(folder), AsIter(done)).with_output_types(tuple[int, bytes])
        done = keyed | f"Deduplicate{own}" >> _Deduplicate(folder)
    _ = pipeline | "Once" >> beam.Create([b""]).with_output_types(bytes) | "Settle" >> beam.ParDo(Settle(folder), AsIter(done))


class _Deduplicate(beam.PTransform):  # type: ignore[misc]
    """PCollection[(shard, block)] → PCollection[int]: meet by shard, fold in order, write."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = folder

    def expand(self, blocks: beam.PCollection) -> beam.PCollection:
        return blocks | "ByShard" >> beam.GroupByKey() | "Upsert" >> beam.ParDo(Upsert(self._folder)).with_output_types(int)


def run_intake(hub: Hub, bus: Bus, cursors: Cursors, options: PipelineOptions, progress: Callable[[int], None] = lambda _n: None) -> Counts:
    """Drain the raw topic as it stands now, in micro-batches; returns (feed, outcome) -> objects, with `received` beside the outcomes."""
    bus.ensure_topic(hub.raw, hub.configuration.bus.partitions)

    def finish(_: Sequence[Range], after: Mapping[str, int]) -> None:
        failpoint("intake.before_cursor")
        cursors.save("raw", dict(after))
        failpoint("intake.after_cursor")

    return drain(hub, bus, hub.raw, cursors.get("raw"), options, finish, progress)


def drain(
    hub: Hub,
    bus: Bus,
    topic: str,
    saved: Mapping[str, int],
    options: PipelineOptions,
    finish: Callable[[Sequence[Range], Mapping[str, int]], None],
    progress: Callable[[int], None],
) -> Counts:
    """Take in what is on a topic beyond `saved`. `finish` is called after each micro-batch, with its ranges, to save the new cursor."""
    total: Counts = Counter()
    for ranges, after in pending(bus, topic, saved):
        pipeline = beam.Pipeline(options=options)
        build(pipeline, hub, ranges)
        result = pipeline.run()
        result.wait_until_finish()
        counts = _read_counts(result)
        total += counts
        finish(ranges, {str(partition): offset for partition, offset in after.items()})
        bus.hint_commit("tearline.intake", topic, after)
        progress(sum(number for (_, outcome), number in counts.items() if outcome == "received"))
    return total


def _resolved(hub: Hub, folder: str | None) -> str | None:
    return str(hub.folder / folder) if folder else None


def _count(counts: Counts) -> None:
    for (feed, outcome), number in counts.items():
        Metrics.counter(NAMESPACE, f"{feed}|{outcome}").inc(number)


def _read_counts(result: Any) -> Counts:
    found: Counts = Counter()
    for metric in result.metrics().query(MetricsFilter().with_namespace(NAMESPACE))["counters"]:
        feed, _, outcome = metric.key.metric.name.partition("|")
        found[feed, outcome] += metric.result
    return found
