"""One world for each module: its objects are fed once, and read by one client for each recipient."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.adversarial.world import World

MakeWorld = Callable[..., World]


@pytest.fixture(scope="module")
def make_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MakeWorld]:
    """A function (feeds, recipients, **options of make_hub) -> a world that is closed with the module."""
    with ExitStack() as stack:

        def make(feeds: dict[str, str], recipients: dict[str, Any], **options: Any) -> World:
            folder = tmp_path_factory.mktemp("world") / "hub"
            world = World(folder, feeds, recipients, {"unmarked": "amber+strict", **options})
            stack.callback(world.close)
            return world

        yield make
