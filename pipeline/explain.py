"""Explain one object for one recipient, by the code that decides: the same stages on the same block, read for a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from pipeline.hub import Hub
from pipeline.sharing_files import SharingFiles
from pipeline.store.catalogue_queries import all_keys, entities_of, sources_of
from pipeline.store.catalogue_reader import CatalogueReader
from pipeline.store.view_queries import Held, handle_of_object, held, open_views
from schemas.errors import ConfigError
from schemas.markings import TLP_BY_ID
from schemas.reasons import ALL
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


class Explanation(BaseModel):
    """What the recipient gets of one meaning now, and why; `published` is what its view holds."""

    recipient: str
    type: str
    content_key: str
    contributors: list[Contributor]
    markings: list[str]
    policy: str
    agreements: list[str]
    decision: str
    reason: str
    meaning: str
    released_as: str | None
    changes: list[str]
    published: dict[str, Any] | None


def explain(hub: Hub, files: SharingFiles, object_id: str, recipient: str, now: datetime) -> Sequence[Explanation]:
    """One explanation for each meaning that the id has (several producers may use one id). The id may be the producer's or the one
    that the recipient sees. Raises ConfigError where recipient or object is unknown.
    """
    terms = hub.terms(files, now).get(recipient)
    if terms is None:
        message = f"{recipient}: no policy for such a recipient; known are: {', '.join(sorted(files.policies)) or 'none'}"
        raise ConfigError(message)
    if not hub.catalogue_path.exists():
        message = "the catalogue is empty: run the hub first"
        raise ConfigError(message)
    reader = hub.open_reader()
    try:
        found = list(entities_of(reader, object_id)) or _behind(hub, reader, terms, object_id)
        if not found:
            message = "the catalogue has no such object; it may be in quarantine (`tearline quarantine list`)"
            raise ConfigError(message)
        return [_explain(hub, reader, terms, entity) for entity in found]
    finally:
        reader.close()


def _behind(hub: Hub, reader: CatalogueReader, terms: Terms, object_id: str) -> list[int]:
    """The entity behind an id that the hub gave."""
    if not hub.views_path.exists():
        return []
    with open_views(hub.views_path) as views:
        handle = handle_of_object(views, terms.recipient.id, object_id)
    return [no for no, key in all_keys(reader) if handle is not None and handle_of(terms.handle_key, key) == handle]


def _explain(hub: Hub, reader: CatalogueReader, terms: Terms, entity: int) -> Explanation:
    block = reader.block([entity])
    state = release(block, terms, Minimizer(terms.policy.minimize), reader.exists)
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
        contributors=[
            Contributor(producer=producer, source_id=source, feed=feed, received=f"{received}Z", stands_for_others=not shadowed)
            for producer, source, feed, shadowed, received in sources_of(reader, entity)
        ],
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


def _markings(state: Release, entity: int) -> list[str]:
    chosen = state.chosen.get(entity)
    candidates = [chosen.candidate] if chosen else list(state.block.entities[entity].candidates[:1])
    labels = candidates[0].current.labels if candidates else ()
    return [f"TLP:{TLP_BY_ID[label].name}" if label in TLP_BY_ID else label for label in labels] or ["unmarked"]
