"""Names of topics and headers. None holds a value from a feed: topics name partners, headers name feeds, reasons and numbers."""

from __future__ import annotations

RAW = "raw"
"""What connectors served, as TAXII envelopes of at most MAX_OBJECTS objects."""

PUSHED = "pushed"
"""What partners POSTed, as TAXII envelopes like those of RAW; intake reads it beside RAW."""

MAX_OBJECTS = 500
MAX_BYTES = 512 << 10
"""A raw message is one slice of a page: 500 objects of 751 bytes fill about 375 kB."""

SCHEMA = b"1"

FEED = "tl-feed"
RECEIVED = "tl-received"
VERSION = "tl-schema"
FRAGMENTS = "tl-fragments"
"""On messages that carry unusable pieces with their reasons instead of an envelope."""

LEDGER = "tl-ledger"

PUSH = "tl-push"
"""On pushed messages: JSON of id, partner, API root, time and number of objects of the whole envelope, and the message's number."""


def raw_topic(audience: str) -> str:
    """The raw topic of an audience: exercises have their own."""
    return RAW if audience == "production" else f"{RAW}.{audience.replace(':', '.')}"


def pushed_topic(audience: str) -> str:
    """The topic of what partners POSTed."""
    return PUSHED if audience == "production" else f"{PUSHED}.{audience.replace(':', '.')}"


def partner_topic(recipient: str, audience: str) -> str:
    """The topic of one recipient."""
    name = f"partner.{recipient}"
    return name if audience == "production" else f"{name}.{audience.replace(':', '.')}"
