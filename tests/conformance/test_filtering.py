"""F1 to F8: filtering and sorting (TAXII 2.1 §3.2, 3.3, 3.4)."""

from __future__ import annotations

import httpx2
import pytest

from tests.conformance.target import ADDRESS, MALWARE, MARKING, OLD_STYLE, READ, START, VERSIONS, Target, added, assert_taxii, ids_of, stamp

pytestmark = pytest.mark.xdist_group("conformance")  # one process runs all of it: they share the target

IDS = [made["id"] for _, made in READ]
DATES = [date for date, _ in READ]

PAGED = ["objects/", "manifest/"]


@pytest.mark.parametrize("rest", PAGED)
def test_f1_ascending_by_date_added(target: Target, reader: httpx2.Client, rest: str) -> None:
    assert ids_of(reader.get(target.path("read", f"{rest}?limit=50"))) == IDS


def test_f1_collections_in_a_stable_order(target: Target, reader: httpx2.Client) -> None:
    first, second = (reader.get(f"{target.root}collections/").json() for _ in range(2))
    assert first == second
    assert [item["id"] for item in first["collections"]] == sorted(item["id"] for item in first["collections"])


MALFORMED = [
    "limit=0",
    "limit=-1",
    "limit=abc",
    "limit=",
    "limit=1.5",
    "limit=1e3",
    "limit=9999999999999999999",
    "limit=5&limit=6",
    "added_after=yesterday",
    "added_after=",
    "added_after=2026-01-01",
    "added_after=2026-13-01T00:00:00Z",
    "added_after=2026-02-30T00:00:00Z",
    "added_after=2026-01-01T00:00:00",
    "added_after=2026-01-01T00:00:00%2B01:00",
    "added_after=2026-01-01T00:00:00Z&added_after=2026-01-02T00:00:00Z",
    "match[version]=garbage",
    "match[version]=",
    "match[version]=last,last",
    "match[version]=first,first",
    "match[version]=all,last",
    "match[version]=all,2025-01-01T00:00:00Z",
    "match[version]=2025-01-01",
    "match[version]=last&match[version]=first",
    "match[id]=no-id",
    "match[id]=",
    "match[id]=a--00000000-0000-4000-8000-000000000001&match[id]=b--00000000-0000-4000-8000-000000000001",
    "match[type]=",
    "match[type]=indicator&match[type]=tool",
    "match[spec_version]=two",
    "match[spec_version]=2.1&match[spec_version]=2.0",
    "next=",
    "next=%00",
    "%ff=%ff",
]


@pytest.mark.parametrize("query", MALFORMED, ids=[f"F2 {query}" for query in MALFORMED])
@pytest.mark.parametrize("rest", PAGED)
def test_f2_malformed_parameters(target: Target, reader: httpx2.Client, rest: str, query: str) -> None:
    answer = reader.get(target.path("read", f"{rest}?{query}"))
    assert answer.status_code == 400
    assert_taxii(answer)


SPELLINGS = [
    "2026-01-01T00:00:05Z",
    "2026-01-01T00:00:05.0Z",
    "2026-01-01T00:00:05.000Z",
    "2026-01-01T00:00:05.000000Z",
    "2026-01-01T00:00:05.000000000Z",
]


@pytest.mark.parametrize("moment", SPELLINGS)
def test_f3_added_after_is_exclusive_in_every_spelling(target: Target, reader: httpx2.Client, moment: str) -> None:
    for rest in PAGED:
        assert ids_of(reader.get(target.path("read", f"{rest}?limit=50&added_after={moment}"))) == IDS[5:]


def test_f3_added_after_is_no_stix_time(target: Target, reader: httpx2.Client) -> None:
    """Every object was modified in 2025 and added in 2026."""
    assert ids_of(reader.get(target.path("read", "objects/?limit=50&added_after=2025-06-01T00:00:00Z"))) == IDS
    assert ids_of(reader.get(target.path("read", f"objects/?added_after={DATES[-1]}"))) == []
    assert ids_of(reader.get(target.path("read", "objects/?added_after=2099-01-01T00:00:00Z"))) == []


LIMITS = [(1, 1, True), (11, 11, True), (12, 12, False), (13, 12, False)]


@pytest.mark.parametrize(("limit", "count", "more"), LIMITS, ids=[f"F4 limit={row[0]}" for row in LIMITS])
@pytest.mark.parametrize("rest", PAGED)
def test_f4_limit(target: Target, reader: httpx2.Client, rest: str, limit: int, count: int, more: bool) -> None:
    answer = reader.get(target.path("read", f"{rest}?limit={limit}"))
    assert len(ids_of(answer)) == count
    assert answer.json().get("more", False) is more
    assert ("next" in answer.json()) is more


MATCHES: list[tuple[str, list[str]]] = [
    (f"match[id]={IDS[3]}", [IDS[3]]),
    (f"match[id]={IDS[3]},{IDS[1]}", [IDS[1], IDS[3]]),
    (f"match[id]={IDS[3]}&match[type]=indicator", [IDS[3]]),
    (f"match[id]={IDS[3]}&match[type]=tool", []),
    ("match[type]=indicator", IDS),
    ("match[type]=tool,indicator", IDS),
    ("match[type]=tool", []),
    ("match[type]=x-of-somebody", []),
    ("match[spec_version]=2.1", IDS),
    ("match[spec_version]=2.0", []),
    ("match[spec_version]=2.0,2.1", IDS),
    ("match[confidence]=80", IDS),
    ("match[whatever]=1&match[whatever]=2", IDS),
    ("unknown=1", IDS),
]


@pytest.mark.parametrize(("query", "expected"), MATCHES, ids=[f"F5 {row[0]}" for row in MATCHES])
@pytest.mark.parametrize("rest", PAGED)
def test_f5_match_fields(target: Target, reader: httpx2.Client, rest: str, query: str, expected: list[str]) -> None:
    assert ids_of(reader.get(target.path("read", f"{rest}?limit=50&{query}"))) == expected


STIX_TYPES = [
    "attack-pattern",
    "campaign",
    "course-of-action",
    "grouping",
    "identity",
    "incident",
    "indicator",
    "infrastructure",
    "intrusion-set",
    "location",
    "malware",
    "malware-analysis",
    "note",
    "observed-data",
    "opinion",
    "report",
    "threat-actor",
    "tool",
    "vulnerability",
    "relationship",
    "sighting",
    "artifact",
    "autonomous-system",
    "directory",
    "domain-name",
    "email-addr",
    "email-message",
    "file",
    "ipv4-addr",
    "ipv6-addr",
    "mac-addr",
    "mutex",
    "network-traffic",
    "process",
    "software",
    "url",
    "user-account",
    "windows-registry-key",
    "x509-certificate",
    "marking-definition",
    "language-content",
    "extension-definition",
    "bundle",
]


def test_f5_no_stix_type_is_an_error(target: Target, reader: httpx2.Client) -> None:
    for name in STIX_TYPES:
        assert reader.get(target.path("read", f"objects/?match[type]={name}")).status_code == 200, name


FIRST, SECOND, THIRD = (made["modified"] for _, made in VERSIONS[:3])

VERSION_MATCHES: list[tuple[str, list[str]]] = [
    ("", [THIRD]),
    ("match[version]=last", [THIRD]),
    ("match[version]=first", [FIRST]),
    ("match[version]=all", [FIRST, SECOND, THIRD]),
    ("match[version]=first,last", [FIRST, THIRD]),
    (f"match[version]={SECOND}", [SECOND]),
    ("match[version]=2025-02-01T00:00:00Z", [SECOND]),
    (f"match[version]={SECOND},last", [SECOND, THIRD]),
    ("match[version]=1999-01-01T00:00:00Z", []),
]


@pytest.mark.parametrize(("query", "expected"), VERSION_MATCHES, ids=[f"F6 {row[0]}" for row in VERSION_MATCHES])
def test_f6_versions(target: Target, reader: httpx2.Client, query: str, expected: list[str]) -> None:
    found = reader.get(target.path("versions", f"objects/?match[type]=malware&{query}")).json().get("objects", [])
    assert [made["modified"] for made in found] == expected
    found = reader.get(target.path("versions", f"objects/{MALWARE}/?{query}")).json().get("objects", [])
    assert [made["modified"] for made in found] == expected
    found = reader.get(target.path("versions", f"manifest/?match[type]=malware&{query}")).json().get("objects", [])
    assert [record["version"] for record in found] == expected


def test_f6_an_object_without_modified_has_created_as_its_version(target: Target, reader: httpx2.Client) -> None:
    record = reader.get(target.path("versions", f"manifest/?match[id]={MARKING}")).json()["objects"][0]
    assert record["version"] == OLD_STYLE
    assert ids_of(reader.get(target.path("versions", f"objects/?match[id]={MARKING}&match[version]={OLD_STYLE}"))) == [MARKING]


def test_f6_an_object_without_times_has_a_version_that_is_always_the_same(target: Target, reader: httpx2.Client) -> None:
    versions = {reader.get(target.path("versions", f"manifest/?match[id]={ADDRESS}")).json()["objects"][0]["version"] for _ in range(2)}
    assert len(versions) == 1
    version = versions.pop()
    assert ids_of(reader.get(target.path("versions", f"objects/{ADDRESS}/?match[version]={version}"))) == [ADDRESS]
    assert reader.get(target.path("versions", f"objects/{ADDRESS}/versions/")).json()["versions"] == [version]


def test_f7_spec_version(target: Target, reader: httpx2.Client) -> None:
    whole = ids_of(reader.get(target.path("versions", "objects/?limit=50")))
    assert set(whole) == {MALWARE, MARKING, ADDRESS}
    assert ids_of(reader.get(target.path("versions", "objects/?limit=50&match[spec_version]=2.1"))) == whole
    for rest in ("objects/", "manifest/", f"objects/{MALWARE}/", f"objects/{MALWARE}/versions/"):
        assert reader.get(target.path("versions", f"{rest}?match[spec_version]=2.0")).json() == {}


PAGES = [
    ("read", "objects/", DATES[0], DATES[4]),
    ("read", "manifest/", DATES[0], DATES[4]),
    ("read", "objects/?added_after=2026-01-01T00:00:05Z&limit=2", DATES[5], DATES[6]),
    ("versions", f"objects/{MALWARE}/", stamp(START + 3), stamp(START + 3)),
    ("versions", f"objects/{MALWARE}/?match[version]=all", stamp(START + 1), stamp(START + 3)),
    ("versions", f"objects/{MALWARE}/versions/", stamp(START + 1), stamp(START + 3)),
]


@pytest.mark.parametrize(("role", "rest", "first", "last"), PAGES, ids=[f"F8 {row[1]}" for row in PAGES])
def test_f8_date_added_headers(target: Target, reader: httpx2.Client, role: str, rest: str, first: str, last: str) -> None:
    sep = "&" if "?" in rest else "?"
    answer = reader.get(target.path(role, rest if "limit" in rest or role == "versions" else f"{rest}{sep}limit=5"))
    assert answer.status_code == 200
    assert added(answer) == (first, last)


@pytest.mark.parametrize(
    ("role", "rest"),
    [
        ("empty", "objects/"),
        ("empty", "manifest/"),
        ("read", "objects/?match[type]=tool"),
        ("read", "objects/?added_after=2026-01-01T00:00:10Z&match[type]=tool"),
        ("versions", f"objects/{MALWARE}/?match[version]=1999-01-01T00:00:00Z"),
        ("versions", f"objects/{MALWARE}/versions/?match[spec_version]=2.0"),
    ],
)
def test_f8_an_empty_page_has_them_too_and_they_lose_nothing(target: Target, reader: httpx2.Client, role: str, rest: str) -> None:
    """Our choice: where the reader stands, never later than the newest record."""
    answer = reader.get(target.path(role, rest))
    assert answer.json() == {}
    first, last = added(answer)
    assert first == last
    if role == "read":
        assert last <= DATES[-1]
