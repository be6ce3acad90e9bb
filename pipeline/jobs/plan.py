"""Plan a release: its slot, and which entities are to be stated for which recipients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from pipeline.hub import Hub
from pipeline.sharing_files import SharingFiles
from pipeline.store.catalogue_reader import CatalogueReader
from pipeline.store.cursors import Cursors
from schemas.timestamps import parse, sort_key, stix

CHANGES_IN_STEP = 2_000
"""Entities that one step starts from. A block with its surroundings is held in memory: some 10 MB."""


@dataclass(frozen=True)
class Step:
    """One element of the job: recipients, and what to state for them: ranges of change numbers (shard, after, upto), or entities."""

    name: str
    recipients: tuple[str, ...]
    ranges: tuple[tuple[int, int, int], ...]
    entities: tuple[int, ...]

    def encode(self) -> bytes:
        """As an element."""
        return orjson.dumps([self.name, self.recipients, self.ranges, self.entities])

    @staticmethod
    def decode(element: bytes) -> Step:
        """From an element."""
        name, recipients, ranges, entities = orjson.loads(element)
        return Step(name, tuple(recipients), tuple((s, a, u) for s, a, u in ranges), tuple(entities))


@dataclass(frozen=True)
class Plan:
    """A release as it will be, or as a run that was interrupted had meant it."""

    slot: str
    heads: Mapping[int, int]
    fingerprints: Mapping[str, str]
    steps: tuple[Step, ...]
    size: int

    @property
    def intent(self) -> dict[str, Any]:
        """What a repeated run needs to state the same bytes."""
        return {"slot": self.slot, "heads": sorted(self.heads.items()), "terms": dict(self.fingerprints)}

    @property
    def cursor(self) -> dict[str, Any]:
        """What stands when it is done."""
        return self.intent


def make_plan(hub: Hub, files: SharingFiles, cursors: Cursors, reader: CatalogueReader, now: datetime) -> Plan:
    """The next release. An interrupted one is taken up again with its own slot, unless terms or catalogue have changed since."""
    done = cursors.get("release")
    intent = cursors.get("release.intent")
    if intent:
        plan = _plan(hub, files, done, reader, intent["slot"], dict(intent["heads"]))
        if dict(plan.fingerprints) == intent["terms"] and plan.heads == reader.heads():
            return plan
        doubtful = {name for name, fingerprint in intent["terms"].items() if plan.fingerprints.get(name) != fingerprint}
        if doubtful:  # some of it may have gone out under terms that no longer hold: these recipients begin anew
            done = {**done, "terms": {name: value for name, value in done.get("terms", {}).items() if name not in doubtful}}
            cursors.save("release", done)
    last = max((item["slot"] for item in (done, intent) if "slot" in item), default="", key=sort_key)
    slot = now.replace(microsecond=now.microsecond // 1000 * 1000)
    if last:
        slot = max(slot, parse(last) + timedelta(milliseconds=1))
    return _plan(hub, files, done, reader, stix(slot), reader.heads())


def _plan(hub: Hub, files: SharingFiles, done: Mapping[str, Any], reader: CatalogueReader, slot: str, heads: Mapping[int, int]) -> Plan:
    fingerprints = {name: terms.fingerprint for name, terms in hub.terms(files, parse(slot)).items()}
    released = dict(done.get("heads", ()))
    known = done.get("terms", {})
    anew = tuple(name for name, fingerprint in fingerprints.items() if known.get(name) != fingerprint)
    steady = tuple(name for name in fingerprints if name not in anew)
    steps: list[Step] = []
    for number, ranges in enumerate(ranges_of(heads) if anew else ()):
        steps.append(Step(f"{slot}/a{number}", anew, ranges, ()))
    changed = [no for shard, head in heads.items() for no in reader.changed(shard, released.get(shard, 0), head)] if steady else []
    for number, part in enumerate(_parts(reader.affected(changed, released))):
        steps.append(Step(f"{slot}/d{number}", steady, (), part))
    for name in steady:
        for number, part in enumerate(_parts(reader.affected(reader.due(name, sort_key(slot)), released))):
            steps.append(Step(f"{slot}/t{name}.{number}", (name,), (), part))
    size = sum(upto - after for step in steps for _, after, upto in step.ranges) + sum(len(step.entities) for step in steps)
    return Plan(slot, heads, fingerprints, tuple(steps), size)


def _parts(entities: list[int]) -> Iterator[tuple[int, ...]]:
    """Entities in parts of CHANGES_IN_STEP."""
    for start in range(0, len(entities), CHANGES_IN_STEP):
        yield tuple(entities[start : start + CHANGES_IN_STEP])


def ranges_of(heads: Mapping[int, int]) -> Iterator[tuple[tuple[int, int, int], ...]]:
    """All change numbers of all shards, put together into parts of about CHANGES_IN_STEP."""
    part: list[tuple[int, int, int]] = []
    room = CHANGES_IN_STEP
    for shard, head in sorted(heads.items()):
        at = 0
        while at < head:
            upto = min(head, at + room)
            part.append((shard, at, upto))
            room -= upto - at
            at = upto
            if room == 0:
                yield tuple(part)
                part, room = [], CHANGES_IN_STEP
    if part:
        yield tuple(part)
