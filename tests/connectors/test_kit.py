"""The conformance kit, run for the connectors that ship."""

from __future__ import annotations

from connectors.hostile import envelope, moment
from connectors.stix_file import StixFileSource
from connectors.taxii import TaxiiSource
from connectors.testing import SENTINEL, FolderWorld, HttpWorld, conformance
from connectors.testing_server import COLLECTION_ID, Request


def _page(request: Request) -> int:
    token = request.query.get("next")
    if token is not None:
        return int(token)
    after = request.query.get("added_after", "")
    return next((page for page in range(4) if moment(2 * page + 1) > after), 3)


TAXII_WORLD = HttpWorld(
    settings=lambda url: {"url": f"{url}root/collections/{COLLECTION_ID}/"},
    body=lambda objects, following: envelope(objects, more=following is not None, **({"next": str(following)} if following else {})),
    asked=_page,
    headers=lambda page: {"X-TAXII-Date-Added-First": moment(2 * page), "X-TAXII-Date-Added-Last": moment(2 * page + 1)},
)

TestTaxii = conformance(
    TaxiiSource,
    TAXII_WORLD,
    secrets={
        "password": {"username": "user"},
        "proxy": {"proxy": f"http://user:{SENTINEL}@127.0.0.1:9"},
        "client_key_password": {"client_certificate": "no-such-file.pem"},
    },
)
TestStixFile = conformance(StixFileSource, FolderWorld())
