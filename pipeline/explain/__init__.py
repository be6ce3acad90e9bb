"""Explain one object: what is known of its meaning, and what one recipient gets of it, by the stages that decide, on the same block."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from typing import TypeVar

from pipeline.behind import Behind, behind_id
from pipeline.explain.decision import explain_entity
from pipeline.explain.known import meaning
from pipeline.explain.model import Explanation, Meaning, Together
from pipeline.hub import Hub
from pipeline.sharing_files import SharingFiles
from pipeline.store.catalogue_queries import entities_of
from pipeline.store.catalogue_reader import CatalogueReader
from schemas.errors import ConfigError

__all__ = ["Explanation", "Meaning", "Together", "describe", "explain"]


Item = TypeVar("Item")


def describe(hub: Hub, object_id: str) -> Sequence[Meaning]:
    """What the hub knows of each meaning that a producer's id has. Raises ConfigError where the object is unknown."""
    with _reading(hub) as reader:
        return [meaning(reader, entity) for entity in _known(entities_of(reader, object_id))]


def explain(hub: Hub, files: SharingFiles, object_id: str, recipient: str, now: datetime) -> Sequence[Explanation]:
    """One explanation for each meaning that the id has (several producers may use one id). The id may be the producer's or one that the
    recipient sees or has seen. Raises ConfigError where recipient or object is unknown.
    """
    terms = hub.terms(files, now).get(recipient)
    if terms is None:
        message = f"{recipient}: no policy for such a recipient; known are: {', '.join(sorted(files.policies)) or 'none'}"
        raise ConfigError(message)
    with _reading(hub) as reader:
        found: Collection[Behind] = [Behind(entity, is_sum=False) for entity in entities_of(reader, object_id)]
        found = _known(found or sorted(behind_id(hub, reader, object_id, [recipient])))
        return [explain_entity(hub, reader, terms, item.entity, of_sum=item.is_sum) for item in found]


@contextmanager
def _reading(hub: Hub) -> Iterator[CatalogueReader]:
    if not hub.catalogue_path.exists():
        message = "the catalogue is empty: run the hub first"
        raise ConfigError(message)
    with closing(hub.open_reader()) as reader:
        yield reader


def _known(found: Collection[Item]) -> Collection[Item]:
    if not found:
        message = "the catalogue has no such object; it may be in quarantine (`tearline quarantine list`)"
        raise ConfigError(message)
    return found
