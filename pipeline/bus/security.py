"""Check how a Kafka cluster is to be reached, before anything connects: kafka-python would try wrong settings until a time-out."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping

from schemas.errors import ConfigError

PROTOCOLS = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "GSSAPI")
SETTINGS = (
    "security_protocol",
    "sasl_mechanism",
    "sasl_plain_username",
    "sasl_plain_password",
    "sasl_kerberos_service_name",
    "sasl_kerberos_domain_name",
    "ssl_check_hostname",
    "ssl_cafile",
    "ssl_certfile",
    "ssl_keyfile",
    "ssl_password",
    "ssl_crlfile",
)
"""What may be set: only how to connect. Acknowledgements and the like are not for choosing."""

ADDRESS = re.compile(r"(\[[0-9a-fA-F:]+\]|[^\s:\[\],]+):(\d{1,5})")


def check_bootstrap(bootstrap: str) -> list[str]:
    """Return the addresses in `bootstrap` (host:port, several by commas). Raises ConfigError where one is none."""
    addresses = [address.strip() for address in bootstrap.split(",")]
    for address in addresses:
        if not ADDRESS.fullmatch(address):
            message = "bus.bootstrap is not of the form host:port, several separated by commas"
            raise ConfigError(message)
    return addresses


def check_client(client: Mapping[str, object]) -> None:
    """Raise ConfigError where a setting is unknown, or does not fit the others or the files that it names."""
    unknown = sorted(set(client) - set(SETTINGS))
    if unknown:
        message = f"bus.client: {', '.join(unknown)} cannot be set here, only {', '.join(SETTINGS)}"
        raise ConfigError(message)
    protocol = client.get("security_protocol", "PLAINTEXT")
    _one_of("security_protocol", protocol, PROTOCOLS)
    if str(protocol).startswith("SASL"):
        _one_of("sasl_mechanism", client.get("sasl_mechanism"), MECHANISMS)
    if str(protocol).endswith("SSL"):
        _check_files(client)


def _one_of(name: str, value: object, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        message = f"bus.client.{name} must be one of {', '.join(allowed)}"
        raise ConfigError(message)


def _check_files(client: Mapping[str, object]) -> None:
    """Load the files once, as each connection will."""
    text = {name: str(value) for name, value in client.items() if value is not None}
    name = "ssl_cafile"
    try:
        context = ssl.create_default_context(cafile=text.get(name))
        name = "ssl_crlfile"
        if name in text:
            context.load_verify_locations(text[name])
        name = "ssl_certfile"
        if name in text:
            context.load_cert_chain(text[name], text.get("ssl_keyfile"), text.get("ssl_password", ""))
    except (OSError, ssl.SSLError) as error:
        message = f"bus.client.{name} cannot be used ({type(error).__name__}): does the file exist, is it PEM, does its password fit?"
        raise ConfigError(message) from error
