"""What would be if some sharing files were in force now: for each recipient what it would get and why, and what would change for it.

A pure function of catalogue, files, keys and one slot, by the stages that decide and the rule by which the publisher applies what they
state. It goes through the catalogue block by block and changes nothing. A run with the same files then changes what was announced, and
beside that only what has come in or fallen due in between.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import BaseModel

from pipeline.behind import handles_of_entity
from pipeline.closed_blocks import closed_blocks
from pipeline.collections import collection_uuid
from pipeline.hub import Hub
from pipeline.jobs.plan import ranges_of
from pipeline.sharing_files import SharingFiles
from pipeline.store.catalogue_reader import CatalogueReader
from pipeline.store.view_effect import Change, change_of
from pipeline.store.view_queries import open_views
from pipeline.store.view_standing import read_standing
from schemas.errors import ConfigError
from schemas.timestamps import parse, stix
from transforms.entity import Block
from transforms.release import Release, all_stages, state_block
from transforms.second_look import Guards
from transforms.shared import Shared
from transforms.statement import Result, Statement, result_of
from transforms.terms import Terms

SAMPLES = 3
"""Samples for each change and reason, unless more are asked for."""


class Sample(BaseModel):
    """One decision, without any value. object_id: as the recipient sees it, or would; None where it neither does nor would."""

    change: Change
    decision: Result
    reason: str
    object_id: str | None
    type: str


class RecipientPlan(BaseModel):
    """What one recipient would get, and what would change in its view.

    results, reasons: all decisions · added, changed, withdrawn, unchanged: objects of its view
    effects: what would change, as the report of a run counts it
    """

    recipient: str
    policy: str
    agreements: list[str]
    results: dict[str, int] = {}
    reasons: dict[str, int] = {}
    added: int = 0
    changed: int = 0
    withdrawn: int = 0
    unchanged: int = 0
    effects: dict[str, int] = {}
    samples: list[Sample] = []


@dataclass
class _Count:
    """What is counted of one recipient while the catalogue goes by."""

    terms: Terms
    view_id: str
    results: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    changes: Counter[str] = field(default_factory=Counter)
    effects: Counter[str] = field(default_factory=Counter)
    samples: dict[tuple[Change, str], list[Sample]] = field(default_factory=dict)


def what_if(hub: Hub, files: SharingFiles, now: datetime, *, only: str | None = None, samples: int = SAMPLES) -> list[RecipientPlan]:
    """The plan for each recipient, or `only` one. Who has something and no policy in these files would lose it.

    Grants and suspensions are the hub's own. Raises ConfigError where the catalogue is empty or the recipient unknown.
    """
    if not hub.catalogue_path.exists():
        message = "the catalogue is empty: run the hub first"
        raise ConfigError(message)
    with closing(hub.open_cursors()) as cursors:
        released = cursors.get("release")
    slot = max(now, parse(released["slot"])) if released else now
    terms = hub.terms(files.with_former(released.get("terms", ())), parse(stix(slot)))
    if only is not None and only not in terms:
        message = f"--for: {only} has no policy; those that have one are {', '.join(terms) or 'none'}"
        raise ConfigError(message)
    counts = [_Count(item, collection_uuid(hub.keys, hub.audience, name)) for name, item in terms.items() if only in (None, name)]
    guards = Guards()
    views: AbstractContextManager[sqlite3.Connection | None] = open_views(hub.views_path) if hub.views_path.exists() else nullcontext()
    with closing(hub.open_reader()) as reader, views as standing:
        for seeds, block in _blocks(reader):
            shared = Shared()
            for count in counts:
                state = all_stages(Release(block, count.terms, shared), reader.owners, guards.of(count.terms))
                _take(count, seeds, state_block(state), block, standing, samples)
    return [_plan(count) for count in counts]


def _blocks(reader: CatalogueReader) -> Iterator[tuple[frozenset[int], Block]]:
    """The whole catalogue in closed blocks, each with the entities that it is there for: every entity once."""
    for part in ranges_of(reader.heads()):
        for seeds, block in closed_blocks(reader, [no for what in part for no in reader.changed(*what)]):
            yield frozenset(seeds), block


def _take(
    count: _Count, seeds: frozenset[int], statements: list[Statement], block: Block, views: sqlite3.Connection | None, samples: int
) -> None:
    """Count the statements about some entities; those about others of the block are counted where these are the seeds."""
    types: dict[bytes, str] = {}
    for no in seeds:
        entity = block.entities[no]
        handle, of_sum = handles_of_entity(count.terms.secrets.handle_key, entity.key)
        types[handle] = entity.type
        types[of_sum] = "sighting"
    own = [statement for statement in statements if statement.handle in types]
    known = read_standing(views, count.view_id, [item.handle for item in own]) if views is not None else {}
    for statement in own:
        before = known.get(statement.handle)
        change = change_of(before, statement, count.terms.slot_text, statement.object_id)
        result = result_of(statement.decision, statement.reason)
        count.results[result] += 1
        count.reasons[statement.reason] += 1
        count.changes[change if change != "same" or statement.object_id else "absent"] += 1
        count.effects.update(effects_of(change, statement.reason))
        kept = count.samples.setdefault((change, statement.reason), [])
        if len(kept) < samples:
            seen = statement.object_id or (before.object_id if before is not None else None)
            kept.append(Sample(change=change, decision=result, reason=statement.reason, object_id=seen, type=types[statement.handle]))


def effects_of(change: Change, reason: str) -> tuple[str, ...]:
    """How the report of a run counts a change."""
    match change:
        case "same":
            return ()
        case "added" | "changed":
            return (reason,)
        case "revoked":
            return ("withdrawn",)
        case "refused":
            return (f"withheld.{reason}",)
        case "withdrawn":
            return ("withdrawn", f"withheld.{reason}")


def _plan(count: _Count) -> RecipientPlan:
    return RecipientPlan(
        recipient=count.terms.recipient.id,
        policy=count.terms.citation,
        agreements=[item.reference for item in count.terms.agreements],
        results=_sorted(count.results),
        reasons=_sorted(count.reasons),
        added=count.changes["added"],
        changed=count.changes["changed"],
        withdrawn=count.changes["withdrawn"] + count.changes["revoked"],
        unchanged=count.changes["same"],
        effects=_sorted(count.effects),
        samples=[sample for _, kept in sorted(count.samples.items()) for sample in kept],
    )


def _sorted(found: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(found.items()))
