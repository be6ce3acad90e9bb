"""Cyber-observable objects of STIX 2.1 (§6)."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from schemas.stix.common import Hashes, Identifier, Identifiers, Int, Observable, Strings, Text, Timestamp

Port = Annotated[int, Field(ge=0, le=65535)]
Dictionary = Annotated[dict[str, Any], Field(min_length=1)]
Values = Annotated[list[dict[str, Any]], Field(min_length=1)]


def _need_one(values: tuple[object, ...]) -> None:
    if all(value is None for value in values):
        raise PydanticCustomError("missing-property", "at least one of several properties")  # noqa: EM101 - pydantic wants literals


class Artifact(Observable):
    """§6.1."""

    mime_type: Text | None = None
    payload_bin: Text | None = None
    url: Text | None = None
    hashes: Hashes | None = None
    encryption_algorithm: Text | None = None
    decryption_key: Text | None = None

    @model_validator(mode="after")
    def _content(self) -> Artifact:
        _need_one((self.payload_bin, self.url))
        return self


class AutonomousSystem(Observable):
    """§6.2."""

    number: Int
    name: Text | None = None
    rir: Text | None = None


class Directory(Observable):
    """§6.3."""

    path: Text
    path_enc: Text | None = None
    ctime: Timestamp | None = None
    mtime: Timestamp | None = None
    atime: Timestamp | None = None
    contains_refs: Identifiers | None = None


class Value(Observable):
    """An observable that is a value: mac-addr (§6.11)."""

    value: Annotated[Text, Field(min_length=1)]


class Resolvable(Value):
    """domain-name (§6.4)."""

    resolves_to_refs: Identifiers | None = None


class Address(Resolvable):
    """ipv4-addr, ipv6-addr (§6.9, §6.10)."""

    belongs_to_refs: Identifiers | None = None


class Url(Value):
    """§6.16."""


class EmailAddress(Value):
    """§6.5."""

    display_name: Text | None = None
    belongs_to_ref: Identifier | None = None


class EmailMessage(Observable):
    """§6.6."""

    is_multipart: bool
    date: Timestamp | None = None
    content_type: Text | None = None
    from_ref: Identifier | None = None
    sender_ref: Identifier | None = None
    to_refs: Identifiers | None = None
    cc_refs: Identifiers | None = None
    bcc_refs: Identifiers | None = None
    message_id: Text | None = None
    subject: Text | None = None
    received_lines: Strings | None = None
    additional_header_fields: Dictionary | None = None
    body: Text | None = None
    body_multipart: Values | None = None
    raw_email_ref: Identifier | None = None


class File(Observable):
    """§6.7."""

    hashes: Hashes | None = None
    size: Annotated[Int, Field(ge=0)] | None = None
    name: Text | None = None
    name_enc: Text | None = None
    magic_number_hex: Text | None = None
    mime_type: Text | None = None
    ctime: Timestamp | None = None
    mtime: Timestamp | None = None
    atime: Timestamp | None = None
    parent_directory_ref: Identifier | None = None
    contains_refs: Identifiers | None = None
    content_ref: Identifier | None = None

    @model_validator(mode="after")
    def _identified(self) -> File:
        _need_one((self.hashes, self.name))
        return self


class Mutex(Observable):
    """§6.12."""

    name: Text


class NetworkTraffic(Observable):
    """§6.13."""

    start: Timestamp | None = None
    end: Timestamp | None = None
    is_active: bool | None = None
    src_ref: Identifier | None = None
    dst_ref: Identifier | None = None
    src_port: Port | None = None
    dst_port: Port | None = None
    protocols: Strings
    src_byte_count: Annotated[Int, Field(ge=0)] | None = None
    dst_byte_count: Annotated[Int, Field(ge=0)] | None = None
    src_packets: Annotated[Int, Field(ge=0)] | None = None
    dst_packets: Annotated[Int, Field(ge=0)] | None = None
    ipfix: Dictionary | None = None
    src_payload_ref: Identifier | None = None
    dst_payload_ref: Identifier | None = None
    encapsulates_refs: Identifiers | None = None
    encapsulated_by_ref: Identifier | None = None

    @model_validator(mode="after")
    def _has_an_end(self) -> NetworkTraffic:
        _need_one((self.src_ref, self.dst_ref))
        return self


class Process(Observable):
    """§6.14."""

    is_hidden: bool | None = None
    pid: Int | None = None
    created_time: Timestamp | None = None
    cwd: Text | None = None
    command_line: Text | None = None
    environment_variables: Dictionary | None = None
    opened_connection_refs: Identifiers | None = None
    creator_user_ref: Identifier | None = None
    image_ref: Identifier | None = None
    parent_ref: Identifier | None = None
    child_refs: Identifiers | None = None


class Software(Observable):
    """§6.15."""

    name: Text
    cpe: Text | None = None
    swid: Text | None = None
    languages: Strings | None = None
    vendor: Text | None = None
    version: Text | None = None


class UserAccount(Observable):
    """§6.17."""

    user_id: Text | None = None
    credential: Text | None = None
    account_login: Text | None = None
    account_type: Text | None = None
    display_name: Text | None = None
    is_service_account: bool | None = None
    is_privileged: bool | None = None
    can_escalate_privs: bool | None = None
    is_disabled: bool | None = None
    account_created: Timestamp | None = None
    account_expires: Timestamp | None = None
    credential_last_changed: Timestamp | None = None
    account_first_login: Timestamp | None = None
    account_last_login: Timestamp | None = None


class WindowsRegistryKey(Observable):
    """§6.18."""

    key: Text | None = None
    values: Values | None = None
    modified_time: Timestamp | None = None
    creator_user_ref: Identifier | None = None
    number_of_subkeys: Annotated[Int, Field(ge=0)] | None = None


class X509Certificate(Observable):
    """§6.19."""

    is_self_signed: bool | None = None
    hashes: Hashes | None = None
    version: Text | None = None
    serial_number: Text | None = None
    signature_algorithm: Text | None = None
    issuer: Text | None = None
    validity_not_before: Timestamp | None = None
    validity_not_after: Timestamp | None = None
    subject: Text | None = None
    subject_public_key_algorithm: Text | None = None
    subject_public_key_modulus: Text | None = None
    subject_public_key_exponent: Int | None = None
    x509_v3_extensions: Dictionary | None = None
