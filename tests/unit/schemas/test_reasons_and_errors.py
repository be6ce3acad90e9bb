"""The outside face: reason codes and the tree of errors."""

from __future__ import annotations

import re

import pytest

from schemas import errors, reasons
from schemas.errors import (
    BadInput,
    BadRequest,
    BusUnavailable,
    ConfigError,
    CredentialError,
    OperatorError,
    RetryLater,
    SourceUnavailable,
    StalledFeed,
    StoreBusy,
    StoreVersionError,
    TearlineError,
    TooManyRequests,
    Unprocessable,
)

TREE = {
    OperatorError: TearlineError,
    ConfigError: OperatorError,
    CredentialError: OperatorError,
    StoreVersionError: OperatorError,
    RetryLater: TearlineError,
    SourceUnavailable: RetryLater,
    BusUnavailable: RetryLater,
    StoreBusy: RetryLater,
    TooManyRequests: RetryLater,
    StalledFeed: TearlineError,
    BadInput: TearlineError,
    BadRequest: TearlineError,
    Unprocessable: BadRequest,
}


@pytest.mark.parametrize("child", TREE, ids=lambda child: child.__name__)
def test_each_error_stands_in_its_place(child: type[Exception]) -> None:
    assert child.__bases__ == (TREE[child],)


def test_the_tree_is_drawn_in_full() -> None:
    defined = {item for item in vars(errors).values() if isinstance(item, type) and issubclass(item, TearlineError)}
    assert defined == set(TREE) | {TearlineError}
    for item in defined:
        assert item.__name__ in str(errors.__doc__)


def test_errors_carry_what_the_caller_needs() -> None:
    assert RetryLater("later", 3.0).retry_after == 3.0
    assert StoreBusy("later").retry_after is None
    bad = BadInput("invalid-id", "object_refs.0")
    assert (bad.reason, bad.path, str(bad)) == ("invalid-id", "object_refs.0", "invalid-id at object_refs.0")
    assert str(BadInput("missing-id")) == "missing-id"


def test_codes_are_words_and_each_has_a_sentence() -> None:
    assert len(reasons.ALL) >= len(reasons.QUARANTINE) + len(reasons.WITHHOLD)
    for code, text in reasons.ALL.items():
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
        assert text.endswith(".")


def test_a_code_in_two_lists_is_the_same_fact() -> None:
    assert reasons.QUARANTINE.keys() & reasons.WITHHOLD.keys() == {"marking-mismatch", "audience-mismatch"}
