"""The client's small parts: Retry-After, redirects, addresses, host slots, TLS files, time-outs."""

from __future__ import annotations

import gzip
import socket
import time
import traceback
import tracemalloc
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx2
import pytest

from connectors import hostile
from connectors.bounds import inflates_too_much
from connectors.http import REPLY_S, BoundedClient
from connectors.http_hosts import AT_ONCE, host_slot
from connectors.http_network import is_forbidden
from connectors.http_redirect import redirect_target
from connectors.http_retry import Patience, Stopped, Timing, TryFailed, retry_after
from connectors.http_settings import HttpSettings
from connectors.testing_server import HostileTaxiiServer
from schemas.errors import ConfigError, SourceUnavailable
from tests.connectors.support import NOW, Waits


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        (" 120 ", 120.0),
        ("9" * 500, 999_999_999_999.0),
        ("Sat, 01 Jun 2024 12:01:00 GMT", 60.0),
        ("Sat, 01 Jun 2024 12:01:00 -0000", 60.0),
        ("Sat, 01 Jun 2024 11:00:00 GMT", 0.0),
        ("-5", None),
        ("Sat, 01 Jun 99999999999999999999 11:00:00 GMT", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds


def test_pauses_double_with_jitter_and_end() -> None:
    waits = Waits()
    patience = Patience(Event(), waits.timing, max_wait_s=900, tries=9)
    for _ in range(8):
        patience.after(TryFailed("down", "server-error"))
    with pytest.raises(SourceUnavailable):
        patience.after(TryFailed("down", "server-error"))
    assert waits.seconds == [0.5, 1, 2, 4, 8, 16, 30, 30]


def test_a_stop_ends_the_pause() -> None:
    stop = Event()
    stop.set()
    with pytest.raises(Stopped):
        Patience(stop, Waits().timing, 900).after(TryFailed("down", "server-error"))


@pytest.mark.parametrize(
    ("origin", "location", "target"),
    [
        ("https://a.example/x?q=1", "/x/", "https://a.example/x/?q=1"),
        ("https://a.example/x?q=1", "/x/?q=1", "https://a.example/x/?q=1"),
        ("http://a.example/x", "https://a.example/x", "https://a.example/x"),
        ("http://a.example:8080/x", "https://a.example:8443/x", "https://a.example:8443/x"),
        ("https://a.example/x", "https://A.EXAMPLE:443/y#f", "https://a.example/y"),
        ("https://a.example/x", "http://a.example/x", None),
        ("https://a.example/x", "https://b.example/x", None),
        ("https://a.example/x", "//b.example/x", None),
        ("https://a.example/x", "https://a.example:444/x", None),
        ("https://a.example/x", "https://a.example.b.example/x", None),
        ("https://a.example/x", "https://u:p@a.example/x", None),
        ("https://a.example/x", "file:///etc/hosts", None),
        ("https://a.example/x", "http://[", None),
        ("https://a.example/x", None, None),
    ],
)
def test_redirects(origin: str, location: str | None, target: str | None) -> None:
    if target is None:
        with pytest.raises(ConfigError):
            redirect_target(httpx2.URL(origin), location)
    else:
        assert str(redirect_target(httpx2.URL(origin), location)) == target


@pytest.mark.parametrize(
    ("address", "forbidden"),
    [
        ("169.254.169.254", True),
        ("169.254.0.1", True),
        ("fe80::1%eth0", True),
        ("::ffff:169.254.169.254", True),
        ("fd00:ec2::254", True),
        ("100.100.100.200", True),
        ("0.0.0.0", True),
        ("127.0.0.1", False),
        ("::1", False),
        ("10.0.0.1", False),
        ("192.0.2.1", False),
        ("2001:db8::1", False),
    ],
)
def test_forbidden_addresses(address: str, forbidden: bool) -> None:
    assert is_forbidden(address) is forbidden


def _client(url: str, **settings: Any) -> BoundedClient:
    return BoundedClient(HttpSettings.model_validate({"url": url, **settings}), Event(), Waits().timing)


def test_a_name_that_leads_to_a_forbidden_address_is_refused_before_connecting(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def resolve(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        addresses = ["192.0.2.1", "169.254.169.254"]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    def connect(*_: Any, **__: Any) -> None:
        pytest.fail("connected")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket, "create_connection", connect)
    with _client("http://feeds.example.org/") as client, pytest.raises(ConfigError, match="blocked-address"):
        client.once("http://feeds.example.org/")
    assert asked == ["feeds.example.org"]


def test_a_name_without_an_address_can_be_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolve(*_: Any, **__: Any) -> list[Any]:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with _client("http://feeds.example.org/") as client, pytest.raises(TryFailed) as caught:
        client.once("http://feeds.example.org/")
    assert caught.value.kind == "connection"


def test_a_reply_that_trickles_ends_at_its_deadline() -> None:
    began = Event()
    ticks = iter([0.0, 0.0, *[REPLY_S + 1] * 100_000])
    timing = Timing(monotonic=lambda: next(ticks), wait=lambda stop, _: stop.is_set())

    def trickle(request: Any, wire: Any) -> None:
        began.set()
        hostile.slow_body(0.3)(request, wire)

    with HostileTaxiiServer(trickle, resources={}) as server:
        client = BoundedClient(HttpSettings(url=server.url), Event(), timing)
        with client, pytest.raises(TryFailed) as caught:
            client.once(server.url)
    assert caught.value.kind == "time-out"
    assert began.is_set()


def test_a_bomb_costs_little_memory() -> None:
    with HostileTaxiiServer(hostile.gzip_bomb(512 << 20), resources={}) as server, _client(server.url) as client:
        tracemalloc.start()
        with pytest.raises(SourceUnavailable):
            client.once(server.url)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 16 << 20


def test_honest_compression_is_read() -> None:
    body = gzip.compress(hostile.envelope(hostile.sample_object(number) for number in range(3)))
    with HostileTaxiiServer(hostile.text(body, {"Content-Encoding": "gzip"}), resources={}) as server, _client(server.url) as client:
        assert len(client.document(server.url).objects) == 3


def test_the_ratio_counts_beyond_the_floor_alone() -> None:
    assert not inflates_too_much(100, 1 << 20)
    assert inflates_too_much(100, (1 << 20) + 1)
    assert not inflates_too_much(1 << 20, 100 << 20)


def test_two_requests_at_a_time_to_one_host() -> None:
    stop, inside, release = Event(), [], Event()

    def hold() -> None:
        with host_slot("slots.example", Event()):
            inside.append(1)
            release.wait(5)

    threads = [Thread(target=hold) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    while len(inside) < AT_ONCE:
        pass
    stop.set()
    with pytest.raises(Stopped), host_slot("slots.example", stop):
        pytest.fail("a third one came in")
    release.set()
    for thread in threads:
        thread.join()
    with host_slot("slots.example", Event()):
        pass


@pytest.mark.parametrize("setting", ["ca_file", "client_certificate"])
def test_unusable_tls_files_are_the_operator_s(setting: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    for path in (broken, tmp_path / "missing.pem"):
        with pytest.raises(ConfigError, match=setting):
            _client("https://feeds.example.org/", **{setting: str(path)})


@pytest.mark.parametrize("setting", ["token", "api_key"])
def test_a_secret_that_no_header_can_carry_is_refused_without_showing_it(setting: str) -> None:
    for secret in ("hunter2\nX: y", "hunter2\u20ac", " \n"):
        with pytest.raises(ConfigError, match=setting) as caught:
            _client("https://feeds.example.org/", **{setting: secret})
        assert "hunter2" not in "".join(traceback.format_exception(caught.value)).replace('"hunter2', "")


def test_a_secret_from_a_file_may_end_in_a_line_end() -> None:
    with HostileTaxiiServer(hostile.text(b"{}"), resources={}) as server, _client(server.url, token="abc\n") as client:
        client.once(server.url)
    assert server.requests[0].headers["authorization"] == "Bearer abc"


@pytest.mark.parametrize("proxy", ["socks5://user:hunter2@proxy.example:1080", "nonsense", "http://user:hunter2@proxy.example:port"])
def test_an_unusable_proxy_is_the_operator_s(proxy: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _client("https://feeds.example.org/", proxy=proxy)
    assert "hunter2" not in str(caught.value)


def test_a_proxy_gets_the_request_and_its_credentials() -> None:
    with HostileTaxiiServer(hostile.text(b"{}"), resources={}) as proxy:
        url = f"http://user:pass@127.0.0.1:{proxy.port}"
        with _client("http://feeds.example.org/", proxy=url) as client:
            client.once("http://feeds.example.org/x")
    assert proxy.requests[0].headers["proxy-authorization"] == "Basic dXNlcjpwYXNz"
    assert proxy.requests[0].headers["host"] == "feeds.example.org"


def test_a_name_look_up_that_hangs_ends_with_the_stop_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    stop, release = Event(), Event()

    def resolve(*_: Any, **__: Any) -> list[Any]:
        stop.set()
        release.wait(5)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    began = time.monotonic()
    client = BoundedClient(HttpSettings(url="http://feeds.example.org/"), stop)
    with pytest.raises(Stopped):
        client.once("http://feeds.example.org/")
    client.close()
    release.set()
    assert time.monotonic() - began < 1.0
