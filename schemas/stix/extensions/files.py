"""Predefined extensions of the file object, but for that of PE binaries (STIX 2.1 §6.7.2-6.7.5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from schemas.stix.checks import not_empty
from schemas.stix.common import ABSENT, Bool, Check, Count, Dictionary, Hashes, Int, KeyName, NonEmpty, Part, Ref, Text
from schemas.stix.hashes import hashes_of
from schemas.stix.nested import integers_or_texts, parts


class ArchiveExt(Part):
    """§6.7.2."""

    SECTION = "6.7.2"
    contains_refs: Annotated[list[Annotated[str, Ref("file", "directory")]], NonEmpty]
    comment: Text = ABSENT


class AlternateDataStream(Part):
    """§6.7.3."""

    SECTION = "6.7.3"
    WHEN: ClassVar[Mapping[str, Check]] = {"hashes": hashes_of("hashes")}
    name: Text
    hashes: Hashes = ABSENT
    size: Count = ABSENT


@not_empty("6.7.3")
class NtfsExt(Part):
    """§6.7.3."""

    SECTION = "6.7.3"
    WHEN: ClassVar[Mapping[str, Check]] = {"alternate_data_streams": parts("alternate_data_streams", AlternateDataStream)}
    sid: Text = ABSENT
    alternate_data_streams: Annotated[list[AlternateDataStream], NonEmpty] = ABSENT


@not_empty("6.7.4")
class PdfExt(Part):
    """§6.7.4."""

    SECTION = "6.7.4"
    version: Text = ABSENT
    is_optimized: Bool = ABSENT
    document_info_dict: Annotated[dict[KeyName, Text], NonEmpty] = ABSENT
    pdfid0: Text = ABSENT
    pdfid1: Text = ABSENT


@not_empty("6.7.5")
class RasterImageExt(Part):
    """§6.7.5."""

    SECTION = "6.7.5"
    WHEN: ClassVar[Mapping[str, Check]] = {"exif_tags": integers_or_texts("exif_tags", "6.7.5")}
    image_height: Int = ABSENT
    image_width: Int = ABSENT
    bits_per_pixel: Int = ABSENT
    exif_tags: Dictionary = ABSENT
