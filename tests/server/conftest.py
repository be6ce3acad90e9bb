"""Servers for the tests, each over its own views.db."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import structlog

from pipeline.server.embedded import EmbeddedServer
from tests.server.support import KEY, Collection, Site, Views, indicators, settings

StartSite = Callable[..., Site]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.reset_defaults()


@pytest.fixture
def views(tmp_path: Path) -> Iterator[Views]:
    made = Views(tmp_path / "views.db")
    yield made
    made.sql.close()


@pytest.fixture
def start(views: Views) -> Iterator[StartSite]:
    """Start a server over `views` with changed settings."""
    with ExitStack() as stack:

        def begin(**changes: Any) -> Site:
            server = stack.enter_context(EmbeddedServer(views.path, settings(**changes), KEY))
            return Site(views, server, stack)

        yield begin


@pytest.fixture
def site(start: StartSite) -> Site:
    return start()


@pytest.fixture
def twelve(views: Views) -> Collection:
    """A collection of alpha.example with twelve indicators; pages have five by default."""
    collection = views.collection("alpha.example", alias="alpha-feed", description="All of it")
    views.put(collection, indicators(12))
    return collection
