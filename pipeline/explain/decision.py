"""What one recipient gets of one meaning, and why: the stages that decide, run on its block, and what they leave read out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from pipeline.behind import handles_of_entity
from pipeline.explain.fields import fields_of
from pipeline.explain.known import contributors, shadowed, together
from pipeline.explain.labels import label_of_candidate, said_by_markings
from pipeline.explain.model import Explanation, Outcome, Reference
from pipeline.explain.steps import guard_findings, steps
from pipeline.hub import Hub
from pipeline.store.catalogue_reader import CatalogueReader
from pipeline.store.view_queries import Held, held, open_views
from schemas.markings import TLP_BY_ID
from schemas.reasons import ALL
from transforms.entity import Candidate
from transforms.merged_view import merged_for
from transforms.release import Release, release, state_block
from transforms.statement import Statement, result_of
from transforms.terms import Terms

ANOTHER = "another one stands"


def explain_entity(hub: Hub, reader: CatalogueReader, terms: Terms, entity: int, *, of_sum: bool = False) -> Explanation:
    """The explanation of an entity, or of the sum of its sightings."""
    block = reader.block([entity])
    state = release(block, terms, reader.owners)
    key = block.entities[entity].key
    handle, sum_handle = handles_of_entity(terms.secrets.handle_key, key)
    stated = {item.handle: item for item in state_block(state)}
    statement = stated[sum_handle if of_sum else handle]
    sightings = stated.get(sum_handle)
    published: Held | None = None
    if hub.views_path.exists():
        with open_views(hub.views_path) as views:
            published = held(views, terms.recipient.id, statement.handle)
    candidate = None if of_sum else _subject(state, entity)
    references = [] if candidate is None else list(_references(state, candidate))
    reason = statement.reason if statement.decision == "withdraw" else ""
    return Explanation(
        recipient=terms.recipient.id,
        type="sighting" if of_sum else block.entities[entity].type,
        content_key=key.hex(),
        contributors=contributors(reader, entity),
        merged=together(merged_for(block, entity, terms, reader.owners, shadowed(reader, entity))),
        markings=_markings(candidate),
        policy=terms.citation,
        agreements=[agreement.reference for agreement in terms.agreements],
        grant=statement.grant,
        decision=statement.decision,
        result=result_of(statement.decision, statement.reason),
        reason=statement.reason,
        meaning=ALL[statement.reason],
        released_as=statement.object_id or None,
        changes=list(statement.transforms),
        published=published._asdict() if published is not None else None,
        candidates=[] if of_sum else list(_outcomes(state, reader, entity, statement)),
        steps=[] if candidate is None else steps(state, candidate, reason, references),
        label="" if candidate is None else label_of_candidate(state, candidate),
        said=[] if candidate is None else list(said_by_markings(state, candidate)),
        fields=[] if candidate is None else fields_of(state, entity, candidate),
        references=references,
        guard=[] if candidate is None else guard_findings(state, candidate),
        sightings="" if sightings is None else sightings.reason,
    )


def _subject(state: Release, entity: int) -> Candidate | None:
    """The contribution that stands; where none does, the first, whose reason is the one that is told."""
    if entity in state.outgoing:
        return state.chosen[entity].candidate
    return next(iter(state.block.entities[entity].candidates), None)


def _outcomes(state: Release, reader: CatalogueReader, entity: int, statement: Statement) -> Iterator[Outcome]:
    """What becomes of each contribution: of those that do not stand, what would if there were no other."""
    whole = state.block.entities[entity]
    for candidate in whole.candidates:
        if entity in state.outgoing and state.chosen[entity].candidate is candidate:
            told = "stands"
        elif len(whole.candidates) == 1:
            told = statement.reason
        else:
            alone = replace(state.block, entities={**state.block.entities, entity: replace(whole, candidates=(candidate,))})
            by_itself = release(alone, state.terms, reader.owners)
            told = ANOTHER if entity in by_itself.outgoing else by_itself.reasons[entity]
        yield Outcome(producer=candidate.producer, source_id=candidate.source_id, outcome=told)


def _references(state: Release, candidate: Candidate) -> Iterator[Reference]:
    """What it refers to, as the recipient sees it."""
    for ref in candidate.current.refs:
        target = state.sight.find(candidate.producer, ref)
        if target in state.outgoing:
            yield Reference(refers_to=ref, seen_as=state.outgoing[target].object_id, reason="")
        elif target in state.chosen:
            yield Reference(refers_to=ref, seen_as=state.chosen[target].candidate.source_id, reason="")
        else:
            known = state.block.find(candidate.producer, ref)
            reason = "nobody has served it" if known < 0 else state.reasons.get(known, "not under this id")
            yield Reference(refers_to=ref, seen_as=None, reason=reason)


def _markings(candidate: Candidate | None) -> list[str]:
    labels = candidate.current.labels if candidate is not None else ()
    return [f"TLP:{TLP_BY_ID[label].name}" if label in TLP_BY_ID else label for label in labels] or ["unmarked"]
