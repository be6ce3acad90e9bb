"""IP and MAC addresses: what is left of one that is not the threat's, and which ones belong to an inside that nobody else may see."""

from __future__ import annotations

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from schemas.patterns import fold_value

_INTERNAL = tuple(
    ip_network(text)
    for text in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("::1/128", "fc00::/7", "fe80::/10", "fec0::/10"),
    )
)
"""Private use, shared space behind carriers, loopback, link-local, unique local and site-local (RFC 1918, 6598, 1122, 3927, 4193, 3879)."""

_SIX_TO_FOUR = IPv6Network("2002::/16")
"""RFC 3056: the next 32 bits are an IPv4 address, of which 24 stay as anywhere else."""

_OTHER_BITS = 64
"""RFC 4291: the last 64 bits name an interface, and with EUI-64 they are its hardware address."""


_OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
_IPV4 = re.compile(rf"({_OCTET})\.({_OCTET})\.{_OCTET}\.{_OCTET}", re.ASCII)


def is_internal(value: str) -> bool:
    """Whether an address or network lies in an inside, also where an IPv6 address carries an IPv4 one."""
    plain = _IPV4.fullmatch(value)  # nearly all are; objects of `ipaddress` are ten times as slow
    if plain is None:
        return _is_internal(value)
    first, second = int(plain[1]), int(plain[2])
    return (
        first in (10, 127)
        or (first == 192 and second == 168)
        or (first == 172 and 16 <= second < 32)
        or (first == 100 and 64 <= second < 128)
        or (first == 169 and second == 254)
    )


@lru_cache(maxsize=4096)
def _is_internal(value: str) -> bool:
    network = _network(value)
    if network is None:
        return False
    return any(_meets(network, inside) for inside in _INTERNAL) or any(is_internal(inner) for inner in _carried(network.network_address))


def coarse(value: str) -> str | None:
    """The /24 of an IPv4 address or the /48 of an IPv6 address (/40 under 6to4); networks as wide as that stay as they are."""
    return f"{value.rpartition('.')[0]}.0/24" if _IPV4.fullmatch(value) else _coarse(value)


@lru_cache(maxsize=4096)
def _coarse(value: str) -> str | None:
    network = _network(value)
    if network is None or _carried(network.network_address, six_to_four=False):
        return None
    length = 24 if isinstance(network, IPv4Network) else 40 if network.network_address in _SIX_TO_FOUR else 48
    return str(network if network.prefixlen <= length else network.supernet(new_prefix=length))


def public(value: str) -> str:
    """The threat's address without what names a machine: no zone, and the /64 in place of an interface's hardware address."""
    return value if ":" not in value else _public(value)


@lru_cache(maxsize=4096)
def _public(value: str) -> str:
    address = _without_zone(value)
    network = _network(address)
    if isinstance(network, IPv6Network) and network.prefixlen > _OTHER_BITS and network.network_address.packed[11:13] == b"\xff\xfe":
        return str(network.supernet(new_prefix=_OTHER_BITS))
    return address


def maker(value: str) -> str | None:
    """The maker's half of a MAC address, with zeros for the device."""
    folded = fold_value("mac-addr", value)
    return f"{folded[:8]}:00:00:00" if len(folded) == 17 else None


def _without_zone(value: str) -> str:
    if "%" not in value:
        return value
    address, _, rest = value.partition("%")
    _, slash, prefix = rest.partition("/")
    return f"{address}{slash}{prefix}"


def _network(value: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(_without_zone(value), strict=False)
    except ValueError:
        return None


def _meets(network: IPv4Network | IPv6Network, inside: IPv4Network | IPv6Network) -> bool:
    return network.version == inside.version and network.prefixlen >= inside.prefixlen and network.network_address in inside


def _carried(address: IPv4Address | IPv6Address, *, six_to_four: bool = True) -> tuple[str, ...]:
    """The IPv4 address that an IPv6 address maps, translates or tunnels."""
    if isinstance(address, IPv4Address):
        return ()
    if address.ipv4_mapped is not None:
        return (str(address.ipv4_mapped),)
    if address in _SIX_TO_FOUR:
        return (str(address.sixtofour),) if six_to_four else ()
    if address.packed[:12] == b"\x00\x64\xff\x9b" + bytes(8):
        return (str(ip_address(address.packed[12:])),)
    return ()
