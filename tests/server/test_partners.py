"""No partner reaches what is another's (reliability.md F28): every endpoint, every id, one body for all refusals."""

from __future__ import annotations

import itertools

import pytest

from tests.server.support import Collection, Site, ids_of, indicators, path_of, stix

PARTNERS = ("alpha.example", "beta.example", "gamma.example")
RESTS = ("", "objects/", "manifest/", "objects/{o}/", "objects/{o}/versions/", "objects/?match[id]={o}", "manifest/?limit=1")


@pytest.fixture
def collections(site: Site) -> dict[str, Collection]:
    """One collection for each partner: one shared object (equal bytes, stored once) and one of its own."""
    made = {}
    for number, partner in enumerate(PARTNERS):
        made[partner] = site.views.collection(partner, alias=f"feed-{number}")
        site.views.put(made[partner], [*indicators(1), stix("malware", number)])
    return made


def test_no_success_anywhere_and_one_answer(site: Site, collections: dict[str, Collection]) -> None:
    answers = set()
    for reader, owner in itertools.permutations(PARTNERS, 2):
        client = site.client(reader)
        for name in (collections[owner].id, f"feed-{PARTNERS.index(owner)}", "nowhere"):
            for rest in RESTS:
                answer = client.get(path_of(name, rest.format(o=indicators(1)[0]["id"])))
                assert answer.status_code == 404
                headers = sorted((key, value) for key, value in answer.headers.items() if key != "date")
                answers.add((answer.content, tuple(headers)))
    assert len(answers) == 1


def test_lists_hold_the_own_collection_alone(site: Site, collections: dict[str, Collection]) -> None:
    for partner, own in collections.items():
        listed = site.client(partner).get("/tearline/collections/").json()["collections"]
        assert [item["id"] for item in listed] == [own.id]


def test_an_object_of_another_view_is_unknown_in_the_own(site: Site, collections: dict[str, Collection]) -> None:
    for number, (partner, own) in enumerate(collections.items()):
        client = site.client(partner)
        for other in range(len(PARTNERS)):
            theirs = stix("malware", other)["id"]
            expected = 200 if other == number else 404
            assert client.get(path_of(own, f"objects/{theirs}/")).status_code == expected
            assert client.get(path_of(own, f"objects/{theirs}/versions/")).status_code == expected
            assert len(ids_of(client.get(path_of(own, f"objects/?match[id]={theirs}")))) == (other == number)


def test_an_alias_that_equals_anothers_id_opens_nothing(site: Site, collections: dict[str, Collection]) -> None:
    theirs = collections["beta.example"]
    own = site.views.collection("alpha.example", alias=theirs.id)
    site.views.put(own, indicators(1, 50))
    assert ids_of(site.client("alpha.example").get(path_of(theirs, "objects/"))) == [indicators(1, 50)[0]["id"]]
    assert site.client("beta.example").get(path_of(theirs)).json()["id"] == theirs.id
