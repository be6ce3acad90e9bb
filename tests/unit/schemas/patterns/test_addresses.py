"""Addresses, held against Python's own `ipaddress`, which is too slow to be used for every pattern."""

from __future__ import annotations

import ipaddress
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.patterns.addresses import ipv4_addr, ipv6_addr


def reference(value: str, version: int) -> tuple[str, bool]:
    """The same by `ipaddress`."""
    address, slash, prefix = value.partition("/")
    if slash and not re.fullmatch(r"0|[1-9]\d{0,2}", prefix, re.ASCII):
        return value, False
    try:
        if not slash:
            found = ipaddress.ip_address(address)
            return spelled(found), found.version == version and "%" not in address
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return value, False
    text = spelled(network.network_address)
    folded = text if network.prefixlen == network.max_prefixlen else f"{text}/{network.prefixlen}"
    return folded, network.version == version and "%" not in address


def spelled(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """As text; without dots in mapped addresses, whatever the version of Python prints."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None and address.scope_id is None:
        low = int(address) & 0xFFFFFFFF
        return f"::ffff:{low >> 16:x}:{low & 0xFFFF:x}"
    return str(address)


OCTETS = st.sampled_from(["0", "1", "9", "10", "99", "255", "256", "01", "", "-1", "1e1", "\u0661"])
GROUPS = st.sampled_from(["0", "0", "0000", "1", "ab", "FFFF", "", "00000", "g", "192.0.2.1", "0.0.0.0", "1.2.3"])
NUMBERS = st.one_of(
    st.ip_addresses(v=4).map(str),
    st.ip_addresses(v=6).map(str),
    st.ip_addresses(v=6).map(lambda address: address.exploded.upper()),
    st.integers(0, 1 << 48).map(lambda low: str(ipaddress.IPv6Address(low))),
    st.lists(OCTETS, min_size=3, max_size=5).map(".".join),
    st.builds("{}{}{}".format, st.sampled_from(["", ":", "::"]), st.lists(GROUPS, max_size=9).map(":".join), st.sampled_from(["", "::"])),
    st.text(alphabet="0123456789abf:.%/ \x00\ud800\n", max_size=12),
)
ZONES = st.sampled_from(["", "", "", "", "%eth0", "%", "%a%b", "%\u00e9"])
PREFIXES = st.one_of(st.just(""), st.integers(0, 140).map("/{}".format), st.sampled_from(["/", "/07", "/255.255.255.0", "/1/2", "/\u0663"]))


@settings(max_examples=500)
@given(st.builds("{}{}{}".format, NUMBERS, ZONES, PREFIXES))
def test_addresses_are_judged_as_ipaddress_judges_them(value: str) -> None:
    assert (ipv4_addr(value), ipv6_addr(value)) == (reference(value, 4), reference(value, 6))


@pytest.mark.parametrize(
    ("value", "canonical"),
    [
        ("::", "::"),
        ("0:0:0:0:0:0:0:0", "::"),
        ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
        ("1:0:0:2:3:0:0:4", "1::2:3:0:0:4"),
        ("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7"),
        ("0:0:1:2:3:4:5:6", "::1:2:3:4:5:6"),
        ("1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"),
        ("::192.0.2.1", "::c000:201"),
        ("::ffff:192.0.2.1", "::ffff:c000:201"),
        ("2001:DB8::FFFF/64", "2001:db8::/64"),
        ("2001:db8::1/128", "2001:db8::1"),
        ("2001:db8::1/0", "::/0"),
    ],
)
def test_addresses_have_one_spelling(value: str, canonical: str) -> None:
    assert ipv6_addr(value) == (canonical, True)
