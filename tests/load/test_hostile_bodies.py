"""F16, F18 and slow bodies: what a partner who may write can send. Each is refused, or fails by itself; the server stays as it was."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import httpx2
import pytest

from pipeline.server import bodies
from tests.conformance.our_server import LIMITS, our_target
from tests.conformance.target import TAXII, Target
from tests.load.conftest import soak
from tests.load.wire import connect_port, read_all

FIELDS = '"type":"indicator","spec_version":"2.1","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z",' \
    '"valid_from":"2026-01-01T00:00:00Z","pattern_type":"stix","pattern":"[url:value = \'https://a.example/\']"'  # fmt: skip
IN_TIME = 3.0
"""Seconds. On a quiet machine each takes less than 0.05; other tests share it."""


def one(more: str = "", text: str = FIELDS) -> bytes:
    return f'{{"id":"indicator--{uuid.uuid4()}",{text}{more}}}'.encode()


def envelope(*objects: bytes) -> bytes:
    return b'{"objects":[' + b",".join(objects) + b"]}"


DEEP = b"[" * 100_000
REFUSED: dict[str, tuple[bytes, set[int]]] = {
    "100,000 brackets": (DEEP, {400}),
    "100,000 objects in objects": (b'{"objects":[' + b'{"a":' * 100_000, {400}),
    "an object 100,000 levels deep": (envelope(one(), one(',"x":' + "[" * 100_000 + "]" * 100_000)), {400}),
    "no JSON": (b"\xff\xfe\x00nonsense", {400}),
    "cut off": (envelope(one())[:-20], {400}),
    "an empty body": (b"", {400}),
    "null": (b"null", {422}),
    "a list": (b"[]", {422}),
    "objects that are no list": (b'{"objects":{}}', {422}),
    "no objects": (b'{"objects":[]}', {422}),
    "another encoding": (envelope(one()).decode().encode("utf-16"), {400}),
    "a megabyte too much": (b" " * (LIMITS["max_content_length"] + 1_000_000), {413}),  # type: ignore[operator]
}
ALONE: dict[str, bytes] = {
    "too deep": one(',"x":' + "[" * 500 + "]" * 500),
    "100,000 keys": one("," + ",".join(f'"x_{number}":1' for number in range(70_000))),
    "a string of 900 kB": one(f',"x_text":"{"a" * 900_000}"'),
    "NaN": one(',"x":NaN'),
    "1e999": one(',"x":1e999'),
    "a lone surrogate": one(',"x":"\\ud800"'),
    "an integer of 30 digits": one(',"x":' + "9" * 30),
    "a key twice": one(',"lang":"en","lang":"de"'),
    "a number for an object": b"7",
    "no id": b"{" + FIELDS.encode() + b"}",
    "an id that is no text": b'{"id":{"a":[]},' + FIELDS.encode() + b"}",
}


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    with our_target(tmp_path_factory.mktemp("bodies") / "hub") as made:
        yield made


@pytest.fixture
def writer(target: Target) -> Iterator[httpx2.Client]:
    headers = {**target.writer.headers, "Accept": TAXII, "Content-Type": TAXII}
    with httpx2.Client(base_url=target.base_url, headers=headers, trust_env=False, timeout=30) as made:
        yield made


@pytest.mark.parametrize(("body", "statuses"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_envelope_is_refused_in_time(writer: httpx2.Client, target: Target, body: bytes, statuses: set[int]) -> None:
    begun = time.monotonic()
    answer = writer.post(target.path("both", "objects/"), content=body)
    assert time.monotonic() - begun < IN_TIME
    assert answer.status_code in statuses
    assert answer.json()["http_status"] == str(answer.status_code)


@pytest.mark.parametrize("hostile", ALONE.values(), ids=ALONE)
def test_one_hostile_object_does_not_take_its_neighbours_along(writer: httpx2.Client, target: Target, hostile: bytes) -> None:
    begun = time.monotonic()
    answer = writer.post(target.path("both", "objects/"), content=envelope(one(), hostile, one()))
    assert time.monotonic() - begun < IN_TIME
    assert answer.status_code == 202, answer.text
    assert answer.json()["total_count"] == 3


def test_they_are_counted_one_by_one_in_the_end(writer: httpx2.Client, target: Target) -> None:
    good, bad = one(), ALONE["NaN"]
    status = writer.post(target.path("both", "objects/"), content=envelope(good, bad)).json()["id"]
    target.process()
    found = writer.get(f"{target.root}status/{status}/").json()
    assert (found["status"], found["success_count"], found["failure_count"]) == ("complete", 1, 1)
    assert [item["id"] for item in found["successes"]] == [json.loads(good)["id"]]


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "identity"])
def test_compressed_bodies_are_not_unpacked(writer: httpx2.Client, target: Target, coding: str) -> None:
    answer = writer.post(target.path("both", "objects/"), content=b"\x1f\x8b" + bytes(1000), headers={"Content-Encoding": coding})
    assert answer.status_code == 415


def test_a_body_without_end_is_cut_off(target: Target) -> None:
    """Chunks for ever: 413 as soon as the limit is passed, and the connection is closed."""
    with closing(connect_port(int(target.base_url.rpartition(":")[2]))) as connection:
        connection.sendall(head(target, "Transfer-Encoding: chunked"))
        sent = 0
        try:
            while sent < 20_000_000:
                connection.sendall(b"10000\r\n" + b" " * 65536 + b"\r\n")
                sent += 65536
        except ConnectionError:
            pass
        assert sent < 20_000_000
    with closing(connect_port(int(target.base_url.rpartition(":")[2]))) as connection:
        connection.sendall(head(target, "Transfer-Encoding: chunked") + (b"10000\r\n" + b" " * 65536 + b"\r\n") * 17)
        assert read_all(connection).startswith(b"HTTP/1.1 413")


@soak
def test_a_slow_body_is_cut_off(target: Target, tmp_path: Path) -> None:
    """F20: a byte a second, for ever."""
    with ExitStack() as stack:
        slow = [stack.enter_context(closing(connect_port(int(target.base_url.rpartition(":")[2])))) for _ in range(bodies.FOR_ONE_PARTNER)]
        for connection in slow:
            connection.sendall(head(target, "Content-Length: 1000"))
        begun = time.monotonic()
        while time.monotonic() < begun + bodies.BODY_SECONDS - 3:
            for connection in slow:
                connection.sendall(b" ")
            time.sleep(1)
        for connection in slow:
            assert read_all(connection).startswith(b"HTTP/1.1 408")
        assert time.monotonic() - begun < bodies.BODY_SECONDS + 5


def head(target: Target, *headers: str) -> bytes:
    lines = [f"POST {target.path('both', 'objects/')} HTTP/1.1", "Host: x", f"Content-Type: {TAXII}", *headers]
    lines += [f"{name}: {value}" for name, value in target.writer.headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
