"""Finding the collection from what operators write as its URL, and never sending credentials elsewhere."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from connectors.hostile import Shelf
from connectors.taxii_settings import TaxiiSettings
from connectors.testing_server import ALIAS, COLLECTION_ID, HostileTaxiiServer, honest_resources
from schemas.errors import ConfigError
from tests.connectors.support import poll, taxii


@pytest.mark.parametrize("name", [COLLECTION_ID, ALIAS])
@pytest.mark.parametrize("place", ["discovery_url", "api_root_url"])
@pytest.mark.parametrize("slash", [True, False])
def test_by_discovery_or_api_root_and_id_or_alias(name: str, place: str, slash: bool) -> None:
    with HostileTaxiiServer(Shelf(count=2)) as server:
        url = getattr(server, place)
        source = taxii(url if slash else url.rstrip("/"), collection=name)
        result = poll(source)
        assert result.numbers == [0, 1]
        asked = len(server.requests)
        poll(source, result.cursor)
        assert len(server.requests) == asked + 1, "an idle poll is one request"


@pytest.mark.parametrize("suffix", ["", "objects/"])
def test_by_the_collection_s_own_url(suffix: str) -> None:
    with HostileTaxiiServer(Shelf(count=2)) as server:
        assert poll(taxii(server.collection_url + suffix)).numbers == [0, 1]
        assert len(server.requests) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"/root/": {"versions": []}},
        {"/root/collections/": {"collections": [{"id": COLLECTION_ID}]}},
        {"/root/collections/": {"collections": "none"}},
        {"/root/collections/": [1, 2]},
        {"/root/collections/": {"collections": [], "padding": " " * (5 << 20)}},
        {"/taxii2/": {"api_roots": ["/root/"], "self": 1}},
    ],
)
def test_sloppy_descriptions_are_no_obstacle(changes: dict[str, Any]) -> None:
    with HostileTaxiiServer(Shelf(count=2), resources={**honest_resources(), **changes}) as server:
        url = server.api_root_url if "/taxii2/" in changes else server.discovery_url
        assert poll(taxii(url, collection=COLLECTION_ID)).numbers == [0, 1]


def test_the_default_root_is_looked_into_first() -> None:
    resources = honest_resources()
    resources["/taxii2/"] = {"title": "t", "default": "/root/", "api_roots": ["/other/", "/root/"]}
    with HostileTaxiiServer(Shelf(count=2), resources=resources) as server:
        assert poll(taxii(server.discovery_url, collection=ALIAS)).numbers == [0, 1]
        assert not any(request.path.startswith("/other/") for request in server.requests)


def test_api_roots_on_other_hosts_get_no_credentials() -> None:
    with HostileTaxiiServer(Shelf()) as other:
        resources = honest_resources()
        roots = [other.api_root_url, "http://feeds.example.org/root/", "http://169.254.169.254/root/"]
        resources["/taxii2/"] = {"title": "t", "api_roots": roots}
        with HostileTaxiiServer(Shelf(), resources=resources) as server:
            result = poll(taxii(server.discovery_url, collection=ALIAS, token="hunter2"))
        assert isinstance(result.error, ConfigError)
        assert other.requests == []
        assert len(server.requests) == 1


def test_a_collection_that_does_not_exist_is_the_operator_s() -> None:
    with HostileTaxiiServer(lambda _, wire: wire.reply(404)) as server:
        result = poll(taxii(server.api_root_url, collection="no such"))
    assert isinstance(result.error, ConfigError)
    assert server.requests[-1].path == "/root/collections/no%20such/objects/"


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "https://feeds.example.org/root/"},
        {"url": "https://feeds.example.org/root/collections/1/", "collection": "1"},
        {"url": "https://user:hunter2@feeds.example.org/root/", "collection": "1"},
        {"url": "ftp://feeds.example.org/root/", "collection": "1"},
        {"url": "feeds.example.org", "collection": "1"},
        {"url": "https://feeds.example.org:port/root/", "collection": "1"},
        {"url": "https://feeds.example.org/root/#top", "collection": "1"},
        {"url": "https://feeds.example.org/root/", "collection": "1", "added_after": "yesterday"},
        {"url": "https://feeds.example.org/root/", "collection": "1", "limit": 0},
        {"url": "https://feeds.example.org/root/", "collection": "1", "username": "u"},
        {"url": "https://feeds.example.org/root/", "collection": "1", "token": "hunter2", "api_key": "hunter2"},
        {"url": "https://feeds.example.org/root/", "collection": "1", "token": ["hunter2"]},
        {"url": "https://feeds.example.org/root/", "collection": "1", "match": {"spec": ["2.1"]}},
        {"url": "https://feeds.example.org/root/", "collection": "1", "client_key": "key.pem"},
    ],
)
def test_wrong_settings_are_refused_without_showing_them(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as caught:
        TaxiiSettings.model_validate(wrong)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("settings", "header", "value"),
    [
        ({"username": "user", "password": "pass"}, "authorization", "Basic dXNlcjpwYXNz"),
        ({"token": "abc"}, "authorization", "Bearer abc"),
        ({"token": "abc", "token_scheme": "Token"}, "authorization", "Token abc"),
        ({"api_key": "abc"}, "x-api-key", "abc"),
        ({"api_key": "abc", "api_key_header": "X-Auth"}, "x-auth", "abc"),
    ],
)
def test_every_way_to_authenticate(settings: dict[str, Any], header: str, value: str) -> None:
    with HostileTaxiiServer(Shelf()) as server:
        poll(taxii(server.collection_url, **settings))
    assert server.requests[0].headers[header] == value
