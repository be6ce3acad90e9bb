"""The extensions that STIX 2.1 predefines for its observables (§3.10, §6), and which type may carry which."""

from __future__ import annotations

from collections.abc import Mapping

from schemas.stix.common import Part
from schemas.stix.extensions.files import ArchiveExt, NtfsExt, PdfExt, RasterImageExt
from schemas.stix.extensions.network import HttpRequestExt, IcmpExt, SocketExt, TcpExt
from schemas.stix.extensions.pe_binary import WindowsPeBinaryExt
from schemas.stix.extensions.system import UnixAccountExt, WindowsProcessExt, WindowsServiceExt

PREDEFINED: Mapping[str, type[Part]] = {
    "archive-ext": ArchiveExt,
    "http-request-ext": HttpRequestExt,
    "icmp-ext": IcmpExt,
    "ntfs-ext": NtfsExt,
    "pdf-ext": PdfExt,
    "raster-image-ext": RasterImageExt,
    "socket-ext": SocketExt,
    "tcp-ext": TcpExt,
    "unix-account-ext": UnixAccountExt,
    "windows-pebinary-ext": WindowsPeBinaryExt,
    "windows-process-ext": WindowsProcessExt,
    "windows-service-ext": WindowsServiceExt,
}
"""Key in `extensions` -> the model of what stands there."""

BY_TYPE: Mapping[str, frozenset[str]] = {
    "file": frozenset({"archive-ext", "ntfs-ext", "pdf-ext", "raster-image-ext", "windows-pebinary-ext"}),
    "network-traffic": frozenset({"http-request-ext", "icmp-ext", "socket-ext", "tcp-ext"}),
    "process": frozenset({"windows-process-ext", "windows-service-ext"}),
    "user-account": frozenset({"unix-account-ext"}),
}
"""Type -> the predefined extensions that it may carry; types that are not here carry none."""
