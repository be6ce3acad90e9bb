"""Settings of the TAXII connector, and the tag by which a cursor knows that it belongs to them."""

from __future__ import annotations

import json
import re
from hashlib import blake2b
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from connectors.http_settings import HttpSettings
from connectors.taxii_times import normal

COLLECTION_PATH = re.compile(r"(?P<base>.*/collections/(?P<id>[^/]+))(?:/objects)?/?")

OVERLAP_S = 5.0
"""Servers that assign `date_added` before they commit have been seen to commit seconds out of order; 5 s covers a slow transaction
and costs one repeated read of what was added within the last 5 s before a poll. Repeats are absorbed downstream."""


def _timestamp(text: str) -> str:
    found = normal(text)
    if found is None:
        message = "write a time like 2024-01-01T00:00:00Z"
        raise ValueError(message)
    return found


class Match(BaseModel):
    """TAXII 2.1 §3.4 match filters; within one field the values are alternatives."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    type: tuple[str, ...] = Field((), description="Only objects of these types, for example indicator.")
    id: tuple[str, ...] = Field((), description="Only objects with these ids.")
    version: tuple[str, ...] = Field((), description="Which versions: last (the server's default), first, all, or times of versions.")
    spec_version: tuple[str, ...] = Field((), description="Only objects of these STIX versions, for example 2.1.")


class TaxiiSettings(HttpSettings):
    """Where the collection is, and what of it to read."""

    collection: str | None = Field(None, min_length=1, description="Id or alias of the collection; leave out if `url` is the collection's.")
    limit: int = Field(1000, ge=1, le=100_000, description="Objects to ask for in one page; halved by itself where the server cannot.")
    added_after: Annotated[str, AfterValidator(_timestamp)] | None = Field(
        None, description="Read only what the server added after this time; the start of a feed without a cursor."
    )
    match: Match = Field(default_factory=Match, description="TAXII match filters: type, id, version, spec_version.")
    max_pages: int = Field(1000, ge=1, description="Pages in one poll; the next poll goes on from there.")
    overlap_seconds: float = Field(
        OVERLAP_S, ge=0, le=3600, description="How far back, by the server's clock, the next poll looks for late arrivals; 0 turns it off."
    )

    @model_validator(mode="after")
    def _collection_is_named_once(self) -> TaxiiSettings:
        named = COLLECTION_PATH.fullmatch(urlsplit(self.url).path) is not None
        if named == (self.collection is not None):
            message = "name the collection once: by `collection`, or by a `url` that ends in /collections/<id>/"
            raise ValueError(message)
        return self


def config_tag(settings: TaxiiSettings) -> str:
    """Hash of what makes the result: server, collection, filters, start. A cursor with another tag is not used."""
    said = [settings.url.rstrip("/"), settings.collection, settings.added_after, settings.match.model_dump()]
    return blake2b(json.dumps(said, sort_keys=True).encode(), digest_size=8).hexdigest()
