"""C1 to C8: core and HTTP (TAXII 2.1 §2, 3.1, 3.6, 3.8, 4, 8.2)."""

from __future__ import annotations

import http.client
import re
import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.conformance.target import MALWARE, STIX, TAXII, Target, assert_taxii, indicator

pytestmark = pytest.mark.xdist_group("conformance")  # one process runs all of it: they share the target

Request = Callable[[Target], httpx2.Response]

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
UNKNOWN = "11111111-1111-4111-8111-111111111111"


def test_c1_discovery(target: Target, reader: httpx2.Client) -> None:
    found = reader.get("/taxii2/").json()
    assert found["title"]
    assert found["default"] in found["api_roots"]
    assert len(found["api_roots"]) >= 1
    for root in found["api_roots"]:
        parts = urlsplit(root)
        assert not parts.query
        assert parts.path.endswith("/")
        if parts.scheme:
            assert parts.scheme == "https"
        else:
            assert root.startswith("/")
            assert not root.startswith("//")
            assert ".." not in root
        assert reader.get(parts.path).status_code == 200


ANSWERS: list[tuple[str, int, Request]] = [
    ("discovery", 200, lambda t: t.client(t.reader).get("/taxii2/")),
    ("api-root", 200, lambda t: t.client(t.reader).get(t.root)),
    ("collections", 200, lambda t: t.client(t.reader).get(f"{t.root}collections/")),
    ("collection", 200, lambda t: t.client(t.reader).get(t.path("read"))),
    ("objects", 200, lambda t: t.client(t.reader).get(t.path("read", "objects/"))),
    ("manifest", 200, lambda t: t.client(t.reader).get(t.path("read", "manifest/"))),
    ("object", 200, lambda t: t.client(t.reader).get(t.path("versions", f"objects/{MALWARE}/"))),
    ("versions", 200, lambda t: t.client(t.reader).get(t.path("versions", f"objects/{MALWARE}/versions/"))),
    ("no credentials", 401, lambda t: t.client(None).get(t.path("read", "objects/"))),
    ("wrong credentials", 401, lambda t: t.client(None, Authorization="Bearer nothing").get(t.path("read", "objects/"))),
    ("malformed query", 400, lambda t: t.client(t.reader).get(t.path("read", "objects/?limit=0"))),
    ("unknown path", 404, lambda t: t.client(t.reader).get("/taxii2/nothing/here/")),
    ("unknown api root", 404, lambda t: t.client(t.reader).get("/no-such-root/")),
    ("unknown root's collections", 404, lambda t: t.client(t.reader).get("/no-such-root/collections/")),
    ("unknown collection", 404, lambda t: t.client(t.reader).get(f"{t.root}collections/{UNKNOWN}/objects/")),
    ("unknown status", 404, lambda t: t.client(t.writer).get(f"{t.root}status/{UNKNOWN}/")),
    ("unknown object", 404, lambda t: t.client(t.reader).get(t.path("read", f"objects/{MALWARE}/"))),
    ("wrong method", 405, lambda t: t.client(t.reader).put(t.path("read", "objects/"), content=b"{}")),
    ("wrong Accept", 406, lambda t: t.client(t.reader, Accept="text/html").get(t.path("read", "objects/"))),
    ("malformed JSON", 400, lambda t: _post(t, b'{"objects":[')),
    ("no envelope", 422, lambda t: _post(t, b"[1,2]")),
    ("wrong Content-Type", 415, lambda t: _post(t, b"{}", "text/plain")),
    ("body too large", 413, lambda t: _post(t, b" " * (t.max_content_length + 1))),
]


def _post(target: Target, body: bytes, content_type: str = TAXII) -> httpx2.Response:
    return target.client(target.writer, **{"Content-Type": content_type}).post(target.path("both", "objects/"), content=body)


@pytest.mark.parametrize(("what", "status", "ask"), ANSWERS, ids=[f"C2 {row[0]}" for row in ANSWERS])
def test_c2_every_answer_is_taxii(target: Target, what: str, status: int, ask: Request) -> None:
    answer = ask(target)
    assert answer.status_code == status, what
    assert_taxii(answer)


ACCEPTS = [
    TAXII,
    "application/taxii+json; version=2.1",
    'application/taxii+json;version="2.1"',
    "application/taxii+json",
    "Application/TAXII+JSON;Version=2.1",
    f"{TAXII},{STIX}",
    "text/html;q=0.5, application/taxii+json;version=2.1;q=0.9",
    "text/html, application/taxii+json ; version=2.1 ; q=0.1",
    "*/*",
    "application/*",
]


@pytest.mark.parametrize("accept", ACCEPTS, ids=[f"C3 {accept}" for accept in ACCEPTS])
def test_c3_every_spelling_of_accept(target: Target, accept: str) -> None:
    for path in ("/taxii2/", target.root, target.path("read"), target.path("read", "objects/")):
        answer = target.client(target.reader, Accept=accept).get(path)
        assert answer.status_code == 200, path
        assert_taxii(answer)


def test_c3_no_accept_at_all(target: Target) -> None:
    with httpx2.Client(base_url=target.base_url, trust_env=False, headers=target.reader.headers) as client:
        del client.headers["Accept"]
        assert client.get(target.path("read", "objects/")).status_code == 200


CONTENT_TYPES = [
    (TAXII, 202),
    ("application/taxii+json; version=2.1", 202),
    ('application/taxii+json;version="2.1"', 202),
    ("application/taxii+json", 202),
    ("Application/Taxii+JSON;version=2.1", 202),
    ("application/taxii+json;version=2.0", 415),
    ("application/vnd.oasis.taxii+json;version=2.0", 415),
    ("application/xml", 415),
    ("text/plain", 415),
]


@pytest.mark.parametrize(("content_type", "status"), CONTENT_TYPES, ids=[f"C4 {row[0]}" for row in CONTENT_TYPES])
def test_c4_content_types(target: Target, content_type: str, status: int) -> None:
    body = httpx2.Response(200, json={"objects": [indicator(900)]}).content
    answer = _post(target, body, content_type)
    assert answer.status_code == status
    assert_taxii(answer)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "identity", "br"])
def test_c4_no_content_coding(target: Target, coding: str) -> None:
    client = target.client(target.writer, **{"Content-Type": TAXII, "Content-Encoding": coding})
    assert client.post(target.path("both", "objects/"), content=b'{"objects":[]}').status_code == 415


def test_c5_empty_lists_are_left_out(target: Target, reader: httpx2.Client) -> None:
    for rest in ("objects/", "manifest/"):
        assert reader.get(target.path("empty", rest)).json() == {}
        assert reader.get(target.path("read", f"{rest}?match[type]=tool")).json() == {}


@pytest.mark.parametrize("rest", ["", "objects/", "manifest/"])
def test_c5_a_path_without_its_slash(target: Target, rest: str) -> None:
    client = target.client(target.reader)
    client.follow_redirects = True
    assert client.get(target.path("read", rest).rstrip("/")).status_code == 200


def test_c6_timestamps_and_ids(target: Target, reader: httpx2.Client) -> None:
    answer = reader.get(target.path("read", "manifest/?limit=50"))
    for record in answer.json()["objects"]:
        assert MOMENT.fullmatch(record["date_added"])
    assert MOMENT.fullmatch(answer.headers["X-TAXII-Date-Added-First"])
    for collection in reader.get(f"{target.root}collections/").json()["collections"]:
        assert uuid.UUID(collection["id"]).version == 4
    assert 0 < reader.get(target.root).json()["max_content_length"] < 2**53


def test_c7_no_user_agent(target: Target) -> None:
    parts = urlsplit(target.base_url)
    assert parts.hostname is not None
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=20)
    try:
        connection.request("GET", target.path("read", "objects/"), headers={**target.reader.headers, "Accept": TAXII})
        assert connection.getresponse().status == 200
    finally:
        connection.close()


REFUSED = [
    ("no header", {}),
    ("unknown scheme", {"Authorization": "Digest x"}),
    ("not base64", {"Authorization": "Basic ???"}),
    ("unknown user", {"Authorization": "Basic bm9ib2R5Om5vdGhpbmc="}),
    ("wrong token", {"Authorization": "Bearer nothing"}),
    ("empty", {"Authorization": ""}),
]


@pytest.mark.parametrize(("what", "headers"), REFUSED, ids=[f"C8 {row[0]}" for row in REFUSED])
@pytest.mark.parametrize("rest", ["", "objects/", "manifest/", f"objects/{MALWARE}/", f"objects/{MALWARE}/versions/"])
def test_c8_failed_authentication(target: Target, what: str, headers: dict[str, str], rest: str) -> None:
    answer = target.client(None, **headers).get(target.path("read", rest))
    assert answer.status_code in (401, 404), what
    assert_taxii(answer)
    if answer.status_code == 401:
        assert "basic" in answer.headers["WWW-Authenticate"].lower()
