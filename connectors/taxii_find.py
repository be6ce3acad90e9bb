"""Find the configured collection: from its own URL, an API root, or a discovery document (TAXII 2.1 §4.1, 4.2, 5.1)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import httpx2
from taxii2client.exceptions import ValidationError
from taxii2client.v21 import ApiRoot, Collection, Server

from connectors.http import BoundedClient
from connectors.taxii_connection import Refused, TaxiiConnection
from connectors.taxii_settings import COLLECTION_PATH, TaxiiSettings
from schemas.errors import ConfigError

MAX_ROOTS = 20
"""API roots that are searched; each costs a request, and public servers allow as few as 50 in 10 minutes."""

_UNUSABLE = (ValidationError, KeyError, TypeError, AttributeError, ValueError)  # what taxii2-client raises on odd resources


def collection_url(settings: TaxiiSettings, client: BoundedClient, connection: TaxiiConnection) -> str:
    """The collection's URL. Raises ConfigError where the server names only API roots on other hosts."""
    parts = urlsplit(settings.url)
    own = COLLECTION_PATH.fullmatch(parts.path)
    if own:
        return parts._replace(path=own["base"] + "/").geturl()
    assert settings.collection is not None  # the settings see to it
    roots = _roots(settings.url, client, connection)
    for root in roots:
        listed = _listed(root, client, connection)
        for item in listed:
            if settings.collection in (item.get("id"), item.get("alias")):
                return _below(root, str(item["id"]))
    return _below(roots[0], settings.collection)  # an alias may stand in place of an id (§5.2); a 404 will tell


def open_collection(url: str, connection: TaxiiConnection) -> Collection:
    """taxii2-client's collection, without its request for the collection's description: whether we may read, the server knows."""
    info = {"id": url.rstrip("/").rpartition("/")[2], "title": "untitled", "can_read": True, "can_write": False}
    return Collection(url, conn=connection, collection_info=info)


def _roots(url: str, client: BoundedClient, connection: TaxiiConnection) -> list[str]:
    """API roots, the default one first; the URL itself where it is no discovery document."""
    server = Server(url, conn=connection)
    try:
        client.patience().run(server.refresh)
        named = [root.url for root in server.api_roots]
        default = server.default.url if server.default is not None else None
    except (Refused, *_UNUSABLE):
        return [server.url]
    if not named:
        return [server.url]
    named.sort(key=lambda root: root != default)
    usable = [moved for root in named[:MAX_ROOTS] if (moved := _on_our_host(server.url, root))]
    if not usable:
        message = (
            "The discovery document names API roots on other hosts only; no credentials were sent there. "
            "If one of them is right, set `url` to that API root."
        )
        raise ConfigError(message)
    return usable


def _on_our_host(origin: str, root: str) -> str | None:
    """The API root, if it is on the host that was configured; http is made https where the discovery document came over https."""
    ours, theirs = httpx2.URL(origin), httpx2.URL(root)
    if theirs.host != ours.host or theirs.scheme not in ("http", "https"):
        return None
    if theirs.scheme == "http" and ours.scheme == "https":
        theirs = theirs.copy_with(scheme="https", port=ours.port)
    if theirs.scheme == ours.scheme and theirs.port != ours.port:
        return None
    return str(theirs.copy_with(userinfo=b"", query=None, fragment=None))


def _listed(root: str, client: BoundedClient, connection: TaxiiConnection) -> list[dict[str, Any]]:
    """The collections of an API root as it lists them; none where it does not or cannot."""
    api_root = ApiRoot(root, conn=connection)
    try:
        client.patience().run(api_root.refresh_collections)
        return [{"id": item.id, "alias": item.alias} for item in api_root.collections]
    except (Refused, *_UNUSABLE):
        return []


def _below(root: str, name: str) -> str:
    return urljoin(root, f"collections/{quote(name, safe='')}/")
