"""GET …/collections/ and …/collections/{id}/ (§5.1, 5.2): a partner sees its own and no others."""

from __future__ import annotations

from pipeline.server.responses import FORBIDDEN, Reply, json_reply
from pipeline.server.services import Call
from pipeline.store.view_reader import Collection
from schemas.taxii import STIX_MEDIA_TYPE, CollectionInfo, Collections


async def list_collections(call: Call) -> Reply:
    """All that the partner may read, sorted by id."""
    found = call.services.reader.collections(call.partner)
    return json_reply(Collections(collections=[_info(collection) for collection in found]) if found else Collections())


async def one_collection(call: Call) -> Reply:
    """One of them, by id or alias."""
    return json_reply(_info(call.collection()))


async def refuse_write(call: Call) -> Reply:
    """POST of objects and DELETE of an object: can_write is false in every collection (§5.5, 5.7)."""
    call.collection()
    return FORBIDDEN


def _info(collection: Collection) -> CollectionInfo:
    info = CollectionInfo(id=collection.id, title=collection.title, can_read=True, can_write=False, media_types=[STIX_MEDIA_TYPE])
    if collection.description:
        info["description"] = collection.description
    if collection.alias:
        info["alias"] = collection.alias
    return info
