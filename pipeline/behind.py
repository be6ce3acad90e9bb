"""From what a recipient sees back to the catalogue. Only the holder of the keys can go this way."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from pipeline.hub import Hub
from pipeline.store.audit_queries import handles_of, recipients_of
from pipeline.store.catalogue_queries import all_keys
from pipeline.store.catalogue_reader import CatalogueReader
from pipeline.store.view_queries import open_views
from transforms.statement import handle_of

SUM = b"sightings"
"""What the release adds to the content key of an object for the handle of the sum of its sightings."""


class Behind(NamedTuple):
    """What stands behind a handle: an entity, or the sum of its sightings."""

    entity: int
    is_sum: bool


def handles_of_entity(handle_key: bytes, content_key: bytes) -> tuple[bytes, bytes]:
    """What a recipient's view calls an entity, and the sum of its sightings."""
    return handle_of(handle_key, content_key), handle_of(handle_key, content_key + SUM)


def behind_handles(reader: CatalogueReader, handle_key: bytes, handles: Collection[bytes]) -> dict[bytes, Behind]:
    """Handle -> what stands behind it, for those of one recipient that the catalogue still has. Reads every key of the catalogue."""
    wanted = frozenset(handles)
    found: dict[bytes, Behind] = {}
    if not wanted:
        return found
    for entity, key in all_keys(reader):
        for place, handle in enumerate(handles_of_entity(handle_key, key)):
            if handle in wanted:
                found[handle] = Behind(entity, is_sum=place == 1)
        if len(found) == len(wanted):
            break
    return found


def behind_id(hub: Hub, reader: CatalogueReader, object_id: str, recipients: Iterable[str] | None = None) -> frozenset[Behind]:
    """What stands behind an id that some recipients (all, where none are named) see or have seen."""
    if not hub.views_path.exists():
        return frozenset()
    found: set[Behind] = set()
    with open_views(hub.views_path) as views:
        for recipient in recipients_of(views) if recipients is None else recipients:
            handles = handles_of(views, recipient, object_id)
            found.update(behind_handles(reader, hub.keys.derive("handle", recipient), handles).values())
    return frozenset(found)
