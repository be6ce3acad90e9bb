"""The worlds in which the conformance kit tries a connector: each can put a source into a number of situations."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, Protocol
from unittest import SkipTest

from connectors import hostile
from connectors.testing_server import HostileTaxiiServer, Request, Wire

Situation = Literal["healthy", "repeating", "failing", "hanging", "throttled", "endless", "large-object"]
"""
healthy:      three pages of two objects
repeating:    the source leads to the same page again and again
failing:      two pages, then the source is down
hanging:      one page, then no answer
throttled:    one page, then "come back in an hour"
endless:      one reply that never ends
large-object: one page: a small object, one of 3 MiB, a small one
"""

PAGES = 3
LARGE = 3 << 20


@dataclass(frozen=True, slots=True)
class Place:
    """A source in some situation: the settings that lead to it, and how many bytes it has sent so far."""

    settings: dict[str, Any]
    sent: Callable[[], int] = lambda: 0


class World(Protocol):
    """Where a kind of source can be put into situations."""

    def enter(self, situation: Situation) -> AbstractContextManager[Place]:
        """Raises unittest.SkipTest where such a source cannot be in that situation."""
        ...


def _body(objects: list[dict[str, Any]], following: int | None) -> bytes:
    return json.dumps({"objects": objects, "next_page": following}).encode()


def _objects_of(page: int) -> list[dict[str, Any]]:
    return [hostile.sample_object(2 * page), hostile.sample_object(2 * page + 1)]


@dataclass(frozen=True, slots=True)
class HttpWorld:
    """An API over HTTP on this machine.

    settings: the connector's settings, given the server's URL
    body:     a reply, given a page's objects and the number of the following page, if there is one
    asked:    which page a request asks for
    headers:  a reply's headers, given the page's number
    """

    settings: Callable[[str], Mapping[str, Any]] = lambda url: {"url": url}
    body: Callable[[list[dict[str, Any]], int | None], bytes] = _body
    asked: Callable[[Request], int] = lambda request: int(request.query.get("page", "0"))
    headers: Callable[[int], Mapping[str, str]] = lambda _: {}

    @contextmanager
    def enter(self, situation: Situation) -> Iterator[Place]:
        with HostileTaxiiServer(lambda request, wire: self._answer(situation, request, wire), resources={}) as server:
            yield Place(dict(self.settings(server.url)), lambda: server.sent)

    def _answer(self, situation: Situation, request: Request, wire: Wire) -> None:
        page = self.asked(request)
        following = page + 1 if page + 1 < PAGES else None
        if situation == "repeating":
            page, following = 0, 1
        elif situation == "failing" and page >= 2:
            hostile.status(500)(request, wire)
            return
        elif situation == "hanging" and page >= 1:
            hostile.silence()(request, wire)
            return
        elif situation == "throttled" and page >= 1:
            hostile.status(429, {"Retry-After": "3600"})(request, wire)
            return
        elif situation == "endless":
            hostile.endless_body()(request, wire)
            return
        objects = _objects_of(page) if page < PAGES else []
        if situation == "large-object":
            objects, following = [objects[0], hostile.sample_object(9, description="x" * LARGE), objects[1]], None
        wire.reply(200, self.body(objects, following), {"Content-Type": "application/json", **self.headers(page)})


@dataclass(frozen=True, slots=True)
class FolderWorld:
    """Files in a folder. `settings`: the connector's, given the folder; `write`: puts a page's objects into a file."""

    settings: Callable[[Path], Mapping[str, Any]] = lambda folder: {"path": str(folder)}
    write: Callable[[Path, list[dict[str, Any]]], object] = field(
        default=lambda path, objects: path.with_suffix(".json").write_bytes(hostile.envelope(objects))
    )

    @contextmanager
    def enter(self, situation: Situation) -> Iterator[Place]:
        if situation not in ("healthy", "large-object"):
            message = f"files are never {situation}"
            raise SkipTest(message)
        with TemporaryDirectory() as name:
            for page in range(PAGES if situation == "healthy" else 1):
                objects = _objects_of(page)
                if situation == "large-object":
                    objects.insert(1, hostile.sample_object(9, description="x" * LARGE))
                self.write(Path(name, f"page{page}"), objects)
            yield Place(dict(self.settings(Path(name))))
