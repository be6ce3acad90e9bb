"""Where a redirect may lead: to the same host and scheme, or from http to https on the same host. Nowhere else."""

from __future__ import annotations

import httpx2

from schemas.errors import ConfigError

FOLLOWED = frozenset({301, 302, 307, 308})

MAX_REDIRECTS = 3
"""A missing slash, http to https, and one to spare."""


def redirect_target(origin: httpx2.URL, location: str | None) -> httpx2.URL:
    """The URL to follow. Raises ConfigError for any other: a feed that moves is the operator's to confirm, since credentials go along.

    A target without a query keeps ours: servers that only add the slash drop it, and with it `added_after`.
    """
    try:
        target = origin.join(location or "")
    except httpx2.InvalidURL:
        raise ConfigError(_REFUSED) from None
    upgraded = origin.scheme == "http" and target.scheme == "https"
    same = target.scheme == origin.scheme and _port(target) == _port(origin)
    if not location or target.host != origin.host or not (same or upgraded) or target.userinfo:
        raise ConfigError(_REFUSED)
    return target.copy_with(query=target.query or origin.query or None, fragment=None)


_REFUSED = (
    "The source redirects to another host, port or scheme; it was not followed, and no credentials were sent there. "
    "If the feed has moved, set `url` to its new place."
)


def _port(url: httpx2.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)
