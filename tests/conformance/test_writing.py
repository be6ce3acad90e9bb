"""E4 and E5: POST, status and DELETE, all the way through the server's own processing (TAXII 2.1 §4.3, 5.5, 5.7)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import httpx2
import pytest

from tests.conformance.target import TAXII, Json, Target, assert_taxii, ids_of, indicator

pytestmark = pytest.mark.xdist_group("conformance")  # one process runs all of it: they share the target

JSON = {"Content-Type": TAXII}

GOOD = [indicator(100), indicator(101), indicator(102)]
BAD: list[tuple[str, Any]] = [
    ("missing-property", {key: value for key, value in indicator(103).items() if key != "pattern"}),
    ("invalid-timestamp", indicator(104, "yesterday")),
    ("unsupported-version", {**indicator(105), "spec_version": "9.9"}),
]
NAMELESS: list[Any] = [{"id": "x"}, 7, "text", None, []]
SCO = {"type": "ipv4-addr", "spec_version": "2.1", "id": "ipv4-addr--fd4e9a4f-4e3b-5a5f-9d8a-3d3a1e7a2f10", "value": "192.0.2.9"}


def counts_add_up(status: Json) -> bool:
    return status["total_count"] == status["success_count"] + status["failure_count"] + status["pending_count"]


def post(client: httpx2.Client, target: Target, objects: list[Any], role: str = "both") -> Json:
    answer = client.post(target.path(role, "objects/"), json={"objects": objects}, headers=JSON)
    assert answer.status_code == 202, answer.text
    assert_taxii(answer)
    status: Json = answer.json()
    assert uuid.UUID(status["id"]).version == 4
    assert status["status"] == "pending"
    assert status["total_count"] == len(objects) == status["pending_count"]
    assert counts_add_up(status)
    return status


ONE_BY_ONE = indicator(130)["id"]
WHOLE = indicator(150)["id"]
RETURNED = indicator(160)


@dataclass
class Sent:
    """Statuses as they were answered, by what was sent."""

    mixed: Json
    again: Json
    write: Json


@pytest.fixture(scope="module")
def sent(target: Target, writer: httpx2.Client) -> Sent:
    mixed = post(writer, target, [*GOOD, *(made for _, made in BAD), *NAMELESS, SCO])
    write = post(writer, target, [indicator(120)], "write")
    months = [f"2025-0{month}-01T00:00:00.000Z" for month in (1, 2, 3)]
    post(writer, target, [*(indicator(number, month) for number in (130, 150) for month in months), RETURNED])
    before = writer.get(f"{target.root}status/{mixed['id']}/").json()
    assert before == mixed
    target.process()
    for name in (WHOLE, RETURNED["id"]):
        assert writer.get(target.path("both", f"objects/{name}/")).status_code == 200
        assert writer.delete(target.path("both", f"objects/{name}/")).status_code == 200
        gone(target, writer, name)
    again = post(writer, target, [GOOD[0], GOOD[0], GOOD[1], RETURNED])
    target.process()
    return Sent(mixed, again, write)


def status_of(target: Target, client: httpx2.Client, status: Json) -> Json:
    answer = client.get(f"{target.root}status/{status['id']}/")
    assert answer.status_code == 200
    assert_taxii(answer)
    found: Json = answer.json()
    assert counts_add_up(found)
    return found


def test_e4_one_bad_object_does_not_take_its_neighbours_along(target: Target, writer: httpx2.Client, sent: Sent) -> None:
    found = status_of(target, writer, sent.mixed)
    assert found["status"] == "complete"
    assert (found["success_count"], found["failure_count"], found["pending_count"]) == (4, 8, 0)
    assert {item["id"] for item in found["successes"]} == {*(made["id"] for made in GOOD), SCO["id"]}
    assert {item["id"]: item["message"] for item in found["failures"]} == {made["id"]: reason for reason, made in BAD}
    assert {item["version"] for item in found["successes"] if item["id"] != SCO["id"]} == {GOOD[0]["modified"]}
    assert found["request_timestamp"] == sent.mixed["request_timestamp"]


def test_e4_exact_duplicates_succeed(target: Target, writer: httpx2.Client, sent: Sent) -> None:
    found = status_of(target, writer, sent.again)
    assert (found["status"], found["success_count"], found["failure_count"]) == ("complete", 4, 0)


def test_e4_a_collection_that_one_may_only_write_to(target: Target, writer: httpx2.Client, sent: Sent) -> None:
    assert status_of(target, writer, sent.write)["success_count"] == 1


def test_e4_what_was_sent_can_be_read_back(target: Target, writer: httpx2.Client, sent: Sent) -> None:
    for made in GOOD:
        assert writer.get(target.path("both", f"objects/{made['id']}/")).json()["objects"] == [made]
    assert [
        made["id"] for made in writer.get(target.path("both", f"objects/?match[id]={GOOD[0]['id']}&match[version]=all")).json()["objects"]
    ]
    for _, made in BAD:
        assert writer.get(target.path("both", f"objects/{made['id']}/")).status_code == 404


def test_e4_a_status_is_its_owners_alone(target: Target, reader: httpx2.Client, writer: httpx2.Client, sent: Sent) -> None:
    theirs = reader.get(f"{target.root}status/{sent.mixed['id']}/")
    none = reader.get(f"{target.root}status/{uuid.uuid4()}/")
    assert theirs.status_code == none.status_code == 404
    assert theirs.content == none.content
    if target.second_root is not None:
        assert writer.get(f"{target.second_root}status/{sent.mixed['id']}/").status_code == 404


UNUSABLE: list[tuple[str, bytes, int]] = [
    ("truncated", b'{"objects":[{"type":"indi', 400),
    ("not JSON", b"<objects/>", 400),
    ("nothing", b"", 400),
    ("not UTF-8", b"\xff\xfe{}", 400),
    ("a list", b'[{"type":"indicator"}]', 422),
    ("a text", b'"objects"', 422),
    ("null", b"null", 422),
    ("objects is no list", b'{"objects":{}}', 422),
    ("no objects", b'{"objects":[]}', 422),
    ("an empty object", b"{}", 422),
    ("a bare STIX object", b'{"type":"indicator","id":"indicator--00000000-0000-4000-8000-000000000001"}', 422),
    ("very deep", b"[" * 100_000, 400),
    ("very deep inside", b'{"objects":[' + b'{"a":' * 100_000, 400),
]


@pytest.mark.parametrize(("what", "body", "status"), UNUSABLE, ids=[f"E4 {row[0]}" for row in UNUSABLE])
def test_e4_what_cannot_be_processed(target: Target, what: str, body: bytes, status: int) -> None:
    answer = target.client(target.writer).post(target.path("both", "objects/"), content=body, headers=JSON)
    assert answer.status_code == status, what
    assert_taxii(answer)


def test_e4_custom_properties_of_an_envelope_are_ignored(target: Target, writer: httpx2.Client) -> None:
    body = {"type": "bundle", "id": f"bundle--{uuid.uuid4()}", "x_custom": {"deep": [1]}, "more": False, "objects": [indicator(140)]}
    assert writer.post(target.path("both", "objects/"), json=body, headers=JSON).status_code == 202


def test_e5_by_version_then_the_whole_object(target: Target, writer: httpx2.Client, sent: Sent) -> None:
    path = target.path("both", f"objects/{ONE_BY_ONE}/")

    def versions() -> list[str]:
        return list(writer.get(f"{path}versions/").json()["versions"])

    assert len(versions()) == 3
    answer = writer.delete(f"{path}?match[version]=2025-02-01T00:00:00Z")
    assert (answer.status_code, answer.content) == (200, b"")
    assert versions() == ["2025-01-01T00:00:00.000Z", "2025-03-01T00:00:00.000Z"]
    assert ids_of(writer.get(f"{path}?match[version]=2025-02-01T00:00:00Z")) == []
    assert writer.delete(f"{path}?match[version]=2025-02-01T00:00:00Z").status_code == 404
    assert writer.delete(f"{path}?match[version]=last").status_code == 200
    assert [made["modified"] for made in writer.get(path).json()["objects"]] == ["2025-01-01T00:00:00.000Z"]
    assert writer.delete(path).status_code == 200
    gone(target, writer, ONE_BY_ONE)


def test_e5_all_versions_go_and_stay_away(target: Target, writer: httpx2.Client, sent: Sent) -> None:
    """It had three versions when it was deleted, and everything was processed again since."""
    gone(target, writer, WHOLE)


def test_e5_what_was_deleted_can_be_sent_again(target: Target, writer: httpx2.Client, sent: Sent) -> None:
    assert writer.get(target.path("both", f"objects/{RETURNED['id']}/")).json()["objects"] == [RETURNED]


@pytest.mark.parametrize("query", ["", "?match[version]=all", "?match[spec_version]=2.0"])
def test_e5_unknown_objects(target: Target, writer: httpx2.Client, query: str) -> None:
    assert writer.delete(target.path("both", f"objects/{indicator(999)['id']}/{query}")).status_code == 404


def test_e5_malformed_versions(target: Target, writer: httpx2.Client) -> None:
    assert writer.delete(target.path("both", f"objects/{GOOD[0]['id']}/?match[version]=garbage")).status_code == 400


def gone(target: Target, client: httpx2.Client, name: str) -> None:
    for rest in ("", "versions/"):
        answer = client.get(target.path("both", f"objects/{name}/{rest}"))
        assert answer.status_code == 404
        assert_taxii(answer)
    assert client.delete(target.path("both", f"objects/{name}/")).status_code == 404
    for rest in ("objects/", "manifest/"):
        assert ids_of(client.get(target.path("both", f"{rest}?match[id]={name}&match[version]=all"))) == []
