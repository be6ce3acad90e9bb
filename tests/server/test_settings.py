"""The `server` settings: defaults that are safe, combinations that are refused."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from pipeline.server.settings import ServerSettings


def test_the_defaults_serve_this_machine_alone() -> None:
    settings = ServerSettings()
    assert (settings.host, settings.port, settings.default_limit, settings.max_limit) == ("127.0.0.1", 6100, 500, 10_000)
    assert settings.api_root_url == "/tearline/"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"host": "192.0.2.1"}, "allow_plain_http"),
        ({"host": "0.0.0.0"}, "allow_plain_http"),
        ({"host": "2001:db8::1"}, "allow_plain_http"),
        ({"host": "taxii.example"}, "IP address"),
        ({"tls_cert": "cert.pem"}, "tls_key"),
        ({"api_root": "taxii2"}, "api_root"),
        ({"api_root": "a/b"}, "api_root"),
        ({"api_root": ""}, "api_root"),
        ({"default_limit": 20_000}, "default_limit"),
        ({"public_url": "http://taxii.example"}, "public_url"),
        ({"public_url": "https://taxii.example/?a=1"}, "public_url"),
        ({"public_url": "https://user@taxii.example/"}, "public_url"),
        ({"public_url": "https://[bad/"}, "public_url"),
    ],
)
def test_what_does_not_go_together_is_a_config_error(changes: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        ServerSettings(**changes)


@pytest.mark.parametrize(
    "changes",
    [
        {"host": "192.0.2.1", "allow_plain_http": True},
        {"host": "192.0.2.1", "tls_cert": "c.pem", "tls_key": "k.pem"},
        {"host": "::1"},
        {"port": 0},
    ],
)
def test_what_is_meant_is_allowed(changes: dict[str, Any]) -> None:
    ServerSettings(**changes)


def test_unknown_keys_are_refused() -> None:
    with pytest.raises(ValidationError):
        ServerSettings(prot=1)  # type: ignore[call-arg]


def test_every_field_is_described() -> None:
    assert all(field.description for field in ServerSettings.model_fields.values())
