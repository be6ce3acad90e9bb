"""The server as an OpenAPI 3.1 document, for those who make clients from one and for tests that look for what breaks.

Written by hand, as data; tests compare it with the routes, with the resources of schemas.taxii, and with what the server answers. It is
published as docs/reference/openapi.json and not served: a server tells no stranger what it has.
"""

from __future__ import annotations

from typing import Any

from schemas.taxii import MEDIA_TYPE, STIX_MEDIA_TYPE

Json = dict[str, Any]

_TIMESTAMP = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$"
_UUID = "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$"
_STIX_ID = "^[a-z0-9][a-z0-9-]*--[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"


def _text(**more: Any) -> Json:
    return {"type": "string", **more}


def _resource(required: tuple[str, ...], **properties: Json) -> Json:
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False}


def _list(item: Json) -> Json:
    """Empty lists are prohibited (§3.1): the key is left out."""
    return {"type": "array", "minItems": 1, "items": item}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


_DETAIL = _resource(("id", "version"), id=_text(), version=_text(), message=_text())

_NUMBER = {"type": "integer", "minimum": 0}

SCHEMAS: Json = {
    "Discovery": _resource(
        ("title",),
        title=_text(),
        description=_text(),
        contact=_text(),
        default=_text(),
        api_roots=_list(_text(pattern="^(/[^/]|https://)")),
    ),
    "ApiRoot": _resource(
        ("title", "versions", "max_content_length"),
        title=_text(),
        description=_text(),
        versions=_list(_text()),
        max_content_length={"type": "integer", "minimum": 1},
    ),
    "CollectionInfo": _resource(
        ("id", "title", "can_read", "can_write"),
        id=_text(pattern=_UUID),
        title=_text(),
        description=_text(),
        alias=_text(),
        can_read={"type": "boolean"},
        can_write={"type": "boolean"},
        media_types=_list(_text(const=STIX_MEDIA_TYPE)),
    ),
    "Collections": _resource((), collections=_list(_ref("CollectionInfo"))),
    "Envelope": _resource((), more={"type": "boolean"}, next=_text(), objects=_list({"type": "object"})),
    "ManifestRecord": _resource(
        ("id", "date_added", "version", "media_type"),
        id=_text(),
        date_added=_text(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$"),
        version=_text(),
        media_type=_text(const=STIX_MEDIA_TYPE),
    ),
    "Manifest": _resource((), more={"type": "boolean"}, next=_text(), objects=_list(_ref("ManifestRecord"))),
    "Versions": _resource((), more={"type": "boolean"}, next=_text(), versions=_list(_text())),
    "Status": _resource(
        ("id", "status", "total_count", "success_count", "failure_count", "pending_count"),
        id=_text(pattern=_UUID),
        status=_text(enum=["pending", "complete"]),
        request_timestamp=_text(),
        total_count=_NUMBER,
        success_count=_NUMBER,
        failure_count=_NUMBER,
        pending_count=_NUMBER,
        successes=_list(_DETAIL),
        failures=_list(_DETAIL),
    ),
    "ErrorMessage": _resource(("title",), title=_text(), description=_text(), http_status=_text(pattern="^[45][0-9][0-9]$")),
    "ObjectsToAdd": {
        "type": "object",
        "required": ["objects"],
        "properties": {
            "objects": _list(
                {
                    "type": "object",
                    "required": ["type", "id", "spec_version"],
                    "properties": {"type": _text(), "id": _text(pattern=_STIX_ID), "spec_version": _text(const="2.1")},
                }
            )
        },
    },
}
"""The resources of the specification, exactly as the server writes them: nothing is on the wire that is not here."""

_DATED = {name: {"required": True, "schema": _text(pattern=_TIMESTAMP)} for name in ("X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last")}


def _path(name: str, about: str, **schema: Any) -> Json:
    return {"name": name, "in": "path", "required": True, "description": about, "schema": _text(**schema)}


def _query(name: str, about: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "description": about, "schema": schema}


_ROOT = _path("root", "Name of an API root.")
_COLLECTION = _path("collection", "Id or alias of a collection.")
_OBJECT = _path("object", "STIX id of an object.")
_STATUS = _path("status", "Id of a status.")

PAGING: list[Json] = [
    _query("added_after", "Only what was added after this time; six fraction digits are exact.", _text(pattern=_TIMESTAMP)),
    _query("limit", "Objects at most.", {"type": "integer", "minimum": 1}),
    _query("next", "Where the last page ended, as the server gave it.", _text()),
]
_ID = _query("match[id]", "STIX ids, comma-separated, 100 at most.", _text(pattern=_STIX_ID))
_TYPE = _query("match[type]", "STIX types, comma-separated.", _text(pattern="^[a-z0-9][a-z0-9-]*$"))
_VERSION = _query("match[version]", "`first`, `last`, `all` or times, comma-separated.", _text(pattern=r"^(first|last|all)$"))
_SPEC = _query("match[spec_version]", "STIX versions, comma-separated.", _text(pattern=r"^\d\.\d$"))

_TITLES = {
    "400": "A parameter or the body is malformed.",
    "401": "No credential, or none that is in force.",
    "403": "The collection does not allow that.",
    "404": "Nothing there that this partner may know of.",
    "405": "This method is not allowed here.",
    "406": "Another media type is asked for.",
    "408": "The body did not arrive in time.",
    "413": "The body is larger than max_content_length.",
    "415": "The body has another media type, or a content coding.",
    "422": "The body is JSON, but no envelope with objects.",
    "429": "Too many requests: wait as long as Retry-After says.",
    "503": "Busy: wait as long as Retry-After says.",
}
_ALWAYS = ("401", "404", "405", "406", "429", "503")


def _operation(name: str, about: str, success: tuple[str, str | None], also: tuple[str, ...] = (), *, dated: bool = False) -> Json:
    """One method of a path. `success` is the status and the resource, None where the body is empty."""
    status, resource = success
    answer: Json = {"description": about}
    if resource is not None:
        answer["content"] = {MEDIA_TYPE: {"schema": _ref(resource)}}
    if dated:
        answer["headers"] = _DATED
    refusals = {code: {"$ref": f"#/components/responses/{code}"} for code in sorted({*_ALWAYS, *also})}
    return {"operationId": name, "summary": about, "responses": {status: answer} | refusals}


_PAGE = ("400", "403")
PATHS: Json = {
    "/taxii2/": {"get": _operation("discovery", "What the server is (§4.1).", ("200", "Discovery"))},
    "/{root}/": {"parameters": [_ROOT], "get": _operation("api_root", "What an API root is (§4.2).", ("200", "ApiRoot"))},
    "/{root}/status/{status}/": {
        "parameters": [_ROOT, _STATUS],
        "get": _operation("status", "How far objects that were sent have come (§4.3).", ("200", "Status")),
    },
    "/{root}/collections/": {
        "parameters": [_ROOT],
        "get": _operation("collections", "The partner's collections, by id (§5.1).", ("200", "Collections")),
    },
    "/{root}/collections/{collection}/": {
        "parameters": [_ROOT, _COLLECTION],
        "get": _operation("collection", "One of them (§5.2).", ("200", "CollectionInfo")),
    },
    "/{root}/collections/{collection}/manifest/": {
        "parameters": [_ROOT, _COLLECTION],
        "get": _operation("manifest", "What there is, without the objects (§5.3).", ("200", "Manifest"), _PAGE, dated=True)
        | {"parameters": [*PAGING, _ID, _TYPE, _VERSION, _SPEC]},
    },
    "/{root}/collections/{collection}/objects/": {
        "parameters": [_ROOT, _COLLECTION],
        "get": _operation("objects", "The objects, oldest addition first (§5.4).", ("200", "Envelope"), _PAGE, dated=True)
        | {"parameters": [*PAGING, _ID, _TYPE, _VERSION, _SPEC]},
        "post": _operation("add_objects", "Send objects (§5.5).", ("202", "Status"), ("400", "403", "408", "413", "415", "422"))
        | {"requestBody": {"required": True, "content": {MEDIA_TYPE: {"schema": _ref("ObjectsToAdd")}}}},
    },
    "/{root}/collections/{collection}/objects/{object}/": {
        "parameters": [_ROOT, _COLLECTION, _OBJECT],
        "get": _operation("object", "One object (§5.6).", ("200", "Envelope"), _PAGE, dated=True)
        | {"parameters": [*PAGING, _VERSION, _SPEC]},
        "delete": _operation("delete_object", "Take an object out of one's own view (§5.7).", ("200", None), _PAGE)
        | {"parameters": [_VERSION, _SPEC]},
    },
    "/{root}/collections/{collection}/objects/{object}/versions/": {
        "parameters": [_ROOT, _COLLECTION, _OBJECT],
        "get": _operation("versions", "The versions of an object (§5.8).", ("200", "Versions"), _PAGE, dated=True)
        | {"parameters": [*PAGING, _SPEC]},
    },
}

DOCUMENT: Json = {
    "openapi": "3.1.0",
    "info": {
        "title": "Tearline",
        "version": "2.1",
        "summary": "TAXII 2.1 server",
        "description": "Every GET answers HEAD too. A path may lack its last slash. Parameters that are not known are ignored.",
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    },
    "security": [{"basic": []}, {"bearer": []}, {"key": []}],
    "paths": PATHS,
    "components": {
        "schemas": SCHEMAS,
        "responses": {
            code: {"description": about, "content": {MEDIA_TYPE: {"schema": _ref("ErrorMessage")}}} for code, about in _TITLES.items()
        },
        "securitySchemes": {
            "basic": {"type": "http", "scheme": "basic"},
            "bearer": {"type": "http", "scheme": "bearer"},
            "key": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
        },
    },
}
