"""C1 to C8: what holds of every TAXII answer (taxii.md 1.2)."""

from __future__ import annotations

import http.client
import json
import re
from urllib.parse import urlsplit

import pytest

from tests.server.conftest import StartSite
from tests.server.support import TAXII, Collection, Site, assert_taxii, path_of


def test_c1_discovery_names_the_root(site: Site) -> None:
    found = site.client("alpha.example").get("/taxii2/")
    assert_taxii(found)
    assert found.json() == {"title": "Tearline", "default": "/tearline/", "api_roots": ["/tearline/"]}


def test_c1_public_url_makes_the_root_absolute(start: StartSite) -> None:
    site = start(public_url="https://taxii.example/hub/", description="Hub", contact="soc@taxii.example")
    found = site.client("alpha.example").get("/taxii2/").json()
    assert found["default"] == "https://taxii.example/hub/tearline/"
    assert found["default"] in found["api_roots"]
    assert (found["description"], found["contact"]) == ("Hub", "soc@taxii.example")


def test_c2_every_answer_is_taxii(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    answers = [
        (200, alpha.get("/taxii2/")),
        (200, alpha.get(path_of(twelve, "objects/"))),
        (400, alpha.get(path_of(twelve, "objects/?limit=0"))),
        (401, site.client().get("/taxii2/")),
        (403, alpha.post(path_of(twelve, "objects/"), content=b"{}")),
        (404, alpha.get("/nothing/")),
        (405, alpha.delete("/taxii2/")),
        (406, alpha.get("/taxii2/", headers={"Accept": "text/html"})),
    ]
    for status, answer in answers:
        assert answer.status_code == status
        assert_taxii(answer)


DEFINED = (
    TAXII,
    "application/taxii+json",
    "application/taxii+json; version=2.1",
    "application/taxii+json ; version = 2.1",
    'APPLICATION/TAXII+JSON;Version="2.1"',
    "application/taxii+json;version=2.1,application/stix+json;version=2.1",
    "text/html, application/taxii+json;q=0.5",
    "application/stix+json;q=0.9, */*;q=0.1",
    "application/*",
    "*/*",
    "application/json",
    "",
)
UNDEFINED = ("text/html", "application/vnd.oasis.taxii+json; version=2.0", "*/*;q=0", ";;;=,", "application/taxii+json;version=9")


def test_c3_defined_media_types_are_never_refused_and_others_may_be(site: Site) -> None:
    alpha = site.client("alpha.example")
    for accepts, status in ((DEFINED, 200), (UNDEFINED, 406)):
        for accept in accepts:
            assert alpha.get("/taxii2/", headers={"Accept": accept}).status_code == status, accept


def test_c5_empty_lists_are_left_out(site: Site, twelve: Collection) -> None:
    nobody = site.client("nobody.example")
    assert nobody.get("/tearline/collections/").json() == {}
    alpha = site.client("alpha.example")
    for rest in ("objects/", "manifest/"):
        assert alpha.get(path_of(twelve, f"{rest}?match[type]=malware")).json() == {}


def test_c5_no_trailing_slash_is_served_too(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    for path in (
        "/taxii2",
        "/tearline",
        "/tearline/collections",
        path_of(twelve)[:-1],
        path_of(twelve, "objects"),
        path_of(twelve, "manifest"),
    ):
        assert alpha.get(path).status_code == 200, path


def test_c6_date_added_has_six_digits(site: Site, views_with_round_time: Collection) -> None:
    found = site.client("alpha.example").get(path_of(views_with_round_time, "manifest/"))
    assert [record["date_added"] for record in found.json()["objects"]] == ["2024-05-01T00:00:00.000000Z"]
    assert found.headers["X-TAXII-Date-Added-Last"] == "2024-05-01T00:00:00.000000Z"


@pytest.fixture
def views_with_round_time(site: Site) -> Collection:
    collection = site.views.collection("alpha.example")
    site.views.put(collection, [{"type": "indicator", "id": "indicator--0"}], seq=1_714_521_600_000_000)
    return collection


def test_c7_a_client_without_user_agent_and_accept_is_served(site: Site, twelve: Collection) -> None:
    site.client("alpha.example")
    target = urlsplit(site.url)
    assert target.hostname
    connection = http.client.HTTPConnection(target.hostname, target.port, timeout=10)
    connection.putrequest("GET", path_of(twelve, "objects/"), skip_accept_encoding=True)
    connection.putheader("Authorization", f"Bearer {site.tokens['alpha.example']}")
    connection.endheaders()
    answer = connection.getresponse()
    assert answer.status == 200
    assert len(json.loads(answer.read())["objects"]) == 5
    connection.close()


def test_c8_failed_authentication_is_401_with_a_challenge(site: Site, twelve: Collection) -> None:
    for header in (None, "Bearer wrong", "Basic !!!", "Digest x", f"Bearer tl_{'0' * 16}_{'0' * 64}"):
        client = site.client(None, **({} if header is None else {"Authorization": header}))
        for rest in ("", "objects/", "manifest/", "objects/indicator--0/", "objects/indicator--0/versions/"):
            answer = client.get(path_of(twelve, rest))
            assert answer.status_code == 401
            assert_taxii(answer)
            assert re.match(r'Basic realm="[^"]+"', answer.headers["WWW-Authenticate"])


def test_c8_no_path_is_told_apart_before_authentication(site: Site, twelve: Collection) -> None:
    stranger = site.client()
    bodies = {stranger.get(path).content for path in ("/taxii2/", "/nothing/", path_of(twelve), path_of("other"))}
    assert len(bodies) == 1


def test_healthz_needs_no_credentials(site: Site) -> None:
    answer = site.client().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_headers_are_cautious(site: Site) -> None:
    answer = site.client("alpha.example").get("/taxii2/")
    assert answer.headers["Server"] == "tearline"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
