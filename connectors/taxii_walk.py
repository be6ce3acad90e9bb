"""Walk through a collection page by page: TAXII 2.1 §3.5 as servers really do it, without loops and without losses.

1. `more` and `next`: the same filters, and `next`. A refused `next` (servers forget) begins again at the last date.
2. `more` without `next`: `added_after` just before X-TAXII-Date-Added-Last, since objects of that very moment may follow on the next
   page. Without the header the last object's date is looked up in the manifest.
3. One moment that fills a whole page: a larger `limit`, never a skip.
4. No `more`: done, at X-TAXII-Date-Added-Last.

What repeats itself is StalledFeed. Our own clock is never used as a position.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from threading import Event
from typing import Any

from connectors.base import Page
from connectors.http_retry import Patience, TryFailed
from connectors.taxii_connection import Envelope, Refused
from connectors.taxii_cursor import Position
from connectors.taxii_settings import TaxiiSettings, config_tag
from connectors.taxii_times import is_after, just_before, later, normal
from schemas import timestamps
from schemas.errors import ConfigError, StalledFeed

MAX_LIMIT = 100_000
"""How far `limit` is raised where one moment fills a page: the largest single POST seen holds about 20,000 objects."""

EMPTY_IN_A_ROW = 20
"""Empty pages with `more` are allowed (objects were deleted in between, §3.5), but not without end."""

_NEXT_REFUSED = frozenset({400, 404, 410, 422})
_HALVE_ON = frozenset({"time-out", "too-large", "server-error"})


@dataclass(slots=True)
class _Seen:
    """What this poll has seen, to notice repetition."""

    tokens: set[str] = field(default_factory=set)
    pages: set[bytes] = field(default_factory=set)
    last_added: str | None = None
    empty: int = 0
    refused_at: list[str | None] = field(default_factory=list)


class Walk:
    """One poll of one collection.

    fetch:   get_objects with query parameters
    look_up: the server's date of the object (id, version), from the manifest
    """

    def __init__(
        self,
        fetch: Callable[..., Envelope],
        look_up: Callable[[tuple[str, str]], str | None],
        settings: TaxiiSettings,
        patience: Callable[[], Patience],
    ) -> None:
        self._fetch = fetch
        self._look_up = look_up
        self._settings = settings
        self._patience = patience
        self._tag = config_tag(settings)
        self._limit = settings.limit
        self._outgrown = 0  # objects in the page that one moment filled, while `limit` is being raised for it
        self._seen = _Seen()

    def pages(self, here: Position, stop: Event) -> Iterator[Page]:
        """Pages from a position on, each with the position after it. Ends after `max_pages`; the next poll goes on."""
        seen = self._seen
        if here.next is not None:
            seen.tokens.add(here.next)
        asked = 0
        while asked < self._settings.max_pages and not stop.is_set():
            try:
                envelope = self._ask(here)
            except Refused as refusal:
                here = self._after_refusal(here, refusal)
                continue
            asked += 1
            if envelope.document.mark and envelope.document.mark in seen.pages:
                self._stall("it sends a page again that it has sent in this poll")
            there, problem = self._step(here, envelope)
            if there is None:
                self._limit = min(self._limit * 2, MAX_LIMIT)
                self._outgrown = envelope.count
                continue
            self._outgrown = 0
            seen.pages.add(envelope.document.mark)
            seen.last_added = later(seen.last_added, envelope.last_added)
            seen.empty = 0 if envelope.count else seen.empty + 1
            if envelope.count:
                yield Page(envelope.document.objects, there.cursor(self._tag), envelope.document.fragments)
            if problem or seen.empty >= EMPTY_IN_A_ROW:
                self._stall(problem or f"it sent {EMPTY_IN_A_ROW} empty pages in a row and says that there is more")
            if not there.open:
                return
            here = there

    def _ask(self, here: Position) -> Envelope:
        """The page at a position, tried again with half the limit where the server could not."""
        patience = self._patience()
        while True:
            try:
                return self._fetch(
                    limit=self._limit, added_after=here.walk_from, next=here.next, **self._settings.match.model_dump(exclude_defaults=True)
                )
            except TryFailed as failure:
                if failure.kind in _HALVE_ON:
                    self._limit = max(1, self._limit // 2)
                patience.after(failure)

    def _after_refusal(self, here: Position, refusal: Refused) -> Position:
        """A refused `next` begins again at the last date; any other refusal is a matter of the settings."""
        if here.next is not None and refusal.status in _NEXT_REFUSED:
            self._seen.refused_at.append(here.added_after)
            self._seen.tokens.clear()  # what was seen may rightly come again
            self._seen.pages.clear()
            self._seen.last_added = None
            return here.restarted()
        if refusal.status == 404:
            message = (
                "The source knows no such collection (404). Check `url` and `collection`; some servers also answer so to credentials "
                "that may not read it."
            )
        elif refusal.status == 406:
            message = "The source speaks neither TAXII 2.1 nor 2.0 at this URL (406). Check `url` with the partner."
        else:
            message = f"The source refused the query ({refusal.status}). Check `url`, `match`, `added_after` and `limit`."
        raise ConfigError(message) from refusal

    def _step(self, here: Position, envelope: Envelope) -> tuple[Position | None, str]:
        """The position after a page, and what is wrong if the walk cannot go on; None asks for the page again with a larger limit."""
        last = envelope.last_added
        token = self._token(here, envelope)
        if last is None and token is None and envelope.document.last is not None:
            last = self._look_up(envelope.document.last)
        floor = here.floor or self._floor(last, envelope)
        if not self._goes_on(envelope):
            done = later(here.added_after, last)
            return Position(added_after=done, walk_from=done, floor=floor), ""
        there = replace(here, page=here.page + 1, floor=floor, open=True)
        if last is not None:
            there = replace(there, added_after=later(here.added_after, just_before(last)))
        if token is not None and token not in self._seen.tokens:
            self._seen.tokens.add(token)
            return replace(there, next=token), ""
        there = there.restarted()
        if token is not None:
            return there, "it sends the same `next` again"
        if last is None:
            return here, "it says that there is more, but neither where (`next`) nor up to which time (X-TAXII-Date-Added-Last)"
        if envelope.first_added == last or not is_after(last, self._seen.last_added):
            if self._limit < MAX_LIMIT and envelope.count > self._outgrown:
                return None, ""
            return here, "more objects share one time of addition than it puts into a page, and it sends no `next`"
        return there, ""

    def _token(self, here: Position, envelope: Envelope) -> str | None:
        """The page's `next`, unless the server has twice refused its own at this very place."""
        return None if self._seen.refused_at.count(here.added_after) > 1 else envelope.next

    def _goes_on(self, envelope: Envelope) -> bool:
        """`more`; where it is missing, a full page with a `next` is worth one more request."""
        if envelope.more is None:
            return envelope.next is not None and envelope.count >= self._limit
        return envelope.more

    def _floor(self, last: str | None, envelope: Envelope) -> str | None:
        """The time after which this page may have missed late arrivals, by the server's clock; None where there is none."""
        if last is None or envelope.date is None or not self._settings.overlap_seconds:
            return None
        now = max(envelope.date, timestamps.parse(last))  # a proxy's slow clock must not make every poll read hours again
        settled = timestamps.taxii(now - timedelta(seconds=self._settings.overlap_seconds))
        return settled if is_after(last, settled) else None

    def _stall(self, what: str) -> None:
        message = (
            f"The source repeats itself: {what}. What came before is kept and the poll was stopped. "
            "Ask the partner to check the paging of their TAXII server."
        )
        raise StalledFeed(message)


def date_in_manifest(manifest: Any, version: str) -> str | None:
    """The `date_added` of the record of that version, or of the last record; None where the manifest has no such thing (§5.3.1)."""
    records = manifest.get("objects") if isinstance(manifest, dict) else None
    records = [record for record in records if isinstance(record, dict)] if isinstance(records, list) else []
    exact = [record for record in records if record.get("version") == version] or records
    date = exact[-1].get("date_added") if exact else None
    return normal(date) if isinstance(date, str) else None
