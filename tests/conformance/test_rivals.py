"""Where other servers go wrong: every row of our list of their defects, as a request and what must come of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from urllib.parse import quote

import httpx2
import pytest

from tests.conformance.target import READ, TAXII, Target, added, assert_taxii, ids_of, indicator

pytestmark = pytest.mark.xdist_group("conformance")  # one process runs all of it: they share the target

IDS = [made["id"] for _, made in READ]
JSON = {"Content-Type": TAXII}
Get = Callable[[Target], httpx2.Response]


def _read(rest: str, **headers: str) -> Get:
    return lambda t: t.client(t.reader, **headers).get(t.path("read", rest))


def _post(body: bytes, content_type: str = TAXII) -> Get:
    return lambda t: t.client(t.writer, **{"Content-Type": content_type}).post(t.path("both", "objects/"), content=body)


ENVELOPE = httpx2.Response(200, json={"objects": [indicator(700)]}).content

ROWS: list[tuple[str, Get, int]] = [
    ("a root that is no UUID", lambda t: t.client(t.reader).get("/not-a-uuid/"), 404),
    ("a root that is a UUID", lambda t: t.client(t.reader).get("/11111111-1111-4111-8111-111111111111/"), 404),
    ("DELETE of an unknown id", lambda t: t.client(t.writer).delete(t.path("both", f"objects/{IDS[0]}/")), 404),
    ("Accept without version", _read("objects/", Accept="application/taxii+json"), 200),
    ("Accept */*", _read("objects/", Accept="*/*"), 200),
    ("Accept that names nothing of ours", _read("objects/", Accept="text/html"), 406),
    ("Content-Type with a space", _post(ENVELOPE, "application/taxii+json; version=2.1"), 202),
    ("Content-Type without version", _post(ENVELOPE, "application/taxii+json"), 202),
    ("malformed JSON", _post(b'{"objects":[{]}'), 400),
    ("limit=0", _read("objects/?limit=0"), 400),
    ("limit=-1", _read("objects/?limit=-1"), 400),
    ("limit=abc", _read("objects/?limit=abc"), 400),
    ("malformed added_after", _read("objects/?added_after=x"), 400),
    ("added_after without a fraction", _read("objects/?added_after=2026-01-01T00:00:00Z"), 200),
    ("repeated added_after", _read("objects/?added_after=2026-01-01T00:00:00Z&added_after=2026-01-01T00:00:01Z"), 400),
    ("match[version]=garbage", _read("objects/?match[version]=garbage"), 400),
    ("unknown match field", _read("objects/?match[revoked]=true"), 200),
    ("bogus next", _read("objects/?next=bogus"), 400),
    ("no right to read", lambda t: t.client(t.writer).get(t.path("write", "objects/")), 403),
    ("somebody else's", lambda t: t.client(t.writer).get(t.path("read", "objects/")), 404),
    ("no slash at the end", _read("objects"), 200),
    ("HEAD", lambda t: t.client(t.reader).head(t.path("read", "objects/")), 200),
    ("PUT", lambda t: t.client(t.reader).put(t.path("read", "objects/"), content=b"{}"), 405),
    ("no credentials", lambda t: t.client(None).get(t.path("read", "objects/")), 401),
]


@pytest.mark.parametrize(("what", "ask", "status"), ROWS, ids=[row[0] for row in ROWS])
def test_a_row(target: Target, what: str, ask: Get, status: int) -> None:
    answer = ask(target)
    assert answer.status_code == status, what
    if answer.request.method != "HEAD":
        assert_taxii(answer)


def test_401_challenges_and_its_body_is_taxii(target: Target) -> None:
    answer = target.client(None).get(target.path("read", "objects/"))
    assert "Basic" in answer.headers["WWW-Authenticate"]
    assert "html" not in answer.headers["Content-Type"]


def test_head_has_the_headers_of_get_and_no_body(target: Target, reader: httpx2.Client) -> None:
    head, get = (reader.request(method, target.path("read", "objects/?limit=3")) for method in ("HEAD", "GET"))
    assert head.content == b""
    assert added(head) == added(get)


@pytest.mark.parametrize("rest", ["objects/", "manifest/"])
def test_more_always_comes_with_next(target: Target, reader: httpx2.Client, rest: str) -> None:
    answer = reader.get(target.path("read", f"{rest}?limit=5")).json()
    assert answer["more"] is True
    assert answer["next"]


def test_the_same_next_at_once_from_many(target: Target, reader: httpx2.Client) -> None:
    """Pages that are popped from memory lose one to a retry."""
    token = quote(reader.get(target.path("read", "objects/?limit=5")).json()["next"])
    answers: list[bytes] = []

    def ask() -> None:
        answers.append(target.client(target.reader).get(target.path("read", f"objects/?limit=5&next={token}")).content)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert len(set(answers)) == 1


def test_next_without_its_filters_keeps_them(target: Target, reader: httpx2.Client) -> None:
    begun = reader.get(target.path("read", f"objects/?limit=2&match[id]={','.join(IDS[:4])}")).json()
    assert ids_of(reader.get(target.path("read", f"objects/?next={quote(begun['next'])}"))) == IDS[2:4]


def test_no_page_is_the_whole_collection_by_itself(target: Target, writer: httpx2.Client) -> None:
    """Without a limit the server's own holds."""
    sizes = [len(ids_of(writer.get(target.path("both", f"objects/{query}")))) for query in ("", "?limit=1000000")]
    assert sizes[0] <= 500
    assert sizes[1] <= 100_000


@pytest.fixture(scope="module")
def processed(target: Target, writer: httpx2.Client) -> str:
    """The status of an envelope with an invalid object and twenty good ones."""
    objects = [{"id": "x"}, *(indicator(710 + number) for number in range(20))]
    answer = writer.post(target.path("both", "objects/"), json={"objects": objects}, headers=JSON)
    assert answer.status_code == 202
    target.process()
    identifier: str = answer.json()["id"]
    return identifier


def test_date_added_is_unique_within_one_post(target: Target, writer: httpx2.Client, processed: str) -> None:
    """Else who pages by added_after skips the rest."""
    dates = []
    after = "2000-01-01T00:00:00Z"
    while True:
        page = writer.get(target.path("both", f"manifest/?limit=7&added_after={after}"))
        records = page.json().get("objects", [])
        dates += [record["date_added"] for record in records]
        if not page.json().get("more"):
            break
        after = added(page)[1]
    assert len(dates) >= 20
    assert dates == sorted(set(dates))


def test_an_invalid_object_is_told_and_takes_no_other_along(target: Target, writer: httpx2.Client, processed: str) -> None:
    status = writer.get(f"{target.root}status/{processed}/").json()
    assert (status["success_count"], status["failure_count"]) == (20, 1)
