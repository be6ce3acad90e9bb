"""P1 to P7: walking a collection (taxii.md 1.4)."""

from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from pipeline.server.embedded import EmbeddedServer
from tests.server.conftest import StartSite
from tests.server.support import KEY, Collection, Site, added, assert_taxii, ids_of, indicators, object_id, path_of, settings, stix

RESTS = ["objects/", "manifest/"]


def pages(client: httpx2.Client, path: str, query: str) -> Iterator[httpx2.Response]:
    """Follow `next` with the same filters until there is no more."""
    answer = client.get(f"{path}?{query}")
    yield answer
    while answer.json().get("more"):
        answer = client.get(f"{path}?{query}&next={answer.json()['next']}")
        yield answer


@pytest.mark.parametrize("rest", RESTS)
def test_p1_next_yields_every_object_once_while_others_come(site: Site, twelve: Collection, rest: str) -> None:
    found: list[str] = []
    for number, page in enumerate(pages(site.client("alpha.example"), path_of(twelve, rest), "limit=3")):
        found += ids_of(page)
        if number < 4:
            site.views.put(twelve, indicators(2, 12 + 2 * number))
    assert found == [made["id"] for made in indicators(20)]


@pytest.mark.parametrize("rest", RESTS)
def test_p2_walking_by_the_header_yields_the_same(site: Site, twelve: Collection, rest: str) -> None:
    alpha = site.client("alpha.example")
    found: list[str] = []
    after = "1970-01-01T00:00:00Z"
    while page := ids_of(answer := alpha.get(path_of(twelve, f"{rest}?limit=5&added_after={after}"))):
        found += page
        after = added(answer)[1]
    assert found == [made["id"] for made in indicators(12)]


@pytest.mark.parametrize("rest", RESTS)
def test_p3_a_replayed_next_gives_the_same_page(site: Site, twelve: Collection, rest: str) -> None:
    alpha = site.client("alpha.example")
    token = alpha.get(path_of(twelve, rest)).json()["next"]
    first, second = (alpha.get(path_of(twelve, f"{rest}?next={token}")) for _ in range(2))
    assert first.content == second.content
    assert len(ids_of(first)) == 5


def test_p4_more_and_then_nothing(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    token = alpha.get(path_of(twelve, "objects/?limit=10")).json()["next"]
    site.views.remove(twelve, [made["id"] for made in indicators(2, 10)])
    assert alpha.get(path_of(twelve, f"objects/?limit=10&next={token}")).json() == {}


def test_p5_next_is_bound_to_partner_collection_and_resource(site: Site, twelve: Collection) -> None:
    second = site.views.collection("alpha.example")
    theirs = site.views.collection("beta.example")
    for collection in (second, theirs):
        site.views.put(collection, indicators(12))
    alpha, beta = site.client("alpha.example"), site.client("beta.example")
    token = alpha.get(path_of(twelve, "objects/")).json()["next"]
    for client, path in (
        (alpha, path_of(second, "objects/")),
        (beta, path_of(theirs, "objects/")),
        (alpha, path_of(twelve, "manifest/")),
        (alpha, path_of(twelve, f"objects/{object_id('indicator', 0)}/")),
    ):
        answer = client.get(f"{path}?next={token}")
        assert answer.status_code == 400
        assert_taxii(answer)
    assert beta.get(path_of(twelve, f"objects/?next={token}")).status_code == 404


def test_p5_the_alias_and_the_id_are_one_collection(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    token = alpha.get(path_of("alpha-feed", "objects/")).json()["next"]
    assert ids_of(alpha.get(path_of(twelve, f"objects/?next={token}"))) == [made["id"] for made in indicators(5, 5)]


def test_p6_a_tampered_next_is_400(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    token = alpha.get(path_of(twelve, "objects/")).json()["next"]
    swapped = ("B" if token[5] == "A" else "A").join((token[:5], token[6:]))
    for wrong in (swapped, token[:-1], token + "A", token + "=", token.swapcase(), "../../etc", "A" * 50_000):
        answer = alpha.get(path_of(twelve, "objects/"), params={"next": wrong})
        assert answer.status_code == 400, wrong
        assert_taxii(answer)


def test_p7_any_worker_serves_a_next_and_a_restart_does_not_matter(start: StartSite, twelve: Collection) -> None:
    first, second = start(), start()
    token = first.client("alpha.example").get(path_of(twelve, "objects/?match[type]=indicator")).json()["next"]
    first.server.stop()
    assert ids_of(second.client("alpha.example").get(path_of(twelve, f"objects/?next={token}"))) == [
        made["id"] for made in indicators(5, 5)
    ]


def test_p7_another_key_does_not_open_it(site: Site, twelve: Collection) -> None:
    token = site.client("alpha.example").get(path_of(twelve, "objects/")).json()["next"]
    with EmbeddedServer(site.views.path, settings(), KEY[::-1]) as other, httpx2.Client(trust_env=False) as client:
        headers = {"Authorization": f"Bearer {site.tokens['alpha.example']}"}
        assert client.get(f"{other.base_url}{path_of(twelve, 'objects/')}?next={token}", headers=headers).status_code == 400


def test_next_remembers_its_filters(site: Site) -> None:
    collection = site.views.collection("alpha.example")
    site.views.put(collection, [stix(kind, number) for number in range(6) for kind in ("tool", "malware")])
    alpha = site.client("alpha.example")
    token = alpha.get(path_of(collection, "objects/?match[type]=tool&limit=4")).json()["next"]
    rest = [object_id("tool", 4), object_id("tool", 5)]
    for query, expected in (("", rest), ("&match[type]=tool", rest), ("&match[version]=last", rest)):
        assert ids_of(alpha.get(path_of(collection, f"objects/?next={token}{query}"))) == expected, query
    for conflict in (
        "&match[type]=malware",
        "&match[type]=malware,tool",
        "&match[version]=all",
        f"&match[id]={rest[0]}",
        "&match[spec_version]=2.1",
    ):
        assert alpha.get(path_of(collection, f"objects/?next={token}{conflict}")).status_code == 400, conflict


def test_next_with_added_after(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    records = alpha.get(path_of(twelve, "manifest/?limit=50")).json()["objects"]
    dates = [record["date_added"] for record in records]
    token = alpha.get(path_of(twelve, f"objects/?added_after={dates[0]}&limit=3")).json()["next"]  # stands at record 3

    def page(after: str) -> httpx2.Response:
        return alpha.get(path_of(twelve, f"objects/?limit=2&next={token}&added_after={after}"))

    for after, first in ((dates[0], 4), (dates[3], 4), (dates[2], 4), (dates[6], 7)):  # the later of the two
        assert ids_of(page(after))[0] == records[first]["id"]
    assert page("2001-01-01T00:00:00Z").status_code == 400  # a wider list than the one begun


@pytest.mark.parametrize("every", ["", "versions/"])
def test_next_on_the_versions_of_an_object(site: Site, every: str) -> None:
    collection = site.views.collection("alpha.example")
    made = [stix("malware", 1, f"2024-01-{day:02}T00:00:00.000Z") for day in range(1, 8)]
    site.views.put(collection, made)
    query = "limit=3" if every else "limit=3&match[version]=all"
    found: list[str] = []
    for page in pages(site.client("alpha.example"), path_of(collection, f"objects/{made[0]['id']}/{every}"), query):
        body = page.json()
        found += body["versions"] if every else [item["modified"] for item in body["objects"]]
    assert found == [item["modified"] for item in made]


def test_a_page_is_bounded_in_bytes(start: StartSite) -> None:
    site = start(page_bytes=10_000)
    collection = site.views.collection("alpha.example")
    site.views.put(collection, [stix("note", number, pad=pad) for number, pad in enumerate((4000, 4000, 4000, 50_000, 100, 100))])
    sizes = [len(ids_of(page)) for page in pages(site.client("alpha.example"), path_of(collection, "objects/"), "limit=50")]
    assert sizes == [2, 1, 1, 2]
