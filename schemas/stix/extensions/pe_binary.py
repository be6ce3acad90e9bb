"""The predefined extension of PE binaries (STIX 2.1 §6.7.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from schemas.stix.checks import at_least_one, not_empty, optional
from schemas.stix.common import ABSENT, Check, Count, Float, Hashes, Hex, Int, NonEmpty, Part, Text, Timestamp
from schemas.stix.findings import Finding
from schemas.stix.hashes import hashes_of
from schemas.stix.nested import parts
from schemas.stix.vocabularies_observable import PE_TYPES


@not_empty("6.7.6")
class OptionalHeader(Part):
    """windows-pe-optional-header-type."""

    SECTION = "6.7.6"
    WHEN: ClassVar[Mapping[str, Check]] = {"hashes": hashes_of("hashes")}
    magic_hex: Hex = ABSENT
    major_linker_version: Int = ABSENT
    minor_linker_version: Int = ABSENT
    size_of_code: Count = ABSENT
    size_of_initialized_data: Count = ABSENT
    size_of_uninitialized_data: Count = ABSENT
    address_of_entry_point: Int = ABSENT
    base_of_code: Int = ABSENT
    base_of_data: Int = ABSENT
    image_base: Int = ABSENT
    section_alignment: Int = ABSENT
    file_alignment: Int = ABSENT
    major_os_version: Int = ABSENT
    minor_os_version: Int = ABSENT
    major_image_version: Int = ABSENT
    minor_image_version: Int = ABSENT
    major_subsystem_version: Int = ABSENT
    minor_subsystem_version: Int = ABSENT
    win32_version_value_hex: Hex = ABSENT
    size_of_image: Count = ABSENT
    size_of_headers: Count = ABSENT
    checksum_hex: Hex = ABSENT
    subsystem_hex: Hex = ABSENT
    dll_characteristics_hex: Hex = ABSENT
    size_of_stack_reserve: Count = ABSENT
    size_of_stack_commit: Count = ABSENT
    size_of_heap_reserve: Count = ABSENT
    size_of_heap_commit: Count = ABSENT
    loader_flags_hex: Hex = ABSENT
    number_of_rva_and_sizes: Int = ABSENT
    hashes: Hashes = ABSENT


class Section(Part):
    """windows-pe-section-type."""

    SECTION = "6.7.6"
    WHEN: ClassVar[Mapping[str, Check]] = {"hashes": hashes_of("hashes")}
    name: Text
    size: Count = ABSENT
    entropy: Float = ABSENT
    hashes: Hashes = ABSENT


_BEYOND_TYPE = (
    *("imphash", "machine_hex", "number_of_sections", "time_date_stamp", "pointer_to_symbol_table_hex", "number_of_symbols"),
    *("size_of_optional_header", "characteristics_hex", "file_header_hashes", "optional_header", "sections"),
)


def _whole_seconds(value: Mapping[str, Any]) -> Iterator[Finding]:
    """The time of creation is precise to the second."""
    if value["time_date_stamp"].partition(".")[2].rstrip("Z").strip("0"):
        yield optional("invalid-timestamp", "time_date_stamp", "6.7.6")


class WindowsPeBinaryExt(Part):
    """§6.7.6."""

    SECTION = "6.7.6"
    OPEN: ClassVar[Mapping[str, frozenset[str]]] = {"pe_type": PE_TYPES}
    CROSS = (at_least_one("6.7.6", *_BEYOND_TYPE),)
    WHEN: ClassVar[Mapping[str, Check]] = {
        "time_date_stamp": _whole_seconds,
        "file_header_hashes": hashes_of("file_header_hashes"),
        "optional_header": parts("optional_header", OptionalHeader),
        "sections": parts("sections", Section),
    }
    pe_type: Text
    imphash: Text = ABSENT
    machine_hex: Hex = ABSENT
    number_of_sections: Count = ABSENT
    time_date_stamp: Timestamp = ABSENT
    pointer_to_symbol_table_hex: Hex = ABSENT
    number_of_symbols: Count = ABSENT
    size_of_optional_header: Count = ABSENT
    characteristics_hex: Hex = ABSENT
    file_header_hashes: Hashes = ABSENT
    optional_header: OptionalHeader = ABSENT
    sections: Annotated[list[Section], NonEmpty] = ABSENT
