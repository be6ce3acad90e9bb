"""Predefined extensions by clause (STIX 2.1 §6.7.2-6.7.6, 6.12.2-6.12.5, 6.13.2, 6.13.3, 6.16.2)."""

from __future__ import annotations

from typing import Any

import pytest

from schemas.stix.extensions import BY_TYPE, PREDEFINED
from schemas.stix.inspection import inspect
from tests.unit.schemas.stix.sample_observables import EXTENSIONS, OBSERVABLE_SAMPLES, ref

Row = tuple[str, dict[str, Any], str, str, str]
OWNER = {name: type_name for type_name, names in BY_TYPE.items() for name in names}
GONE: Any = object()


def _with(name: str, content: Any) -> dict[str, Any]:
    return {**OBSERVABLE_SAMPLES[OWNER[name]], "extensions": {name: content}}


def _changed(name: str, change: dict[str, Any]) -> dict[str, Any]:
    return _with(name, {key: value for key, value in {**EXTENSIONS[name], **change}.items() if value is not GONE})


def test_each_extension_belongs_to_one_type() -> None:
    assert set(OWNER) == set(PREDEFINED) == set(EXTENSIONS)
    assert sum(map(len, BY_TYPE.values())) == len(PREDEFINED) == 12


@pytest.mark.parametrize("name", sorted(PREDEFINED))
def test_an_extension_with_every_property_is_clean(name: str) -> None:
    assert set(EXTENSIONS[name]) == set(PREDEFINED[name].model_fields)
    assert inspect(_with(name, EXTENSIONS[name])) == ()


REQUIRED = {
    ("archive-ext", "contains_refs"),
    ("windows-pebinary-ext", "pe_type"),
    ("http-request-ext", "request_method"),
    ("http-request-ext", "request_value"),
    ("icmp-ext", "icmp_type_hex"),
    ("icmp-ext", "icmp_code_hex"),
    ("socket-ext", "address_family"),
}


def test_nothing_else_is_required() -> None:
    assert {
        (name, field) for name, model in PREDEFINED.items() for field, info in model.model_fields.items() if info.is_required()
    } == REQUIRED


NEED_ONE = ["ntfs-ext", "pdf-ext", "raster-image-ext", "tcp-ext", "windows-process-ext", "windows-service-ext", "unix-account-ext"]

ROWS: list[Row] = [
    *[(name, {field: GONE}, "missing-property", field, PREDEFINED[name].SECTION) for name, field in sorted(REQUIRED)],
    ("archive-ext", {"contains_refs": []}, "empty-list", "contains_refs", "2.12"),
    ("archive-ext", {"contains_refs": [ref("url")]}, "invalid-reference", "contains_refs.0", "6.7.2"),
    ("archive-ext", {"comment": 1}, "invalid-property", "comment", "6.7.2"),
    ("ntfs-ext", {"alternate_data_streams": []}, "empty-list", "alternate_data_streams", "2.12"),
    ("ntfs-ext", {"alternate_data_streams": [{"size": 1}]}, "missing-property", "alternate_data_streams.0.name", "6.7.3"),
    ("ntfs-ext", {"alternate_data_streams": [{"name": "a", "size": -1}]}, "out-of-range", "alternate_data_streams.0.size", "6.7.3"),
    (
        "ntfs-ext",
        {"alternate_data_streams": [{"name": "a", "hashes": {"MD5": "1"}}]},
        "invalid-hash",
        "alternate_data_streams.0.hashes.MD5",
        "10.7",
    ),
    ("pdf-ext", {"version": 1.7}, "invalid-property", "version", "6.7.4"),
    ("pdf-ext", {"is_optimized": "true"}, "invalid-property", "is_optimized", "6.7.4"),
    ("pdf-ext", {"document_info_dict": {"Pages": 5}}, "invalid-property", "document_info_dict.*", "6.7.4"),
    ("pdf-ext", {"document_info_dict": {}}, "empty-list", "document_info_dict", "2.3"),
    ("raster-image-ext", {"image_height": 1.5}, "invalid-property", "image_height", "6.7.5"),
    ("raster-image-ext", {"exif_tags": {"A": 1.5}}, "invalid-property", "exif_tags.*", "6.7.5"),
    ("raster-image-ext", {"exif_tags": {"A": True}}, "invalid-property", "exif_tags.*", "6.7.5"),
    ("raster-image-ext", {"exif_tags": {"a b": 1}}, "invalid-name", "exif_tags.*", "2.3"),
    *[
        ("windows-pebinary-ext", {name: -1}, "out-of-range", name, "6.7.6")
        for name in ("number_of_sections", "number_of_symbols", "size_of_optional_header")
    ],
    *[
        ("windows-pebinary-ext", {name: "0xff"}, "invalid-property", name, "2.8")
        for name in ("machine_hex", "pointer_to_symbol_table_hex", "characteristics_hex")
    ],
    ("windows-pebinary-ext", {"time_date_stamp": "2016-01-22T12:31:12.5Z"}, "invalid-timestamp", "time_date_stamp", "6.7.6"),
    ("windows-pebinary-ext", {"file_header_hashes": {"MD5": "1"}}, "invalid-hash", "file_header_hashes.MD5", "10.7"),
    ("windows-pebinary-ext", {"optional_header": {}}, "missing-property", "optional_header.magic_hex", "6.7.6"),
    ("windows-pebinary-ext", {"optional_header": {"hashes": {"MD5": "1"}}}, "invalid-hash", "optional_header.hashes.MD5", "10.7"),
    ("windows-pebinary-ext", {"optional_header": {"size_of_code": -1}}, "out-of-range", "optional_header.size_of_code", "6.7.6"),
    ("windows-pebinary-ext", {"optional_header": {"magic_hex": "1"}}, "invalid-property", "optional_header.magic_hex", "2.8"),
    ("windows-pebinary-ext", {"sections": []}, "empty-list", "sections", "2.12"),
    ("windows-pebinary-ext", {"sections": [{"size": 1}]}, "missing-property", "sections.0.name", "6.7.6"),
    ("windows-pebinary-ext", {"sections": [{"name": "a", "entropy": "7"}]}, "invalid-property", "sections.0.entropy", "6.7.6"),
    (
        "windows-pebinary-ext",
        {"sections": [{"name": "a"}, {"name": "b", "hashes": {"MD5": "1"}}]},
        "invalid-hash",
        "sections.1.hashes.MD5",
        "10.7",
    ),
    ("http-request-ext", {"request_header": {"Host": "www.example.com"}}, "invalid-property", "request_header.*", "6.12.2"),
    ("http-request-ext", {"request_header": {"Host": []}}, "empty-list", "request_header.*", "2.12"),
    ("http-request-ext", {"message_body_data_ref": ref("file")}, "invalid-reference", "message_body_data_ref", "6.12.2"),
    ("icmp-ext", {"icmp_type_hex": "8"}, "invalid-property", "icmp_type_hex", "2.8"),
    ("socket-ext", {"address_family": "AF_UNIX"}, "closed-vocabulary", "address_family", "2.4"),
    ("socket-ext", {"socket_type": "SOCK_PACKET"}, "closed-vocabulary", "socket_type", "2.4"),
    ("socket-ext", {"socket_descriptor": -1}, "out-of-range", "socket_descriptor", "6.12.4"),
    ("socket-ext", {"options": {"SO_LINGER": "1"}}, "invalid-property", "options.*", "6.12.4"),
    ("tcp-ext", {"src_flags_hex": "A0"}, "invalid-property", "src_flags_hex", "2.8"),
    ("windows-process-ext", {"integrity_level": "highest"}, "closed-vocabulary", "integrity_level", "2.4"),
    ("windows-process-ext", {"startup_info": {}}, "empty-list", "startup_info", "2.3"),
    ("windows-service-ext", {"start_type": "x"}, "closed-vocabulary", "start_type", "2.4"),
    ("windows-service-ext", {"service_type": "x"}, "closed-vocabulary", "service_type", "2.4"),
    ("windows-service-ext", {"service_status": "x"}, "closed-vocabulary", "service_status", "2.4"),
    ("windows-service-ext", {"service_dll_refs": [ref("artifact")]}, "invalid-reference", "service_dll_refs.0", "6.13.3"),
    ("windows-service-ext", {"descriptions": []}, "empty-list", "descriptions", "2.12"),
    ("unix-account-ext", {"gid": "0"}, "invalid-property", "gid", "6.16.2"),
    ("unix-account-ext", {"groups": []}, "empty-list", "groups", "2.12"),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]}-{row[2]}-{row[3]}")
def test_a_must_that_dropping_the_extension_heals(row: Row) -> None:
    name, change, reason, path, section = row
    (found,) = inspect(_changed(name, change))
    expected = (reason, f"extensions.{name}.{path}", section, "optional_parts", ("extensions", name))
    assert (found.reason, found.path, found.section, found.setting, found.place) == expected


@pytest.mark.parametrize("name", NEED_ONE)
def test_an_extension_needs_one_of_its_properties(name: str) -> None:
    found = [found for found in inspect(_with(name, {"x_example_other": 1})) if found.reason == "missing-property"]
    assert [(one.section, one.setting, one.place) for one in found] == [(PREDEFINED[name].SECTION, "optional_parts", ("extensions", name))]


def test_a_pe_binary_needs_more_than_its_type() -> None:
    (found,) = inspect(_with("windows-pebinary-ext", {"pe_type": "exe"}))
    assert (found.reason, found.section, found.setting) == ("missing-property", "6.7.6", "optional_parts")


def test_other_pe_types_are_a_matter_of_vocabulary() -> None:
    (found,) = inspect(_changed("windows-pebinary-ext", {"pe_type": "efi"}))
    assert (found.reason, found.path, found.setting) == ("open-vocabulary", "extensions.windows-pebinary-ext.pe_type", "vocabulary")


def test_a_property_that_a_part_does_not_know_is_custom_and_can_go() -> None:
    (found,) = inspect(_changed("windows-pebinary-ext", {"sections": [{"name": "a", "x_example": 1}]}))
    expected = ("custom-content", "custom_properties", ("extensions", "windows-pebinary-ext", "sections", 0, "x_example"))
    assert (found.reason, found.setting, found.place) == expected


@pytest.mark.parametrize("content", [{}, [], None, "a", 1])
def test_an_extension_is_a_dictionary_that_is_not_empty(content: Any) -> None:
    (found,) = inspect(_with("ntfs-ext", content))
    assert found.reason == ("empty-list" if content == {} else "invalid-property")
    assert found.setting == "optional_parts"
