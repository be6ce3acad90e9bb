"""Every error that Tearline raises, grouped by what the caller does next.

    TearlineError
    ├── OperatorError        stop and tell the operator; trying again will not help
    │   ├── ConfigError      a file is wrong: says which, where, and what would be right
    │   ├── CredentialError  a source or client was refused: do not hammer it
    │   └── StoreVersionError  the store was written by a newer program
    ├── RetryLater           the same call may go through later
    │   ├── SourceUnavailable  time-out, connection lost, 5xx, 429 (carries retry_after)
    │   ├── BusUnavailable   the broker or the log file did not take or give a message
    │   ├── StoreBusy        another process holds the store, or its disk is full
    │   └── TooManyRequests  a client asks or guesses too often: answer 429 with Retry-After
    ├── StalledFeed          the source repeats itself: keep what came, stop this poll, alarm
    ├── BadInput             what was read is unusable: quarantine it with `reason`, go on with its neighbours
    └── BadRequest           a client asked wrongly: answer 400 with the title
        └── Unprocessable    what it sent is well-formed and still not what belongs there: answer 422

A message says what happened, where, and what to do. It never holds a value from a feed.
"""

from __future__ import annotations


class TearlineError(Exception):
    """Root of the tree."""


class OperatorError(TearlineError):
    """Stop and tell the operator."""


class ConfigError(OperatorError):
    """A configuration, agreement or policy file is wrong."""


class CredentialError(OperatorError):
    """A source or a client was refused."""


class StoreVersionError(OperatorError):
    """The store was written by a newer program than this one."""


class RetryLater(TearlineError):
    """The same call may go through later; `retry_after` is in seconds where the other side named it."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SourceUnavailable(RetryLater):
    """A source did not answer, or answered that it cannot now."""


class BusUnavailable(RetryLater):
    """The bus did not take or give a message."""


class StoreBusy(RetryLater):
    """The store is locked or full."""


class TooManyRequests(RetryLater):
    """A client asks more often than it may, or has presented too many wrong secrets."""


class StalledFeed(TearlineError):
    """A source repeats itself; what came so far is kept."""


class BadInput(TearlineError):
    """Unusable input; `reason` is a code of schemas.reasons, `path` a JSON path without values, `keep` whether quarantine may keep it."""

    def __init__(self, reason: str, path: str = "", *, keep: bool = True) -> None:
        super().__init__(f"{reason} at {path}" if path else reason)
        self.reason = reason
        self.path = path
        self.keep = keep


class BadRequest(TearlineError):
    """A client's request is malformed; the message becomes the title of the error body."""


class Unprocessable(BadRequest):
    """A client's body is well-formed, but cannot be processed; the message becomes the title of the error body."""
