"""IP addresses, alone or as a network: one spelling for each, and whether a value is one (§6.8, §6.9).

By the C library and integers: objects of `ipaddress` are forty times as slow. What the two take is the same, and nothing is looked up.
"""

from __future__ import annotations

import re
from socket import AF_INET, AF_INET6, AddressFamily, inet_ntop, inet_pton
from struct import Struct

_PREFIX = re.compile(r"0|[1-9]\d{0,2}", re.ASCII)
_GROUPS = Struct("!8H")
_TEXT = f":{'{:x}:' * 8}".format
_ZEROS = [":" + "0:" * count for count in range(8, 1, -1)]


def ipv4_addr(value: str) -> tuple[str, bool]:
    """§6.8: (canonical value, whether its form is right)."""
    if "/" not in value:
        try:
            inet_pton(AF_INET, value)
        except (OSError, ValueError):
            return _judged(value, AF_INET)
        return value, True
    return _judged(value, AF_INET)


def ipv6_addr(value: str) -> tuple[str, bool]:
    """§6.9: (canonical value, whether its form is right)."""
    return _judged(value, AF_INET6)


def _judged(value: str, wanted: AddressFamily) -> tuple[str, bool]:
    """Host bits under a prefix are cleared; a prefix of full length is dropped. A netmask, or a zero too many, stays as it is.

    Zones (RFC 4007) make no address of STIX, but they fold as Python's `ipaddress` folds them: clearing bits takes them away.
    """
    address, slash, prefix = value.partition("/")
    address, percent, zone = address.partition("%")
    family = AF_INET6 if ":" in address else AF_INET
    if (slash and not _PREFIX.fullmatch(prefix)) or (percent and (not zone or "%" in zone or family is AF_INET)):
        return value, False
    try:
        packed = inet_pton(family, address)
    except (OSError, ValueError):
        return value, False
    size = 8 * len(packed)
    length = int(prefix) if slash else size
    if length > size:
        return value, False
    if length < size:
        network = (int.from_bytes(packed) >> size - length << size - length).to_bytes(len(packed))
        if network != packed:
            packed, zone = network, ""
    spelled = f"{_spelled(packed)}%{zone}" if zone else _spelled(packed)
    return spelled if length == size else f"{spelled}/{length}", family is wanted and not percent


def _spelled(packed: bytes) -> str:
    """RFC 5952, but without dots in mapped addresses: the spelling of the C library depends on the system, and a key must not."""
    if len(packed) == 4:
        return inet_ntop(AF_INET, packed)
    text = _TEXT(*_GROUPS.unpack(packed))
    if ":0:0:" in text:
        for zeros in _ZEROS:
            before, found, after = text.partition(zeros)
            if found:
                return f"{before[1:]}::{after[:-1]}"
    return text[1:-1]
