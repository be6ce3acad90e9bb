"""Who supplies, who receives, under which terms; and whom a marking lets have an object. Written apart from the hub's own rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

TLP_IDS = {
    "clear": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "amber+strict": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "red": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}

STANDARD, TRUSTED, VERBATIM = "standard@1", "trusted@1", "verbatim@1"


class Producer(NamedTuple):
    """A partner with a feed. `community` is where its TLP:GREEN flows."""

    id: str
    name: str
    community: str


class Recipient(NamedTuple):
    """A partner with a collection; `profile` is named in its policy unless it is the default one."""

    id: str
    name: str
    ceiling: str
    profile: str = STANDARD
    granted: str = ""
    """The producer whose TLP:AMBER it may have, by a standing permission of the agreement."""


PRODUCERS = (
    Producer("fjordwatch", "Fjordwatch Operations", "north"),
    Producer("kestrelnet", "Kestrelnet Response", "north"),
    Producer("saltmarsh", "Saltmarsh Monitoring", "south"),
)

RECIPIENTS = (
    Recipient("greywillow", "Greywillow Institute", "clear"),
    Recipient("ironbridge", "Ironbridge Utilities", "green"),
    Recipient("larkfield", "Larkfield Centre", "amber", STANDARD, "fjordwatch"),
    Recipient("mooring", "Mooring Exchange", "green", TRUSTED),
    Recipient("northgate", "Northgate Archive", "green", VERBATIM),
)
"""All of them are in COMMUNITY, and so is a producer of another corpus."""

COMMUNITY = "north"

PROFILES: Mapping[str, str] = {recipient.id: recipient.profile for recipient in RECIPIENTS}

_ORDER = ("clear", "green", "amber", "amber+strict", "red")


def entitled(producer: str, tlp: str) -> frozenset[str]:
    """The recipients whom a producer's label lets have an object. Nothing is unmarked as anything: that counts as AMBER+STRICT."""
    return frozenset(recipient.id for recipient in RECIPIENTS if _may(producer, tlp or "amber+strict", recipient))


def _may(producer: str, tlp: str, recipient: Recipient) -> bool:
    if _ORDER.index(tlp) > _ORDER.index(recipient.ceiling):
        return False
    own = next((item.community for item in PRODUCERS if item.id == producer), COMMUNITY)
    return {"clear": True, "green": own == COMMUNITY, "amber": recipient.granted == producer}.get(tlp, False)
