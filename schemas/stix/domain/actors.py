"""Who acts, against whom and where: campaigns, identities, intrusion sets, locations, threat actors (STIX 2.1 §4)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from schemas.stix.checks import in_order, needs
from schemas.stix.common import ABSENT, Check, Domain, Float, Strings, Text, Timestamp
from schemas.stix.findings import Finding
from schemas.stix.vocabularies import (
    ATTACK_MOTIVATION,
    ATTACK_RESOURCE_LEVEL,
    IDENTITY_CLASS,
    INDUSTRY_SECTOR,
    REGION,
    THREAT_ACTOR_ROLE,
    THREAT_ACTOR_SOPHISTICATION,
    THREAT_ACTOR_TYPE,
)


class Campaign(Domain):
    """§4.2."""

    SECTION = "4.2.1"
    WHEN: ClassVar[Mapping[str, Check]] = {"last_seen": in_order("first_seen", "last_seen", "4.2.1", equal=True)}

    name: Text
    description: Text = ABSENT
    aliases: Strings = ABSENT
    first_seen: Timestamp = ABSENT
    last_seen: Timestamp = ABSENT
    objective: Text = ABSENT


class Identity(Domain):
    """§4.5."""

    SECTION = "4.5.1"
    OPEN: ClassVar[Mapping[str, frozenset[str]]] = {"identity_class": IDENTITY_CLASS, "sectors": INDUSTRY_SECTOR}

    name: Text
    description: Text = ABSENT
    roles: Strings = ABSENT
    identity_class: Text = ABSENT
    sectors: Strings = ABSENT
    contact_information: Text = ABSENT


class IntrusionSet(Domain):
    """§4.9."""

    SECTION = "4.9.1"
    OPEN: ClassVar[Mapping[str, frozenset[str]]] = {
        "resource_level": ATTACK_RESOURCE_LEVEL,
        "primary_motivation": ATTACK_MOTIVATION,
        "secondary_motivations": ATTACK_MOTIVATION,
    }
    WHEN: ClassVar[Mapping[str, Check]] = {"last_seen": in_order("first_seen", "last_seen", "4.9.1", equal=True)}

    name: Text
    description: Text = ABSENT
    aliases: Strings = ABSENT
    first_seen: Timestamp = ABSENT
    last_seen: Timestamp = ABSENT
    goals: Strings = ABSENT
    resource_level: Text = ABSENT
    primary_motivation: Text = ABSENT
    secondary_motivations: Strings = ABSENT


class ThreatActor(Domain):
    """§4.17."""

    SECTION = "4.17.1"
    OPEN: ClassVar[Mapping[str, frozenset[str]]] = {
        "threat_actor_types": THREAT_ACTOR_TYPE,
        "roles": THREAT_ACTOR_ROLE,
        "sophistication": THREAT_ACTOR_SOPHISTICATION,
        "resource_level": ATTACK_RESOURCE_LEVEL,
        "primary_motivation": ATTACK_MOTIVATION,
        "secondary_motivations": ATTACK_MOTIVATION,
        "personal_motivations": ATTACK_MOTIVATION,
    }
    WHEN: ClassVar[Mapping[str, Check]] = {"last_seen": in_order("first_seen", "last_seen", "4.17.1", equal=True)}

    name: Text
    description: Text = ABSENT
    threat_actor_types: Strings = ABSENT
    aliases: Strings = ABSENT
    first_seen: Timestamp = ABSENT
    last_seen: Timestamp = ABSENT
    roles: Strings = ABSENT
    goals: Strings = ABSENT
    sophistication: Text = ABSENT
    resource_level: Text = ABSENT
    primary_motivation: Text = ABSENT
    secondary_motivations: Strings = ABSENT
    personal_motivations: Strings = ABSENT


_COUNTRY = re.compile("[A-Za-z]{2}", re.ASCII)


def _is_somewhere(value: Mapping[str, Any]) -> Iterator[Finding]:
    if "region" not in value and "country" not in value and not ("latitude" in value and "longitude" in value):
        yield Finding("missing-property", "region", "4.10")


def _country_is_a_code(value: Mapping[str, Any]) -> Iterator[Finding]:
    """The form of a code of ISO 3166-1 alpha-2, in either case: which codes are assigned changes with the years."""
    if not _COUNTRY.fullmatch(value["country"]):
        yield Finding("open-vocabulary", "country", "4.10.1", "vocabulary", ("country",))


def _precision_belongs_to_a_point(value: Mapping[str, Any]) -> Iterator[Finding]:
    if "latitude" in value and "longitude" in value and "precision" not in value:
        yield Finding("missing-recommended", "precision", "4.10", "missing_parts")


class Location(Domain):
    """§4.10."""

    SECTION = "4.10.1"
    OPEN: ClassVar[Mapping[str, frozenset[str]]] = {"region": REGION}
    WHEN: ClassVar[Mapping[str, Check]] = {
        "country": _country_is_a_code,
        "latitude": needs("4.10.1", "latitude", "longitude"),
        "longitude": needs("4.10.1", "longitude", "latitude"),
        "precision": needs("4.10.1", "precision", "latitude", "longitude"),
    }
    CROSS = (_is_somewhere, _precision_belongs_to_a_point)

    name: Text = ABSENT
    description: Text = ABSENT
    latitude: Annotated[Float, Field(ge=-90, le=90)] = ABSENT
    longitude: Annotated[Float, Field(ge=-180, le=180)] = ABSENT
    precision: Float = ABSENT
    region: Text = ABSENT
    country: Text = ABSENT
    administrative_area: Text = ABSENT
    city: Text = ABSENT
    street_address: Text = ABSENT
    postal_code: Text = ABSENT
