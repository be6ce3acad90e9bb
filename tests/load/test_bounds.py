"""What a request may cost: pages by number and by bytes, queries by time."""

from __future__ import annotations

from pathlib import Path

import httpx2

from tests.support.serving import PASSWORD, ServedHub, indicator


def client(hub: ServedHub) -> httpx2.Client:
    return httpx2.Client(base_url=hub.url, auth=("reader", PASSWORD), trust_env=False, timeout=60)


def test_pages_have_a_bound_of_objects_and_one_of_bytes(tmp_path: Path) -> None:
    objects = [indicator(number, pad=10_000) for number in range(40)]
    with ServedHub(tmp_path / "hub", objects, page_bytes=105_000, max_limit=20, default_limit=3) as small, client(small) as reader:
        assert len(reader.get(small.objects_path).json()["objects"]) == 3
        page = reader.get(f"{small.objects_path}?limit=1000000").json()
        assert (len(page["objects"]), page["more"]) == (10, True)
        manifest = reader.get(small.objects_path.replace("/objects/", "/manifest/") + "?limit=1000000").json()
        assert (len(manifest["objects"]), manifest["more"]) == (20, True)
        found = [made["id"] for made in page["objects"]]
        while page.get("more"):
            page = reader.get(small.objects_path, params={"limit": 1_000_000, "next": page["next"]}).json()
            found += [made["id"] for made in page["objects"]]
        assert len(found) == len(set(found)) == 40


def test_a_query_has_a_time_and_others_do_not_wait_for_it(hub: ServedHub, tmp_path: Path) -> None:
    objects = [indicator(number) for number in range(40_000)]
    with ServedHub(tmp_path / "hub", objects, statement_ms=10) as hasty, client(hasty) as reader:
        answer = reader.get(f"{hasty.objects_path}?match[type]=malware")
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) >= 1
        assert answer.headers["Content-Type"] == "application/taxii+json;version=2.1"
        assert len(reader.get(f"{hasty.objects_path}?limit=10").json()["objects"]) == 10


def test_headers_have_a_bound(hub: ServedHub) -> None:
    with client(hub) as reader:
        for size, accepted in ((1_000, True), (500_000, False)):
            try:
                status = reader.get("/taxii2/", headers={"X-Padding": "a" * size}).status_code
            except httpx2.HTTPError:
                status = 0
            assert (status == 200) is accepted
