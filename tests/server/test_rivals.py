"""The read-side rows of taxii.md 3.2: what other servers get wrong, each once, in the order of that table."""

from __future__ import annotations

import base64

import pytest

from pipeline.server.embedded import EmbeddedServer
from tests.server.conftest import StartSite
from tests.server.support import KEY, PASSWORD, TAXII, Collection, Site, added, assert_taxii, ids_of, indicators, path_of, settings


def test_root_names_are_free_and_unknown_roots_are_404(start: StartSite) -> None:
    site = start(api_root="threat-intel_2", title="Hub")
    alpha = site.client("alpha.example")
    assert alpha.get("/threat-intel_2/").json()["title"] == "Hub"
    for path in ("/tearline/", "/api1/collections/"):
        assert_taxii(alpha.get(path))
        assert alpha.get(path).status_code == 404


def test_an_empty_database_answers(site: Site) -> None:
    alpha = site.client("alpha.example")
    for path, status in (("/taxii2/", 200), ("/tearline/", 200), ("/tearline/collections/", 200), (path_of("none", "objects/"), 404)):
        assert alpha.get(path).status_code == status
    empty = site.views.collection("alpha.example")
    assert alpha.get(path_of(empty, "objects/")).json() == {}


def test_accept_without_version_and_any(site: Site) -> None:
    alpha = site.client("alpha.example")
    for accept in ("application/taxii+json", "*/*"):
        answer = alpha.get("/taxii2/", headers={"Accept": accept})
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, TAXII)


def test_401_is_a_taxii_message_with_a_challenge(site: Site) -> None:
    answer = site.client().get("/taxii2/")
    assert answer.json() == {"title": "Authentication is required", "http_status": "401"}
    assert "Basic realm=" in answer.headers["WWW-Authenticate"]


def test_limits_that_break_others(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    assert [alpha.get(path_of(twelve, f"objects/?limit={limit}")).status_code for limit in ("0", "-1", "abc")] == [400, 400, 400]


def test_added_after_without_fraction_is_fine_and_nonsense_is_400(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    assert alpha.get(path_of(twelve, "objects/?added_after=2024-01-01T00:00:00Z")).status_code == 200
    assert alpha.get(path_of(twelve, "objects/?added_after=2024-99-01T00:00:00Z")).status_code == 400
    twice = "added_after=2024-01-01T00:00:00Z&added_after=2025-01-01T00:00:00Z"
    assert alpha.get(path_of(twelve, f"objects/?{twice}")).status_code == 400


def test_bad_version_is_400_and_unknown_fields_are_ignored(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    assert alpha.get(path_of(twelve, "objects/?match[version]=garbage")).status_code == 400
    assert len(ids_of(alpha.get(path_of(twelve, "objects/?match[confidence]=50")))) == 5


def test_next_is_sent_on_manifest_replayed_and_good_without_its_filters(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    token = alpha.get(path_of(twelve, "manifest/?match[type]=indicator&match[version]=all")).json()["next"]
    replies = [ids_of(alpha.get(path_of(twelve, f"manifest/?next={token}"))) for _ in range(3)]
    assert replies == [[made["id"] for made in indicators(5, 5)]] * 3
    assert alpha.get(path_of(twelve, "manifest/?next=bogus")).status_code == 400


def test_a_whole_collection_is_never_one_reply(start: StartSite) -> None:
    site = start(default_limit=500, max_limit=10_000)
    collection = site.views.collection("alpha.example")
    site.views.put(collection, indicators(1200))
    alpha = site.client("alpha.example")
    assert len(ids_of(alpha.get(path_of(collection, "objects/")))) == 500
    assert len(ids_of(alpha.get(path_of(collection, "objects/?limit=99999")))) == 1200


def test_objects_published_together_have_their_own_dates(site: Site, twelve: Collection) -> None:
    records = site.client("alpha.example").get(path_of(twelve, "manifest/?limit=50")).json()["objects"]
    assert len({record["date_added"] for record in records}) == 12


def test_empty_pages_have_the_headers(site: Site, twelve: Collection) -> None:
    assert added(site.client("alpha.example").get(path_of(twelve, "objects/?added_after=2100-01-01T00:00:00Z")))


def test_default_spec_version_is_applied(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    assert {made["spec_version"] for made in alpha.get(path_of(twelve, "objects/")).json()["objects"]} == {"2.1"}


def test_head_and_missing_slash(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    assert alpha.head(path_of(twelve, "objects/")).status_code == 200
    answer = alpha.get(path_of(twelve, "objects"))
    assert (answer.status_code, answer.history) == (200, [])


def test_polling_with_basic_costs_no_hash_each_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.views.credentials().add_basic("alpha.example", "alpha", PASSWORD)
    checks: list[str] = []

    def counted(password: str, stored: str, *_: object) -> bool:
        checks.append(stored)
        return True

    monkeypatch.setattr("pipeline.server.credentials.password_matches", counted)
    header = "Basic " + base64.b64encode(f"alpha:{PASSWORD}".encode()).decode()
    client = site.client(None, Authorization=header)
    assert {client.get("/taxii2/").status_code for _ in range(50)} == {200}
    assert len(checks) == 1


def test_two_servers_may_not_share_a_port(site: Site) -> None:
    port = int(site.url.rpartition(":")[2])
    with pytest.raises(Exception, match="cannot be listened on"):
        EmbeddedServer(site.views.path, settings(port=port), KEY)
