"""GET …/collections/ and …/collections/{id}/ (§5.1, 5.2): a partner sees what it may read or write, and no others."""

from __future__ import annotations

from pipeline.server.discovery import must_exist
from pipeline.server.responses import Reply, json_reply
from pipeline.server.services import Call
from pipeline.store.view_reader import Collection
from schemas.taxii import STIX_MEDIA_TYPE, CollectionInfo, Collections


async def list_collections(call: Call) -> Reply:
    """All in this API root that the partner may use, sorted by id."""
    found = call.services.reader.collections(call.partner, call.root())
    if not found:
        must_exist(call)
    return json_reply(Collections(collections=[_info(call, collection) for collection in found]) if found else Collections())


async def one_collection(call: Call) -> Reply:
    """One of them, by id or alias."""
    collection = call.collection()
    return json_reply(_info(call, collection))._replace(collection=collection.id)


def _info(call: Call, collection: Collection) -> CollectionInfo:
    info = CollectionInfo(
        id=collection.id,
        title=collection.title,
        can_read=bool(collection.can_read),
        can_write=collection.feed is not None and call.services.inbox is not None,
        media_types=[STIX_MEDIA_TYPE],
    )
    if collection.description:
        info["description"] = collection.description
    if collection.alias:
        info["alias"] = collection.alias
    return info
