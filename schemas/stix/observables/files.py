"""Observables of file systems and of contents: artifact, directory, file (STIX 2.1 §6.1, 6.3, 6.7)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from schemas.stix.charsets import Charset
from schemas.stix.checks import at_least_one, exclusive, needs
from schemas.stix.common import ABSENT, Binary, Check, Count, Hashes, Hex, Identifiers, NonEmpty, Observable, Ref, Text, Timestamp
from schemas.stix.findings import Finding
from schemas.stix.hashes import hashes_of
from schemas.stix.names import BUNDLE, DOMAIN_TYPES, META_TYPES, RELATIONSHIP_TYPES
from schemas.stix.observables.values import artifact_url
from schemas.stix.references import refers_not_to
from schemas.stix.vocabularies_observable import EncryptionAlgorithm


def _url(value: Mapping[str, Any]) -> Iterator[Finding]:
    if "hashes" not in value:
        yield Finding("missing-property", "hashes", "6.1.1")
    yield from artifact_url(value)


class Artifact(Observable):
    """§6.1."""

    SECTION = "6.1.1"
    CROSS = (at_least_one("6.1", "payload_bin", "url"), exclusive("6.1.1", "payload_bin", "url"))
    WHEN: ClassVar[Mapping[str, Check]] = {
        "url": _url,
        "hashes": hashes_of("hashes"),
        "decryption_key": needs("6.1.1", "decryption_key", "encryption_algorithm"),
    }
    mime_type: Text = ABSENT
    payload_bin: Binary = ABSENT
    url: Text = ABSENT
    hashes: Hashes = ABSENT
    encryption_algorithm: EncryptionAlgorithm = ABSENT
    decryption_key: Text = ABSENT


class Directory(Observable):
    """§6.3."""

    SECTION = "6.3.1"
    path: Text
    path_enc: Charset = ABSENT
    ctime: Timestamp = ABSENT
    mtime: Timestamp = ABSENT
    atime: Timestamp = ABSENT
    contains_refs: Annotated[list[Annotated[str, Ref("file", "directory")]], NonEmpty] = ABSENT


_NO_OBSERVABLES = DOMAIN_TYPES | RELATIONSHIP_TYPES | META_TYPES | BUNDLE


class File(Observable):
    """§6.7."""

    SECTION = "6.7.1"
    CROSS = (at_least_one("6.7", "hashes", "name"),)
    WHEN: ClassVar[Mapping[str, Check]] = {
        "hashes": hashes_of("hashes"),
        "name_enc": needs("3.1", "name_enc", "name"),
        "contains_refs": refers_not_to(_NO_OBSERVABLES, "contains_refs", "6.7.1", required=False),
    }
    hashes: Hashes = ABSENT
    size: Count = ABSENT
    name: Text = ABSENT
    name_enc: Charset = ABSENT
    magic_number_hex: Hex = ABSENT
    mime_type: Text = ABSENT
    ctime: Timestamp = ABSENT
    mtime: Timestamp = ABSENT
    atime: Timestamp = ABSENT
    parent_directory_ref: Annotated[str, Ref("directory")] = ABSENT
    contains_refs: Identifiers = ABSENT
    content_ref: Annotated[str, Ref("artifact")] = ABSENT
