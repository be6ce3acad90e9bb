"""Faults on the way: nothing of a broken page is taken, tries are bounded, and what came before is kept (faults F13 to F18, F30)."""

from __future__ import annotations

import time
from threading import Event, Timer

import pytest

from connectors import hostile
from connectors.hostile import Shelf, first, status
from connectors.http_retry import REAL_TIME, TRIES
from connectors.taxii import TaxiiSource
from connectors.taxii_settings import TaxiiSettings
from connectors.testing_server import Behaviour, HostileTaxiiServer, Request, Wire
from schemas.errors import ConfigError, CredentialError, OperatorError, SourceUnavailable, StalledFeed
from tests.connectors.support import Waits, poll, taxii

BROKEN = {
    "short": hostile.short_body(),
    "reset": hostile.reset_mid_body(),
    "truncated": hostile.truncated_json(),
    "html": hostile.text(b"<html>please log in</html>", {"Content-Type": "text/html"}),
    "empty": hostile.text(b""),
    "bytes-206": hostile.text(b'{"objects": []}', {"Content-Range": "bytes 0-14/100"}),
}


@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_page_is_tried_again_and_comes_whole(behaviour: Behaviour) -> None:
    with HostileTaxiiServer(first(2, behaviour, Shelf(count=5, page=3))) as server:
        result = poll(taxii(server.collection_url))
    assert result.error is None
    assert result.numbers == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("behaviour", BROKEN.values(), ids=BROKEN.keys())
def test_a_page_that_stays_broken_is_discarded_whole(behaviour: Behaviour) -> None:
    shelf = Shelf(count=5, page=3)

    def second_page(request: Request, wire: Wire) -> None:
        (behaviour if "next" in request.query else shelf)(request, wire)

    with HostileTaxiiServer(second_page) as server:
        source = taxii(server.collection_url)
        result = poll(source)
        assert isinstance(result.error, SourceUnavailable)
        assert result.numbers == [0, 1, 2]
        assert len(server.object_requests) == 1 + TRIES
        server.behaviour = shelf
        assert poll(source, result.cursor).numbers == [3, 4]


def test_one_bad_object_costs_no_neighbour() -> None:
    body = b'{"objects": [{"id": "a--1"}, {"id": "b--1", "n": NaN}, {"id": oops}, 7, {"id": "c--1"}]}'
    with HostileTaxiiServer(hostile.text(body)) as server:
        result = poll(taxii(server.collection_url))
    assert result.error is None
    assert [len(page.objects) for page in result.pages] == [2]
    assert result.reasons == ["non-finite-number", "malformed-json", "not-an-object"]


@pytest.mark.parametrize(
    ("headers", "waited"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({"Retry-After": "Sat, 01 Jun 2024 12:00:09 GMT"}, 9.0),
        ({"Retry-After": "1000000000"}, 900.0),
        ({"Retry-After": "Sat, 01 Jun 2054 12:00:09 GMT"}, 900.0),
        ({"Retry-After": "Sat, 01 Jun 2014 12:00:09 GMT"}, 0.0),
        ({"Retry-After": "soon"}, 0.5),
        ({}, 0.5),
    ],
)
def test_retry_after_is_honoured_up_to_the_cap(headers: dict[str, str], waited: float) -> None:
    waits = Waits()
    with HostileTaxiiServer(first(1, status(429, headers), Shelf())) as server:
        result = poll(taxii(server.collection_url, waits))
    assert result.error is None
    assert waits.seconds == [waited]


def test_tries_are_bounded_and_the_wait_is_passed_on() -> None:
    waits = Waits()
    with HostileTaxiiServer(status(429, {"Retry-After": "1000000000"})) as server:
        result = poll(taxii(server.collection_url, waits, max_wait_seconds=60))
    assert isinstance(result.error, SourceUnavailable)
    assert result.error.retry_after == 60
    assert waits.seconds == [60.0] * (TRIES - 1)
    assert len(server.object_requests) == TRIES


@pytest.mark.parametrize("code", [500, 502, 503, 504, 413])
def test_a_burst_of_errors_halves_the_limit_and_passes(code: int) -> None:
    waits = Waits()
    with HostileTaxiiServer(first(3, status(code), Shelf())) as server:
        result = poll(taxii(server.collection_url, waits))
    assert result.error is None
    assert [request.query["limit"] for request in server.object_requests] == ["1000", "500", "250", "125"]
    assert waits.seconds == [0.5, 1.0, 2.0]


@pytest.mark.parametrize("code", [401, 403])
def test_refused_credentials_stop_at_once(code: int) -> None:
    with HostileTaxiiServer(status(code, {"WWW-Authenticate": "Basic"})) as server:
        result = poll(taxii(server.collection_url, username="user", password="hunter2"))
    assert isinstance(result.error, CredentialError)
    assert len(server.object_requests) == 1
    assert "hunter2" not in str(result.error)


@pytest.mark.parametrize("nested", [False, True])
def test_a_decompression_bomb_is_left_unread(nested: bool) -> None:
    with HostileTaxiiServer(hostile.gzip_bomb(64 << 20, nested)) as server:
        result = poll(taxii(server.collection_url))
    assert isinstance(result.error, SourceUnavailable)
    assert "100 times" in str(result.error)
    assert len(server.object_requests) == 1


def test_a_page_without_end_is_cut_at_the_byte_cap() -> None:
    with HostileTaxiiServer(hostile.endless_body()) as server:
        result = poll(taxii(server.collection_url, max_body_bytes=1 << 20))
        sent = server.sent
    assert isinstance(result.error, SourceUnavailable)
    assert "max_body_bytes" in str(result.error)
    assert sent < TRIES * (9 << 20)
    assert [request.query["limit"] for request in server.object_requests] == ["1000", "500", "250", "125", "62"]


@pytest.mark.parametrize("value", ["", "text/plain", "application/json", "application/stix+json;version=2.1", "what?"])
def test_any_content_type_is_read(value: str) -> None:
    with HostileTaxiiServer(hostile.content_type(value)) as server:
        assert poll(taxii(server.collection_url)).numbers == [0, 1]


def test_a_bundle_is_read_like_an_envelope() -> None:
    body = hostile.envelope([hostile.sample_object(1)], type="bundle", id="bundle--1", spec_version="2.0")
    with HostileTaxiiServer(hostile.text(body)) as server:
        assert poll(taxii(server.collection_url)).numbers == [1]


def test_a_redirect_to_another_host_is_refused_and_nothing_is_sent_there() -> None:
    with HostileTaxiiServer(Shelf()) as other:
        away = other.collection_url.replace("127.0.0.1", "localhost")
        for target in (away + "objects/", "http://169.254.169.254/latest/", other.collection_url + "objects/", "file:///etc/hosts", ""):
            with HostileTaxiiServer(hostile.redirect(target)) as server:
                result = poll(taxii(server.collection_url, token="hunter2"))
            assert isinstance(result.error, ConfigError)
            assert len(server.object_requests) == 1
        assert other.requests == []


def test_a_redirect_on_the_same_host_is_followed_with_credentials_and_query() -> None:
    shelf = Shelf(count=2)

    def moved(request: Request, wire: Wire) -> None:
        if "/collections/" in request.path:
            wire.reply(308, headers={"Location": "/moved/objects/"})
        else:
            shelf(request, wire)

    with HostileTaxiiServer(moved) as server:
        result = poll(taxii(server.collection_url, token="hunter2", token_scheme="Token"))
    assert result.numbers == [0, 1]
    last = server.requests[-1]
    assert (last.path, last.query["limit"], last.headers["authorization"]) == ("/moved/objects/", "1000", "Token hunter2")


def test_redirects_in_a_circle_end() -> None:
    with HostileTaxiiServer(hostile.redirect("/again/")) as server:
        result = poll(taxii(server.collection_url))
    assert isinstance(result.error, ConfigError)
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    "behaviour", [hostile.slow_body(0.05), hostile.silence(), status(503, {"Retry-After": "600"})], ids=["slow", "silent", "503"]
)
def test_the_stop_signal_ends_every_wait_within_a_second(behaviour: Behaviour) -> None:
    with HostileTaxiiServer(behaviour) as server:
        source = TaxiiSource(TaxiiSettings(url=server.collection_url), REAL_TIME)
        stop = Event()
        Timer(0.1, stop.set).start()
        began = time.monotonic()
        result = poll(source, stop=stop)
        assert time.monotonic() - began < 1.0
    assert (result.error, result.pages) == (None, [])


def test_a_server_that_is_not_there_is_tried_and_given_up() -> None:
    with HostileTaxiiServer(Shelf()) as server:
        url = server.collection_url
    waits = Waits()
    result = poll(taxii(url, waits))
    assert isinstance(result.error, SourceUnavailable)
    assert len(waits.seconds) == TRIES - 1


def test_no_message_holds_a_value_from_the_feed() -> None:
    marker = "feed-says-so"
    bad: list[Behaviour] = [
        hostile.text(b'{"title": "feed-says-so"'),
        hostile.redirect(f"http://{marker}.example/"),
        hostile.same_page(next=marker),
        status(400, {"X-Error": marker}),
    ]
    for behaviour in bad:
        with HostileTaxiiServer(behaviour) as server:
            error = poll(taxii(server.collection_url)).error
        assert isinstance(error, OperatorError | SourceUnavailable | StalledFeed)
        assert marker not in str(error)
