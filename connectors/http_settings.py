"""Settings that every connector over HTTP shares: where, as whom, and within which bounds."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

import httpx2
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from connectors.hub_paths import HubPath
from schemas.split import MAX_OBJECT_BYTES

MAX_BODY_BYTES = 64 << 20
"""One reply, after decompression. 1,000 indicators are about 0.7 MB; 64 MiB leaves room for servers that ignore `limit` and still
fits a small machine three times over (the body, its objects, and what is in flight)."""

MAX_WAIT_S = 900.0
"""The longest that a server may make us wait by `Retry-After`: 15 minutes. Servers have been seen to send years."""


def _plain_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        message = "write a whole http:// or https:// URL"
        raise ValueError(message)
    if parts.username is not None or parts.password is not None:
        message = "keep credentials out of the URL; use `username` and `password`"
        raise ValueError(message)
    if parts.fragment:
        message = "leave out the part after #"
        raise ValueError(message)
    try:
        httpx2.URL(url)
    except httpx2.InvalidURL as error:
        message = "this is no usable URL; check its host and port"
        raise ValueError(message) from error
    return url


PlainUrl = Annotated[str, AfterValidator(_plain_url)]


class HttpSettings(BaseModel):
    """Base of the settings of connectors that use connectors.http.BoundedClient."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    url: PlainUrl = Field(description="Where the source is: a whole http:// or https:// URL without credentials.")
    username: str | None = Field(None, description="User name for Basic authentication; goes with `password`.")
    password: SecretStr | None = Field(None, description="Password for Basic authentication.")
    token: SecretStr | None = Field(None, description="Token that is sent as `Authorization: <token_scheme> <token>`.")
    token_scheme: Literal["Bearer", "Token"] = Field("Bearer", description="Word before the token: Bearer, or Token for older servers.")
    api_key: SecretStr | None = Field(None, description="Key that is sent in the header named by `api_key_header`.")
    api_key_header: str = Field("X-API-Key", pattern=r"^[A-Za-z0-9-]+$", description="Header that carries `api_key`.")
    client_certificate: HubPath | None = Field(None, description="PEM file of the client certificate (mutual TLS).")
    client_key: HubPath | None = Field(None, description="PEM file of its private key, if it is not in `client_certificate`.")
    client_key_password: SecretStr | None = Field(None, description="Password of the private key, if it is encrypted.")
    ca_file: HubPath | None = Field(None, description="PEM file of the certificate authorities to trust instead of the system's.")
    proxy: SecretStr | None = Field(
        None, description="http:// URL of a proxy, with its credentials if any. Environment variables are not read."
    )
    max_body_bytes: int = Field(MAX_BODY_BYTES, ge=1024, le=1 << 30, description="Largest reply in bytes, after decompression.")
    max_object_bytes: int = Field(
        MAX_OBJECT_BYTES, ge=1024, le=64 << 20, description="Largest object in bytes; larger ones go to quarantine."
    )
    max_wait_seconds: float = Field(MAX_WAIT_S, ge=0, le=86_400, description="Longest wait that a `Retry-After` of the server is granted.")

    @model_validator(mode="after")
    def _one_way_in(self) -> HttpSettings:
        if sum(kind is not None for kind in (self.password, self.token, self.api_key)) > 1:
            message = "give one of `username` and `password`, `token`, or `api_key`"
            raise ValueError(message)
        if (self.username is None) != (self.password is None):
            message = "`username` and `password` go together"
            raise ValueError(message)
        if self.client_certificate is None and (self.client_key is not None or self.client_key_password is not None):
            message = "`client_key` and `client_key_password` go with `client_certificate`"
            raise ValueError(message)
        return self
