"""Run a hub: poll feeds, drain intake, release, publish; once or until told to stop."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event

import structlog
from filelock import FileLock, Timeout

from pipeline.bus.base import Bus
from pipeline.clock import Clock
from pipeline.hub import Hub
from pipeline.ingest import Ingest
from pipeline.jobs.intake import run_intake
from pipeline.jobs.options import PipelineOptions, job_options
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

    def close(self) -> None:
        """Release files and connections."""
        self.bus.close()
        self.cursors.close()
        self.views.close()

    def once(self, stop: Event) -> Report:
        """Poll each feed once, drain everything, publish. Feeds that fail are named in the report; the others go on."""
        started = time.monotonic()
        tally = Tally()
        files = self.hub.read_sharing_files()
        self._poll(self.hub.configuration.feeds, tally, stop)
        self._drain(files, tally)
        return tally.report((feed.id for feed in self.hub.configuration.feeds), time.monotonic() - started)

    def forever(self, stop: Event) -> None:
        """Poll each feed as often as it wants until `stop` is set; files of a later state are taken up in between."""
        files = self.hub.read_sharing_files()
        due = {feed.id: 0.0 for feed in self.hub.configuration.feeds}
        while not stop.is_set():
            now = time.monotonic()
            feeds = [feed for feed in self.hub.configuration.feeds if due[feed.id] <= now]
            tally = Tally()
            files = self._reread(files)
            self._poll(feeds, tally, stop)
            for feed in feeds:
                due[feed.id] = time.monotonic() + feed.every.total_seconds()
            try:
                self._drain(files, tally)
            except RetryLater as error:
                log.warning("drain_postponed", kind=type(error).__name__)
            log.info("cycle", **tally.report((), time.monotonic() - now).model_dump(exclude={"feeds", "recipients"}))
            while not stop.is_set() and min(due.values(), default=now + 1) > time.monotonic():
                stop.wait(IDLE_SECONDS)

    def _reread(self, last_good: SharingFiles) -> SharingFiles:
        try:
            return self.hub.read_sharing_files()
        except ConfigError:
            log.error("sharing_files_rejected", effect="the last good ones stay in force")
            return last_good

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

    def _drain(self, files: SharingFiles, tally: Tally) -> None:
        tally.intake += run_intake(self.hub, self.bus, self.cursors, self.options, lambda n: self.progress("intake", "", n))
        run_release(self.hub, files, self.bus, self.cursors, self.clock, self.options)
        self.progress("release", "", 0)
        tally.add_effects(run_publish(self.hub, files, self.bus, self.views, lambda name, n: self.progress("publish", name, n)))


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
