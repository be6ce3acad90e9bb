"""Shared by the connector tests: time that only is written down, and a poll as one value."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event
from typing import Any

from connectors.base import Cursor, Page, Source
from connectors.http_retry import Timing
from connectors.taxii import TaxiiSource
from connectors.taxii_settings import TaxiiSettings
from schemas.errors import TearlineError

NOW = datetime(2024, 6, 1, 12, 0, 0, tzinfo=UTC)


@dataclass
class Waits:
    """Timing that notes each wait and does not wait."""

    seconds: list[float] = field(default_factory=list)

    @property
    def timing(self) -> Timing:
        return Timing(now=lambda: NOW, wait=self._note, chance=lambda: 0.0)

    def _note(self, stop: Event, seconds: float) -> bool:
        self.seconds.append(seconds)
        return stop.is_set()


@dataclass
class Poll:
    """What one poll gave."""

    pages: list[Page] = field(default_factory=list)
    error: TearlineError | None = None

    @property
    def numbers(self) -> list[int]:
        """The numbers of the sample objects, page after page."""
        return [int(json.loads(raw)["id"][-12:]) for page in self.pages for raw in page.objects]

    @property
    def reasons(self) -> list[str]:
        return [fragment.reason for page in self.pages for fragment in page.fragments]

    @property
    def cursor(self) -> Cursor:
        return dict(self.pages[-1].cursor)


def poll(source: Source, cursor: Cursor | None = None, stop: Event | None = None) -> Poll:
    """One poll, with its error kept."""
    result = Poll()
    try:
        for page in source.pages(cursor or {}, stop or Event()):
            result.pages.append(page)
            assert len(result.pages) < 200, "endless"
    except TearlineError as error:
        result.error = error
    return result


def taxii(url: str, waits: Waits | None = None, **settings: Any) -> TaxiiSource:
    """A TAXII source that does not wait."""
    return TaxiiSource(TaxiiSettings.model_validate({"url": url, **settings}), (waits or Waits()).timing)
