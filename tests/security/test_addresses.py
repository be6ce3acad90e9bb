"""Where a request comes from, and how many connections there may be."""

from __future__ import annotations

import ipaddress
import resource
from collections.abc import Sequence

import pytest

from pipeline.server import descriptors
from pipeline.server.forwarded import client_address

PROXIES = [ipaddress.ip_network("192.0.2.0/28"), ipaddress.ip_network("2001:db8::/64")]


@pytest.mark.parametrize(
    ("address", "forwarded", "expected"),
    [
        ("198.51.100.1", "", "198.51.100.1"),
        ("198.51.100.1", "203.0.113.1", "198.51.100.1"),  # no proxy of ours: what it says counts for nothing
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "203.0.113.1", "203.0.113.1"),
        ("192.0.2.1", "198.51.100.9, 203.0.113.1", "203.0.113.1"),  # the client wrote the first one itself
        ("192.0.2.1", "203.0.113.1, 192.0.2.2", "203.0.113.1"),  # two proxies
        ("192.0.2.1", "192.0.2.3,192.0.2.2", "192.0.2.3"),
        ("192.0.2.1", "garbage", "192.0.2.1"),
        ("192.0.2.1", "203.0.113.1, garbage", "192.0.2.1"),
        ("192.0.2.1", "203.0.113.1:4711", "192.0.2.1"),
        ("2001:db8::1", "2001:db8:1::5", "2001:db8:1::5"),
    ],
)
def test_the_client_behind_the_proxies(address: str, forwarded: str, expected: str) -> None:
    assert client_address(address, forwarded, PROXIES) == expected


@pytest.mark.parametrize(
    ("soft", "hard", "each", "expected", "raised"),
    [
        (1024, 100_000, 1, 1000, 1512),
        (1024, 100_000, 3, 1000, 3512),
        (9000, 100_000, 1, 1000, None),
        (1024, 1112, 1, 600, 1112),
        (256, 256, 1, 1, None),
        (1024, resource.RLIM_INFINITY, 1, 1000, 1512),
    ],
)
def test_connections_that_the_process_can_hold(
    monkeypatch: pytest.MonkeyPatch, soft: int, hard: int, each: int, expected: int, raised: int | None
) -> None:
    set_to: list[Sequence[int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, limits: set_to.append(limits))
    assert descriptors.places(1000, each) == expected
    assert set_to == ([] if raised is None else [(raised, hard)])
