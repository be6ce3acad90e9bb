"""Explain one object: what is known of its meaning, and what one recipient gets of it, by the stages that decide, on the same block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from typing import Any

import orjson
from pydantic import BaseModel

from pipeline.hub import Hub
from pipeline.sharing_files import SharingFiles
from pipeline.store.catalogue_queries import all_keys, contents_of, entities_of, meaning_of, sources_of
from pipeline.store.catalogue_reader import CatalogueReader
from pipeline.store.view_queries import Held, handle_of_object, held, open_views
from schemas.errors import ConfigError
from schemas.markings import TLP_BY_ID
from schemas.reasons import ALL
from transforms.merge import ENDLESS, Merged, merge, merged
from transforms.merged_view import merged_for
from transforms.minimize import Minimizer
from transforms.release import Release, release, state_block
from transforms.statement import handle_of
from transforms.terms import Terms


class Contributor(BaseModel):
    """One contribution to the object's meaning."""

    producer: str
    source_id: str
    feed: str
    received: str
    stands_for_others: bool


class Together(BaseModel):
    """What contributions say together; docs/content-keys.md tells how. Nothing stands for unknown, and for an indicator without end."""

    sources: int
    confidence: int | None
    confidences: dict[str, int]
    first_seen: str | None
    last_seen: str | None
    valid_from: str | None
    valid_until: str | None
    labels: list[str]
    kinds: list[str]
    counts: dict[str, int]


class Meaning(BaseModel):
    """What the hub knows of one meaning, and what its contributions say together."""

    type: str
    content_key: str
    contributors: list[Contributor]
    merged: Together


class Explanation(Meaning):
    """What the recipient gets of one meaning now, and why; `published` is what its view holds, `merged` counts what it may have."""

    recipient: str
    markings: list[str]
    policy: str
    agreements: list[str]
    decision: str
    reason: str
    meaning: str
    released_as: str | None
    changes: list[str]
    published: dict[str, Any] | None


def describe(hub: Hub, object_id: str) -> Sequence[Meaning]:
    """What the hub knows of each meaning that a producer's id has. Raises ConfigError where the object is unknown."""
    with _reading(hub) as reader:
        return [_meaning(reader, entity) for entity in _known(entities_of(reader, object_id))]


def explain(hub: Hub, files: SharingFiles, object_id: str, recipient: str, now: datetime) -> Sequence[Explanation]:
    """One explanation for each meaning that the id has (several producers may use one id). The id may be the producer's or the one
    that the recipient sees. Raises ConfigError where recipient or object is unknown.
    """
    terms = hub.terms(files, now).get(recipient)
    if terms is None:
        message = f"{recipient}: no policy for such a recipient; known are: {', '.join(sorted(files.policies)) or 'none'}"
        raise ConfigError(message)
    with _reading(hub) as reader:
        found = _known(entities_of(reader, object_id) or _behind(hub, reader, terms, object_id))
        return [_explain(hub, reader, terms, entity) for entity in found]


@contextmanager
def _reading(hub: Hub) -> Iterator[CatalogueReader]:
    if not hub.catalogue_path.exists():
        message = "the catalogue is empty: run the hub first"
        raise ConfigError(message)
    with closing(hub.open_reader()) as reader:
        yield reader


def _known(entities: Sequence[int]) -> Sequence[int]:
    if not entities:
        message = "the catalogue has no such object; it may be in quarantine (`tearline quarantine list`)"
        raise ConfigError(message)
    return entities


def _behind(hub: Hub, reader: CatalogueReader, terms: Terms, object_id: str) -> list[int]:
    """The entity behind an id that the hub gave."""
    if not hub.views_path.exists():
        return []
    with open_views(hub.views_path) as views:
        handle = handle_of_object(views, terms.recipient.id, object_id)
    return [no for no, key in all_keys(reader) if handle is not None and handle_of(terms.handle_key, key) == handle]


def _meaning(reader: CatalogueReader, entity: int) -> Meaning:
    type_name, key = meaning_of(reader, entity)
    parts = [merged(producer, orjson.loads(body)) for producer, _, _, _, body in contents_of(reader, entity)]
    return Meaning(type=type_name, content_key=key.hex(), contributors=_contributors(reader, entity), merged=_together(merge(parts)))


def _explain(hub: Hub, reader: CatalogueReader, terms: Terms, entity: int) -> Explanation:
    block = reader.block([entity])
    minimizer = Minimizer(terms.policy.minimize)
    state = release(block, terms, minimizer, reader.exists)
    key = block.entities[entity].key
    handle = handle_of(terms.handle_key, key)
    statement = next(item for item in state_block(state) if item.handle == handle)
    published: Held | None = None
    if hub.views_path.exists():
        with open_views(hub.views_path) as views:
            published = held(views, terms.recipient.id, handle)
    return Explanation(
        recipient=terms.recipient.id,
        type=block.entities[entity].type,
        content_key=key.hex(),
        contributors=_contributors(reader, entity),
        merged=_together(merged_for(block, entity, terms, minimizer, reader.exists, _shadowed(reader, entity))),
        markings=_markings(state, entity),
        policy=terms.citation,
        agreements=[agreement.reference for agreement in terms.agreements],
        decision=statement.decision,
        reason=statement.reason,
        meaning=ALL[statement.reason],
        released_as=statement.object_id or None,
        changes=list(statement.transforms),
        published=published._asdict() if published is not None else None,
    )


def _contributors(reader: CatalogueReader, entity: int) -> list[Contributor]:
    return [
        Contributor(producer=producer, source_id=source, feed=feed, received=f"{received}Z", stands_for_others=not shadowed)
        for producer, source, feed, shadowed, received in sources_of(reader, entity)
    ]


def _shadowed(reader: CatalogueReader, entity: int) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The objects that stand behind each candidate of an entity."""
    rows = contents_of(reader, entity)
    standing = {mark: (producer, source_id) for producer, source_id, mark, shadowed, _ in rows if not shadowed}
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for _, _, mark, shadowed, body in rows:
        if shadowed:
            found.setdefault(standing[mark], []).append(orjson.loads(body))
    return found


def _together(values: Merged) -> Together:
    return Together(
        sources=len(values.producers),
        confidence=values.confidence,
        confidences={producer: value for producer, (_, value) in sorted(values.confidences.items())},
        first_seen=_moment(values.first_seen),
        last_seen=_moment(values.last_seen),
        valid_from=_moment(values.valid_from),
        valid_until=_moment(values.valid_until),
        labels=sorted(values.labels),
        kinds=sorted(values.kinds),
        counts={producer: value for producer, (_, value) in sorted(values.counts.items())},
    )


def _moment(sortable: str) -> str | None:
    return f"{sortable}Z" if sortable not in ("", ENDLESS) else None


def _markings(state: Release, entity: int) -> list[str]:
    chosen = state.chosen.get(entity)
    candidates = [chosen.candidate] if chosen else list(state.block.entities[entity].candidates[:1])
    labels = candidates[0].current.labels if candidates else ()
    return [f"TLP:{TLP_BY_ID[label].name}" if label in TLP_BY_ID else label for label in labels] or ["unmarked"]
