"""The `server` part of the configuration."""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, model_validator

from schemas.config import Duration
from schemas.sharing import PartnerId

_API_ROOT = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}", re.ASCII)
_RESERVED = frozenset(("taxii2", "healthz", "readyz"))
_HEADER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", re.ASCII)
_TAKEN_HEADERS = frozenset(
    (
        *("accept", "accept-encoding", "authorization", "connection", "content-encoding", "content-length", "content-type", "cookie"),
        *("forwarded", "host", "proxy-authorization", "te", "transfer-encoding", "upgrade", "user-agent", "via", "x-forwarded-for"),
    )
)
"""Headers with a meaning of their own in HTTP."""


class RateLimit(BaseModel):
    """A token bucket: so many requests a second in the long run, and so many at once after a pause."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    requests_per_second: Annotated[float, Field(ge=0, description="Requests a second in the long run; 0 sets no limit.")] = 200
    burst: Annotated[int, Field(ge=1, description="Requests at once after a pause.")] = 2_000


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
    backpressure: Annotated[
        int, Field(ge=1, description="Connections held at once, idle ones too; more wait to be accepted. Each needs a file descriptor.")
    ] = 8192
    metrics_port: Annotated[
        int | None, Field(ge=0, le=65535, description="TCP port for /metrics, /healthz and /readyz; absent opens none, 0 takes a free one.")
    ] = None
    metrics_host: Annotated[
        str, Field(description="IP address of the metrics port; it asks for no credentials, so never give it a public one.")
    ] = "127.0.0.1"
    rate_limit: Annotated[RateLimit, Field(description="How often each partner may ask; beyond it the answer is 429 with Retry-After.")] = (
        RateLimit()
    )
    partner_rate_limits: Annotated[dict[PartnerId, RateLimit], Field(description="Other limits for single partners, by their ids.")] = {}
    lockout_attempts: Annotated[
        int, Field(ge=1, description="Wrong secrets for one name from one address until further ones are not even compared.")
    ] = 10
    lockout_seconds: Annotated[float, Field(gt=0, description="Seconds after which one more wrong secret is compared again.")] = 30
    api_key_header: Annotated[str, Field(description="Header in which a client may send its token; empty turns that off.")] = "X-API-Key"
    rotation_grace: Annotated[
        Duration, Field(ge=timedelta(0), description="How long the old secret works after `tearline partner rotate`; 0s ends it at once.")
    ] = timedelta(days=1)
    trusted_proxies: Annotated[
        tuple[IPvAnyNetwork, ...],
        Field(description="Addresses or networks of proxies whose X-Forwarded-For says where a request comes from (for lock-out)."),
    ] = ()
    tls_cert: Annotated[
        Path | None, Field(description="PEM file with the certificate chain; relative to the hub's folder, like the next ones.")
    ] = None
    tls_key: Annotated[
        Path | None, Field(description="PEM file with the certificate's private key, unencrypted, not accessible to everybody.")
    ] = None
    tls_min: Annotated[Literal["1.2", "1.3"], Field(description="The oldest version of TLS that is spoken.")] = "1.2"
    tls_client_ca: Annotated[
        Path | None, Field(description="PEM file with the issuers whose client certificates are let in; absent turns them off.")
    ] = None
    tls_client_cert: Annotated[
        Literal["optional", "required"], Field(description="Whether a connection without a client certificate is served (tls_client_ca).")
    ] = "optional"
    allow_plain_http: Annotated[
        bool, Field(description="Serve without TLS on an address that others reach, because a proxy in front of it does TLS.")
    ] = False

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if _API_ROOT.fullmatch(self.api_root) is None or self.api_root in _RESERVED:
            message = "server.api_root is lower-case letters, digits, - and _, and none of taxii2, healthz and readyz"
            raise ValueError(message)
        if (self.tls_cert is None) != (self.tls_key is None):
            message = "server.tls_cert and server.tls_key go together: give both or neither"
            raise ValueError(message)
        if self.tls_client_ca is not None and self.tls_cert is None:
            message = "server.tls_client_ca needs server.tls_cert and server.tls_key: certificates are part of TLS"
            raise ValueError(message)
        if self.tls_client_cert == "required" and self.tls_client_ca is None:
            message = "server.tls_client_cert is required, but server.tls_client_ca does not say whose certificates count"
            raise ValueError(message)
        if self.api_key_header and (_HEADER_NAME.fullmatch(self.api_key_header) is None or self.api_key_header.lower() in _TAKEN_HEADERS):
            message = "server.api_key_header is a header name of letters, digits and -, and none that HTTP uses itself"
            raise ValueError(message)
        if self.default_limit > self.max_limit:
            message = "server.default_limit is larger than server.max_limit"
            raise ValueError(message)
        if self.public_url is not None and not _is_plain_https(self.public_url):
            message = "server.public_url is an https:// address without query or fragment (TAXII 2.1, section 4.1.1)"
            raise ValueError(message)
        address = _address("host", self.host)
        _address("metrics_host", self.metrics_host)
        if self.tls_cert is None and not address.is_loopback and not self.allow_plain_http:
            message = (
                "server.host is reachable by others and there is no TLS: set server.tls_cert and server.tls_key,"
                " or allow_plain_http: true where a proxy in front of it does TLS"
            )
            raise ValueError(message)
        return self

    @property
    def is_encrypted(self) -> bool:
        """Whether partners reach it over TLS, its own or that of the proxy in front of it; what stays on this machine needs none."""
        return self.tls_cert is not None or self.allow_plain_http or _address("host", self.host).is_loopback

    @property
    def api_root_url(self) -> str:
        """The first API root as discovery gives it."""
        return self.url_of_root(self.api_root)

    def url_of_root(self, name: str) -> str:
        """An API root as discovery gives it (§4.1.1): relative with one leading slash, or absolute under `public_url`."""
        path = f"/{name}/"
        return path if self.public_url is None else self.public_url.rstrip("/") + path


def _address(setting: str, text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    try:
        return ipaddress.ip_address(text)
    except ValueError as error:
        message = f"server.{setting} is an IP address, for example 127.0.0.1 or ::1"
        raise ValueError(message) from error


def _is_plain_https(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and not parts.query and not parts.fragment and parts.username is None
