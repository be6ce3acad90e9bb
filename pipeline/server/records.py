"""GET …/objects/, …/manifest/, …/objects/{id}/ and …/objects/{id}/versions/ (§5.3, 5.4, 5.6, 5.8): pages of records."""

from __future__ import annotations

from http import HTTPStatus

from pipeline.server.cursor import Position, Walk, begin, resume
from pipeline.server.query import MATCH_ALL, MATCH_ONE, MATCH_VERSIONS, parse_query
from pipeline.server.responses import Headers, Reply, date_added, date_added_headers, envelope, json_reply
from pipeline.server.services import Call, NotFound
from pipeline.store.selection import ALL, LAST, Selection
from pipeline.store.view_reader import Collection, ObjectPage, RecordPage
from schemas.taxii import STIX_MEDIA_TYPE, Manifest, ManifestRecord, Versions


class _Read:
    """One request for a page: what it asks, where it stands, and the `next` that comes after."""

    def __init__(self, call: Call, resource: str, fields: frozenset[str]) -> None:
        """Raises NotFound or Refused for a collection that the partner may not read, BadRequest for a malformed query or `next`."""
        self.call = call
        self.collection: Collection = call.readable()
        self._scope = (call.partner, self.collection.id, resource)
        query = parse_query(call.query_string, fields)
        self._walk: Walk = begin(query) if query.next is None else resume(query, call.services.sealer.open(query.next, self._scope))
        settings = call.services.settings
        self._limit = min(query.limit or settings.default_limit, settings.max_limit)

    def selection(self, object_id: str | None = None, *, every_version: bool = False) -> Selection:
        """The filters with their defaults (§3.4): the latest version of each object."""
        filters = self._walk.filters
        return Selection(
            after=self._walk.after,
            limit=self._limit,
            ids=filters.ids if object_id is None else (object_id,),
            types=filters.types,
            versions=(ALL,) if every_version else filters.versions or (LAST,),
            spec_versions=filters.spec_versions,
        )

    def token(self, last: int, *, more: bool) -> str | None:
        """The `next` after the record added at `last`, always there when there is more."""
        if not more:
            return None
        return self.call.services.sealer.seal(Position(last, self._walk.added_after, self._walk.filters), self._scope)

    def headers(self, first: int | None, last: int | None) -> Headers:
        """The Date-Added headers (§3.2), on every page.

        The specification gives no value for an empty page. We send where the reader stands, but never later than the newest
        record: who polls by this header repeats nothing, loses nothing, and recovers from a clock that runs ahead.
        """
        if first is None or last is None:
            first = last = self._walk.after
            if last > self.collection.last_seq:  # as remembered: the newest may be newer
                first = last = min(last, self.call.services.reader.last_seq(self.collection.no))
        return date_added_headers(first, last)


async def objects(call: Call) -> Reply:
    """The objects of a collection."""
    read = _Read(call, "objects", MATCH_ALL)
    return _object_reply(read, await _object_page(read, read.selection()))


async def one_object(call: Call) -> Reply:
    """The versions of one object, the latest where none are named; 404 where the collection has none at all."""
    object_id = call.path["object"]
    read = _Read(call, f"object {object_id}", MATCH_ONE)
    page = await _object_page(read, read.selection(object_id))
    if not page.number:
        _must_exist(read, object_id)
    return _object_reply(read, page)


async def manifest(call: Call) -> Reply:
    """What `objects` would give for the same query, without the objects."""
    read = _Read(call, "manifest", MATCH_ALL)
    page = await _record_page(read, read.selection())
    resource = Manifest()
    if page.records:
        resource = Manifest(more=page.more)
        token = read.token(page.records[-1].seq, more=page.more)
        if token is not None:
            resource["next"] = token
        resource["objects"] = [
            ManifestRecord(id=record.object_id, date_added=date_added(record.seq), version=record.version, media_type=STIX_MEDIA_TYPE)
            for record in page.records
        ]
    return _record_reply(read, page, json_reply(resource))


async def versions(call: Call) -> Reply:
    """The versions of one object, in the order in which they were added; 404 where the collection has none at all."""
    object_id = call.path["object"]
    read = _Read(call, f"versions {object_id}", MATCH_VERSIONS)
    page = await _record_page(read, read.selection(object_id, every_version=True))
    resource = Versions()
    if page.records:
        resource = Versions(more=page.more)
        token = read.token(page.records[-1].seq, more=page.more)
        if token is not None:
            resource["next"] = token
        resource["versions"] = [record.version for record in page.records]
    else:
        _must_exist(read, object_id)
    return _record_reply(read, page, json_reply(resource))


def _must_exist(read: _Read, object_id: str) -> None:
    if not read.call.services.reader.has_object(read.collection.no, object_id):
        raise NotFound


async def _object_page(read: _Read, selection: Selection) -> ObjectPage:
    """SQLite is asked in the event loop where an index bounds the work, which costs less than a thread would; else in a thread."""
    services = read.call.services
    if selection.is_quick:
        return services.reader.objects(read.collection.no, selection, services.settings.page_bytes)
    return await services.heavy.run(services.reader.objects, read.collection.no, selection, services.settings.page_bytes)


async def _record_page(read: _Read, selection: Selection) -> RecordPage:
    services = read.call.services
    if selection.is_quick:
        return services.reader.manifest(read.collection.no, selection)
    return await services.heavy.run(services.reader.manifest, read.collection.no, selection)


def _object_reply(read: _Read, page: ObjectPage) -> Reply:
    token = None if page.last is None else read.token(page.last, more=page.more)
    headers = read.headers(page.first, page.last)
    return Reply(HTTPStatus.OK, envelope(page.joined, token), headers, page.number, read.collection.id, page.first, page.last)


def _record_reply(read: _Read, page: RecordPage, reply: Reply) -> Reply:
    first, last = (page.records[0].seq, page.records[-1].seq) if page.records else (None, None)
    return reply._replace(
        headers=read.headers(first, last), records=len(page.records), collection=read.collection.id, first=first, last=last
    )
