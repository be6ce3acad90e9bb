"""Tests that share something costly, or go on from where others stopped, run in one process: pytest-xdist has to know their groups."""

from __future__ import annotations

import os

import pytest


@pytest.mark.xdist_group("groups")
def test_the_group_of_a_test_is_part_of_what_is_handed_out(request: pytest.FixtureRequest) -> None:
    is_spread = "PYTEST_XDIST_WORKER" in os.environ and request.config.getoption("loadgroup", default=False)
    assert request.node.nodeid.endswith("@groups") == is_spread
