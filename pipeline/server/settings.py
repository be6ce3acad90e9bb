"""The `server` part of the configuration."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

_API_ROOT = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}", re.ASCII)
_RESERVED = frozenset(("taxii2", "healthz"))


class ServerSettings(BaseModel):
    """How the TAXII server listens and what it says of itself."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: Annotated[str, Field(description="IP address to listen on.")] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535, description="TCP port to listen on; 0 takes a free one.")] = 6100
    api_root: Annotated[str, Field(description="Name of the API root, the first part of every collection's path.")] = "tearline"
    title: Annotated[str, Field(min_length=1, description="Title of the server and of its API root.")] = "Tearline"
    description: Annotated[str, Field(description="Description in the discovery document; empty leaves it out.")] = ""
    contact: Annotated[str, Field(description="Whom partners write to, in the discovery document; empty leaves it out.")] = ""
    public_url: Annotated[
        str | None,
        Field(description="https:// address under which partners reach the server; the API root is then given in full."),
    ] = None
    default_limit: Annotated[int, Field(ge=1, description="Objects on a page when the client names no limit.")] = 500
    max_limit: Annotated[int, Field(ge=1, le=100_000, description="Objects on a page at most, whatever the client asks.")] = 10_000
    page_bytes: Annotated[
        int, Field(ge=1024, description="Bytes of objects on a page at most; a single larger object still goes out alone.")
    ] = 16 * 1024 * 1024
    max_content_length: Annotated[int, Field(ge=1, description="Bytes of a request body at most, as the API root announces it.")] = (
        10 * 1024 * 1024
    )
    statement_ms: Annotated[int, Field(ge=10, description="Milliseconds that one query may take before the client gets a 503.")] = 5_000
    backpressure: Annotated[int, Field(ge=1, description="Connections served at once; more wait to be accepted.")] = 1024
    tls_cert: Annotated[Path | None, Field(description="PEM file with the certificate chain.")] = None
    tls_key: Annotated[Path | None, Field(description="PEM file with the certificate's private key.")] = None
    allow_plain_http: Annotated[
        bool, Field(description="Serve without TLS on an address that others reach, because a proxy in front of it does TLS.")
    ] = False

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if _API_ROOT.fullmatch(self.api_root) is None or self.api_root in _RESERVED:
            message = "server.api_root is lower-case letters, digits, - and _, and neither taxii2 nor healthz"
            raise ValueError(message)
        if (self.tls_cert is None) != (self.tls_key is None):
            message = "server.tls_cert and server.tls_key go together: give both or neither"
            raise ValueError(message)
        if self.default_limit > self.max_limit:
            message = "server.default_limit is larger than server.max_limit"
            raise ValueError(message)
        if self.public_url is not None and not _is_plain_https(self.public_url):
            message = "server.public_url is an https:// address without query or fragment (TAXII 2.1, section 4.1.1)"
            raise ValueError(message)
        try:
            address = ipaddress.ip_address(self.host)
        except ValueError as error:
            message = "server.host is an IP address, for example 127.0.0.1 or ::1"
            raise ValueError(message) from error
        if self.tls_cert is None and not address.is_loopback and not self.allow_plain_http:
            message = (
                "server.host is reachable by others and there is no TLS: set server.tls_cert and server.tls_key,"
                " or allow_plain_http: true where a proxy in front of it does TLS"
            )
            raise ValueError(message)
        return self

    @property
    def api_root_url(self) -> str:
        """The API root as discovery gives it (§4.1.1): relative with one leading slash, or absolute under `public_url`."""
        path = f"/{self.api_root}/"
        return path if self.public_url is None else self.public_url.rstrip("/") + path


def _is_plain_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not parts.query and not parts.fragment and parts.username is None
