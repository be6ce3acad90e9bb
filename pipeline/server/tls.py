"""TLS as the settings want it: versions, certificate and key, and whose client certificates count."""

from __future__ import annotations

import ssl
from pathlib import Path

from granian.constants import SSLProtocols

from pipeline.server.settings import ServerSettings
from schemas.errors import ConfigError

GRANIAN_MIN = {"1.2": SSLProtocols.tls12, "1.3": SSLProtocols.tls13}
"""Neither granian nor OpenSSL as used here accepts early data (0-RTT), which TAXII forbids (§8.1.1): both need telling to."""

_MIN = {"1.2": ssl.TLSVersion.TLSv1_2, "1.3": ssl.TLSVersion.TLSv1_3}


def check_tls_files(settings: ServerSettings) -> None:
    """Raises ConfigError where certificate, key or client issuers are missing, do not fit, or the key is everybody's to read."""
    if settings.tls_key is not None:
        _check_key_file(settings.tls_key)
        server_context(settings)


def server_context(settings: ServerSettings) -> ssl.SSLContext:
    """For settings with TLS; asks clients for a certificate where `tls_client_ca` says whose count. Raises ConfigError."""
    if settings.tls_cert is None or settings.tls_key is None:
        message = "server.tls_cert and server.tls_key are needed for TLS"
        raise ConfigError(message)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = _MIN[settings.tls_min]
    try:
        context.load_cert_chain(settings.tls_cert, settings.tls_key, _no_password)
    except OSError as error:  # ssl.SSLError is one
        message = f"server.tls_cert and server.tls_key cannot be used: {_reason(error)}"
        raise ConfigError(message) from error
    if settings.tls_client_ca is not None:
        try:
            context.load_verify_locations(settings.tls_client_ca)
        except OSError as error:
            message = f"server.tls_client_ca cannot be used: {_reason(error)}"
            raise ConfigError(message) from error
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a partner's own certificate may stand there without its issuer
        context.verify_mode = ssl.CERT_REQUIRED if settings.tls_client_cert == "required" else ssl.CERT_OPTIONAL
    return context


def _check_key_file(path: Path) -> None:
    try:
        mode = path.stat().st_mode & 0o777
    except OSError as error:
        message = f"server.tls_cert and server.tls_key cannot be used: {error.strerror}: {path}"
        raise ConfigError(message) from error
    if mode & 0o007:
        message = f"server.tls_key: {path} is everybody's to use (mode {mode:o}); run chmod 640 or 600 on it"
        raise ConfigError(message)


def _no_password() -> str:
    """Called for an encrypted key. Without this OpenSSL would ask on the terminal, and the server would hang."""
    message = "the key is encrypted; store it unencrypted with mode 600"
    raise OSError(message)


def _reason(error: OSError) -> str:
    return getattr(error, "reason", None) or error.strerror or str(error)
