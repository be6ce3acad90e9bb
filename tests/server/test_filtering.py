"""F1 to F8: filters, order and the Date-Added headers (taxii.md 1.3)."""

from __future__ import annotations

import pytest

from schemas.timestamps import from_micros, taxii
from tests.server.support import Collection, Site, added, assert_taxii, ids_of, indicators, object_id, path_of, stix


@pytest.fixture
def mixed(site: Site) -> Collection:
    """Three versions of one malware (the newest came before the middle one), an observable, and a report with `created` only."""
    collection = site.views.collection("alpha.example")
    site.views.put(
        collection,
        [
            stix("malware", 1, "2024-01-01T00:00:00.000Z"),
            stix("ipv4-addr", 1, None),
            stix("malware", 1, "2024-03-01T00:00:00.000Z"),
            stix("malware", 1, "2024-02-01T00:00:00.5Z"),
            stix("report", 1, None, created="2023-01-01T00:00:00.000Z"),
        ],
    )
    return collection


def test_f1_records_ascend_by_date_added(site: Site, twelve: Collection) -> None:
    found = site.client("alpha.example").get(path_of(twelve, "manifest/?limit=50")).json()["objects"]
    dates = [record["date_added"] for record in found]
    assert dates == sorted(set(dates))
    assert [record["id"] for record in found] == [made["id"] for made in indicators(12)]


def test_f1_collections_are_sorted_by_id(site: Site) -> None:
    made = sorted(site.views.collection("alpha.example").id for _ in range(6))
    assert [item["id"] for item in site.client("alpha.example").get("/tearline/collections/").json()["collections"]] == made


MALFORMED = (
    "limit=0", "limit=-1", "limit=abc", "limit=", "limit=1.5", "limit=%2B5", "limit=%D9%A1", "limit=99999999999999999999",
    "limit=1&limit=1", f"limit={'0' * 5000}1",
    "added_after=yesterday", "added_after=", "added_after=2024-13-01T00:00:00Z", "added_after=2024-02-30T00:00:00Z",
    "added_after=0000-01-01T00:00:00Z", "added_after=2024-01-01T00:00:00", "added_after=2024-01-01T00:00:00%2B00:00",
    "added_after=2024-01-01T00:00:00Z&added_after=2024-01-01T00:00:00Z",
    "match[version]=garbage", "match[version]=", "match[version]=last,last", "match[version]=all,last",
    "match[version]=2024-01-01T00:00:00Z,all", "match[version]=last&match[version]=first",
    "match[version]=2024-01-01T00:00:00Z,2024-01-01T00:00:00.000Z",
    "match[type]=", "match[type]=malware,", "match[type]=malware&match[type]=malware", "match[type]=In%20dicator",
    "match[id]=x", "match[id]=" + ",".join(object_id("malware", number) for number in range(101)),
    "match[spec_version]=two", "next=", "next=abc", "%ff=1", "&".join(f"a{number}=1" for number in range(60)),
)  # fmt: skip


@pytest.mark.parametrize("rest", ["objects/", "manifest/"])
def test_f2_malformed_parameters_are_400(site: Site, twelve: Collection, rest: str) -> None:
    alpha = site.client("alpha.example")
    for query in MALFORMED:
        answer = alpha.get(path_of(twelve, f"{rest}?{query}"))
        assert answer.status_code == 400, query
        assert_taxii(answer)
        value = query.partition("=")[2]
        assert len(value) < 4 or value not in answer.text  # an error never says what the client sent


def test_f3_added_after_is_exclusive(site: Site) -> None:
    collection = site.views.collection("alpha.example")
    dates = [taxii(from_micros(seq)) for seq in site.views.put(collection, indicators(3))]
    alpha = site.client("alpha.example")
    assert ids_of(alpha.get(path_of(collection, f"objects/?added_after={dates[0]}"))) == [made["id"] for made in indicators(2, 1)]
    assert ids_of(alpha.get(path_of(collection, f"objects/?added_after={dates[2]}"))) == []


def test_f3_any_fraction_digits(site: Site) -> None:
    collection = site.views.collection("alpha.example")
    site.views.put(collection, indicators(2), seq=1_714_521_600_000_000)
    alpha = site.client("alpha.example")
    for fraction in ("", ".0", ".000000", ".000000000"):
        assert len(ids_of(alpha.get(path_of(collection, f"objects/?added_after=2024-05-01T00:00:00{fraction}Z")))) == 1
    assert len(ids_of(alpha.get(path_of(collection, "objects/?added_after=0001-01-01T00:00:00Z")))) == 2


def test_f4_limit(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    for query, count, more in (
        ("", 5, True),
        ("?limit=3", 3, True),
        ("?limit=12", 12, False),
        ("?limit=11", 11, True),
        ("?limit=1000", 12, False),
    ):
        answer = alpha.get(path_of(twelve, f"objects/{query}")).json()
        assert len(answer["objects"]) == count
        assert answer["more"] is more
        assert ("next" in answer) is more


def test_f4_the_server_limit_holds(site: Site) -> None:
    collection = site.views.collection("alpha.example")
    site.views.put(collection, indicators(60))
    assert len(ids_of(site.client("alpha.example").get(path_of(collection, "objects/?limit=1000")))) == 50


def test_f5_fields_are_anded_and_values_ored(site: Site, mixed: Collection) -> None:
    alpha = site.client("alpha.example")
    malware, address, report = object_id("malware", 1), object_id("ipv4-addr", 1), object_id("report", 1)
    cases = {
        "match[type]=malware": [malware],
        "match[type]=malware,report": [malware, report],
        "match[type]=attack-pattern,tool,x-custom": [],
        f"match[id]={malware},{address}": [address, malware],
        f"match[id]={malware}&match[type]=report": [],
        f"match[id]={malware},{report}&match[type]=report": [report],
        "match[nonsense]=1&match[nonsense]=2&unknown=3": [address, malware, report],
        "match%5Btype%5D=report": [report],
    }
    for query, expected in cases.items():
        for rest in ("objects/", "manifest/"):
            assert ids_of(alpha.get(path_of(mixed, f"{rest}?{query}"))) == expected, (rest, query)


def test_f6_versions(site: Site, mixed: Collection) -> None:
    alpha = site.client("alpha.example")
    one, two, three = "2024-01-01T00:00:00.000Z", "2024-02-01T00:00:00.5Z", "2024-03-01T00:00:00.000Z"
    cases = {
        "": [three],
        "?match[version]=last": [three],
        "?match[version]=first": [one],
        "?match[version]=all": [one, three, two],
        "?match[version]=first,last": [one, three],
        "?match[version]=2024-02-01T00:00:00.500Z": [two],
        "?match[version]=2024-03-01T00:00:00Z,first": [one, three],
        "?match[version]=1999-01-01T00:00:00Z": [],
    }
    for query, expected in cases.items():
        found = alpha.get(path_of(mixed, f"objects/{object_id('malware', 1)}/{query}")).json().get("objects", [])
        assert [made["modified"] for made in found] == expected, query
    for query, expected in cases.items():
        joined = f"{query}&" if query else "?"
        found = alpha.get(path_of(mixed, f"manifest/{joined}match[type]=malware")).json().get("objects", [])
        assert [record["version"] for record in found] == expected, query


def test_f6_version_of_objects_without_modified(site: Site, mixed: Collection) -> None:
    alpha = site.client("alpha.example")
    records = {record["id"]: record for record in alpha.get(path_of(mixed, "manifest/")).json()["objects"]}
    assert records[object_id("report", 1)]["version"] == "2023-01-01T00:00:00.000Z"
    address = records[object_id("ipv4-addr", 1)]
    assert address["version"] == address["date_added"]
    by_version = path_of(mixed, f"objects/{address['id']}/?match[version]={address['version']}")
    assert ids_of(alpha.get(by_version)) == [address["id"]]


def test_f7_spec_version(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    for rest, full in (("objects/", 5), ("manifest/", 5)):
        assert len(ids_of(alpha.get(path_of(twelve, f"{rest}?match[spec_version]=2.1")))) == full
        assert len(ids_of(alpha.get(path_of(twelve, f"{rest}?match[spec_version]=2.0,2.1")))) == full
        assert ids_of(alpha.get(path_of(twelve, f"{rest}?match[spec_version]=2.0"))) == []


def test_f8_headers_are_the_ends_of_the_page(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    records = alpha.get(path_of(twelve, "manifest/?limit=50")).json()["objects"]
    dates = [record["date_added"] for record in records]
    for rest in ("objects/", "manifest/"):
        assert added(alpha.get(path_of(twelve, f"{rest}?limit=3"))) == (dates[0], dates[2])
    one = f"objects/{records[4]['id']}/"
    for rest in (one, f"{one}versions/"):
        assert added(alpha.get(path_of(twelve, rest))) == (dates[4], dates[4])


def test_f8_an_empty_page_says_where_the_reader_stands(site: Site, twelve: Collection) -> None:
    alpha = site.client("alpha.example")
    newest = added(alpha.get(path_of(twelve, "objects/?limit=50")))[1]
    for moment in (newest, "2199-01-01T00:00:00Z"):  # a clock that runs ahead is brought back to the newest record
        assert added(alpha.get(path_of(twelve, f"objects/?added_after={moment}"))) == (newest, newest)
    never = "1970-01-01T00:00:00.000000Z"
    assert added(alpha.get(path_of(twelve, "manifest/?match[type]=tool"))) == (never, never)
    empty = site.views.collection("alpha.example")
    assert added(alpha.get(path_of(empty, "objects/?added_after=2199-01-01T00:00:00Z"))) == (never, never)
