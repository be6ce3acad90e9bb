"""For any dates, page sizes and habits of a server: a walk, interrupted anywhere, loses nothing, or says that it stalled."""

from __future__ import annotations

import json
from collections.abc import Mapping
from threading import Event
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.body import Document
from connectors.hostile import moment
from connectors.http_retry import Patience
from connectors.taxii_connection import Envelope, Refused
from connectors.taxii_cursor import position_of
from connectors.taxii_settings import TaxiiSettings, config_tag
from connectors.taxii_walk import Walk
from schemas.errors import StalledFeed
from tests.connectors.support import Waits

URL = "https://feeds.example.org/root/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/"


class Server:
    """A collection in memory, with the same habits as hostile.Shelf, which can also refuse any `next`."""

    def __init__(self, seconds: list[int], page: int, tokens: bool, inclusive: bool, refuse_every: int) -> None:
        self.dates = [moment(second) for second in sorted(seconds)]
        self.page = page
        self.tokens = tokens
        self.inclusive = inclusive
        self.refuse_every = refuse_every
        self.asked = 0

    def fetch(self, limit: int, added_after: str | None, next: str | None, **_: Any) -> Envelope:
        self.asked += 1
        assert self.asked < 500, "endless"
        if next is not None and self.refuse_every and self.asked % self.refuse_every == 0:
            raise Refused(400)
        after = added_after or ""
        chosen = [n for n, date in enumerate(self.dates) if date > after or (self.inclusive and date == after)]
        chosen = [n for n in chosen if n >= int(next or 0)]
        page = chosen[: min(limit, self.page)]
        more = len(page) < len(chosen)
        last, mark = ((str(page[-1]), "v"), f"{page[0]} {page[-1]}".encode()) if page else (None, b"")
        return Envelope(
            document=Document(tuple(str(n).encode() for n in page), (), {}, last, mark),
            more=more,
            next=str(page[-1] + 1) if more and self.tokens else None,
            first_added=self.dates[page[0]] if page else None,
            last_added=self.dates[page[-1]] if page else None,
            date=None,
        )


@settings(max_examples=300, deadline=None)
@given(
    seconds=st.lists(st.integers(0, 6), max_size=25),
    page=st.integers(1, 30),
    limit=st.integers(1, 8),
    tokens=st.booleans(),
    inclusive=st.booleans(),
    refuse_every=st.integers(0, 4),
    crash_after=st.lists(st.integers(1, 3), max_size=4),
)
def test_nothing_is_lost(
    seconds: list[int], page: int, limit: int, tokens: bool, inclusive: bool, refuse_every: int, crash_after: list[int]
) -> None:
    server = Server(seconds, page, tokens, inclusive, refuse_every)
    configured = TaxiiSettings(url=URL, limit=limit)
    stop = Event()
    cursor: Mapping[str, Any] = {}
    got: set[int] = set()
    stalled = False
    for pages_until_crash in [*crash_after, 10_000]:
        walk = Walk(server.fetch, lambda _: None, configured, lambda: Patience(stop, Waits().timing, 0))
        position = position_of(cursor, config_tag(configured), None)
        try:
            for taken, found in enumerate(walk.pages(position, stop), start=1):
                got |= {int(raw) for raw in found.objects}
                cursor = json.loads(json.dumps(dict(found.cursor)))
                if taken == pages_until_crash:
                    break
        except StalledFeed:
            stalled = True
    most_in_one_moment = max((seconds.count(second) for second in seconds), default=0)
    assert got == set(range(len(seconds))) or (stalled and most_in_one_moment > page - 1)
