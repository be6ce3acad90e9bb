"""Settings for a secured cluster are checked before anything connects."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.bus.kafka import KafkaBus
from pipeline.bus.security import SETTINGS, check_bootstrap, check_client
from schemas.errors import ConfigError


@pytest.mark.parametrize(
    ("client", "named"),
    [
        ({"acks": 0}, "acks"),
        ({"sasl_typo": "x"}, "sasl_typo"),
        ({"security_protocol": "NONSENSE"}, "security_protocol"),
        ({"security_protocol": "SASL_SSL"}, "sasl_mechanism"),
        ({"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "NONSENSE"}, "sasl_mechanism"),
        ({"security_protocol": "SSL", "ssl_cafile": "/nonexistent/ca.pem"}, "ssl_cafile"),
        ({"security_protocol": "SSL", "ssl_crlfile": "/nonexistent/crl.pem"}, "ssl_crlfile"),
        ({"security_protocol": "SSL", "ssl_certfile": "/nonexistent/own.pem"}, "ssl_certfile"),
    ],
)
def test_what_does_not_fit_is_named(client: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        check_client(client)
    with pytest.raises(ConfigError, match=named):
        KafkaBus("localhost:9092", client)


def test_a_file_that_is_no_certificate_is_named(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("not a certificate")
    with pytest.raises(ConfigError, match="ssl_cafile"):
        check_client({"security_protocol": "SASL_SSL", "sasl_mechanism": "PLAIN", "ssl_cafile": str(tmp_path / "ca.pem")})


@pytest.mark.parametrize("client", [{}, {"security_protocol": "SSL"}, {"security_protocol": "SASL_SSL", "sasl_mechanism": "SCRAM-SHA-512"}])
def test_what_fits_passes(client: dict[str, object]) -> None:
    check_client(client)


@pytest.mark.parametrize("bootstrap", ["", "localhost", "localhost:", ":9092", "a:1,,b:2", "kafka://a:9092", "a:9092;b:9092", "a: 9092"])
def test_what_is_no_address_is_refused(bootstrap: str) -> None:
    with pytest.raises(ConfigError, match="host:port"):
        check_bootstrap(bootstrap)


def test_addresses_are_taken_apart() -> None:
    assert check_bootstrap("a.example:9092, [::1]:9093") == ["a.example:9092", "[::1]:9093"]


def test_every_client_of_the_library_knows_every_setting() -> None:
    from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer

    for kind in (KafkaAdminClient, KafkaConsumer, KafkaProducer):
        assert set(SETTINGS) <= set(kind.DEFAULT_CONFIG)
