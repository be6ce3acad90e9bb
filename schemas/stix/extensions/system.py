"""Predefined extensions of processes and user accounts (STIX 2.1 §6.13.2, 6.13.3, 6.16.2)."""

from __future__ import annotations

from typing import Annotated

from schemas.stix.checks import at_least_one
from schemas.stix.common import ABSENT, Bool, Dictionary, Int, NonEmpty, Part, Ref, Strings, Text
from schemas.stix.vocabularies_observable import IntegrityLevel, ServiceStartType, ServiceStatus, ServiceType

_PROCESS = (
    *("aslr_enabled", "dep_enabled", "priority", "owner_sid"),
    *("window_title", "windows_title", "startup_info", "integrity_level"),
)


class WindowsProcessExt(Part):
    """§6.13.2. What STIX 2.1 calls window_title is windows_title in the text with Errata 01, so both are known."""

    SECTION = "6.13.2"
    CROSS = (at_least_one("6.13.2", *_PROCESS),)
    aslr_enabled: Bool = ABSENT
    dep_enabled: Bool = ABSENT
    priority: Text = ABSENT
    owner_sid: Text = ABSENT
    window_title: Text = ABSENT
    windows_title: Text = ABSENT
    startup_info: Dictionary = ABSENT
    integrity_level: IntegrityLevel = ABSENT


_SERVICE = (
    *("service_name", "descriptions", "display_name", "group_name"),
    *("start_type", "service_dll_refs", "service_type", "service_status"),
)


class WindowsServiceExt(Part):
    """§6.13.3."""

    SECTION = "6.13.3"
    CROSS = (at_least_one("6.13.3", *_SERVICE),)
    service_name: Text = ABSENT
    descriptions: Strings = ABSENT
    display_name: Text = ABSENT
    group_name: Text = ABSENT
    start_type: ServiceStartType = ABSENT
    service_dll_refs: Annotated[list[Annotated[str, Ref("file")]], NonEmpty] = ABSENT
    service_type: ServiceType = ABSENT
    service_status: ServiceStatus = ABSENT


class UnixAccountExt(Part):
    """§6.16.2."""

    SECTION = "6.16.2"
    CROSS = (at_least_one("6.16.2", "gid", "groups", "home_dir", "shell"),)
    gid: Int = ABSENT
    groups: Strings = ABSENT
    home_dir: Text = ABSENT
    shell: Text = ABSENT
