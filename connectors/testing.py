"""The conformance kit: what every connector must do, as tests that its author gets by one line.

    TestAcme = conformance(AcmeSource, HttpWorld())

It needs pytest or any runner of test classes to run, and nothing of it to be imported. A connector that waits takes
`timing: Timing = REAL_TIME` as its second parameter, so that the tests do not wait.
"""

from __future__ import annotations

import inspect
import json
import logging
import re
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any, ClassVar, get_args
from unittest import SkipTest

import structlog
from pydantic import BaseModel, SecretStr, ValidationError

from connectors.base import Cursor, Page, Source
from connectors.http_retry import Timing
from connectors.testing_worlds import FolderWorld, HttpWorld, Place, Situation, World
from schemas.errors import SourceUnavailable, StalledFeed, TearlineError

__all__ = ["SENTINEL", "FolderWorld", "HttpWorld", "World", "conformance"]

STOP_S = 1.0
FIRST_PAGE_S = 10.0
MANY_PAGES = 50
CAP = 1 << 20

INSTANT = Timing(wait=lambda stop, _: stop.is_set())
"""Timing that never waits."""

_SECRET_NAME = re.compile(r"(password|passphrase|token|secret|api_?key|credentials?)$", re.IGNORECASE)
SENTINEL = "sentinel-8e1f"
"""What secrets are set to, to be found where it should not be."""


def conformance(
    source: type[Source], world: World, secrets: Mapping[str, Mapping[str, Any]] | None = None, cap_setting: str = "max_body_bytes"
) -> type[Conformance]:
    """The kit for one connector, as a test class.

    secrets:     for a secret setting, what else must be set along with it, for example {"password": {"username": "u"}}, or what to set it
                 to, if it has a form; SENTINEL must be part of it
    cap_setting: the setting that bounds a reply's size in bytes
    """
    return type("Conformance", (Conformance,), {"source": source, "world": world, "secrets": secrets or {}, "cap_setting": cap_setting})


@dataclass
class _Reading:
    """What one poll gave."""

    pages: list[Page] = field(default_factory=list)
    error: Exception | None = None

    @property
    def objects(self) -> list[bytes]:
        return [raw for page in self.pages for raw in page.objects]


class Conformance:
    """One named test for each thing that the protocol asks of a connector."""

    source: ClassVar[type[Source]]
    world: ClassVar[World]
    secrets: ClassVar[Mapping[str, Mapping[str, Any]]]
    cap_setting: ClassVar[str]

    def test_settings_have_descriptions(self) -> None:
        missing = [path for path, info in _fields(self.source.Settings) if not info.description]
        assert not missing, f"settings without a description: {missing}"

    def test_secrets_are_secret_strings(self) -> None:
        plain = [
            path
            for path, info in _fields(self.source.Settings)
            if _SECRET_NAME.search(path) and SecretStr not in (info.annotation, *get_args(info.annotation))
        ]
        assert not plain, f"settings that hold secrets but are not SecretStr: {plain}"

    def test_unknown_settings_are_refused(self) -> None:
        with self.world.enter("healthy") as place:
            try:
                self.source.Settings.model_validate({**place.settings, "no_such_setting": 1})
            except ValidationError:
                return
        message = 'a misspelt setting is accepted in silence: give Settings model_config = ConfigDict(extra="forbid")'
        raise AssertionError(message)

    def test_reads_all_pages_and_ends(self) -> None:
        with self.world.enter("healthy") as place:
            reading = self._read(place)
        assert reading.error is None, f"a healthy source gave {reading.error!r}"
        assert len(reading.pages) >= 2, "fewer than two pages came from a source that has three"

    def test_cursors_are_json(self) -> None:
        with self.world.enter("healthy") as place:
            for page in self._read(place).pages:
                assert json.loads(json.dumps(dict(page.cursor))) == dict(page.cursor), "a cursor changes when it is saved as JSON"

    def test_resumes_from_every_cursor(self) -> None:
        with self.world.enter("healthy") as place:
            pages = self._read(place).pages
            for number, page in enumerate(pages):
                before = {raw for earlier in pages[: number + 1] for raw in earlier.objects}
                rest = [raw for later in pages[number + 1 :] for raw in later.objects]
                resumed = self._read(place, json.loads(json.dumps(dict(page.cursor)))).objects
                fresh = [raw for raw in resumed if raw not in before]
                assert fresh == [raw for raw in rest if raw not in before], f"resuming after page {number + 1} gives another rest"

    def test_a_repeated_page_stops(self) -> None:
        with self.world.enter("repeating") as place:
            reading = self._read(place)
        assert reading.pages, "the repeated page was not given even once"
        assert len(reading.pages) <= 5, "the same page was given more than five times"
        assert reading.error is None or isinstance(reading.error, StalledFeed), f"expected StalledFeed or an end, got {reading.error!r}"

    def test_what_came_before_a_failure_is_given(self) -> None:
        with self.world.enter("failing") as place:
            reading = self._read(place)
        assert isinstance(reading.error, SourceUnavailable), f"a source that is down must raise SourceUnavailable, got {reading.error!r}"
        assert len(reading.pages) >= 2, "the two pages before the failure were not given"

    def test_an_endless_reply_is_cut_at_the_cap(self) -> None:
        with self.world.enter("endless") as place:
            known = self.cap_setting in self.source.Settings.model_fields
            cap = CAP if known else 64 << 20
            settings = {**place.settings, self.cap_setting: cap} if known else place.settings
            reading = self._read(Place(settings, place.sent))
            sent = place.sent()
        assert isinstance(reading.error, TearlineError), f"expected one of Tearline's errors, got {reading.error!r}"
        tries = 6
        assert sent <= tries * (cap + (8 << 20)), f"{sent} bytes were taken from a source whose replies are capped at {cap}"

    def test_a_large_object_costs_no_neighbour(self) -> None:
        with self.world.enter("large-object") as place:
            reading = self._read(place)
        assert reading.error is None, f"one large object gave {reading.error!r}"
        assert len(reading.objects) == 2, "the neighbours of a large object were lost"
        reasons = [fragment.reason for page in reading.pages for fragment in page.fragments]
        assert reasons == ["too-large"], f"the large object must be a Fragment with the reason too-large, got {reasons}"

    def test_stops_within_a_second_of_silence(self) -> None:
        self._stops("hanging")

    def test_stops_within_a_second_of_being_throttled(self) -> None:
        self._stops("throttled")

    def test_stops_before_it_begins(self) -> None:
        stop = Event()
        stop.set()
        with self.world.enter("healthy") as place:
            began = time.monotonic()
            reading = self._read(place, stop=stop)
        assert time.monotonic() - began < STOP_S, "the stop signal was set, and it took more than a second"
        assert len(reading.pages) <= 1, "the stop signal was set, and it went on"

    def test_secrets_stay_secret(self) -> None:
        for secret in [path for path, info in _fields(self.source.Settings) if SecretStr in (info.annotation, *get_args(info.annotation))]:
            for situation in ("healthy", "failing"):
                shown = [line for line in self._said_with(secret, situation) if SENTINEL in line or "Basic " in line]
                assert not shown, f"the secret `{secret}` shows in {shown[0][:40]!r}…"

    def _said_with(self, secret: str, situation: Situation) -> list[str]:
        """Every log line, repr and traceback of a poll with the secret set; nothing where the source is never in the situation."""
        with suppress(SkipTest), self.world.enter(situation) as place, _everything_said() as said:
            settings = {**place.settings, secret: SENTINEL, **self.secrets.get(secret, {})}
            try:
                model = self.source.Settings.model_validate(settings)
            except ValidationError as error:
                said.append(str(error))  # it needs company that `secrets` does not give; even so it must not be shown
                return said
            source = self._make(model)
            reading = _drain(source.pages({}, Event()))
            said.extend([repr(source), repr(model), *(repr(page.cursor) for page in reading.pages)])
            if reading.error is not None:
                said.extend(traceback.format_exception(reading.error))
            return said
        return []

    def _read(self, place: Place, cursor: Cursor | None = None, stop: Event | None = None) -> _Reading:
        source = self._make(self.source.Settings.model_validate(place.settings))
        return _drain(source.pages(cursor or {}, stop or Event()))

    def _make(self, settings: BaseModel, timing: Timing | None = INSTANT) -> Source:
        make: Any = self.source
        takes_timing = "timing" in inspect.signature(make).parameters
        source: Source = make(settings, timing=timing) if takes_timing and timing else make(settings)
        return source

    def _stops(self, situation: Situation) -> None:
        """Read until the source makes us wait, give the stop signal, and measure."""
        with self.world.enter(situation) as place:
            source = self._make(self.source.Settings.model_validate(place.settings), timing=None)
            stop, first_page, reading = Event(), Event(), _Reading()

            def run() -> None:
                try:
                    for page in source.pages({}, stop):
                        reading.pages.append(page)
                        first_page.set()
                except TearlineError as error:
                    reading.error = error

            reader = Thread(target=run, daemon=True)
            reader.start()
            assert first_page.wait(FIRST_PAGE_S), "the page before the wait was not given"
            time.sleep(0.2)
            assert reader.is_alive(), f"it did not wait, but ended with {reading.error!r}"
            stop.set()
            reader.join(STOP_S)
            assert not reader.is_alive(), "it went on waiting for more than a second after the stop signal"
            assert reading.error is None, f"a stop is no error, but gave {reading.error!r}"


def _drain(pages: Iterator[Page]) -> _Reading:
    reading = _Reading()
    try:
        for page in pages:
            reading.pages.append(page)
            assert len(reading.pages) <= MANY_PAGES, f"more than {MANY_PAGES} pages came from a source that has three"
    except TearlineError as error:
        reading.error = error
    return reading


def _fields(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """(dotted path, field) of a settings model, nested models included."""
    for name, info in model.model_fields.items():
        yield prefix + name, info
        for kind in (info.annotation, *get_args(info.annotation)):
            if isinstance(kind, type) and issubclass(kind, BaseModel):
                yield from _fields(kind, f"{prefix}{name}.")


@contextmanager
def _everything_said() -> Iterator[list[str]]:
    """All log lines of the block, at the lowest level."""
    said: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            said.append(record.getMessage() + repr(record.args))

    root, collector = logging.getLogger(), Collector(level=logging.DEBUG)
    level = root.level
    root.addHandler(collector)
    root.setLevel(logging.DEBUG)
    try:
        with structlog.testing.capture_logs() as events:
            yield said
        said += [repr(event) for event in events]
    finally:
        root.removeHandler(collector)
        root.setLevel(level)
