"""Garbage on the wire: each is refused or closed, never a 5xx, and the next honest request is answered."""

from __future__ import annotations

import random
import re

import pytest

from tests.load.conftest import SOAK
from tests.load.wire import Honest, answer_to
from tests.support.serving import ServedHub

GET = b"GET /taxii2/ HTTP/1.1\r\nHost: hub.example\r\n"
GARBAGE: dict[str, bytes] = {
    "random bytes": random.Random(1).randbytes(4096) + b"\r\n\r\n",
    "a TLS hello": bytes.fromhex("16030100f8010000f40303") + bytes(200),
    "HTTP/0.9": b"GET /taxii2/\r\n\r\n",
    "HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/9": b"GET /taxii2/ HTTP/9.9\r\n\r\n",
    "no method": b" /taxii2/ HTTP/1.1\r\n\r\n",
    "a method of 10 kB": b"G" * 10_000 + b" / HTTP/1.1\r\n\r\n",
    "a path of 200 kB": b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a query of 60 kB": b"GET /taxii2/?" + b"a=1&" * 15_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "100,000 slashes": b"GET " + b"/" * 60_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    "a header of 1 MB": GET + b"X: " + b"a" * 1_000_000 + b"\r\n\r\n",
    "5,000 headers": GET + b"".join(b"X-%d: 1\r\n" % number for number in range(5_000)) + b"\r\n",
    "a header without a colon": GET + b"nonsense\r\n\r\n",
    "a NUL in a header": GET + b"X: a\0b\r\n\r\n",
    "a folded header": GET + b"X: a\r\n  b\r\n\r\n",
    "bare line feeds": GET.replace(b"\r\n", b"\n") + b"\n",
    "a NUL in the path": b"GET /taxii2/\0 HTTP/1.1\r\nHost: x\r\n\r\n",
    "bad percent-encoding": b"GET /%zz/%f/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "bytes that are no UTF-8": b"GET /\xff\xfe/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "encoded bytes that are no UTF-8": b"GET /tearline/collections/%FF%FE/objects/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "dots": b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n",
    "an absolute address": b"GET http://other.example/taxii2/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "CONNECT": b"CONNECT other.example:443 HTTP/1.1\r\nHost: x\r\n\r\n",
    "OPTIONS *": b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    "an upgrade": GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: YQ==\r\n\r\n",
    "two lengths": b"POST /taxii2/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a negative length": b"POST /taxii2/ HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "a length beyond 64 bits": b"POST /taxii2/ HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    "a length and chunks": b"POST /taxii2/ HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    b"GET /smuggled/ HTTP/1.1\r\nHost: x\r\n\r\n",
    "an unknown coding": b"POST /taxii2/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xyz\r\n\r\n",
    "a chunk of no size": b"POST /taxii2/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab\r\n",
    "a chunk of 2^64": b"POST /taxii2/ HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nab\r\n",
    "Expect": b"POST /taxii2/ HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
    "100 requests in one go": (GET + b"\r\n") * 100,
    "an Authorization of 100 kB": GET + b"Authorization: Basic " + b"A" * 100_000 + b"\r\n\r\n",
    "two Authorizations": GET + b"Authorization: Basic YTpi\r\nAuthorization: Bearer tl_a_b\r\n\r\n",
    "Basic that is no base64": GET + b"Authorization: Basic \xff\xfe!!\r\n\r\n",
    "an Accept of 60 kB": GET + b"Accept: " + b"a/b;q=0.1," * 6_000 + b"\r\n\r\n",
}


def statuses(said: bytes) -> list[int]:
    return [int(code) for code in re.findall(rb"HTTP/1\.[01] (\d{3})", said)]


@pytest.mark.parametrize("data", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_refused(hub: ServedHub, data: bytes) -> None:
    said = statuses(answer_to(hub, data, wait=0.5))
    assert all(400 <= status < 500 or status == 100 for status in said), said
    assert Honest(hub).times(2)


def test_smuggled_requests_are_not_answered(hub: ServedHub) -> None:
    assert len(statuses(answer_to(hub, GARBAGE["a length and chunks"], wait=0.5))) <= 1


def test_random_changes_of_a_good_request(hub: ServedHub) -> None:
    """Bytes are changed, left out, doubled: the server closes or answers, 200 included, but never with a 5xx."""
    chance = random.Random(20260101)
    query = b"?limit=3&match%5Btype%5D=indicator&match%5Bversion%5D=all&added_after=2020-01-01T00:00:00Z&next=abc"
    good = b"GET " + hub.objects_path.encode() + query + b" HTTP/1.1\r\nHost: x\r\nAccept: application/taxii+json;version=2.1\r\n"
    good += b"Authorization: " + hub.basic.encode() + b"\r\nConnection: close\r\n\r\n"
    for _ in range(5_000 if SOAK else 150):
        data = bytearray(good)
        for _ in range(chance.randint(1, 4)):
            place = chance.randrange(len(data))
            match chance.randrange(3):
                case 0:
                    data[place] = chance.randrange(256)
                case 1:
                    del data[place : place + chance.randint(1, 9)]
                case _:
                    data[place:place] = data[place : place + chance.randint(1, 30)]
        said = statuses(answer_to(hub, bytes(data) + b"\r\n\r\n", wait=0.2))
        assert all(status < 500 for status in said), bytes(data)
