"""Observables: what STIX 2.1 calls by another name, has no place for, or wants as a list."""

from __future__ import annotations

import re
from collections.abc import Mapping

from transforms.upgrade.draft import Draft, Path, parts, refuse
from transforms.upgrade.hashes import name_hashes

_FILE_TIMES = {"created": "ctime", "modified": "mtime", "accessed": "atime"}

RENAMED: Mapping[str, Mapping[str, str]] = {
    "directory": _FILE_TIMES,
    "file": _FILE_TIMES,
    "network-traffic": {"encapsulates_by_ref": "encapsulated_by_ref"},  # the reference library's spelling for STIX 2.0
    "process": {"binary_ref": "image_ref", "created": "created_time"},
    "user-account": {"password_last_changed": "credential_last_changed"},
    "windows-registry-key": {"modified": "modified_time"},
}
"""Type -> its properties of STIX 2.0 that have another name in STIX 2.1."""

DROPPED: Mapping[str, tuple[Path, ...]] = {
    "file": (
        ("is_encrypted",),
        ("encryption_algorithm",),
        ("decryption_key",),
        ("extensions", "archive-ext", "version"),
        ("extensions", "raster-image-ext", "image_compression_algorithm"),
    ),
    "network-traffic": (("extensions", "socket-ext", "protocol_family"),),
    "process": (("name",), ("arguments",)),
}
"""Type -> its properties of STIX 2.0 that STIX 2.1 has no place for."""

WRAPPED: Mapping[str, Path] = {
    "email-message": ("additional_header_fields",),
    "network-traffic": ("extensions", "http-request-ext", "request_header"),
}
"""Type -> its dictionary of texts that is one of lists of texts in STIX 2.1 (§6.6, §6.12.2): a header field may occur twice."""

HASHES: Mapping[str, tuple[Path, ...]] = {
    "artifact": (("hashes",),),
    "file": (
        ("hashes",),
        ("extensions", "ntfs-ext", "alternate_data_streams", "*", "hashes"),
        ("extensions", "windows-pebinary-ext", "file_header_hashes"),
        ("extensions", "windows-pebinary-ext", "optional_header", "hashes"),
        ("extensions", "windows-pebinary-ext", "sections", "*", "hashes"),
    ),
    "x509-certificate": (("hashes",),),
}
"""Type -> where it has hashes."""

_PE = ("extensions", "windows-pebinary-ext")

HEX: Mapping[str, tuple[Path, ...]] = {
    "file": (
        ("magic_number_hex",),
        *((*_PE, name) for name in ("machine_hex", "pointer_to_symbol_table_hex", "characteristics_hex")),
        *((*_PE, "optional_header", name) for name in ("magic_hex", "win32_version_value_hex", "checksum_hex", "subsystem_hex")),
        *((*_PE, "optional_header", name) for name in ("dll_characteristics_hex", "loader_flags_hex")),
    ),
    "network-traffic": (
        ("extensions", "icmp-ext", "icmp_type_hex"),
        ("extensions", "icmp-ext", "icmp_code_hex"),
        ("extensions", "tcp-ext", "src_flags_hex"),
        ("extensions", "tcp-ext", "dst_flags_hex"),
    ),
}
"""Type -> where it has hexadecimal digits, which are in lower case since STIX 2.1 (§2.8)."""

_HEX = re.compile(r"[0-9A-Fa-f]+", re.ASCII)
_SAYS_NOTHING = frozenset({"type", "spec_version", "id", "object_marking_refs", "granular_markings", "defanged"})


def upgrade_observable(draft: Draft, within: str) -> None:
    """Upgrade the properties of one observable, apart from its id and references.

    Raises BadInput, with a path that begins with `within`, where nothing would be left of it.
    """
    type_name = draft.original["type"]
    for old, new in RENAMED.get(type_name, {}).items():
        draft.rename(old, new)
    gone = DROPPED.get(type_name, ())
    for path in gone:
        draft.drop(*path)
    if draft.value.keys() <= _SAYS_NOTHING:
        for path in gone:
            if next(parts(draft.original, path), None) is not None:
                refuse(within + ".".join(path))
    if type_name in WRAPPED:
        _wrap(draft, WRAPPED[type_name])
    for path in HEX.get(type_name, ()):
        _fold(draft, path)
    name_hashes(draft, *HASHES.get(type_name, ()))


def _wrap(draft: Draft, path: Path) -> None:
    for _, fields in parts(draft.value, path):
        if isinstance(fields, dict):
            single = {name: [item] for name, item in fields.items() if isinstance(item, str)}
            if single:
                fields.update(single)
                draft.note("wrap", *path)


def _fold(draft: Draft, path: Path) -> None:
    for _, holder in parts(draft.value, path[:-1]):
        digits = holder.get(path[-1]) if isinstance(holder, dict) else None
        if isinstance(digits, str) and digits != digits.lower() and _HEX.fullmatch(digits):
            holder[path[-1]] = digits.lower()
            draft.note("replace", *path)
