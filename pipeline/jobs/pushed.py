"""Take in what partners POSTed: the same intake as for feeds, and then the status of each envelope.

Commit order: 1. intake writes the catalogue, and with it what became of each object · 2. the statuses are settled from that · 3. the
cursor is saved, and the outcomes are forgotten, in one transaction. A crash before 3 reads the range again: what is in is found known,
the first outcome stands, and what is settled stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import timedelta
from typing import Any

import orjson
from apache_beam.options.pipeline_options import PipelineOptions

from pipeline.bus.base import Bus, Range, Stored
from pipeline.clock import Clock
from pipeline.failpoints import failpoint
from pipeline.hub import Hub
from pipeline.jobs.intake import drain, position_of
from pipeline.store.catalogue import Counts
from pipeline.store.cursors import Cursors
from pipeline.store.statuses import Envelope, Part, Statuses
from pipeline.store.view_writer import ViewWriter
from pipeline.topics import FEED, FRAGMENTS, PUSH
from schemas.ids import IDENTIFIER
from schemas.split import Piece, split_bytes
from schemas.taxii import StatusDetail
from schemas.timestamps import is_timestamp, parse, sort_key, taxii, to_micros

FORGOTTEN_DAYS = 30
"""What never became complete goes after so long: its messages can only have been lost with the log."""

AT_ONCE = "1970-01-01T00:00:00"
"""A moment that is past in every release."""

REFUSED = "quarantined."


def run_pushed(
    hub: Hub,
    bus: Bus,
    cursors: Cursors,
    views: ViewWriter,
    clock: Clock,
    options: PipelineOptions,
    progress: Callable[[int], None] = lambda _n: None,
) -> Counts:
    """Drain the pushed topic as it stands now; returns (feed, outcome) -> objects, as intake does."""
    with closing(hub.open_statuses()) as statuses:
        settle = _Settle(hub, bus, cursors, views, statuses, clock)
        counts = drain(hub, bus, hub.pushed, cursors.get("pushed"), options, settle.finish, progress)
        kept_from = clock() - timedelta(hours=hub.configuration.store.status_hours)
        statuses.purge(to_micros(kept_from), taxii(kept_from - timedelta(days=FORGOTTEN_DAYS)))
    return counts


class _Settle:
    """Writes the statuses of what a micro-batch has taken in."""

    def __init__(self, hub: Hub, bus: Bus, cursors: Cursors, views: ViewWriter, statuses: Statuses, clock: Clock) -> None:
        self._hub = hub
        self._bus = bus
        self._cursors = cursors
        self._views = views
        self._statuses = statuses
        self._clock = clock

    def finish(self, ranges: Sequence[Range], after: Mapping[str, int]) -> None:
        """Steps 2 and 3 of the commit order."""
        failpoint("settle.before_status")
        now = self._clock()
        oldest = taxii(now - timedelta(hours=self._hub.configuration.store.status_hours))
        parts: list[tuple[Envelope, Part]] = []
        for stored in (stored for what in ranges for stored in self._bus.read(what)):
            found = self._part(stored)
            if found[0].requested >= oldest:  # a log that is read anew does not bring statuses back that were purged
                parts.append(found)
            self._add_again(stored, found[0])
        if parts:
            self._statuses.settle(parts, to_micros(now))
        failpoint("settle.after_status")
        self._cursors.finish_pushed(dict(after))
        failpoint("settle.after_cursor")

    def _part(self, stored: Stored) -> tuple[Envelope, Part]:
        *envelope, number = orjson.loads(stored.message.headers[PUSH])
        known = Envelope(*envelope)
        first = position_of(stored, self._hub)
        outcomes = self._cursors.outcomes(first, position_of(stored, self._hub, 1))
        if FRAGMENTS in stored.message.headers:
            return known, Part(number, 0, len(orjson.loads(stored.message.value)), (), ())
        succeeded = failed = 0
        successes: list[StatusDetail] = []
        failures: list[StatusDetail] = []
        for index, piece in enumerate(split_bytes(stored.message.value)):
            outcome = outcomes.get(first + index, f"{REFUSED}internal-error")
            detail = _detail(piece.value, known.requested) if isinstance(piece, Piece) else None
            if outcome.startswith(REFUSED):
                failed += 1
                if detail is not None:
                    failures.append({**detail, "message": outcome.removeprefix(REFUSED)})
            else:
                succeeded += 1
                if detail is not None:
                    successes.append(detail)
        return known, Part(number, succeeded, failed, successes, failures)

    def _add_again(self, stored: Stored, envelope: Envelope) -> None:
        """What a partner has deleted from its view and then sent again is to stand there again: the release states it anew."""
        requested = to_micros(parse(envelope.requested))
        gone = self._views.deleted(envelope.partner, requested)
        if not gone or FRAGMENTS in stored.message.headers:
            return
        details = [_detail(piece.value, "") for piece in split_bytes(stored.message.value) if isinstance(piece, Piece)]
        sent = {(item["id"], sort_key(item["version"])) for item in details if item is not None and item["id"] in gone}
        rules = self._hub.rules.get(stored.message.headers[FEED].decode())
        if sent and rules is not None:
            entities = self._cursors.meant_by(rules.producer, {identifier for identifier, _ in sent})
            self._cursors.add_due([(AT_ONCE, envelope.partner, entity) for entity in entities])
            self._views.lift(envelope.partner, sent, requested)


def _detail(value: Mapping[str, Any], requested: str) -> StatusDetail | None:
    """How a status names an object: its id, and its version or else the time of the request; None without a usable id."""
    identifier = value.get("id")
    if not isinstance(identifier, str) or len(identifier) > 300 or IDENTIFIER.fullmatch(identifier) is None:
        return None
    created, modified = (text if isinstance(text, str) and is_timestamp(text) else "" for text in map(value.get, ("created", "modified")))
    return StatusDetail(id=identifier, version=modified or created or requested)
