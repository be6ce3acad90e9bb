"""Predefined extensions of the network-traffic object (STIX 2.1 §6.12.2-6.12.5)."""

from __future__ import annotations

from typing import Annotated

from schemas.stix.checks import not_empty
from schemas.stix.common import ABSENT, Bool, Count, Hex, Int, KeyName, NonEmpty, Part, Ref, Strings, Text
from schemas.stix.vocabularies_observable import AddressFamily, SocketType


class HttpRequestExt(Part):
    """§6.12.2."""

    SECTION = "6.12.2"
    request_method: Text
    request_value: Text
    request_version: Text = ABSENT
    request_header: Annotated[dict[KeyName, Strings], NonEmpty] = ABSENT
    message_body_length: Int = ABSENT
    message_body_data_ref: Annotated[str, Ref("artifact")] = ABSENT


class IcmpExt(Part):
    """§6.12.3."""

    SECTION = "6.12.3"
    icmp_type_hex: Hex
    icmp_code_hex: Hex


class SocketExt(Part):
    """§6.12.4."""

    SECTION = "6.12.4"
    address_family: AddressFamily
    is_blocking: Bool = ABSENT
    is_listening: Bool = ABSENT
    options: Annotated[dict[KeyName, Int], NonEmpty] = ABSENT
    socket_type: SocketType = ABSENT
    socket_descriptor: Count = ABSENT
    socket_handle: Int = ABSENT


@not_empty("6.12.5")
class TcpExt(Part):
    """§6.12.5."""

    SECTION = "6.12.5"
    src_flags_hex: Hex = ABSENT
    dst_flags_hex: Hex = ABSENT
