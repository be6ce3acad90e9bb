"""Fixtures with a real Kafka broker. Import them in a conftest.py, or name this module in `pytest_plugins`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from pipeline.dev.java import find_java
from pipeline.dev.kafka import Broker, down, up
from schemas.errors import OperatorError

__all__ = ["kafka_bootstrap", "need_java", "own_broker"]


def need_java() -> None:
    """Without a Java nothing can run; everything else that goes wrong is a failure, not a reason to skip."""
    try:
        find_java()
    except OperatorError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def kafka_bootstrap(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one broker for the whole run: the workers of pytest-xdist share it, the last to leave ends it.

    Its topics are shared too: make names of your own.
    """
    need_java()
    parallel = "PYTEST_XDIST_WORKER" in os.environ
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if parallel else base) / "kafka"
    folder.mkdir(exist_ok=True)
    with _users(folder) as users:
        address = up(folder)
        users.append(os.getpid())
    yield address
    with _users(folder) as users:
        users.remove(os.getpid())
        if not users:
            down(folder)


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    """A broker for one test that ends or disturbs it."""
    need_java()
    broker = Broker(tmp_path / "kafka")
    broker.start()
    yield broker
    broker.stop()


class _users:  # noqa: N801 (used as a function)
    """The pids of the test processes that use the broker of `folder`, under a lock; dead ones are struck off."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "users.json"
        self._lock = FileLock(folder / "users.lock")

    def __enter__(self) -> list[int]:
        self._lock.acquire()
        known = json.loads(self._file.read_text()) if self._file.exists() else []
        self._now = [pid for pid in known if Path(f"/proc/{pid}").exists() or not Path("/proc").exists()]
        return self._now

    def __exit__(self, *_: object) -> None:
        self._file.write_text(json.dumps(self._now))
        self._lock.release()
