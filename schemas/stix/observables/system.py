"""Observables of an operating system: mutexes, processes, software, accounts, registry keys (STIX 2.1 §6.11, 6.13, 6.14, 6.16, 6.17)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from schemas.stix.checks import not_empty, optional
from schemas.stix.common import ABSENT, Bool, Check, Int, KeyName, Language, NonEmpty, Observable, Part, Ref, Text, Timestamp, form
from schemas.stix.findings import Finding
from schemas.stix.nested import parts
from schemas.stix.vocabularies_observable import ACCOUNT_TYPES, RegistryDatatype

_ATTRIBUTE = r"(?:[*-]|[?*]*(?:[A-Za-z0-9._-]|\\[!-/:-@\[-`{-~])+[?*]*)"
Cpe = Annotated[str, form(rf"cpe:2\.3:[aho*-](?::{_ATTRIBUTE}){{10}}", "invalid-property", "6.14.1")]
"""A formatted string of CPE 2.3; whether the dictionary has it cannot be said here."""

_is_short_hive = re.compile(r"hk(?:lm|cu|cr|cc|u)(?:\\.*)?", re.IGNORECASE | re.DOTALL).fullmatch

UserRef = Annotated[str, Ref("user-account")]
ProcessRef = Annotated[str, Ref("process")]


class Mutex(Observable):
    """§6.11."""

    SECTION = "6.11.1"
    name: Text


@not_empty("6.13", "extensions")
class Process(Observable):
    """§6.13."""

    SECTION = "6.13.1"
    is_hidden: Bool = ABSENT
    pid: Int = ABSENT
    created_time: Timestamp = ABSENT
    cwd: Text = ABSENT
    command_line: Text = ABSENT
    environment_variables: Annotated[dict[KeyName, Text], NonEmpty] = ABSENT
    opened_connection_refs: Annotated[list[Annotated[str, Ref("network-traffic")]], NonEmpty] = ABSENT
    creator_user_ref: UserRef = ABSENT
    image_ref: Annotated[str, Ref("file")] = ABSENT
    parent_ref: ProcessRef = ABSENT
    child_refs: Annotated[list[ProcessRef], NonEmpty] = ABSENT


class Software(Observable):
    """§6.14."""

    SECTION = "6.14.1"
    name: Text
    cpe: Cpe = ABSENT
    swid: Text = ABSENT
    languages: Annotated[list[Language], NonEmpty] = ABSENT
    vendor: Text = ABSENT
    version: Text = ABSENT


@not_empty("6.16", "extensions")
class UserAccount(Observable):
    """§6.16."""

    SECTION = "6.16.1"
    OPEN: ClassVar[Mapping[str, frozenset[str]]] = {"account_type": ACCOUNT_TYPES}
    user_id: Text = ABSENT
    credential: Text = ABSENT
    account_login: Text = ABSENT
    account_type: Text = ABSENT
    display_name: Text = ABSENT
    is_service_account: Bool = ABSENT
    is_privileged: Bool = ABSENT
    can_escalate_privs: Bool = ABSENT
    is_disabled: Bool = ABSENT
    account_created: Timestamp = ABSENT
    account_expires: Timestamp = ABSENT
    credential_last_changed: Timestamp = ABSENT
    account_first_login: Timestamp = ABSENT
    account_last_login: Timestamp = ABSENT


@not_empty("6.17.2")
class RegistryValue(Part):
    """§6.17.2."""

    SECTION = "6.17.2"
    name: Text = ABSENT
    data: Text = ABSENT
    data_type: RegistryDatatype = ABSENT


def _hive(value: Mapping[str, Any]) -> Iterator[Finding]:
    """The hive is written out."""
    if _is_short_hive(value["key"]):
        yield optional("invalid-property", "key", "6.17.1")


@not_empty("6.17")
class WindowsRegistryKey(Observable):
    """§6.17."""

    SECTION = "6.17.1"
    WHEN: ClassVar[Mapping[str, Check]] = {"key": _hive, "values": parts("values", RegistryValue)}
    key: Text = ABSENT
    values: Annotated[list[RegistryValue], NonEmpty] = ABSENT
    modified_time: Timestamp = ABSENT
    creator_user_ref: UserRef = ABSENT
    number_of_subkeys: Int = ABSENT
