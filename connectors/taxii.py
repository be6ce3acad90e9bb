"""Objects of a collection on a TAXII 2.1 server."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event
from typing import ClassVar

from pydantic import BaseModel
from taxii2client.exceptions import TAXIIServiceException
from taxii2client.v21 import Collection

from connectors.base import Cursor, Page
from connectors.http import BoundedClient
from connectors.http_retry import REAL_TIME, Timing
from connectors.taxii_connection import Refused, TaxiiConnection
from connectors.taxii_cursor import position_of
from connectors.taxii_find import collection_url, open_collection
from connectors.taxii_settings import TaxiiSettings, config_tag
from connectors.taxii_walk import Walk, date_in_manifest
from schemas.errors import CredentialError, SourceUnavailable

MAX_ID_CHARS = 256
"""Longest id that is put into a URL: a STIX id is its type, at most 250 characters, and a UUID; real ones are below 70."""


class TaxiiSource:
    """Reads a collection on a TAXII 2.1 server, by taxii2-client's classes over our bounded client.

    At least once: a cursor stands for what was yielded before it. Repeats come from three causes: a poll looks back over the last
    `overlap_seconds` of the one before, a walk by dates reads the last moment of each page twice, and a crash repeats one page.
    """

    name: ClassVar[str] = "taxii"
    Settings: ClassVar[type[BaseModel]] = TaxiiSettings

    def __init__(self, settings: TaxiiSettings, timing: Timing = REAL_TIME) -> None:
        self._settings = settings
        self._timing = timing
        self._found: str | None = None  # the collection's URL, kept from poll to poll: an idle poll is one request

    def pages(self, cursor: Cursor, stop: Event) -> Iterator[Page]:
        """One poll. Raises SourceUnavailable, CredentialError, ConfigError or StalledFeed after it has yielded what came before."""
        start = position_of(cursor, config_tag(self._settings), self._settings.added_after)
        with BoundedClient(self._settings, stop, self._timing) as client:
            connection = TaxiiConnection(client, self._settings.max_object_bytes)
            self._found = self._found or collection_url(self._settings, client, connection)
            collection = open_collection(self._found, connection)
            walk = Walk(collection.get_objects, lambda last: _date_of(collection, client, *last), self._settings, client.patience)
            yield from walk.pages(start, stop)


def _date_of(collection: Collection, client: BoundedClient, object_id: str, version: str) -> str | None:
    """When the server added an object, from its manifest; None where it cannot tell or does not let us look."""
    if len(object_id) > MAX_ID_CHARS:
        return None
    try:
        return date_in_manifest(client.patience().run(lambda: collection.get_manifest(id=object_id)), version)
    except (Refused, SourceUnavailable, CredentialError, TAXIIServiceException):
        return None
