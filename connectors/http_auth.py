"""How a client says who it is: credentials are put on a request at the last moment, and kept as SecretStr until then."""

from __future__ import annotations

import base64
import ssl
from collections.abc import Iterator

import httpcore2
import httpx2
from pydantic import SecretStr

from connectors.http_settings import HttpSettings
from schemas.errors import ConfigError


class HeaderAuth(httpx2.Auth):
    """Puts the one configured credential into its header. Its repr shows nothing."""

    def __init__(self, settings: HttpSettings) -> None:
        self._header, self._value = _credential(settings)

    def auth_flow(self, request: httpx2.Request) -> Iterator[httpx2.Request]:  # type: ignore[override]  # httpx2 asks for a Generator, of which it uses the Iterator
        if self._header:
            request.headers[self._header] = self._value.get_secret_value()
        yield request


def tls_context(settings: HttpSettings) -> ssl.SSLContext:
    """TLS as configured: the system's authorities or `ca_file`, and the client certificate. Raises ConfigError for unusable files."""
    if settings.ca_file is None:
        context = httpx2.create_ssl_context(trust_env=False)
    else:
        try:
            context = ssl.create_default_context(cafile=settings.ca_file)
        except OSError as error:
            message = f"ca_file {settings.ca_file} cannot be used: give a readable PEM file of certificate authorities."
            raise ConfigError(message) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if settings.client_certificate is not None:
        password = settings.client_key_password
        try:
            # An empty password, rather than none, keeps OpenSSL from asking for one on the terminal.
            context.load_cert_chain(settings.client_certificate, settings.client_key, password.get_secret_value() if password else "")
        except (OSError, ValueError) as error:
            message = (
                f"client_certificate {settings.client_certificate} cannot be used: give readable PEM files of the certificate and "
                "its key, and `client_key_password` if the key is encrypted."
            )
            raise ConfigError(message) from error
    return context


def proxy_of(settings: HttpSettings) -> httpcore2.Proxy | None:
    """The configured proxy. Raises ConfigError where it is no http:// URL."""
    if settings.proxy is None:
        return None
    try:
        url = httpx2.URL(settings.proxy.get_secret_value().strip())
    except httpx2.InvalidURL:
        url = httpx2.URL("")  # not chained: the library's error may show the credentials in it
    if url.scheme != "http" or not url.host:
        message = "proxy must be an http:// URL; https:// and SOCKS proxies are not supported."
        raise ConfigError(message)
    auth = (url.username.encode(), url.password.encode()) if url.userinfo else None
    return httpcore2.Proxy(httpcore2.URL(scheme=b"http", host=url.raw_host, port=url.port or 80, target=b"/"), auth=auth)


def _credential(settings: HttpSettings) -> tuple[str, SecretStr]:
    """(header, value); the header is empty where no credential is configured."""
    if settings.username is not None and settings.password is not None:
        pair = f"{settings.username}:{settings.password.get_secret_value()}".encode()
        return "Authorization", SecretStr(f"Basic {base64.b64encode(pair).decode()}")
    if settings.token is not None:
        return "Authorization", SecretStr(f"{settings.token_scheme} {_sendable('token', settings.token)}")
    if settings.api_key is not None:
        return settings.api_key_header, SecretStr(_sendable("api_key", settings.api_key))
    return "", SecretStr("")


def _sendable(setting: str, secret: SecretStr) -> str:
    """A secret without the line end that files give it. What no header can carry is refused here: the HTTP library's error shows it."""
    value = secret.get_secret_value().strip()
    if not value or not value.isascii() or not value.isprintable():
        message = f"{setting} is empty or holds characters that no HTTP header can carry. Check where it is read from."
        raise ConfigError(message)
    return value
