"""Observables of email (STIX 2.1 §6.5, 6.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from schemas.stix.checks import at_least_one, optional
from schemas.stix.common import ABSENT, Bool, Check, KeyName, NonEmpty, Observable, Part, Ref, Strings, Text, Timestamp
from schemas.stix.findings import Finding
from schemas.stix.nested import parts
from schemas.stix.observables import values

Mailbox = Annotated[str, Ref("email-addr")]
Mailboxes = Annotated[list[Mailbox], NonEmpty]

_has_encoded_word = re.compile(r"=\?[^?\s=]{1,60}\?[bBqQ]\?[^?\s]+\?=").search
"""RFC 2047 §2."""


class EmailAddress(Observable):
    """§6.5."""

    SECTION = "6.5.1"
    WHEN: ClassVar[Mapping[str, Check]] = {"value": values.email}
    value: Text
    display_name: Text = ABSENT
    belongs_to_ref: Annotated[str, Ref("user-account")] = ABSENT


class MimePart(Part):
    """§6.6.2."""

    SECTION = "6.6.2"
    CROSS = (at_least_one("6.6.2", "body", "body_raw_ref"),)
    body: Text = ABSENT
    body_raw_ref: Annotated[str, Ref("artifact", "file")] = ABSENT
    content_type: Text = ABSENT
    content_disposition: Text = ABSENT


def _subject(value: Mapping[str, Any]) -> Iterator[Finding]:
    """Header fields are decoded."""
    if _has_encoded_word(value["subject"]):
        yield optional("invalid-property", "subject", "6.6")


def _headers(value: Mapping[str, Any]) -> Iterator[Finding]:
    """Header fields are decoded."""
    if any(_has_encoded_word(text) for texts in value["additional_header_fields"].values() for text in texts):
        yield optional("invalid-property", "additional_header_fields", "6.6", "additional_header_fields.*")


def _body(value: Mapping[str, Any]) -> Iterator[Finding]:
    if value.get("is_multipart") is True:
        yield Finding("exclusive-properties", "body", "6.6.1")


_of_parts = parts("body_multipart", MimePart)


def _body_multipart(value: Mapping[str, Any]) -> Iterator[Finding]:
    if value.get("is_multipart") is False:
        yield Finding("exclusive-properties", "body_multipart", "6.6.1")
    yield from _of_parts(value)


class EmailMessage(Observable):
    """§6.6."""

    SECTION = "6.6.1"
    WHEN: ClassVar[Mapping[str, Check]] = {
        "subject": _subject,
        "additional_header_fields": _headers,
        "body": _body,
        "body_multipart": _body_multipart,
    }
    is_multipart: Bool
    date: Timestamp = ABSENT
    content_type: Text = ABSENT
    from_ref: Mailbox = ABSENT
    sender_ref: Mailbox = ABSENT
    to_refs: Mailboxes = ABSENT
    cc_refs: Mailboxes = ABSENT
    bcc_refs: Mailboxes = ABSENT
    message_id: Text = ABSENT
    subject: Text = ABSENT
    received_lines: Strings = ABSENT
    additional_header_fields: Annotated[dict[KeyName, Strings], NonEmpty] = ABSENT
    body: Text = ABSENT
    body_multipart: Annotated[list[MimePart], NonEmpty] = ABSENT
    raw_email_ref: Annotated[str, Ref("artifact")] = ABSENT
