"""When to try a request again, and how long to wait before: bounded tries, jitter, and `Retry-After` up to a cap."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from threading import Event
from typing import Literal, TypeVar

from schemas.errors import SourceUnavailable

TRIES = 5
"""Tries for one page. With the pauses below that is about 15 s of patience with a server that is down, which outlives a restart;
what lasts longer is the scheduler's business: it sees SourceUnavailable and the cursor has not moved."""

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0

FailureKind = Literal["busy", "time-out", "too-large", "server-error", "connection", "incomplete"]

T = TypeVar("T")


class Stopped(Exception):
    """The stop signal came while a connector waited. It never leaves a connector: `pages` ends quietly."""


class TryFailed(Exception):
    """One try of a request failed in a way that another may not; `retry_after` in seconds where the server named it."""

    def __init__(self, message: str, kind: FailureKind, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.retry_after = retry_after


def _wait(stop: Event, seconds: float) -> bool:
    return stop.wait(seconds)


@dataclass(frozen=True, slots=True)
class Timing:
    """Time and chance, as parameters.

    now:       the wall clock, for `Retry-After` dates alone
    monotonic: seconds that never go back, for time-outs
    wait:      wait so many seconds or until the event is set; tells whether it is set
    chance:    a number in [0, 1), for jitter
    """

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic
    wait: Callable[[Event, float], bool] = _wait
    chance: Callable[[], float] = random.random


REAL_TIME = Timing()


class Patience:
    """The tries of one request. One object per request: it counts."""

    def __init__(self, stop: Event, timing: Timing, max_wait_s: float, tries: int = TRIES) -> None:
        self._stop = stop
        self._timing = timing
        self._max_wait_s = max_wait_s
        self._left = tries
        self._pause = FIRST_PAUSE_S

    def after(self, failure: TryFailed) -> None:
        """Wait before the next try. Raises SourceUnavailable when the tries are used up, and Stopped on the stop signal."""
        told = None if failure.retry_after is None else min(max(failure.retry_after, 0.0), self._max_wait_s)
        self._left -= 1
        if self._left <= 0:
            raise SourceUnavailable(str(failure), told) from failure
        pause = self._pause * (0.5 + self._timing.chance() / 2)
        self._pause = min(self._pause * 2, LONGEST_PAUSE_S)
        if self._timing.wait(self._stop, pause if told is None else told):
            raise Stopped

    def run(self, attempt: Callable[[], T]) -> T:
        """The result of `attempt`, tried again while it raises TryFailed."""
        while True:
            try:
                return attempt()
            except TryFailed as failure:
                self.after(failure)


def retry_after(header: str | None, now: datetime) -> float | None:
    """Seconds that a `Retry-After` header asks for (RFC 9110 §10.2.3): a number or an HTTP date; None where it says neither."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return max(0.0, (moment.replace(tzinfo=moment.tzinfo or UTC) - now).total_seconds())
