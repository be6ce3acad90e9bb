"""How often a partner may ask: a token bucket for each, as large and as fast as the settings say."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.server.buckets import Buckets
from pipeline.server.settings import RateLimit, ServerSettings

MOST_PARTNERS = 100_000
"""Buckets at once; only partners that have authenticated get one."""


class Limits:
    """`usual` holds for every partner that is not among `special`. One server process knows nothing of another one's buckets."""

    def __init__(self, usual: RateLimit, special: Mapping[str, RateLimit]) -> None:
        self._usual = _buckets(usual)
        self._special = {partner: _buckets(limit) for partner, limit in special.items()}

    def admit(self, partner: str, now: float) -> float | None:
        """None where the request may go on, which counts it; else the seconds until the next one may, and nothing is counted."""
        buckets = self._special.get(partner, self._usual)
        if buckets is None:
            return None
        wait = buckets.wait(partner, now)
        if wait:
            return wait
        buckets.take(partner, now)
        return None


def build_limits(settings: ServerSettings) -> Limits:
    """The limits of tearline.yaml."""
    return Limits(settings.rate_limit, settings.partner_rate_limits)


def _buckets(limit: RateLimit) -> Buckets[str] | None:
    return Buckets(limit.burst, limit.requests_per_second, MOST_PARTNERS) if limit.requests_per_second else None
