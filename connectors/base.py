"""What a connector is: a Source that yields Pages, each with the cursor that comes after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from threading import Event
from typing import Any, ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel

from schemas.split import Fragment

Cursor = Mapping[str, Any]
"""Where to go on: a small JSON-able mapping whose meaning is the connector's own. Empty = from the beginning."""


@dataclass(frozen=True, slots=True)
class Page:
    """Objects as served.

    objects:   each object's own bytes, one JSON object each
    fragments: what could not be told apart into objects, with a reason code; it goes to quarantine
    cursor:    the cursor after this page; saved only once the bus has acknowledged the page
    """

    objects: tuple[bytes, ...]
    cursor: Cursor
    fragments: tuple[Fragment, ...] = field(default=())


@runtime_checkable
class Source(Protocol):
    """A configured connector.

    `name` is what `connector:` says in tearline.yaml; `Settings` the pydantic model of its `settings:` (secrets as SecretStr, a
    description for each field). `pages` yields pages from `cursor` on and returns when the source has no more for now. It checks
    `stop` at least once a second while it waits. It raises SourceUnavailable (try again later), CredentialError (stop) or
    StalledFeed (the source repeats itself), always after it has yielded what came before.
    """

    name: ClassVar[str]
    Settings: ClassVar[type[BaseModel]]

    def __init__(self, settings: BaseModel) -> None: ...

    def pages(self, cursor: Cursor, stop: Event) -> Iterator[Page]: ...
