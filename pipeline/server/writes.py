"""POST …/objects/, DELETE …/objects/{id}/ and GET …/status/{id}/ (§5.5, 5.7, 4.3)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import orjson
import structlog

from pipeline.server.bodies import TooLarge, TooSlow
from pipeline.server.envelopes import cut
from pipeline.server.inbox import Inbox, Push
from pipeline.server.negotiate import is_taxii
from pipeline.server.query import MATCH_ONE, parse_query
from pipeline.server.responses import TOO_LARGE, TOO_SLOW, UNSUPPORTED, Reply, date_added, json_reply
from pipeline.server.services import Call, NotFound
from pipeline.store.selection import ALL
from pipeline.store.view_reader import Collection
from schemas.errors import RetryLater, StoreBusy
from schemas.taxii import SPEC_VERSION, Status

_log = structlog.get_logger("tearline.server")


async def add_objects(call: Call) -> Reply:
    """Take an envelope in: on the bus for sure, then 202 with a pending status."""
    collection, feed, inbox = call.writable()
    headers: list[tuple[bytes, bytes]] = list(call.scope["headers"])
    types = [value.decode("latin-1") for name, value in headers if name == b"content-type"]
    if len(types) != 1 or not is_taxii(types[0]) or any(name == b"content-encoding" for name, _ in headers):
        return UNSUPPORTED._replace(collection=collection.id)
    try:
        body = await call.services.bodies.read(call.partner, headers, call.receive)
    except TooLarge:
        return TOO_LARGE._replace(collection=collection.id)
    except TooSlow:
        return TOO_SLOW._replace(collection=collection.id)
    status = await call.services.taking.run(_take_in, body, call.partner, call.root(), collection, feed, inbox)
    return Reply(HTTPStatus.ACCEPTED, orjson.dumps(status), records=status["total_count"], collection=collection.id)


async def delete_object(call: Call) -> Reply:
    """Take an object, or the versions that are named, out of the partner's own view; 404 where nothing of it is there."""
    collection, _, inbox = call.writable()
    call.readable()
    filters = parse_query(call.query_string, MATCH_ONE).filters
    if filters.spec_versions is not None and SPEC_VERSION not in filters.spec_versions:
        raise NotFound
    versions = filters.versions or (ALL,)
    count = await call.services.heavy.run(_delete, inbox, collection.no, call.path["object"], versions)
    if not count:
        raise NotFound
    return Reply(HTTPStatus.OK, b"", records=count, collection=collection.id)


async def one_status(call: Call) -> Reply:
    """How far an envelope has come; 404 for anybody but the partner that sent it, and once it is gone."""
    inbox = call.services.inbox
    found = None if inbox is None else await call.services.heavy.run(inbox.status, call.partner, call.root(), call.path["status"])
    if found is None:
        raise NotFound
    return json_reply(found)


def _take_in(body: bytes, partner: str, root: str, collection: Collection, feed: str, inbox: Inbox) -> Status:
    """Everything between the body and the answer, in a thread of its own."""
    pieces = cut(body)
    requested = date_added(inbox.now())
    push = Push(str(uuid.uuid4()), partner, root, collection.id, feed, requested, len(pieces))
    with _in_our_words():
        inbox.append(push, pieces)
    return Status(
        id=push.id,
        status="pending",
        request_timestamp=requested,
        total_count=push.total,
        success_count=0,
        failure_count=0,
        pending_count=push.total,
    )


def _delete(inbox: Inbox, collection: int, object_id: str, versions: tuple[str, ...]) -> int:
    with _in_our_words():
        return inbox.delete(collection, object_id, versions)


@contextmanager
def _in_our_words() -> Iterator[None]:
    """What the bus and the stores say is for the operator: it goes to the log, and the client is told to come back."""
    try:
        yield
    except RetryLater as error:
        _log.warning("not_taken", kind=type(error).__name__, told=str(error))
        message = "the hub cannot take this now; send it again"
        raise StoreBusy(message, retry_after=5) from error
