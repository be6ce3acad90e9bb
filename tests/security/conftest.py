"""Servers for the tests of who may in: the ones of tests/server, and `tearline serve` in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.security.hub import ServedHub
from tests.server.conftest import _quiet, site, start, twelve, views

__all__ = ["_quiet", "site", "start", "twelve", "views"]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedHub]:
    """A hub with partners alpha and beta, served by the command."""
    with ServedHub(tmp_path_factory.mktemp("served")) as served:
        yield served


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty hub's folder."""
    return tmp_path / "hub"
