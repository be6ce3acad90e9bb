"""A recipient's TAXII client: taxii2-client reads all that there is to read, and then asks for what is not its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from typing import NamedTuple

import requests
from taxii2client.v21 import Server, as_pages

STIX = "application/taxii+json;version=2.1"
PAGE = 1000


class Account(NamedTuple):
    """Who asks."""

    partner: str
    username: str
    password: str


class Heard:
    """Every byte that a client was sent: status lines, headers and bodies, decoded as a client decodes them."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []
        self.objects = 0
        """How many objects its collections held, by its own count."""

    def __call__(self, answer: requests.Response, *_: object, **__: object) -> None:
        """A hook of requests."""
        headers = "\n".join(f"{name}: {value}" for name, value in answer.headers.items())
        self.answers.append(f"{answer.status_code} {answer.reason}\n{headers}\n".encode("latin-1", "replace") + answer.content)


def read_all(url: str, account: Account, strange_ids: Sequence[str], strange_collections: Iterable[str]) -> Heard:
    """Discovery, API root, every collection with all pages of objects and manifest, single objects, and answers to wrong questions."""
    heard = Heard()
    with closing(Server(f"{url}/taxii2/", user=account.username, password=account.password)) as server:
        session = server._conn.session  # the client has no other way to see what came, and each API root has a session of its own
        session.hooks["response"].append(heard)
        for root in server.api_roots:
            root._conn.session.hooks["response"].append(heard)
            for collection in root.collections:
                if collection.can_read:
                    ids = [item["id"] for page in as_pages(collection.get_objects, per_request=PAGE) for item in page.get("objects", ())]
                    heard.objects += len(ids)
                    for _ in as_pages(collection.get_manifest, per_request=PAGE):
                        pass
                    _ask(session, collection.url, ids[:3], strange_ids)
            for other in strange_collections:
                for tail in ("", "objects/", "manifest/"):
                    session.get(f"{root.url}collections/{other}/{tail}", headers={"Accept": STIX})
            for status in strange_ids[:2]:
                session.get(f"{root.url}status/{status.partition('--')[2]}/", headers={"Accept": STIX})
        session.get(f"{url}/no-such-root/", headers={"Accept": STIX})
    return heard


def hand_in(url: str, account: Account, alias: str, root: str, bodies: Iterable[bytes]) -> Heard:
    """POST some envelopes and read their statuses; what is heard is what the server tells about them."""
    heard = Heard()
    with requests.Session() as session:
        session.auth = (account.username, account.password)
        session.hooks["response"].append(heard)
        for body in bodies:
            answer = session.post(
                f"{url}/{root}/collections/{alias}/objects/", data=body, headers={"Accept": STIX, "Content-Type": STIX}, timeout=30
            )
            if answer.status_code == requests.codes.accepted:
                session.get(f"{url}/{root}/status/{answer.json()['id']}/", headers={"Accept": STIX}, timeout=30)
    return heard


def _ask(session: requests.Session, collection: str, known: Sequence[str], strange: Sequence[str]) -> None:
    """Single objects with their versions, ids that the recipient never got, and cursors and filters that are wrong."""
    for identifier in (*known, *strange):
        for tail in ("", "versions/"):
            session.get(f"{collection}objects/{identifier}/{tail}", headers={"Accept": STIX})
    for query in ("next=AAAA", "next=" + "Q" * 80, "limit=0", "match[id]=" + ",".join(strange[:3]), "added_after=never", "match[x]=1"):
        for end in ("objects", "manifest"):
            session.get(f"{collection}{end}/?{query}", headers={"Accept": STIX})
    session.get(f"{collection}objects/", headers={"Accept": "text/html"})
