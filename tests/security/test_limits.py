"""How often a partner may ask: a token bucket for each, 429 with Retry-After beyond it."""

from __future__ import annotations

import time

import httpx2
import pytest

from pipeline.server.limits import Limits
from pipeline.server.settings import RateLimit
from tests.server.conftest import StartSite
from tests.server.support import Views, assert_taxii, indicators, path_of


def test_a_burst_then_the_rate() -> None:
    limits = Limits(RateLimit(requests_per_second=2, burst=3), {})
    assert [limits.admit("alpha", 0) for _ in range(5)] == [None, None, None, 0.5, 0.5]
    assert [limits.admit("alpha", 0.5) for _ in range(2)] == [None, 0.5]
    assert [limits.admit("alpha", 100) for _ in range(4)] == [None, None, None, 0.5]


def test_one_partner_uses_up_nothing_of_another() -> None:
    limits = Limits(RateLimit(requests_per_second=1, burst=1), {"beta": RateLimit(requests_per_second=1, burst=2)})
    assert [limits.admit("alpha", 0) for _ in range(2)] == [None, 1]
    assert [limits.admit("beta", 0) for _ in range(3)] == [None, None, 1]
    assert limits.admit("gamma", 0) is None


def test_zero_is_no_limit() -> None:
    limits = Limits(RateLimit(requests_per_second=0, burst=1), {})
    assert [limits.admit("alpha", 0) for _ in range(1000)] == [None] * 1000


@pytest.fixture
def collections(views: Views) -> dict[str, str]:
    made = {}
    for partner in ("alpha", "beta"):
        collection = views.collection(partner)
        views.put(collection, indicators(3))
        made[partner] = path_of(collection, "objects/")
    return made


def test_over_http_each_partner_has_its_own_limit_and_a_waiting_one_is_served(start: StartSite, collections: dict[str, str]) -> None:
    site = start(
        rate_limit={"requests_per_second": 2, "burst": 4}, partner_rate_limits={"beta": {"requests_per_second": 1000, "burst": 1000}}
    )
    alpha, beta = site.client("alpha"), site.client("beta")
    answers = [alpha.get(collections["alpha"]) for _ in range(12)]
    statuses = [answer.status_code for answer in answers]
    assert statuses[:4] == [200] * 4
    assert 429 in statuses
    refused = next(answer for answer in answers if answer.status_code == 429)
    assert_taxii(refused)
    assert refused.headers["Retry-After"] == "1"
    assert [beta.get(collections["beta"]).status_code for _ in range(100)] == [200] * 100
    time.sleep(int(refused.headers["Retry-After"]))
    assert alpha.get(collections["alpha"]).status_code == 200


def test_several_credentials_of_one_partner_share_its_limit(start: StartSite, views: Views, collections: dict[str, str]) -> None:
    site = start(rate_limit={"requests_per_second": 0.01, "burst": 2})
    clients = [site.client(None, Authorization=f"Bearer {views.credentials().add_token('alpha')}") for _ in range(3)]
    assert [client.get(collections["alpha"]).status_code for client in clients] == [200, 200, 429]


def test_who_is_not_let_in_has_no_limit_that_could_tell_of_a_partner(start: StartSite) -> None:
    site = start(rate_limit={"requests_per_second": 0.01, "burst": 1})
    with httpx2.Client(base_url=site.url, trust_env=False) as client:
        assert {client.get("/taxii2/").status_code for _ in range(20)} == {401}
