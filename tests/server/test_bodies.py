"""Reading bodies: the limit while it streams, the deadline, and how many at once."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

import pytest

from pipeline.server import bodies
from pipeline.server.bodies import AT_ONCE, FOR_ONE_PARTNER, Bodies, TooLarge, TooSlow
from schemas.errors import StoreBusy

Message = dict[str, Any]


class Stream:
    """A client that sends parts, and notes how many were asked for."""

    def __init__(self, parts: Iterable[bytes], then: Message | None = None) -> None:
        self.parts = list(parts)
        self.asked = 0
        self.then = then

    async def __call__(self) -> Message:
        self.asked += 1
        if self.asked > len(self.parts):
            if self.then is not None:
                return self.then
            await asyncio.sleep(3600)
        return {
            "type": "http.request",
            "body": self.parts[self.asked - 1],
            "more_body": self.asked < len(self.parts) or self.then is not None,
        }


def read(stream: Stream, *headers: tuple[bytes, bytes], limit: int = 10) -> bytes:
    return asyncio.run(Bodies(limit).read("alpha", headers, stream))


def test_all_of_it() -> None:
    assert read(Stream([b"01234", b"", b"56789"])) == b"0123456789"
    assert read(Stream([b""])) == b""


def test_it_stops_reading_at_the_limit() -> None:
    stream = Stream([b"012345", b"67890", b"never", b"never"])
    with pytest.raises(TooLarge):
        read(stream)
    assert stream.asked == 2


@pytest.mark.parametrize("declared", [b"11", b"99999999999999999999999999"])
def test_a_declared_length_is_believed(declared: bytes) -> None:
    stream = Stream([b"x"])
    with pytest.raises(TooLarge):
        read(stream, (b"content-length", declared))
    assert stream.asked == 0


def test_a_client_that_stalls_or_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "BODY_SECONDS", 0.05)
    with pytest.raises(TooSlow):
        read(Stream([]))
    with pytest.raises(TooSlow):
        read(Stream([b"0"], {"type": "http.disconnect"}))


def test_so_many_at_once_and_so_many_of_one_partner() -> None:
    async def attempt() -> None:
        reader = Bodies(10)
        held = [asyncio.create_task(reader.read(f"p{n // FOR_ONE_PARTNER}", (), Stream([]))) for n in range(FOR_ONE_PARTNER)]
        await asyncio.sleep(0)
        with pytest.raises(StoreBusy):
            await reader.read("p0", (), Stream([b"x"]))
        assert await reader.read("other", (), Stream([b"x"])) == b"x"
        held += [asyncio.create_task(reader.read(f"q{n}", (), Stream([]))) for n in range(AT_ONCE - FOR_ONE_PARTNER)]
        await asyncio.sleep(0)
        with pytest.raises(StoreBusy):
            await reader.read("other", (), Stream([b"x"]))
        for task in held:
            task.cancel()
        await asyncio.gather(*held, return_exceptions=True)
        assert await reader.read("p0", (), Stream([b"x"])) == b"x"

    asyncio.run(attempt())
