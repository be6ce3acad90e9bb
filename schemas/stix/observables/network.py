"""Observables of the network: addresses, names and traffic (STIX 2.1 §6.2, 6.4, 6.8-6.10, 6.12, 6.15)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from schemas.stix.checks import at_least_one, in_order
from schemas.stix.common import ABSENT, Bool, Check, Count, Dictionary, Int, NonEmpty, Observable, Ref, Strings, Text, Timestamp
from schemas.stix.findings import Finding
from schemas.stix.nested import integers_or_texts
from schemas.stix.observables import values

Port = Annotated[int, Field(strict=True, ge=0, le=65535)]
"""§6.12.1."""

Endpoint = Annotated[str, Ref("ipv4-addr", "ipv6-addr", "mac-addr", "domain-name")]
Payload = Annotated[str, Ref("artifact")]
Traffic = Annotated[str, Ref("network-traffic")]


class AutonomousSystem(Observable):
    """§6.2."""

    SECTION = "6.2.1"
    number: Int
    name: Text = ABSENT
    rir: Text = ABSENT


class DomainName(Observable):
    """§6.4."""

    SECTION = "6.4.1"
    WHEN: ClassVar[Mapping[str, Check]] = {"value": values.domain}
    value: Text
    resolves_to_refs: Annotated[list[Annotated[str, Ref("ipv4-addr", "ipv6-addr", "domain-name")]], NonEmpty] = ABSENT


class Ipv4Address(Observable):
    """§6.8."""

    SECTION = "6.8.1"
    WHEN: ClassVar[Mapping[str, Check]] = {"value": values.ipv4}
    value: Text
    resolves_to_refs: Annotated[list[Annotated[str, Ref("mac-addr")]], NonEmpty] = ABSENT
    belongs_to_refs: Annotated[list[Annotated[str, Ref("autonomous-system")]], NonEmpty] = ABSENT


class Ipv6Address(Observable):
    """§6.9."""

    SECTION = "6.9.1"
    WHEN: ClassVar[Mapping[str, Check]] = {"value": values.ipv6}
    value: Text
    resolves_to_refs: Annotated[list[Annotated[str, Ref("mac-addr")]], NonEmpty] = ABSENT
    belongs_to_refs: Annotated[list[Annotated[str, Ref("autonomous-system")]], NonEmpty] = ABSENT


class MacAddress(Observable):
    """§6.10."""

    SECTION = "6.10.1"
    WHEN: ClassVar[Mapping[str, Check]] = {"value": values.mac}
    value: Text


class Url(Observable):
    """§6.15."""

    SECTION = "6.15.1"
    WHEN: ClassVar[Mapping[str, Check]] = {"value": values.url}
    value: Text


def _not_active(value: Mapping[str, Any]) -> Iterator[Finding]:
    """What has ended is not active."""
    if value.get("is_active") is True:
        yield Finding("exclusive-properties", "end", "6.12.1")


def _end(value: Mapping[str, Any]) -> Iterator[Finding]:
    yield from _not_active(value)
    yield from _not_before_start(value)


_not_before_start = in_order("start", "end", "6.12.1", equal=True)


class NetworkTraffic(Observable):
    """§6.12."""

    SECTION = "6.12.1"
    CROSS = (at_least_one("6.12", "src_ref", "dst_ref"),)
    WHEN: ClassVar[Mapping[str, Check]] = {"end": _end, "ipfix": integers_or_texts("ipfix", "6.12.1")}
    RECOMMENDED = ("src_port", "dst_port")
    start: Timestamp = ABSENT
    end: Timestamp = ABSENT
    is_active: Bool = ABSENT
    src_ref: Endpoint = ABSENT
    dst_ref: Endpoint = ABSENT
    src_port: Port = ABSENT
    dst_port: Port = ABSENT
    protocols: Strings
    src_byte_count: Count = ABSENT
    dst_byte_count: Count = ABSENT
    src_packets: Count = ABSENT
    dst_packets: Count = ABSENT
    ipfix: Dictionary = ABSENT
    src_payload_ref: Payload = ABSENT
    dst_payload_ref: Payload = ABSENT
    encapsulates_refs: Annotated[list[Traffic], NonEmpty] = ABSENT
    encapsulated_by_ref: Traffic = ABSENT
