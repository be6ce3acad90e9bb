"""A revocation while a page is being read or sent (F27)."""

from __future__ import annotations

import time
from typing import Any

import pytest

from pipeline.server.credentials import RECHECK_SECONDS
from pipeline.store.view_reader import ViewReader
from tests.security.hub import within_a_second
from tests.server.conftest import StartSite
from tests.server.support import Collection, Views, path_of, stix


def test_a_page_that_was_long_in_reading_is_not_sent_to_who_was_revoked_meanwhile(
    start: StartSite, views: Views, twelve: Collection, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = start()
    client = site.client("alpha.example")
    assert client.get(path_of(twelve, "objects/")).status_code == 200
    read = ViewReader.objects

    def slow(self: ViewReader, *arguments: Any) -> Any:
        page = read(self, *arguments)
        Views(views.path).credentials().revoke(site.tokens["alpha.example"].rpartition("_")[0])
        time.sleep(RECHECK_SECONDS + 0.1)
        return page

    monkeypatch.setattr(ViewReader, "objects", slow)
    refused = client.get(path_of(twelve, "objects/"))
    assert refused.status_code == 401
    assert "objects" not in refused.json()


def test_a_page_whose_sending_has_begun_is_completed_and_is_the_last(start: StartSite, views: Views) -> None:
    site = start(max_limit=1000)
    large = views.collection("alpha.example")
    views.put(large, [stix("indicator", number, pad=20_000) for number in range(500)])
    client = site.client("alpha.example")
    with client.stream("GET", path_of(large, "objects/?limit=400"), headers={"Accept-Encoding": "identity"}) as page:
        assert page.status_code == 200
        parts = page.iter_raw(65536)
        begun = next(parts)
        views.credentials().revoke(site.tokens["alpha.example"].rpartition("_")[0])
        time.sleep(1)
        assert len(begun) + sum(len(part) for part in parts) == int(page.headers["Content-Length"])
    within_a_second(lambda: client.get(path_of(large, "objects/?limit=1")).status_code == 401)
