"""mTLS: a client certificate lets a partner in by its fingerprint or subject, beside or instead of a secret."""

from __future__ import annotations

import http.client
import socket
import ssl
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from pipeline.server import tls_front
from pipeline.server.client_certificate import fingerprint_name, subject_name
from tests.security.hub import ServedHub, within_a_second
from tests.security.pki import Authority, Pair
from tests.server.conftest import StartSite
from tests.server.support import TAXII, Collection, Site, Views, assert_taxii, indicators, path_of


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("pki"))


@pytest.fixture(scope="module")
def server(authority: Authority) -> Pair:
    return authority.issue("server", "CN=taxii.example", address="127.0.0.1")


@pytest.fixture(scope="module")
def alpha(authority: Authority) -> Pair:
    return authority.issue("alpha", "CN=alpha client,O=Alpha Example")


@pytest.fixture
def secured(start: StartSite, authority: Authority, server: Pair) -> Site:
    return start(tls_cert=server.cert, tls_key=server.key, tls_client_ca=authority.cert)


def get(site: Site, context: ssl.SSLContext, path: str, **options: Any) -> httpx2.Response:
    options["headers"] = {"Accept": TAXII} | options.get("headers", {})
    with httpx2.Client(base_url=site.url, trust_env=False, verify=context, timeout=20) as client:
        return client.get(path, **options)


def token_of(site: Site, partner: str) -> dict[str, dict[str, str]]:
    return {"headers": {"Authorization": f"Bearer {site.views.credentials().add_token(partner)}"}}


def test_by_fingerprint_and_by_subject(secured: Site, twelve: Collection, authority: Authority, alpha: Pair) -> None:
    objects = path_of(twelve, "objects/")
    renewed = authority.issue("alpha-renewed", "CN=alpha client,O=Alpha Example")
    store = secured.views.credentials()
    store.add_certificate("alpha.example", fingerprint_name(alpha.cert.read_bytes()))
    assert get(secured, authority.client_context(alpha), objects).status_code == 200
    refused = get(secured, authority.client_context(renewed), objects)
    assert refused.status_code == 401
    assert_taxii(refused)
    store.add_certificate("alpha.example", subject_name("CN=alpha client,O=Alpha Example"))
    within_a_second(lambda: get(secured, authority.client_context(renewed), objects).status_code == 200)
    other = authority.issue("other", "CN=alpha client,O=Other Example")
    assert get(secured, authority.client_context(other), objects).status_code == 401


def test_without_a_certificate_a_secret_is_enough_and_nothing_is_not(secured: Site, twelve: Collection, authority: Authority) -> None:
    context, objects = authority.client_context(), path_of(twelve, "objects/")
    assert get(secured, context, objects, **token_of(secured, "alpha.example")).status_code == 200
    assert get(secured, context, objects).status_code == 401


def test_certificate_and_secret_must_be_of_one_partner(secured: Site, twelve: Collection, authority: Authority, alpha: Pair) -> None:
    secured.views.credentials().add_certificate("alpha.example", fingerprint_name(alpha.cert.read_bytes()))
    context, objects = authority.client_context(alpha), path_of(twelve, "objects/")
    assert get(secured, context, objects, **token_of(secured, "alpha.example")).status_code == 200
    assert get(secured, context, objects, **token_of(secured, "beta.example")).status_code == 401
    assert get(secured, context, objects, headers={"Authorization": "Bearer nonsense"}).status_code == 401
    unknown = authority.client_context(authority.issue("unknown", "CN=unknown"))
    assert get(secured, unknown, objects, **token_of(secured, "alpha.example")).status_code == 200


@pytest.mark.parametrize("case", ["of another authority", "expired"])
def test_what_the_handshake_does_not_verify_comes_no_further(
    secured: Site, twelve: Collection, authority: Authority, tmp_path: Path, case: str
) -> None:
    other = Authority(tmp_path, "other-authority") if case == "of another authority" else authority
    bad = other.issue("bad", "CN=alpha client", ends=timedelta(days=-1) if case == "expired" else timedelta(days=1))
    secured.views.credentials().add_certificate("alpha.example", fingerprint_name(bad.cert.read_bytes()))
    context = authority.client_context()
    context.load_cert_chain(bad.cert, bad.key)
    with pytest.raises(httpx2.HTTPError):
        get(secured, context, path_of(twelve, "objects/"))


def test_required_means_that_nobody_without_gets_to_speak(
    start: StartSite, twelve: Collection, authority: Authority, server: Pair, alpha: Pair
) -> None:
    site = start(tls_cert=server.cert, tls_key=server.key, tls_client_ca=authority.cert, tls_client_cert="required")
    with pytest.raises(httpx2.HTTPError):
        get(site, authority.client_context(), "/taxii2/", **token_of(site, "alpha.example"))
    assert get(site, authority.client_context(alpha), path_of(twelve, "objects/"), **token_of(site, "alpha.example")).status_code == 200


def test_a_partners_own_certificate_may_be_its_issuer(
    start: StartSite, twelve: Collection, authority: Authority, server: Pair, alpha: Pair, tmp_path: Path
) -> None:
    site = start(tls_cert=server.cert, tls_key=server.key, tls_client_ca=alpha.cert)
    site.views.credentials().add_certificate("alpha.example", fingerprint_name(alpha.cert.read_bytes()))
    assert get(site, authority.client_context(alpha), path_of(twelve, "objects/")).status_code == 200


def test_a_revoked_certificate_is_out_within_a_second_on_an_open_connection(
    secured: Site, twelve: Collection, authority: Authority, alpha: Pair
) -> None:
    store, name = secured.views.credentials(), fingerprint_name(alpha.cert.read_bytes())
    store.add_certificate("alpha.example", name)
    with httpx2.Client(base_url=secured.url, trust_env=False, verify=authority.client_context(alpha)) as client:
        page = client.get(path_of(twelve, "objects/?limit=1")).json()
        store.revoke(name)
        within_a_second(lambda: client.get(path_of(twelve, f"objects/?limit=1&next={page['next']}")).status_code == 401)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_resumed_session_is_still_its_partners_and_no_longer_than_that(
    secured: Site, twelve: Collection, authority: Authority, alpha: Pair, version: ssl.TLSVersion
) -> None:
    name = fingerprint_name(alpha.cert.read_bytes())
    secured.views.credentials().add_certificate("alpha.example", name)
    target = urlsplit(secured.url)
    context = authority.client_context(alpha)
    context.minimum_version = context.maximum_version = version

    def ask(session: ssl.SSLSession | None) -> tuple[int, bool, ssl.SSLSession | None]:
        with (
            socket.create_connection((str(target.hostname), int(target.port or 0)), timeout=10) as plain,
            context.wrap_socket(plain, server_hostname="127.0.0.1", session=session) as wrapped,
        ):
            wrapped.sendall(f"GET {path_of(twelve, 'objects/')} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".encode())
            answer = b"".join(iter(lambda: wrapped.recv(65536), b""))
            return int(answer.split()[1]), bool(wrapped.session_reused), wrapped.session

    first, _, session = ask(None)
    assert first == 200
    assert ask(session)[:2] == (200, True)
    secured.views.credentials().revoke(name)
    within_a_second(lambda: ask(session)[:2] == (401, True))


def test_no_header_passes_for_a_certificate(secured: Site, twelve: Collection, authority: Authority, alpha: Pair) -> None:
    name = fingerprint_name(alpha.cert.read_bytes())
    secured.views.credentials().add_certificate("alpha.example", name)
    digest = name.partition(":")[2]
    for header in (
        "Client-Cert",
        "X-SSL-Client-Cert",
        "X-Client-Cert",
        "X-Forwarded-Client-Cert",
        "tearline.certificate",
        "SSL-Client-Fingerprint",
    ):
        for value in (digest, name, alpha.cert.read_text().replace("\n", "%0A"), f"Hash={digest}"):
            assert get(secured, authority.client_context(), path_of(twelve, "objects/"), headers={header: value}).status_code == 401
    assert get(secured, authority.client_context(), path_of(twelve, "objects/"), auth=(name, "")).status_code == 401
    assert get(secured, authority.client_context(), path_of(twelve, "objects/"), auth=(f"{name}", "x")).status_code == 401


def test_the_inner_port_serves_nobody_but_the_front(
    start: StartSite, twelve: Collection, authority: Authority, server: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    fronts: list[tls_front.TlsFront] = []
    made = tls_front.TlsFront.__init__

    def remembered(self: tls_front.TlsFront, *arguments: Any) -> None:
        fronts.append(self)
        made(self, *arguments)

    monkeypatch.setattr(tls_front.TlsFront, "__init__", remembered)
    site = start(tls_cert=server.cert, tls_key=server.key, tls_client_ca=authority.cert)
    with httpx2.Client(base_url=f"http://127.0.0.1:{fronts[0]._inner_port}", trust_env=False) as client:
        assert client.get(path_of(twelve, "objects/"), **token_of(site, "alpha.example")).status_code == 421
        assert client.get("/healthz").status_code == 421


def test_many_connections_large_pages_and_both_kinds_of_clients(
    start: StartSite, views: Views, authority: Authority, server: Pair, alpha: Pair
) -> None:
    site = start(tls_cert=server.cert, tls_key=server.key, tls_client_ca=authority.cert, max_limit=5000)
    collections = {partner: views.collection(partner) for partner in ("alpha", "beta")}
    for number, collection in enumerate(collections.values()):
        views.put(collection, indicators(5000, 10_000 * number))
    views.credentials().add_certificate("alpha", fingerprint_name(alpha.cert.read_bytes()))
    beta = token_of(site, "beta")

    def ask(number: int) -> bool:
        partner = ("alpha", "beta")[number % 2]
        context, options = (authority.client_context(alpha), {}) if partner == "alpha" else (authority.client_context(), beta)
        answer = get(site, context, path_of(collections[partner], "objects/?limit=5000"), **options)
        return len(answer.json()["objects"]) == 5000

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(24)))


def test_who_stalls_the_handshake_or_the_header_is_cut_off_and_others_are_served(
    start: StartSite, twelve: Collection, authority: Authority, server: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tls_front, "HANDSHAKE_SECONDS", 0.5)
    monkeypatch.setattr("pipeline.server.run.HEADER_READ_MS", 500)
    site = start(tls_cert=server.cert, tls_key=server.key, tls_client_ca=authority.cert)
    target = urlsplit(site.url)
    address = (str(target.hostname), int(target.port or 0))
    silent = [socket.create_connection(address, timeout=10) for _ in range(20)]
    halfway = [
        authority.client_context().wrap_socket(socket.create_connection(address, timeout=10), server_hostname="127.0.0.1") for _ in range(5)
    ]
    for connection in halfway:
        connection.sendall(b"GET /taxii2/ HTTP/1.1\r\nHost: ")
    assert get(site, authority.client_context(), path_of(twelve, "objects/"), **token_of(site, "alpha.example")).status_code == 200
    begun = time.monotonic()
    for connection in [*silent, *halfway]:
        with suppress(ConnectionError):
            assert connection.recv(100) == b""
        connection.close()
    assert time.monotonic() - begun < 8


def test_it_starts_and_stops_again_with_clients_connected(start: StartSite, views: Views, authority: Authority, server: Pair) -> None:
    site = start(tls_cert=server.cert, tls_key=server.key, tls_client_ca=authority.cert)
    target = urlsplit(site.url)
    connection = http.client.HTTPSConnection(str(target.hostname), target.port, context=authority.client_context(), timeout=10)
    connection.request("GET", "/healthz")
    assert connection.getresponse().read() == b"ok\n"
    begun = time.monotonic()
    site.server.stop()
    assert time.monotonic() - begun < 8
    connection.close()


def test_by_command_over_a_server_process(tmp_path: Path, authority: Authority, server: Pair, alpha: Pair) -> None:
    files = {"tls_cert": str(server.cert), "tls_key": str(server.key), "tls_client_ca": str(authority.cert)}
    with ServedHub(tmp_path, **files) as hub:
        assert hub.url.startswith("https://")
        context = authority.client_context(alpha)
        path = f"{hub.url}/tearline/collections/{hub.collections['alpha'].id}/objects/"
        with httpx2.Client(trust_env=False, verify=context, timeout=20) as client:
            assert client.get(path).status_code == 401
            enrolled = hub.tearline("partner", "add", "alpha", "--certificate", str(alpha.cert))["certificates"]
            within_a_second(lambda: client.get(path).status_code == 200)
            hub.tearline("partner", "suspend", "alpha")
            within_a_second(lambda: client.get(path).status_code == 401)
            hub.tearline("partner", "resume", "alpha")
            within_a_second(lambda: client.get(path).status_code == 200)
            hub.tearline("partner", "token", "alpha", "--revoke", enrolled[0])
            within_a_second(lambda: client.get(path).status_code == 401)
            hub.tearline("partner", "add", "gamma", "--name", "Gamma", "--subject", "CN=alpha client,O=Alpha Example")
            within_a_second(lambda: client.get(f"{hub.url}/taxii2/").status_code == 200)
            assert client.get(path).status_code == 404
