"""Take back by hand what has been released, an object or all that came from a feed; and let it go again.

It works while the hub runs: the next release withdraws it, with a revoked version to everyone who got any version.
Who has acknowledged the recall will stand beside it one day; nothing here waits for that.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from typing import Literal

from pydantic import BaseModel

from pipeline.behind import behind_id
from pipeline.hub import Hub
from pipeline.store.catalogue import Catalogue
from pipeline.store.catalogue_queries import entities_of, has_feed, sources_of
from pipeline.store.catalogue_reader import CatalogueReader
from pipeline.store.recalls import Recall, add_recalls, list_recalls, remove_recalls
from schemas.errors import ConfigError
from schemas.timestamps import taxii

MAX_REASON = 500
"""It is kept beside each id that is recalled, and stands in a table."""


class Recalling(BaseModel):
    """What a command did: the source ids or the feed concerned, and how many entities will be decided anew (0: it was so already)."""

    scope: Literal["object", "feed"]
    names: list[str]
    entities: int


def recall(hub: Hub, name: str, reason: str, now: datetime, who: str = "") -> Recalling:
    """Take an object or a feed back. `name` is a producer's id, an id that a recipient sees or has seen, or a feed.

    Doing it twice changes nothing. Raises ConfigError where there is no such thing, or no reason, or a long one.
    """
    if not reason.strip():
        message = "--reason: say why in a few words; they stay in the hub"
        raise ConfigError(message)
    if len(reason) > MAX_REASON:
        message = f"--reason: has {len(reason):,} characters, and may have {MAX_REASON}; say it shorter, and name where the rest stands"
        raise ConfigError(message)
    with closing(_catalogue(hub)) as catalogue:
        scope, names = _meant(hub, name)
        recalls = [Recall(scope, item, reason, taxii(now), who) for item in names]
        return Recalling(scope=scope, names=names, entities=add_recalls(catalogue, recalls))


def undo(hub: Hub, name: str) -> Recalling:
    """Let go again what was taken back under the same name. Raises ConfigError where nothing of it is recalled."""
    with closing(_catalogue(hub)) as catalogue:
        scope, names = _meant(hub, name)
        known = {item.name for item in list_recalls(catalogue.connection) if item.scope == scope}
        held_back = [item for item in names if item in known]
        if not held_back:
            message = f"{name} is not recalled; `tearline recall --list` shows what is"
            raise ConfigError(message)
        return Recalling(scope=scope, names=held_back, entities=remove_recalls(catalogue, [(scope, item) for item in held_back]))


def recalled(hub: Hub) -> Sequence[Recall]:
    """All that is recalled now."""
    with closing(_catalogue(hub)) as catalogue:
        return list_recalls(catalogue.connection)


def _catalogue(hub: Hub) -> Catalogue:
    if not hub.catalogue_path.exists():
        message = "the catalogue is empty: run the hub first"
        raise ConfigError(message)
    return hub.open_catalogue()


def _meant(hub: Hub, name: str) -> tuple[Literal["object", "feed"], list[str]]:
    """The feed, or the source ids, that a name stands for: with a producer's id all others of that producer that mean the same, since
    a feed may issue an object again under another id; with an id that a recipient sees, all that mean it, whoever the producer.
    """
    with closing(hub.open_reader()) as reader:
        if "--" not in name:
            if name in hub.rules or has_feed(reader, name):
                return "feed", [name]
        elif entities := entities_of(reader, name):
            rows = [row for entity in entities for row in sources_of(reader, entity)]
            producers = {producer for producer, source, *_ in rows if source == name}
            return "object", sorted({source for producer, source, *_ in rows if producer in producers})
        elif found := _behind(hub, reader, name):
            return "object", found
    message = f"{name}: neither a feed, nor an object that the catalogue has or a recipient has seen"
    raise ConfigError(message)


def _behind(hub: Hub, reader: CatalogueReader, object_id: str) -> list[str]:
    found: set[str] = set()
    for behind in behind_id(hub, reader, object_id):
        if behind.is_sum:
            found.update(item.source_id for item in reader.block([behind.entity]).sightings.get(behind.entity, ()))
        else:
            found.update(source for _, source, *_ in sources_of(reader, behind.entity))
    return sorted(found)
