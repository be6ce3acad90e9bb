"""Predefined extensions of processes and user accounts (STIX 2.1 §6.13.2, 6.13.3, 6.16.2)."""

from __future__ import annotations

from typing import Annotated

from schemas.stix.checks import not_empty
from schemas.stix.common import ABSENT, Bool, Dictionary, Int, NonEmpty, Part, Ref, Strings, Text
from schemas.stix.vocabularies_observable import IntegrityLevel, ServiceStartType, ServiceStatus, ServiceType


@not_empty("6.13.2")
class WindowsProcessExt(Part):
    """§6.13.2. What STIX 2.1 calls window_title is windows_title in the text with Errata 01, so both are known."""

    SECTION = "6.13.2"
    aslr_enabled: Bool = ABSENT
    dep_enabled: Bool = ABSENT
    priority: Text = ABSENT
    owner_sid: Text = ABSENT
    window_title: Text = ABSENT
    windows_title: Text = ABSENT
    startup_info: Dictionary = ABSENT
    integrity_level: IntegrityLevel = ABSENT


@not_empty("6.13.3")
class WindowsServiceExt(Part):
    """§6.13.3."""

    SECTION = "6.13.3"
    service_name: Text = ABSENT
    descriptions: Strings = ABSENT
    display_name: Text = ABSENT
    group_name: Text = ABSENT
    start_type: ServiceStartType = ABSENT
    service_dll_refs: Annotated[list[Annotated[str, Ref("file")]], NonEmpty] = ABSENT
    service_type: ServiceType = ABSENT
    service_status: ServiceStatus = ABSENT


@not_empty("6.16.2")
class UnixAccountExt(Part):
    """§6.16.2."""

    SECTION = "6.16.2"
    gid: Int = ABSENT
    groups: Strings = ABSENT
    home_dir: Text = ABSENT
    shell: Text = ABSENT
