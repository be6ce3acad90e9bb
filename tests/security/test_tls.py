"""TLS as tearline.yaml wants it, and what the server refuses to start with."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from pydantic import ValidationError

from schemas.errors import ConfigError
from tests.security.hub import ROOT
from tests.security.pki import Authority, Pair
from tests.server.conftest import StartSite
from tests.server.support import Site
from tests.support.hubs import make_hub


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def pair(authority: Authority) -> Pair:
    return authority.issue("server", "CN=taxii.example", address="127.0.0.1")


def tls(pair: Pair, **more: Any) -> dict[str, Any]:
    return {"tls_cert": pair.cert, "tls_key": pair.key, **more}


def handshake(site: Site, context: ssl.SSLContext) -> str:
    """The version that is agreed on, or `refused`."""
    target = urlsplit(site.url)
    try:
        with (
            socket.create_connection((str(target.hostname), int(target.port or 0)), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname="127.0.0.1") as wrapped,
        ):
            return wrapped.version() or ""
    except (ssl.SSLError, ConnectionError):
        return "refused"


@pytest.fixture(params=["without client certificates", "with client certificates"])
def more(request: pytest.FixtureRequest, authority: Authority) -> dict[str, Any]:
    """Both ways in which TLS is done: by granian, and by the front."""
    return {} if request.param.startswith("without") else {"tls_client_ca": authority.cert}


@pytest.mark.parametrize(("tls_min", "accepted"), [("1.2", {"TLSv1.2", "TLSv1.3"}), ("1.3", {"TLSv1.3"})])
def test_versions(start: StartSite, authority: Authority, pair: Pair, more: dict[str, Any], tls_min: str, accepted: set[str]) -> None:
    site = start(**tls(pair, tls_min=tls_min, **more))
    agreed = set()
    for version in (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        context = authority.client_context()
        context.set_ciphers("ALL:@SECLEVEL=0")  # the client would take anything: it is the server that refuses
        with warnings.catch_warnings(action="ignore"):
            context.minimum_version = context.maximum_version = version
        agreed.add(handshake(site, context))
    assert agreed - {"refused"} == accepted
    assert "refused" in agreed


def test_early_data_is_not_taken(start: StartSite, authority: Authority, pair: Pair, more: dict[str, Any], tmp_path: Path) -> None:
    site = start(**tls(pair, **more))
    target = f"127.0.0.1:{urlsplit(site.url).port}"
    session, early = tmp_path / "session", tmp_path / "early"
    early.write_text("GET /taxii2/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")

    def client(*options: str) -> str:
        command = ["openssl", "s_client", "-connect", target, "-tls1_3", "-CAfile", str(authority.cert), *options]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as process:
            time.sleep(0.7)  # the tickets come after the handshake
            return process.communicate("Q\n", timeout=20)[0]

    first = client("-sess_out", str(session))
    assert "TLSv1.3" in first
    assert session.exists(), first
    assert "Max Early Data: 0" in first
    second = client("-sess_in", str(session), "-early_data", str(early))
    assert "Early data was accepted" not in second


class Refused:
    """Starts `tearline serve` where it should refuse; gives what it says."""

    def __init__(self, folder: Path) -> None:
        self.folder = make_hub(folder, {}, {"alpha": {}, "beta": {}})

    def says(self, **server: Any) -> str:
        content = {"server": {"port": 0, **{key: str(value) if isinstance(value, Path) else value for key, value in server.items()}}}
        (self.folder / "tearline.yaml").write_text(yaml.safe_dump(content))
        done = subprocess.run(
            [sys.executable, "-m", "pipeline.cli", "serve", "--dir", str(self.folder)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert done.returncode == 3, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stderr


@pytest.fixture
def refused(folder: Path) -> Refused:
    return Refused(folder)


def _everybodys(path: Path) -> Path:
    copy = path.with_name("everybodys.key")
    copy.write_bytes(path.read_bytes())
    copy.chmod(0o644)
    return copy


def test_a_key_that_everybody_can_read_is_refused(refused: Refused, pair: Pair) -> None:
    said = refused.says(tls_cert=pair.cert, tls_key=_everybodys(pair.key))
    assert "everybody" in said
    assert "chmod" in said


@pytest.mark.parametrize(
    ("mode", "words"),
    [(0o644, "others can read it"), (0o600, "default or a typed phrase")],
)
def test_a_readable_or_default_master_key_is_refused(refused: Refused, mode: int, words: str) -> None:
    keys = refused.folder / "keys.json"
    if mode == 0o600:
        keys.write_text(json.dumps({"master": b"change-me-change-me-change-me-!!".hex()}))
    keys.chmod(mode)
    assert words in refused.says()


def test_plain_http_on_a_public_address_is_refused_unless_told_so(refused: Refused) -> None:
    assert "allow_plain_http" in refused.says(host="0.0.0.0")


BROKEN: dict[str, tuple[Callable[[Pair, Authority, Path], dict[str, Any]], str]] = {
    "no key": (lambda pair, _, __: {"tls_cert": pair.cert}, "go together"),
    "absent": (lambda pair, _, tmp: {"tls_cert": pair.cert, "tls_key": tmp / "no.key"}, "No such file"),
    "of another": (
        lambda pair, authority, _: {"tls_cert": pair.cert, "tls_key": authority.issue("other", "CN=other.example").key},
        "tls_cert and server.tls_key cannot be used",
    ),
    "not PEM": (lambda pair, _, tmp: {"tls_cert": _text(tmp), "tls_key": pair.key}, "cannot be used"),
    "issuers absent": (lambda pair, _, tmp: tls(pair, tls_client_ca=tmp / "no.pem"), "tls_client_ca cannot be used"),
    "issuers not PEM": (lambda pair, _, tmp: tls(pair, tls_client_ca=_text(tmp)), "tls_client_ca cannot be used"),
    "issuers without TLS": (lambda _, authority, __: {"tls_client_ca": authority.cert}, "tls_client_ca needs"),
    "required without issuers": (lambda pair, _, __: tls(pair, tls_client_cert="required"), "whose certificates count"),
}


def _text(folder: Path) -> Path:
    path = folder / "text.pem"
    path.write_text("not a certificate")
    return path


@pytest.mark.parametrize("case", BROKEN)
def test_what_cannot_be_used_is_said(views: Any, start: StartSite, pair: Pair, authority: Authority, tmp_path: Path, case: str) -> None:
    make, words = BROKEN[case]
    with pytest.raises((ValidationError, ConfigError), match=words):
        start(**make(pair, authority, tmp_path))


def test_an_encrypted_key_is_refused_without_asking_on_the_terminal(start: StartSite, pair: Pair, tmp_path: Path) -> None:
    locked = tmp_path / "locked.key"
    command = ["openssl", "pkcs8", "-topk8", "-in", str(pair.key), "-out", str(locked), "-passout", "pass:secret phrase"]
    subprocess.run(command, check=True, capture_output=True)
    locked.chmod(0o600)
    with pytest.raises(ConfigError, match="encrypted"):
        start(tls_cert=pair.cert, tls_key=locked)
