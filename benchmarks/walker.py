"""A plain client in Python, for servers that a compiled one has nothing to ask of: one connection, from the first page to the last."""

from __future__ import annotations

import http.client
import json
import time
from typing import NamedTuple
from urllib.parse import urlsplit

MEDIA_TYPE = "application/taxii+json;version=2.1"


class Walked(NamedTuple):
    """Objects, seconds for all of them, and the seconds of each page, the shortest first."""

    objects: int
    seconds: float
    pages: list[float]

    @property
    def rate(self) -> float:
        """Objects a second."""
        return self.objects / self.seconds

    @property
    def p95(self) -> float:
        """Milliseconds."""
        return 1000 * self.pages[len(self.pages) * 95 // 100]


class Client:
    """Keeps its connection where the server does."""

    def __init__(self, url: str, authorization: str, timeout: float = 600) -> None:
        target = urlsplit(url)
        self._connection = http.client.HTTPConnection(str(target.hostname), target.port, timeout=timeout)
        self._headers = {"Authorization": authorization, "Accept": MEDIA_TYPE, "Content-Type": MEDIA_TYPE}

    def ask(self, path: str, body: bytes | None = None) -> bytes:
        """The body of a 2xx answer."""
        self._connection.request("POST" if body else "GET", path, body, self._headers)
        answer = self._connection.getresponse()
        found = answer.read()
        if answer.status >= 300:
            message = f"{path}: {answer.status} {found[:200]!r}"
            raise RuntimeError(message)
        return found

    def last_added(self, objects: str) -> str:
        """The date of the newest object, which an answer without objects tells to whom asks for what comes after all of them."""
        self._connection.request("GET", f"{objects}?added_after=2100-01-01T00:00:00Z", headers=self._headers)
        answer = self._connection.getresponse()
        answer.read()
        return answer.headers["X-TAXII-Date-Added-Last"]

    def walk(self, objects: str, limit: int) -> Walked:
        """Every page of a collection."""
        path, pages, count = f"{objects}?limit={limit}", [], 0
        begun = time.perf_counter()
        while True:
            started = time.perf_counter()
            page = json.loads(self.ask(path))
            pages.append(time.perf_counter() - started)
            count += len(page.get("objects", ()))
            if not page.get("more"):
                return Walked(count, time.perf_counter() - begun, sorted(pages))
            path = f"{objects}?limit={limit}&next={page['next']}"

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
