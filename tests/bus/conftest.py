"""The three buses under one name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from uuid import uuid4

import pytest

from pipeline.bus.base import Bus
from pipeline.bus.open import BusSettings, open_bus
from tests.support.kafka import kafka_bootstrap, own_broker

__all__ = ["kafka_bootstrap", "own_broker"]

OpenBus = Callable[[], Bus]


@pytest.fixture(params=["memory", "sqlite", pytest.param("kafka", marks=pytest.mark.kafka)])
def reopen(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenBus]:
    """Open one more handle onto the same log; all are closed at the end."""
    bootstrap = request.getfixturevalue("kafka_bootstrap") if request.param == "kafka" else ""
    settings = BusSettings(kind=request.param, bootstrap=bootstrap)
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(open_bus(settings, tmp_path)))


@pytest.fixture
def bus(reopen: OpenBus) -> Bus:
    """A handle that the test may also close itself."""
    return reopen()


@pytest.fixture
def topic() -> str:
    """A name that no other test uses: a broker is shared."""
    return f"test.{uuid4().hex}"
