"""Statuses of what partners POSTed: counts, completion, who may read them, and when they go."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.store.statuses import Envelope, Part, Statuses
from schemas.taxii import StatusDetail

NOW = 1_800_000_000_000_000
SENT = Envelope("s-1", "alpha", "", "2026-01-01T00:00:00.000000Z", 5)
GOOD: StatusDetail = {"id": "indicator--1", "version": "v"}
BAD: StatusDetail = {"id": "indicator--2", "version": "v", "message": "missing-property"}
FIRST, SECOND = Part(0, 3, 0, [GOOD], []), Part(1, 1, 1, [], [BAD])


@pytest.fixture
def statuses(tmp_path: Path) -> Iterator[Statuses]:
    made = Statuses(tmp_path / "statuses.db")
    yield made
    made.close()


def test_from_pending_to_complete(statuses: Statuses) -> None:
    statuses.begin(SENT)
    assert statuses.get("alpha", "", "s-1") == {
        "id": "s-1",
        "status": "pending",
        "request_timestamp": SENT.requested,
        "total_count": 5,
        "success_count": 0,
        "failure_count": 0,
        "pending_count": 5,
    }
    statuses.settle([(SENT, FIRST)], NOW)
    half = statuses.get("alpha", "", "s-1")
    assert half is not None
    assert (half["status"], half["success_count"], half["pending_count"]) == ("pending", 3, 2)
    statuses.settle([(SENT, SECOND)], NOW)
    whole = statuses.get("alpha", "", "s-1")
    assert whole is not None
    assert (whole["status"], whole["success_count"], whole["failure_count"], whole["pending_count"]) == ("complete", 4, 1, 0)
    assert (whole["successes"], whole["failures"]) == ([GOOD], [BAD])


def test_settled_before_it_was_noted_and_settled_again(statuses: Statuses) -> None:
    """Intake may be faster than the server, and a range may be read twice: nothing counts double, nothing goes back."""
    statuses.settle([(SENT, FIRST), (SENT, SECOND)], NOW)
    known = statuses.get("alpha", "", "s-1")
    statuses.begin(SENT)
    statuses.settle([(SENT, Part(0, 0, 3, [], [BAD]))], NOW + 1)
    assert statuses.get("alpha", "", "s-1") == known


@pytest.mark.parametrize(("partner", "root", "identifier"), [("beta", "", "s-1"), ("alpha", "other", "s-1"), ("alpha", "", "s-2")])
def test_nobody_else_sees_it(statuses: Statuses, partner: str, root: str, identifier: str) -> None:
    statuses.begin(SENT)
    assert statuses.get(partner, root, identifier) is None


def test_what_is_complete_goes_and_what_is_pending_stays_until_it_is_very_old(statuses: Statuses) -> None:
    statuses.settle([(SENT, FIRST), (SENT, SECOND)], NOW)
    statuses.begin(SENT._replace(id="s-2"))
    assert statuses.purge(NOW, "2025-01-01T00:00:00.000000Z") == 0
    assert statuses.purge(NOW + 1, "2025-01-01T00:00:00.000000Z") == 1
    assert statuses.get("alpha", "", "s-1") is None
    assert statuses.get("alpha", "", "s-2") is not None
    assert statuses.purge(0, "2027-01-01T00:00:00.000000Z") == 1
