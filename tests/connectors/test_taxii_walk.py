"""Walking a collection: every object once where the server is honest, none lost where it is not, and no loop ever."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from connectors.hostile import Shelf, cycle, envelope, first, moment, partial, same_page, sample_object, status, text
from connectors.testing_server import Behaviour, HostileTaxiiServer, Request, Wire
from schemas.errors import ConfigError, StalledFeed
from tests.connectors.support import poll, taxii


def test_an_honest_server_gives_every_object_once_in_order() -> None:
    with HostileTaxiiServer(Shelf(count=25, page=10)) as server:
        result = poll(taxii(server.collection_url))
    assert result.error is None
    assert result.numbers == list(range(25))
    assert [len(page.objects) for page in result.pages] == [10, 10, 5]
    assert [request.query.get("next") for request in server.object_requests] == [None, "10", "20"]


def test_objects_are_the_bytes_that_were_served() -> None:
    odd = b'{ "id" : "indicator--00000000-0000-4000-8000-000000000001",  "type":"indicator", "z": 1.50, "n": "\\u00e9" }'
    with HostileTaxiiServer(text(b'{"more": false, "objects": [' + odd + b"]}")) as server:
        result = poll(taxii(server.collection_url))
    assert result.pages[0].objects == (odd,)


def test_the_next_poll_begins_at_the_server_s_last_date() -> None:
    shelf = Shelf(count=5)
    with HostileTaxiiServer(shelf) as server:
        source = taxii(server.collection_url)
        done = poll(source)
        assert done.cursor["added_after"] == moment(4)
        assert poll(source, done.cursor).pages == []
        shelf.count = 7
        assert poll(source, done.cursor).numbers == [5, 6]


def test_filters_limit_and_next_go_along_with_every_request() -> None:
    with HostileTaxiiServer(Shelf(count=3, page=2)) as server:
        poll(
            taxii(
                server.collection_url,
                limit=2,
                added_after="2023-01-01T00:00:00Z",
                match={"type": ["indicator", "malware"], "spec_version": ["2.1"]},
            )
        )
    for request in server.object_requests:
        assert request.query["match[type]"] == "indicator,malware"
        assert request.query["match[spec_version]"] == "2.1"
        assert request.query["limit"] == "2"
        assert request.query["added_after"] == "2023-01-01T00:00:00Z"
        assert request.headers["accept"] == "application/taxii+json;version=2.1"


def test_a_cursor_from_other_settings_is_not_used() -> None:
    with HostileTaxiiServer(Shelf(count=3)) as server:
        done = poll(taxii(server.collection_url))
        other = taxii(server.collection_url, match={"type": ["indicator"]})
        assert poll(other, done.cursor).numbers == [0, 1, 2]


@pytest.mark.parametrize("damage", [{"added_after": 5}, {"next": 7}, {"floor": "soon"}, {"what": 1}])
def test_a_damaged_cursor_begins_anew(damage: dict[str, object]) -> None:
    with HostileTaxiiServer(Shelf(count=3)) as server:
        source = taxii(server.collection_url)
        done = poll(source)
        assert poll(source, {**done.cursor, **damage}).numbers == [0, 1, 2]


@pytest.mark.parametrize(
    "behaviour", [same_page(), same_page(next=None), cycle(), same_page(next=7)], ids=["token", "no-token", "cycle", "int"]
)
def test_a_server_that_repeats_itself_is_stopped_within_five_requests(behaviour: Behaviour) -> None:
    with HostileTaxiiServer(behaviour) as server:
        result = poll(taxii(server.collection_url))
    assert isinstance(result.error, StalledFeed)
    assert set(result.numbers) == {0, 1}
    assert len(server.object_requests) <= 5


def test_the_same_next_with_new_content_keeps_the_content_and_moves_on_by_date() -> None:
    def scroll(request: Request, wire: Wire) -> None:
        after = request.query.get("added_after", "")
        begin = 2 if "next" in request.query else sum(moment(number) <= after for number in range(6))
        page = [begin, begin + 1]
        dates = {"X-TAXII-Date-Added-First": moment(page[0]), "X-TAXII-Date-Added-Last": moment(page[1])}
        wire.reply(200, envelope(map(sample_object, page), more=True, next="scroll"), dates)

    with HostileTaxiiServer(scroll) as server:
        source = taxii(server.collection_url)
        result = poll(source)
        assert isinstance(result.error, StalledFeed)
        assert result.numbers == [0, 1, 2, 3]
        assert result.cursor["next"] is None
        assert 4 in poll(source, result.cursor).numbers


@pytest.mark.parametrize("inclusive", [False, True])
def test_more_without_next_walks_by_date(inclusive: bool) -> None:
    with HostileTaxiiServer(Shelf(count=10, page=4, tokens=False, inclusive=inclusive)) as server:
        result = poll(taxii(server.collection_url))
    assert result.error is None
    assert sorted(set(result.numbers)) == list(range(10))


def test_dates_shared_across_a_page_boundary_lose_nothing() -> None:
    dates = [moment(number) for number in (0, 0, 1, 1, 1, 1, 2, 2, 3)]
    with HostileTaxiiServer(Shelf(count=9, dates=dates, tokens=False)) as server:
        result = poll(taxii(server.collection_url, limit=3))
    assert result.error is None
    assert sorted(set(result.numbers)) == list(range(9))


def test_one_moment_that_fills_a_page_raises_the_limit() -> None:
    with HostileTaxiiServer(Shelf(count=20, dates=[moment(0)] * 20, tokens=False)) as server:
        result = poll(taxii(server.collection_url, limit=3))
    assert result.error is None
    assert result.numbers == list(range(20))
    assert [request.query["limit"] for request in server.object_requests] == ["3", "6", "12", "24"]


def test_one_moment_beyond_the_server_s_page_is_never_skipped() -> None:
    with HostileTaxiiServer(Shelf(count=20, dates=[moment(0)] * 20, tokens=False, page=5)) as server:
        source = taxii(server.collection_url, limit=3)
        result = poll(source)
    assert isinstance(result.error, StalledFeed)
    assert "one time of addition" in str(result.error)
    assert result.numbers == [0, 1, 2, 3, 4]
    assert result.cursor["added_after"] is None


def test_without_headers_the_last_object_s_date_comes_from_the_manifest() -> None:
    with HostileTaxiiServer(Shelf(count=10, page=4, tokens=False, headers=False)) as server:
        result = poll(taxii(server.collection_url))
    assert result.error is None
    assert sorted(set(result.numbers)) == list(range(10))
    assert result.cursor["added_after"] == moment(9)


def test_without_headers_next_or_manifest_it_stops_visibly() -> None:
    with HostileTaxiiServer(Shelf(count=10, page=4, tokens=False, headers=False, manifest=False)) as server:
        result = poll(taxii(server.collection_url))
    assert isinstance(result.error, StalledFeed)
    assert result.numbers == [0, 1, 2, 3]
    assert len(server.object_requests) == 1


def test_without_headers_but_with_next_nothing_is_lost() -> None:
    with HostileTaxiiServer(Shelf(count=10, page=4, headers=False)) as server:
        result = poll(taxii(server.collection_url))
    assert result.numbers == list(range(10))


def test_a_full_page_without_more_but_with_next_is_followed_once_more() -> None:
    def behave(request: Request, wire: Wire) -> None:
        begin = int(request.query.get("next", "0"))
        wire.reply(200, envelope([sample_object(number) for number in range(begin, min(begin + 2, 3))], next=str(begin + 2)))

    with HostileTaxiiServer(behave) as server:
        result = poll(taxii(server.collection_url, limit=2))
    assert result.error is None
    assert result.numbers == [0, 1, 2]


def test_an_empty_page_with_more_is_passed_over() -> None:
    def behave(request: Request, wire: Wire) -> None:
        step = int(request.query.get("next", "0"))
        wire.reply(200, envelope([] if step == 1 else [sample_object(step)], more=step < 2, next=str(step + 1)))

    with HostileTaxiiServer(behave) as server:
        result = poll(taxii(server.collection_url))
    assert result.error is None
    assert result.numbers == [0, 2]


def test_empty_pages_without_end_are_stopped() -> None:
    def behave(request: Request, wire: Wire) -> None:
        wire.reply(200, envelope([], more=True, next=str(int(request.query.get("next", "0")) + 1)))

    with HostileTaxiiServer(behave) as server:
        result = poll(taxii(server.collection_url))
    assert isinstance(result.error, StalledFeed)
    assert len(server.object_requests) == 20


@pytest.mark.parametrize("body", [b"{}", b'{"more": false}', b'{"objects": []}', b'{"type": "bundle", "id": "bundle--1", "objects": []}'])
def test_nothing_is_no_error(body: bytes) -> None:
    with HostileTaxiiServer(text(body)) as server:
        result = poll(taxii(server.collection_url))
    assert (result.error, result.pages) == (None, [])


def test_a_refused_next_begins_again_at_the_last_date() -> None:
    shelf = Shelf(count=9, page=3)

    def forgetful(request: Request, wire: Wire) -> None:
        if request.query.get("next") == "6" and len(server.object_requests) < 4:
            wire.reply(400)
        else:
            shelf(request, wire)

    with HostileTaxiiServer(forgetful) as server:
        result = poll(taxii(server.collection_url))
    assert result.error is None
    assert sorted(set(result.numbers)) == list(range(9))
    assert server.object_requests[3].query["added_after"] == "2024-01-01T00:00:04.999999Z"


def test_a_server_that_refuses_every_next_is_walked_by_date() -> None:
    shelf = Shelf(count=9, page=3)

    def behave(request: Request, wire: Wire) -> None:
        if "next" in request.query:
            wire.reply(400)
        else:
            shelf(request, wire)

    with HostileTaxiiServer(behave) as server:
        result = poll(taxii(server.collection_url))
    assert result.error is None
    assert sorted(set(result.numbers)) == list(range(9))


def test_a_refused_query_is_the_operator_s() -> None:
    for code in (400, 404, 406, 451):
        with HostileTaxiiServer(status(code)) as server:
            result = poll(taxii(server.collection_url))
        assert isinstance(result.error, ConfigError)
        assert str(code) in str(result.error)
        assert len(server.object_requests) == (2 if code == 406 else 1)


def test_406_is_answered_once_with_the_older_media_type() -> None:
    with HostileTaxiiServer(first(1, status(406), Shelf(count=5, page=3))) as server:
        result = poll(taxii(server.collection_url))
    assert result.numbers == [0, 1, 2, 3, 4]
    accepted = [request.headers["accept"] for request in server.object_requests]
    assert accepted == ["application/taxii+json;version=2.1", *["application/vnd.oasis.stix+json; version=2.0"] * 2]


def test_206_with_more_behind_it_goes_on_by_date() -> None:
    with HostileTaxiiServer(first(1, partial(objects=2, total=4), Shelf(count=4))) as server:
        result = poll(taxii(server.collection_url))
    assert result.error is None
    assert sorted(set(result.numbers)) == [0, 1, 2, 3]


def test_206_that_is_all_is_a_page() -> None:
    with HostileTaxiiServer(partial(objects=2, total=2)) as server:
        assert poll(taxii(server.collection_url)).numbers == [0, 1]


def test_the_page_cap_ends_a_poll_and_the_next_one_goes_on() -> None:
    with HostileTaxiiServer(Shelf(count=10, page=3)) as server:
        source = taxii(server.collection_url, max_pages=2)
        one = poll(source)
        two = poll(source, one.cursor)
    assert (one.numbers, two.numbers) == ([0, 1, 2, 3, 4, 5], [6, 7, 8, 9])


def test_late_arrivals_are_looked_for_by_the_server_s_clock() -> None:
    dates = [moment(number) for number in (0, 100, 104)]
    shelf = Shelf(count=3, dates=dates, now=datetime(2024, 1, 1, 0, 1, 46, tzinfo=UTC))
    with HostileTaxiiServer(shelf) as server:
        source = taxii(server.collection_url, overlap_seconds=5)
        done = poll(source)
        assert done.cursor["floor"] == "2024-01-01T00:01:41.000000Z"
        shelf.dates, shelf.count = sorted([*dates, moment(103)]), 4  # it was being committed while we read
        shelf.now = datetime(2024, 1, 1, 0, 5, 0, tzinfo=UTC)
        again = poll(source, done.cursor)
        assert again.numbers == [2, 3]
        assert again.cursor["floor"] is None
        assert poll(source, again.cursor).pages == []


def test_a_slow_clock_in_the_date_header_does_not_read_hours_again() -> None:
    with HostileTaxiiServer(Shelf(count=5, now=datetime(2024, 1, 1, tzinfo=UTC) - timedelta(hours=3))) as server:
        done = poll(taxii(server.collection_url))
    assert done.cursor["floor"] == "2023-12-31T23:59:59.000000Z"


def test_the_cursor_stays_small() -> None:
    with HostileTaxiiServer(same_page(next="n" * 100_000)) as server:
        result = poll(taxii(server.collection_url))
    assert all(len(json.dumps(dict(page.cursor))) < 1000 for page in result.pages)
