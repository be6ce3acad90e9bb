"""Run a hub: poll feeds, drain intake, release, publish; once or until told to stop."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Any

import structlog
from filelock import FileLock, Timeout

from pipeline.bus.base import Bus
from pipeline.clock import Clock
from pipeline.hub import Hub
from pipeline.ingest import Ingest
from pipeline.jobs.intake import run_intake
from pipeline.jobs.options import PipelineOptions, job_options
from pipeline.jobs.pushed import run_pushed
from pipeline.jobs.release import run_release
from pipeline.publish import run_publish
from pipeline.report import Report, Tally
from pipeline.sharing_files import SharingFiles
from pipeline.sources import make_source
from pipeline.store.cursors import Cursors
from pipeline.store.view_writer import ViewWriter
from schemas.config import FeedSettings
from schemas.errors import ConfigError, CredentialError, OperatorError, RetryLater, StalledFeed

Progress = Callable[[str, str, int], None]
"""Told (stage, feed or recipient, objects or messages) as work is done."""

IDLE_SECONDS = 0.2
"""How long the loop sleeps between looks at its clock: well inside the second in which a stop must be obeyed."""

GC_THRESHOLDS = (100_000, 50, 50)
"""Batches of objects live shortly and have no cycles: with Python's own thresholds a sixth of the time goes into looking for them."""

LOOK_SECONDS = 5.0
"""How long a recall, a suspension, another sharing file or the end of an agreement waits at the most while no feed is due."""

POSTPONED_SECONDS = 5.0
"""After the bus or the store was not available: long enough not to hammer it, short enough to be back within 10 s of its return."""

log = structlog.get_logger()


@dataclass
class Runner:
    """A hub at work in this process. Only one works in a folder at a time."""

    hub: Hub
    clock: Clock
    progress: Progress = lambda _stage, _name, _n: None
    options: PipelineOptions = field(default_factory=lambda: job_options(()))

    def __post_init__(self) -> None:
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        self.bus: Bus = self.hub.open_bus()
        self.hub.open_catalogue().close()  # makes the file where there is none yet
        self.cursors: Cursors = self.hub.open_cursors()
        self.views = ViewWriter(self.hub.views_path, self.clock)
        self.pushed: Bus | None = self.hub.open_pushed() if self.hub.configuration.takes_pushes else None

    def close(self) -> None:
        """Release files and connections."""
        if self.pushed is not None:
            self.pushed.close()
        self.bus.close()
        self.cursors.close()
        self.views.close()

    def check_bus(self) -> None:
        """Refuse another bus than the one that the saved offsets belong to. Raises OperatorError, BusUnavailable."""
        identity = self.bus.identity()
        known = self.cursors.get("bus").get("identity")
        if known is None:
            self.cursors.save("bus", {"identity": identity})
        elif known != identity:
            message = (
                "bus: this is not the log that the hub has worked with, so its offsets mean nothing here;"
                " restore the former one (file or cluster), or begin with a new hub folder"
            )
            raise OperatorError(message)

    def once(self, stop: Event) -> Report:
        """Poll each feed once, drain everything, publish. Feeds that fail are named in the report; the others go on."""
        started = time.monotonic()
        self.check_bus()
        tally = Tally()
        files = self._files()
        self._poll(self.polled, tally, stop)
        self.take_in(tally)
        self.give_out(files, tally)
        return tally.report((feed.id for feed in self.hub.configuration.feeds), time.monotonic() - started)

    def forever(self, stop: Event) -> None:
        """Poll each feed as often as it wants until `stop` is set; files of a later state are taken up in between."""
        files = self._files()
        due = {feed.id: 0.0 for feed in self.polled}
        while not stop.is_set():
            started = time.monotonic()
            feeds = [feed for feed in self.polled if due[feed.id] <= started]
            tally = Tally()
            files = self._reread(files)
            try:
                self.check_bus()
                self._poll(feeds, tally, stop)
                self.take_in(tally)
                size = self.give_out(files, tally)
            except RetryLater as error:
                log.warning("cycle_postponed", kind=type(error).__name__, told=str(error))
                stop.wait(POSTPONED_SECONDS)
                continue
            for feed in feeds:
                due[feed.id] = time.monotonic() + feed.every.total_seconds()
            report = tally.report((), time.monotonic() - started)
            received = sum(item.received for item in report.feeds.values())
            if feeds or received or size:
                log.info("cycle", seconds=report.seconds, failed=report.failed, received=received)
            look = time.monotonic() + LOOK_SECONDS
            while not stop.is_set() and min((*due.values(), look)) > time.monotonic() and not self._has_pushed():
                stop.wait(IDLE_SECONDS)

    def _files(self) -> SharingFiles:
        """The sharing files as they stand now, noted as those in force. Raises ConfigError."""
        files = self.hub.read_sharing_files()
        self._note({"record": dict(files.record)})
        return files

    def _reread(self, last_good: SharingFiles) -> SharingFiles:
        try:
            return self._files()
        except ConfigError as error:
            mistakes = str(error).splitlines()
            if self._note({"record": dict(last_good.record), "rejected": mistakes}):
                log.error("sharing_files_rejected", effect="the last good ones stay in force", mistakes=mistakes)
            return last_good

    def _note(self, known: dict[str, Any]) -> bool:
        """Save what is known of the sharing files; whether that is something new."""
        is_new = self.cursors.get("sharing") != known
        if is_new:
            self.cursors.save("sharing", known)
        return is_new

    def _poll(self, feeds: Sequence[FeedSettings], tally: Tally, stop: Event) -> None:
        self.bus.ensure_topic(self.hub.raw, self.hub.configuration.bus.partitions)
        ingest = Ingest(self.bus, self.cursors, self.hub.raw, self.clock, lambda feed, n: self.progress("ingest", feed, n))
        for feed in feeds:
            if stop.is_set():
                return
            try:
                ingest.poll(feed.id, make_source(self.hub.folder, feed), stop)
            except (RetryLater, StalledFeed, CredentialError) as error:
                tally.failed[feed.id] = type(error).__name__
                log.warning("feed_failed", feed=feed.id, kind=type(error).__name__, told=str(error))

    @property
    def polled(self) -> Sequence[FeedSettings]:
        """The feeds that have a source to poll."""
        return [feed for feed in self.hub.configuration.feeds if not feed.is_pushed]

    def _has_pushed(self) -> bool:
        """Whether partners have POSTed something that is not taken in yet."""
        if self.pushed is None:
            return False
        done = self.cursors.get("pushed")
        try:
            return any(end > done.get(str(partition), 0) for partition, end in self.pushed.end_offsets(self.hub.pushed).items())
        except RetryLater:
            return False  # the next cycle says so

    def take_in(self, tally: Tally) -> None:
        """Drain the raw topic, and what partners POSTed, into the catalogue."""

        def progress(number: int) -> None:
            self.progress("intake", "", number)

        tally.intake += run_intake(self.hub, self.bus, self.cursors, self.options, progress)
        if self.pushed is not None:
            tally.intake += run_pushed(self.hub, self.pushed, self.cursors, self.views, self.clock, self.options, progress)

    def give_out(self, files: SharingFiles, tally: Tally) -> int:
        """State what changed, for everybody who has or had a policy, and publish it; returns the number of entities concerned."""
        files = files.with_former(self.cursors.get("release").get("terms", ()))
        size = run_release(self.hub, files, self.bus, self.cursors, self.clock, self.options)
        self.progress("release", "", 0)
        tally.add_effects(run_publish(self.hub, files, self.bus, self.views, lambda name, n: self.progress("publish", name, n)))
        return size


@contextmanager
def only_runner(hub: Hub) -> Iterator[None]:
    """Hold the folder's lock. Raises OperatorError where another process works in it."""
    lock = FileLock(hub.folder / "hub.lock")
    try:
        with lock.acquire(timeout=0):
            yield
    except Timeout:
        message = f"{hub.folder}: another `tearline run` works in this folder; stop it first, or wait until it is done"
        raise OperatorError(message) from None
