"""F27 and F29: a `next` that is forged, of another place, or older than a compaction; a credential that ends while paging."""

from __future__ import annotations

import base64
import os
import random
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from pipeline.clock import system_clock
from pipeline.store.credentials import CredentialStore
from tests.load.conftest import SOAK
from tests.support.serving import PASSWORD, ServedHub, indicator


@pytest.fixture
def reader(hub: ServedHub) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=hub.url, auth=("reader", PASSWORD), trust_env=False, timeout=20) as made:
        yield made


def test_a_forged_next_is_400(hub: ServedHub, reader: httpx2.Client) -> None:
    token = reader.get(f"{hub.objects_path}?limit=5").json()["next"]
    sealed = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    chance = random.Random(29)
    forged = ["", "A", "=", token + "A", token[:-1], token + "=", "../../x", "%00", "'; DROP TABLE record --", "9" * 5000]
    for _ in range(5_000 if SOAK else 200):
        changed = bytearray(sealed)
        for _ in range(chance.randint(1, 3)):
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
        if bytes(changed) != sealed:
            forged.append(base64.urlsafe_b64encode(changed).rstrip(b"=").decode())
    for item in forged:
        answer = reader.get(hub.objects_path, params={"next": item})
        assert answer.status_code == 400, item
        assert answer.json()["http_status"] == "400"
        assert "X-TAXII-Date-Added-Last" not in answer.headers


def test_a_next_of_another_resource_is_400(hub: ServedHub, reader: httpx2.Client) -> None:
    token = reader.get(f"{hub.objects_path}?limit=5").json()["next"]
    known = reader.get(f"{hub.objects_path}?limit=1").json()["objects"][0]["id"]
    for path in (
        hub.objects_path.replace("/objects/", "/manifest/"),
        f"{hub.objects_path}{known}/",
        f"{hub.objects_path}{known}/versions/",
    ):
        assert reader.get(path, params={"next": token}).status_code == 400


def test_a_next_outlives_compaction_and_a_crash(tmp_path: Path) -> None:
    with ServedHub(tmp_path / "hub", [indicator(number) for number in range(50)], default_limit=20) as hub:
        with httpx2.Client(base_url=hub.url, auth=("reader", PASSWORD), trust_env=False, timeout=20) as reader:
            page = reader.get(hub.objects_path).json()
            expected = reader.get(hub.objects_path, params={"next": page["next"]}).json()
        hub.kill()
        with sqlite3.connect(hub.views) as views:
            views.execute("VACUUM")
        hub.start()
        with httpx2.Client(base_url=hub.url, auth=("reader", PASSWORD), trust_env=False, timeout=20) as reader:
            assert reader.get(hub.objects_path, params={"next": page["next"]}).json() == expected


def test_a_token_that_is_revoked_while_paging_is_out_within_a_second(hub: ServedHub) -> None:
    store = CredentialStore(hub.views, system_clock, os.urandom)
    token = store.add_token("reader")
    with httpx2.Client(base_url=hub.url, headers={"Authorization": f"Bearer {token}"}, trust_env=False, timeout=20) as reader:
        following = reader.get(f"{hub.objects_path}?limit=5").json()["next"]
        store.revoke(token.rpartition("_")[0])
        store.close()
        time.sleep(1)
        answer = reader.get(hub.objects_path, params={"next": following})
    assert answer.status_code == 401
    assert b"indicator" not in answer.content
