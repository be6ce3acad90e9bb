"""E1 to E7: the endpoints (TAXII 2.1 §4, 5)."""

from __future__ import annotations

import uuid

import httpx2
import pytest

from tests.conformance.target import MALWARE, READ, STIX, TAXII, VERSIONS, Target, assert_taxii, ids_of, indicator

pytestmark = pytest.mark.xdist_group("conformance")  # one process runs all of it: they share the target

JSON = {"Content-Type": TAXII}
KNOWN = READ[0][1]["id"]
UNKNOWN = "indicator--99999999-9999-4999-8999-999999999999"
NO_COLLECTION = "11111111-1111-4111-8111-111111111111"


def test_e1_api_root(target: Target, reader: httpx2.Client) -> None:
    found = reader.get(target.root).json()
    assert found["title"]
    assert TAXII in found["versions"]
    assert found["max_content_length"] == target.max_content_length > 0


@pytest.mark.parametrize("chunked", [False, True], ids=["declared", "chunked"])
@pytest.mark.parametrize(("extra", "status"), [(0, 202), (1, 413)], ids=["as large as allowed", "one byte more"])
def test_e1_max_content_length(target: Target, chunked: bool, extra: int, status: int) -> None:
    head = httpx2.Response(200, json={"objects": [indicator(5000)]}).content
    body = head + b" " * (target.max_content_length + extra - len(head))
    content = (body[start : start + 65536] for start in range(0, len(body), 65536)) if chunked else body
    answer = target.client(target.writer).post(target.path("both", "objects/"), content=content, headers=JSON)
    assert answer.status_code == status
    assert_taxii(answer)


def test_e2_collection_by_id_and_alias(target: Target, reader: httpx2.Client) -> None:
    found = reader.get(target.path("read")).json()
    assert found["id"] == target.collections["read"]
    assert (found["can_read"], found["can_write"]) == (True, False)
    assert found["media_types"] == [STIX]
    assert found["title"]
    if "read" not in target.aliases:
        pytest.skip("the target has no aliases")
    assert found["alias"] == target.aliases["read"]
    by_alias = f"{target.root}collections/{found['alias']}/"
    assert reader.get(by_alias).json() == found
    assert ids_of(reader.get(f"{by_alias}objects/")) == ids_of(reader.get(target.path("read", "objects/")))


RIGHTS = [("both", True, True), ("write", False, True)]


@pytest.mark.parametrize(("role", "can_read", "can_write"), RIGHTS)
def test_e2_rights_are_those_of_who_asks(target: Target, writer: httpx2.Client, role: str, can_read: bool, can_write: bool) -> None:
    found = writer.get(target.path(role)).json()
    assert (found["can_read"], found["can_write"]) == (can_read, can_write)
    listed = {item["id"]: item for item in writer.get(f"{target.root}collections/").json()["collections"]}
    assert listed[target.collections[role]] == found
    assert target.collections["read"] not in listed


def test_e2_aliases_are_unique_in_an_api_root(target: Target, reader: httpx2.Client, writer: httpx2.Client) -> None:
    for client in (reader, writer):
        aliases = [item["alias"] for item in client.get(f"{target.root}collections/").json()["collections"] if "alias" in item]
        assert len(aliases) == len(set(aliases))


def test_e2_a_public_collection(target: Target, reader: httpx2.Client, writer: httpx2.Client) -> None:
    if target.public is None:
        pytest.skip("the target has no public collection")
    for client in (reader, writer):
        found = client.get(f"{target.root}collections/{target.public}/").json()
        assert (found["can_read"], found["can_write"]) == (True, False)
        assert client.get(f"{target.root}collections/{target.public}/objects/").status_code == 200
        assert client.post(f"{target.root}collections/{target.public}/objects/", json={"objects": []}, headers=JSON).status_code == 403
    assert target.client(None).get(f"{target.root}collections/{target.public}/objects/").status_code == 401


@pytest.mark.parametrize("rest", ["objects/", "manifest/", f"objects/{KNOWN}/", f"objects/{KNOWN}/versions/"])
def test_e3_no_right_to_read(target: Target, writer: httpx2.Client, rest: str) -> None:
    for role in ("write", "read"):
        answer = writer.get(target.path(role, rest))
        assert answer.status_code == (403 if role == "write" else 404)
        assert_taxii(answer)


def test_e3_no_right_to_write(target: Target, reader: httpx2.Client, writer: httpx2.Client) -> None:
    for client, status in ((reader, 403), (writer, 404)):
        answer = client.post(target.path("read", "objects/"), json={"objects": [indicator(1)]}, headers=JSON)
        assert answer.status_code == status
        assert_taxii(answer)


DELETE = [("F,F", "writer", "read", 404), ("T,F", "reader", "read", 403), ("F,T", "writer", "write", 403)]


@pytest.mark.parametrize(("rights", "who", "role", "status"), DELETE, ids=[f"E3 {row[0]}" for row in DELETE])
def test_e3_delete(target: Target, rights: str, who: str, role: str, status: int) -> None:
    client = target.client(getattr(target, who))
    for name in (KNOWN, UNKNOWN):
        answer = client.delete(target.path(role, f"objects/{name}/"))
        assert answer.status_code == status, rights
        assert_taxii(answer)


def test_e6_objects_and_versions(target: Target, reader: httpx2.Client) -> None:
    for rest in ("", "versions/"):
        assert reader.get(target.path("read", f"objects/{UNKNOWN}/{rest}")).status_code == 404
        answer = reader.get(target.path("read", f"objects/{KNOWN}/{rest}?match[spec_version]=2.0"))
        assert (answer.status_code, answer.json()) == (200, {})
    versions = [made["modified"] for _, made in VERSIONS[:3]]
    assert reader.get(target.path("versions", f"objects/{MALWARE}/versions/")).json() == {"more": False, "versions": versions}


def test_e6_a_record_of_the_manifest(target: Target, reader: httpx2.Client) -> None:
    found = reader.get(target.path("read", "manifest/?limit=1")).json()
    date, made = READ[0]
    assert found["objects"] == [{"id": made["id"], "date_added": date, "version": made["modified"], "media_type": STIX}]


E7 = [
    "/no-such-root/",
    "/no-such-root/collections/",
    f"/no-such-root/collections/{NO_COLLECTION}/objects/",
    "/11111111-1111-4111-8111-111111111111/",
    f"{{root}}collections/{NO_COLLECTION}/",
    f"{{root}}collections/{NO_COLLECTION}/objects/",
    f"{{root}}collections/{NO_COLLECTION}/manifest/",
    f"{{root}}collections/{NO_COLLECTION}/objects/{KNOWN}/",
    f"{{root}}collections/{NO_COLLECTION}/objects/{KNOWN}/versions/",
    "{root}collections/%00/",
    "{root}collections/no%2Fsuch/objects/",
    "{root}status/no-uuid/",
    "{root}nothing/",
]


@pytest.mark.parametrize("path", E7, ids=[f"E7 {path}" for path in E7])
def test_e7_unknown_is_404(target: Target, reader: httpx2.Client, path: str) -> None:
    answer = reader.get(path.format(root=target.root))
    assert answer.status_code == 404
    assert_taxii(answer)


def test_e7_unknown_is_404_for_writes(target: Target, writer: httpx2.Client) -> None:
    path = f"{target.root}collections/{NO_COLLECTION}/objects/"
    assert writer.post(path, json={"objects": [indicator(1)]}, headers=JSON).status_code == 404
    assert writer.delete(f"{path}{KNOWN}/").status_code == 404


def test_several_api_roots(target: Target, reader: httpx2.Client, writer: httpx2.Client) -> None:
    if target.second_root is None:
        pytest.skip("the target has one API root")
    assert any(root.endswith(target.second_root) for root in reader.get("/taxii2/").json()["api_roots"])
    assert reader.get(target.second_root).json()["title"] == "Exchange"
    listed = reader.get(f"{target.second_root}collections/").json()["collections"]
    assert [item["alias"] for item in listed] == ["second"]
    assert reader.get(f"{target.second_root}collections/second/objects/").json() == {}
    # an id or alias of one root means nothing in the other, and who has nothing in a root does not learn of it
    for name in (target.collections["read"], "read"):
        assert reader.get(f"{target.second_root}collections/{name}/objects/").status_code == 404
    assert reader.get(f"{target.root}collections/{listed[0]['id']}/").status_code == 404
    assert writer.get("/taxii2/").json()["api_roots"] == [writer.get("/taxii2/").json()["default"]]
    assert writer.get(target.second_root).status_code == 404
    assert writer.get(f"{target.second_root}collections/").status_code == 404


def test_ids_are_uuid4(target: Target) -> None:
    assert all(uuid.UUID(identifier).version == 4 for identifier in target.collections.values())
