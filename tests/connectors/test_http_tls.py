"""TLS as configured: a private authority, a client certificate, and reads in slices that never damage the stream."""

from __future__ import annotations

import ipaddress
import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from connectors import hostile
from connectors.hostile import Shelf
from connectors.http_network import SLICE_S
from connectors.testing_server import HostileTaxiiServer, Request, Wire
from schemas.errors import SourceUnavailable
from tests.connectors.support import poll, taxii


@dataclass(frozen=True)
class Identity:
    """A certificate and its key, in one PEM file."""

    pem: Path
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def _identity(folder: Path, name: str, issuer: Identity | None = None) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .sign(issuer.key if issuer else key, hashes.SHA256())
    )
    pem = folder / f"{name}.pem"
    pem.write_bytes(
        certificate.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return Identity(pem, certificate, key)


@pytest.fixture
def authority(tmp_path: Path) -> Identity:
    return _identity(tmp_path, "authority")


@pytest.fixture
def server_tls(tmp_path: Path, authority: Identity) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_identity(tmp_path, "server", authority).pem)
    return context


def test_a_private_authority_and_a_client_certificate(tmp_path: Path, authority: Identity, server_tls: ssl.SSLContext) -> None:
    server_tls.load_verify_locations(authority.pem)
    server_tls.verify_mode = ssl.CERT_REQUIRED
    client = _identity(tmp_path, "client", authority)
    with HostileTaxiiServer(Shelf(count=5, page=2), tls=server_tls) as server:
        trusting: dict[str, Any] = {"ca_file": str(authority.pem)}
        assert poll(taxii(server.collection_url, **trusting, client_certificate=str(client.pem))).numbers == [0, 1, 2, 3, 4]
        assert isinstance(poll(taxii(server.collection_url, **trusting)).error, SourceUnavailable)


def test_an_unknown_authority_is_named_as_the_cause_at_once(server_tls: ssl.SSLContext) -> None:
    with HostileTaxiiServer(Shelf(), tls=server_tls) as server:
        result = poll(taxii(server.collection_url))
    assert isinstance(result.error, SourceUnavailable)
    assert "ca_file" in str(result.error)
    assert server.requests == []


def test_pauses_longer_than_a_slice_do_not_damage_the_stream(authority: Identity, server_tls: ssl.SSLContext) -> None:
    body = hostile.envelope(hostile.sample_object(number) for number in range(3))

    def halting(_: Request, wire: Wire) -> None:
        wire.raw(f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        for begin in range(0, len(body), len(body) // 3):
            Event().wait(SLICE_S * 1.5)
            wire.raw(body[begin : begin + len(body) // 3])

    with HostileTaxiiServer(halting, tls=server_tls) as server:
        result = poll(taxii(server.collection_url, ca_file=str(authority.pem)))
    assert result.error is None
    assert result.numbers == [0, 1, 2]
