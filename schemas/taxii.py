"""The TAXII 2.1 resources as they go over the wire (§3.6.1, 4.1 to 4.3, 5.1 to 5.8), as typed dictionaries.

A required list that would be empty is left out with its key (§3.1: empty lists are prohibited), so every list is `NotRequired`.
"""

from __future__ import annotations

from typing import NotRequired, TypedDict

MEDIA_TYPE = "application/taxii+json;version=2.1"
"""The Content-Type of every answer, errors included (§1.6.8.1), in the spelling that clients compare with."""

STIX_MEDIA_TYPE = "application/stix+json;version=2.1"
"""What the collections hold (§5.2.1 media_types, §5.3.1 media_type)."""

SPEC_VERSION = "2.1"
"""The STIX version of every object that the hub passes on."""

DATE_ADDED_FIRST = "X-TAXII-Date-Added-First"
DATE_ADDED_LAST = "X-TAXII-Date-Added-Last"


class Discovery(TypedDict):
    """§4.1.1. What the server is and where its API roots are."""

    title: str
    description: NotRequired[str]
    contact: NotRequired[str]
    default: NotRequired[str]
    api_roots: NotRequired[list[str]]


class ApiRoot(TypedDict):
    """§4.2.1. `max_content_length` is in bytes."""

    title: str
    description: NotRequired[str]
    versions: list[str]
    max_content_length: int


class CollectionInfo(TypedDict):
    """§5.2.1. The two rights are those of the partner who asks."""

    id: str
    title: str
    description: NotRequired[str]
    alias: NotRequired[str]
    can_read: bool
    can_write: bool
    media_types: NotRequired[list[str]]


class Collections(TypedDict):
    """§5.1.1. Sorted by id."""

    collections: NotRequired[list[CollectionInfo]]


class ManifestRecord(TypedDict):
    """§5.3.1. One object version; `date_added` has six fraction digits, `version` is as the object writes it."""

    id: str
    date_added: str
    version: str
    media_type: str


class Manifest(TypedDict):
    """§5.3.1, with the `next` that the specification forgot (cti-taxii2 issue 110)."""

    more: NotRequired[bool]
    next: NotRequired[str]
    objects: NotRequired[list[ManifestRecord]]


class Versions(TypedDict):
    """§5.8.1, with `next` like the manifest."""

    more: NotRequired[bool]
    next: NotRequired[str]
    versions: NotRequired[list[str]]


class ErrorMessage(TypedDict):
    """§3.6.1. `http_status` is a text that equals the status line."""

    title: str
    description: NotRequired[str]
    http_status: str


class StatusDetail(TypedDict):
    """§4.3.1 status-details. `message` is a code of schemas.reasons, never a text that holds what was sent."""

    id: str
    version: str
    message: NotRequired[str]


class Status(TypedDict):
    """§4.3.1. `status` is `pending` or `complete`; the counts add up to `total_count`."""

    id: str
    status: str
    request_timestamp: str
    total_count: int
    success_count: int
    failure_count: int
    pending_count: int
    successes: NotRequired[list[StatusDetail]]
    failures: NotRequired[list[StatusDetail]]
