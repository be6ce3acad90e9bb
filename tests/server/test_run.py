"""Running the server: start, stop, signals, slow clients, TLS, and what it logs when things go wrong."""

from __future__ import annotations

import http.client
import logging
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from structlog.testing import capture_logs

from pipeline.server import run
from pipeline.server.embedded import EmbeddedServer
from pipeline.server.listen import base_url, local_address
from pipeline.server.offload import Offload
from pipeline.store.view_reader import ViewReader
from schemas.errors import ConfigError, StoreBusy
from tests.server.conftest import StartSite
from tests.server.support import KEY, Collection, Site, Views, assert_taxii, path_of, settings

ROOT = Path(__file__).parents[2]
COMMAND = """
import sys, threading
from pathlib import Path
from pipeline.server.run import serve, stop_on_signals
from pipeline.server.settings import ServerSettings
stop = threading.Event()
with stop_on_signals(stop):
    serve(Path(sys.argv[1]), ServerSettings(port=0), bytes(32), stop, lambda url: print(url, flush=True))
print("stopped", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_the_command_cleanly(views: Views, number: signal.Signals) -> None:
    command = [sys.executable, "-c", COMMAND, str(views.path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        with httpx2.Client(trust_env=False) as client:
            assert client.get(f"{url}/healthz").status_code == 200  # its connection stays open over the stop
            begun = time.monotonic()
            process.send_signal(number)
            out, err = process.communicate(timeout=20)
    assert (process.returncode, out.strip()) == (0, "stopped"), err
    assert "panicked" not in err
    assert time.monotonic() - begun < 5


def test_signal_handlers_come_back() -> None:
    before = signal.getsignal(signal.SIGTERM)
    stop = threading.Event()
    with run.stop_on_signals(stop):
        signal.raise_signal(signal.SIGTERM)
        assert stop.is_set()
    assert signal.getsignal(signal.SIGTERM) == before


def test_an_embedded_server_leaves_its_host_alone(views: Views) -> None:
    handler = logging.StreamHandler()
    logging.getLogger().addHandler(handler)
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)], list(logging.getLogger().handlers)
    threads = threading.active_count()
    with EmbeddedServer(views.path, settings(), KEY) as server:
        assert server.base_url.startswith("http://127.0.0.1:")
    assert before == ([signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)], list(logging.getLogger().handlers))
    assert logging.getLogger("_granian").handlers == []
    assert threading.active_count() == threads
    logging.getLogger().removeHandler(handler)


def test_it_can_start_and_stop_again_on_the_same_port(views: Views) -> None:
    port = 0
    for _ in range(3):
        with EmbeddedServer(views.path, settings(port=port), KEY) as server, httpx2.Client(trust_env=False) as client:
            assert client.get(f"{server.base_url}/healthz").status_code == 200
            port = int(server.base_url.rpartition(":")[2])


def test_what_cannot_start_says_why(tmp_path: Path, views: Views) -> None:
    with pytest.raises(ConfigError, match="cannot be opened"):
        EmbeddedServer(tmp_path / "none" / "views.db", settings(), KEY)
    with pytest.raises(ConfigError, match="tls_cert"):
        EmbeddedServer(views.path, settings(tls_cert=tmp_path / "no.pem", tls_key=tmp_path / "no.key"), KEY)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(ConfigError, match="cannot be listened on"):
            EmbeddedServer(views.path, settings(port=taken.getsockname()[1]), KEY)


def test_urls() -> None:
    assert base_url(settings(host="::1"), 1) == "http://[::1]:1"
    assert base_url(settings(host="0.0.0.0", tls_cert="c", tls_key="k"), 2) == "https://127.0.0.1:2"
    assert local_address("::") == "::1"


def test_stalled_headers_are_cut_off_and_others_are_served(views: Views, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run.HEADER_READ_MS == 10_000
    monkeypatch.setattr(run, "HEADER_READ_MS", 500)
    with EmbeddedServer(views.path, settings(), KEY) as server:
        target = urlsplit(server.base_url)
        address = (str(target.hostname), int(target.port or 0))
        stalled = [socket.create_connection(address, timeout=5) for _ in range(50)]
        for connection in stalled:
            connection.sendall(b"GET /taxii2/ HTTP/1.1\r\nHost: ")
        with httpx2.Client(trust_env=False) as client:
            assert client.get(f"{server.base_url}/healthz").status_code == 200
        begun = time.monotonic()
        for connection in stalled:
            assert connection.recv(100) == b""
            connection.close()
        assert time.monotonic() - begun < 3


def test_tls(tmp_path: Path, views: Views) -> None:
    cert, key = _certificate(tmp_path)
    with EmbeddedServer(views.path, settings(tls_cert=cert, tls_key=key), KEY) as server:
        context = ssl.create_default_context(cafile=str(cert))
        with httpx2.Client(trust_env=False, verify=context) as client:
            assert client.get(f"{server.base_url}/healthz").status_code == 200
        target = urlsplit(server.base_url)
        for version, accepted in ((ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_3, True)):
            context.minimum_version = context.maximum_version = version
            connection = http.client.HTTPSConnection(str(target.hostname), target.port, context=context, timeout=5)
            connection.request("GET", "/healthz")
            assert (connection.getresponse().status == 200) is accepted
            connection.close()


def test_a_failure_is_a_taxii_500_and_its_log_has_no_values(site: Site, twelve: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any) -> None:
        message = "canary@victim.example"
        raise RuntimeError(message)

    monkeypatch.setattr(ViewReader, "objects", broken)
    structlog.configure(wrapper_class=structlog.BoundLogger)
    client = site.client("alpha.example")
    with capture_logs() as logs:
        answer = client.get(path_of(twelve, "objects/?match[id]=tool--00000000-0000-4000-8000-00000000cafe&canary=1"))
        time.sleep(0.05)
    assert answer.status_code == 500
    assert_taxii(answer)
    said = str(logs) + answer.text
    assert "RuntimeError" in said
    for value in ("canary", "cafe", site.tokens["alpha.example"], twelve.id):
        assert value not in said


def test_the_log_says_who_and_how_much(site: Site, twelve: Collection) -> None:
    structlog.configure(wrapper_class=structlog.BoundLogger)
    client = site.client("alpha.example")
    with capture_logs() as logs:
        client.get(path_of(twelve, "objects/?limit=3"))
        site.client().get(path_of(twelve, "objects/"))
        time.sleep(0.05)
    seen = [(entry["endpoint"], entry["status"], entry["partner"], entry["records"]) for entry in logs if entry["event"] == "request"]
    assert seen == [("objects", 200, "alpha.example", 3), ("objects", 401, None, 0)]


def test_a_busy_store_is_503_with_retry_after(site: Site, twelve: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: Any) -> None:
        message = "the store is locked; ask again"
        raise StoreBusy(message, retry_after=7)

    monkeypatch.setattr(ViewReader, "objects", busy)
    answer = site.client("alpha.example").get(path_of(twelve, "objects/"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    assert_taxii(answer)


def test_no_time_to_compress_sends_plain(start: StartSite, twelve: Collection, monkeypatch: pytest.MonkeyPatch) -> None:
    async def full(*_: Any) -> None:
        message = "the server is busy; ask again"
        raise StoreBusy(message)

    monkeypatch.setattr(Offload, "run", full)
    monkeypatch.setattr("pipeline.server.compress.INLINE_BYTES", 0)
    answer = start().client("alpha.example").get(path_of(twelve, "objects/?limit=50"), headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200
    assert "Content-Encoding" not in answer.headers


def _certificate(folder: Path) -> tuple[Path, Path]:
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "taxii.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(private, hashes.SHA256())
    )
    cert, key = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    pem = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    key.touch(0o600)
    key.write_bytes(private.private_bytes(*pem))
    return cert, key
