"""Where a request comes from when proxies stand in between: X-Forwarded-For, believed only from addresses that are configured."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence

from starlette.types import ASGIApp, Receive, Scope, Send

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class ForwardedApp:
    """An application whose scopes name the client behind the `trusted` proxies."""

    def __init__(self, app: ASGIApp, trusted: Sequence[Network]) -> None:
        self._app = app
        self._trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope.get("client"):
            address, port = scope["client"]
            forwarded = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
            scope["client"] = (client_address(address, forwarded.decode("latin-1"), self._trusted), port)
        await self._app(scope, receive, send)


def client_address(address: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """The last address that no trusted proxy vouches for: what stands before it in the header the client may have written itself."""
    for hop in reversed(forwarded.split(",")):
        if not _is_trusted(address, trusted):
            break
        try:
            address = str(ipaddress.ip_address(hop.strip()))
        except ValueError:
            break
    return address


def _is_trusted(address: str, trusted: Sequence[Network]) -> bool:
    parsed = ipaddress.ip_address(address)
    return any(parsed in network for network in trusted)
