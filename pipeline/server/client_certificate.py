"""Client certificates: under which names one may be enrolled for a partner, and how it reaches the check."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from schemas.errors import ConfigError

SCOPE_KEY = "tearline.certificate"
"""Where in an ASGI scope the TLS front puts a Certificate. No header gets there, so no client can."""


class Certificate(NamedTuple):
    """A certificate whose key and issuer the TLS handshake has checked: its names, most exact first, and its end in Unix seconds."""

    names: tuple[str, ...]
    expires: float


def read_der(der: bytes) -> Certificate:
    """Names are the fingerprint and, where there is one, the subject. Raises ValueError for what is no certificate."""
    parsed = x509.load_der_x509_certificate(der)
    names = [f"sha256:{hashlib.sha256(der).hexdigest()}"]
    if parsed.subject.rdns:
        names.append(_subject_name(parsed.subject))
    return Certificate(tuple(names), parsed.not_valid_after_utc.timestamp())


def fingerprint_name(pem: bytes) -> str:
    """The name of exactly the first certificate of a PEM file. Raises ConfigError where there is none."""
    try:
        return read_der(x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)).names[0]
    except ValueError:
        message = "not a certificate in PEM form (-----BEGIN CERTIFICATE-----)"
        raise ConfigError(message) from None


def subject_name(text: str) -> str:
    """The name of every certificate with this subject, written as in RFC 4514 (`CN=…,O=…`). Raises ConfigError for another form."""
    try:
        name = x509.Name.from_rfc4514_string(text)
    except ValueError:
        name = x509.Name([])
    if not name.rdns:
        message = "not a subject as RFC 4514 writes it, for example CN=taxii-client,O=Example"
        raise ConfigError(message)
    return _subject_name(name)


def _subject_name(name: x509.Name) -> str:
    return f"subject:{name.rfc4514_string()}"
