"""The release job: what changed in the catalogue → decide → minimize → close → guard → bundle → partner topics.

Commit order (architecture section 3): 1. save the intent (slot and upper bounds), so that a repeated run states the same bytes ·
2. produce partner bundles · 3. wait until the bus has them · 4. save the release cursor, which ends the intent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field

import apache_beam as beam
from apache_beam import coders
from apache_beam.options.pipeline_options import PipelineOptions

from pipeline.bus.base import Bus, Message
from pipeline.clock import Clock
from pipeline.closed_blocks import closed_blocks
from pipeline.failpoints import failpoint
from pipeline.hub import Hub, open_hub
from pipeline.jobs.plan import Step, make_plan
from pipeline.sharing_files import SharingFiles
from pipeline.sharing_snapshot import read_snapshot, write_snapshot
from pipeline.store.catalogue_reader import CatalogueReader
from pipeline.store.cursors import Cursors
from pipeline.topics import LEDGER, SCHEMA, VERSION
from schemas.errors import RetryLater
from schemas.timestamps import parse, sort_key
from transforms.beam import InPlace
from transforms.bundle import bundle
from transforms.entity import Block, Candidate
from transforms.record import Origin, Rejected
from transforms.release import Release, close_block, decide_block, due_moments, guard_block, minimize_block, state_block
from transforms.second_look import Guards
from transforms.shared import Shared

SNAPSHOT = "release.sharing"
"""The cursor that holds the sharing files of the release under way: those in force, also while the ones on disk are broken."""


@dataclass
class Work:
    """One block with its state for each recipient; it travels through fused stages only."""

    name: str
    block: Block
    releases: dict[str, Release] = field(default_factory=dict)


class Decide(beam.DoFn):  # type: ignore[misc]
    """Step → Work: read a closed block of the catalogue and decide each entity for each recipient."""

    def __init__(self, folder: str, slot: str, fingerprints: Mapping[str, str]) -> None:
        self._folder = folder
        self._slot = slot
        self._fingerprints = dict(fingerprints)

    def setup(self) -> None:
        hub = open_hub(self._folder)
        with closing(hub.open_cursors()) as cursors:
            files = read_snapshot(cursors.get(SNAPSHOT))
        self._terms = hub.terms(files, parse(self._slot))
        if {name: terms.fingerprint for name, terms in self._terms.items()} != self._fingerprints:
            message = "grants, suspensions or keys changed while the release was being prepared; it starts anew with the new ones"
            raise RetryLater(message)
        self._reader: CatalogueReader = hub.open_reader()

    def teardown(self) -> None:
        self._reader.close()

    def process(self, element: bytes) -> Iterator[Work]:
        step = Step.decode(element)
        seeds = [*step.entities, *(no for what in step.ranges for no in self._reader.changed(*what))]
        for place, (_, block) in enumerate(closed_blocks(self._reader, seeds)):
            work = Work(f"{step.name}.{place}", block)
            shared = Shared()
            for name in step.recipients:
                state = Release(block, self._terms[name], shared)
                work.releases[name] = decide_block(state)
            yield work


def _stage(step: Callable[[Release], Release]) -> Callable[[Work], Work]:
    def apply(work: Work) -> Work:
        work.releases = {name: step(state) for name, state in work.releases.items()}
        return work

    return apply


class Guard(beam.DoFn):  # type: ignore[misc]
    """Work → Work, with a look into the catalogue of its own."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def setup(self) -> None:
        self._reader: CatalogueReader = open_hub(self._folder).open_reader()
        self._guards = Guards()

    def teardown(self) -> None:
        self._reader.close()

    def process(self, work: Work) -> Iterator[Work]:
        work.releases = {
            name: guard_block(state, self._reader.owners, self._guards.of(state.terms)) for name, state in work.releases.items()
        }
        yield work


coders.registry.register_coder(Work, InPlace)


class Produce(beam.DoFn):  # type: ignore[misc]
    """Work → number of statements: bundle them, put them on the partner topics, and wait until the bus has them."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def setup(self) -> None:
        self._hub = open_hub(self._folder)
        self._bus: Bus = self._hub.open_bus()
        self._cursors: Cursors = self._hub.open_cursors()

    def teardown(self) -> None:
        self._bus.close()
        self._cursors.close()

    def process(self, work: Work) -> Iterator[int]:
        count = 0
        due: list[tuple[str, str, int]] = []
        stopped: list[Rejected] = []
        for recipient, state in work.releases.items():
            statements = state_block(state)
            count += len(statements)
            due += [(moment, recipient, entity) for moment, entity in due_moments(state)]
            stopped += [_rejected(candidate, reason, state.terms.hub.audience) for candidate, reason in state.stopped]
            messages = [
                Message(
                    f"{recipient}/{work.name}".encode(),
                    packet.bundle,
                    {VERSION: SCHEMA, LEDGER: self._hub.keys.seal("ledger", packet.ledger, recipient.encode())},
                )
                for packet in bundle(statements, state.terms, work.name)
            ]
            failpoint("release.before_produce")
            if messages:
                self._bus.append(self._hub.partner_topic(recipient), messages)
            failpoint("release.after_produce")
        if due:
            self._cursors.add_due(due)
        if stopped:
            self._cursors.quarantine(stopped)
        yield count


def _rejected(candidate: Candidate, reason: str, audience: str) -> Rejected:
    """What the guard stopped, as quarantine keeps it."""
    current = candidate.current
    origin = Origin(current.feed, candidate.producer, audience, f"{current.received}Z", 0)
    return Rejected(reason, "", candidate.source_id, current.digest, len(current.body), current.body, origin)


def build(pipeline: beam.Pipeline, hub: Hub, steps: Sequence[Step], slot: str, fingerprints: Mapping[str, str]) -> None:
    """The graph of one release."""
    folder = str(hub.folder)
    _ = (
        pipeline
        | "Steps" >> beam.Create([step.encode() for step in steps]).with_output_types(bytes)
        | "Spread" >> beam.Reshuffle()
        | "Decide" >> beam.ParDo(Decide(folder, slot, fingerprints)).with_output_types(Work)
        | "Minimize" >> beam.Map(_stage(minimize_block)).with_output_types(Work)
        | "Close" >> beam.Map(_stage(close_block)).with_output_types(Work)
        | "Guard" >> beam.ParDo(Guard(folder)).with_output_types(Work)
        | "Produce" >> beam.ParDo(Produce(folder)).with_output_types(int)
    )


def run_release(
    hub: Hub,
    files: SharingFiles,
    bus: Bus,
    cursors: Cursors,
    clock: Clock,
    options: PipelineOptions,
) -> int:
    """State all that changed since the last release, for every recipient; returns the number of entities concerned (0: nothing to do)."""
    reader = hub.open_reader()
    try:
        plan = make_plan(hub, files, cursors, reader, clock())
    finally:
        reader.close()
    if not plan.steps:
        return 0
    for recipient in files.policies:
        bus.ensure_topic(hub.partner_topic(recipient), 1)  # one partition: what a recipient is told has one order
    snapshot = write_snapshot(files)
    if cursors.get(SNAPSHOT) != snapshot:
        cursors.save(SNAPSHOT, snapshot)
    cursors.save("release.intent", plan.intent)
    failpoint("release.after_intent")
    pipeline = beam.Pipeline(options=options)
    build(pipeline, hub, plan.steps, plan.slot, plan.fingerprints)
    pipeline.run().wait_until_finish()
    failpoint("release.before_cursor")
    cursors.finish_release(plan.cursor, dict.fromkeys(files.policies, sort_key(plan.slot)))
    failpoint("release.after_cursor")
    return plan.size
