"""Slow down who guesses secrets, without shutting out the partner whose name is guessed at.

Three buckets count wrong secrets: for a name as tried from one address, for an address, and for a name from all addresses. While
one is empty, nothing is compared and the answer is 429, for names that exist and for names that do not. What keeps the honest out
of it (credentials.py does the first two, this module the third):

1. A secret that was right is remembered, and is let in without asking here.
2. A token is compared before asking here: 256 random bits cannot be guessed, so who has them is let in from wherever it comes.
3. A name that once came from an address with the right password has only the first bucket there: strangers who guess the name
   elsewhere, or other names from behind the same address, do not touch it.

What remains: a password's first use from a new address, while strangers guess at that name or from that address, waits its turn.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math

from pipeline.server.buckets import Buckets
from schemas.errors import TooManyRequests

MOST = 20_000
"""Buckets of each kind, and familiar pairs: some MB when all are in use."""

OF_ADDRESS = 5
"""An address has this many times the attempts of one name: several users may share it."""

OF_NAME = 10
"""A name from all addresses together has this many times the attempts that it has from one."""


class Lockout:
    """`attempts` wrong secrets at once, then one more every `seconds`. To be used from one event loop."""

    def __init__(self, attempts: int, seconds: float) -> None:
        self._pairs: Buckets[bytes] = Buckets(attempts, 1 / seconds, MOST)
        self._addresses: Buckets[str] = Buckets(OF_ADDRESS * attempts, OF_ADDRESS / seconds, MOST)
        self._names: Buckets[bytes] = Buckets(OF_NAME * attempts, OF_NAME / seconds, MOST)
        self._familiar: dict[bytes, None] = {}

    def begin(self, name: str, address: str, now: float) -> None:
        """Count an attempt before the secret is compared, so that many at once count too. Raises TooManyRequests."""
        place = _network(address)
        short, pair = _digest(name), _digest(name, place)
        waits = [self._pairs.wait(pair, now)]
        if pair not in self._familiar:
            waits += [self._addresses.wait(place, now), self._names.wait(short, now)]
        _refuse(max(waits))
        self._pairs.take(pair, now)
        if pair not in self._familiar:
            self._addresses.take(place, now)
            self._names.take(short, now)

    def undo(self, name: str, address: str) -> None:
        """The attempt does not count."""
        place = _network(address)
        pair = _digest(name, place)
        self._pairs.give_back(pair)
        if pair not in self._familiar:
            self._addresses.give_back(place)
            self._names.give_back(_digest(name))

    def succeeded(self, name: str, address: str) -> None:
        """The secret was right: the attempt does not count, and the name is familiar from this address from now on."""
        self.undo(name, address)
        pair = _digest(name, _network(address))
        self._familiar.pop(pair, None)
        self._familiar[pair] = None  # at the end of the dict, which thereby stays in order of use
        if len(self._familiar) > MOST:
            del self._familiar[next(iter(self._familiar))]

    def failed_token(self, address: str, now: float) -> None:
        """Count a wrong token, which has no name worth guarding. Raises TooManyRequests where the address has had too many."""
        place = _network(address)
        _refuse(self._addresses.wait(place, now))
        self._addresses.take(place, now)


def _refuse(wait: float) -> None:
    if wait:
        message = "Too many failed attempts"
        raise TooManyRequests(message, retry_after=math.ceil(wait))


def _digest(*parts: str) -> bytes:
    """A key of fixed size, however long the name that a stranger sends."""
    return hashlib.blake2b("\0".join(parts).encode(), digest_size=16).digest()


def _network(address: str) -> str:
    """What one client can speak for: an IPv4 address, or the /64 that every IPv6 customer has to itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((parsed.packed[:8] + bytes(8), 64)))
