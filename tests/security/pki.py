"""Certificates for tests: an authority, a server for 127.0.0.1, clients."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Pair:
    """Files of a certificate and its key."""

    cert: Path
    key: Path


class Authority:
    """Issues certificates into a folder. `cert` is its own."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        folder.mkdir(exist_ok=True, parents=True)
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(f"CN={name}")
        certificate = self._issue(self._name, self._key, None, is_ca=True)
        self.cert = folder / f"{name}.pem"
        self.cert.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def issue(self, file: str, subject: str, *, address: str | None = None, ends: timedelta = DAY) -> Pair:
        """A certificate for `subject` (RFC 4514); with an address, for a server."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = self._issue(_name(subject), key, address, ends=ends)
        pair = Pair(self._folder / f"{file}.pem", self._folder / f"{file}.key")
        pair.cert.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        pair.key.touch(0o600)
        pair.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        return pair

    def _issue(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, address: str | None, *, is_ca: bool = False, ends: timedelta = DAY
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - 3 * DAY)
            .not_valid_after(now + ends)
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
        )
        if address is not None:
            builder = builder.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False)
        return builder.sign(self._key, hashes.SHA256())

    def client_context(self, pair: Pair | None = None) -> ssl.SSLContext:
        """What a client needs to trust this authority, and to show its own certificate."""
        context = ssl.create_default_context(cafile=str(self.cert))
        if pair is not None:
            context.load_cert_chain(pair.cert, pair.key)
        return context


def _name(text: str) -> x509.Name:
    return x509.Name.from_rfc4514_string(text) if text else x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "")])
