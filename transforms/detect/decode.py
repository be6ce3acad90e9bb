"""Texts within a text: runs of base64, base64url or hex, and what is packed inside them. Bounded, never a guess at binary formats."""

from __future__ import annotations

import re
import zlib
from binascii import Error, a2b_base64
from collections.abc import Iterator
from typing import NamedTuple

MAX_UNPACKED = 100_000
"""Characters that one packed run may become: a reading that would be longer is not read, and says so."""

MAX_PATH = 8
"""Segments of a URL's path that are tried one by one."""

_RUN = re.compile(r"[A-Za-z0-9+/_-]+(?:\r?\n[A-Za-z0-9+/_-]{12,})*={0,2}")
_PAIRS = re.compile(r"(?:(?:0x)?[0-9A-Fa-f]{2}(?:, ?|[ :-])){5,}(?:0x)?[0-9A-Fa-f]{2}")
_TOKENS = re.compile(r"[0-9A-Fa-f]{2}(?![0-9A-Fa-fx])")
_LETTERS = bytes(0x61 if (chr(code).isalnum() and code < 128) or chr(code) in "+/_-" else 0x20 for code in range(256))
_OUTLINE = bytes(0x68 if chr(code) in "0123456789abcdefABCDEF" else 0x20 if chr(code) in " :,-" else 0x78 for code in range(256))
_HEX = re.compile(r"[0-9a-fA-F]{12}")
_LEAST = b"a" * 12
_PAIR = b"hh hh hh hh hh hh"
_URL_SAFE = str.maketrans("-_", "+/", "\r\n=")
_BREAKS = str.maketrans("\t\n\r", "   ")
_HIGH = bytes([*range(8), *range(0x4E, 0xA0), 0xFE, 0xFF])
"""The upper bytes of Latin, Greek, Cyrillic, Hebrew, Arabic and Chinese in UTF-16: what is made of them is UTF-16, or chance."""

_STRINGS = re.compile(rb"[\x20-\x7e]{6,}")
_ZLIB = (b"x\x01", b"x\x5e", b"x\x9c", b"x\xda")


class Fragment(NamedTuple):
    """A run and what it reads as. text None: it unpacks to more than is read."""

    start: int
    end: int
    how: str
    text: str | None


def fragments(text: str) -> Iterator[Fragment]:
    """Every run of the text that reads as text when decoded."""
    raw = text.encode("latin-1", "replace")
    letters = raw.translate(_LETTERS)
    at = letters.find(_LEAST)
    while at >= 0:
        match = _RUN.match(text, at)
        assert match is not None
        run = match.group()
        # An @ or a digit is always a capital somewhere in base64, after the first letter: most words of a language have none.
        at, after = match.span()
        for start, end in () if run[1:].islower() and not _HEX.search(run) else _pieces(run):
            yield from _run(run[start:end], at + start, at + end)
        at = letters.find(_LEAST, after)
    if _PAIR in raw.translate(_OUTLINE) or "0x" in text:
        for match in _PAIRS.finditer(text):
            digits = "".join(_TOKENS.findall(match.group()))
            for how, found in unpack(bytes.fromhex(digits[: len(digits) & ~1])):
                yield Fragment(*match.span(), f"hex{how}", found)


def _pieces(run: str) -> Iterator[tuple[int, int]]:
    """The run itself; and, since / is a letter of base64 and parts the path of a URL, what stands between and after the first of them."""
    yield 0, len(run)
    start = 0
    for part in run.split("/", MAX_PATH)[:MAX_PATH] if "/" in run else ():
        if start and len(part) >= 8:
            yield start, start + len(part)
        start += len(part) + 1
        if len(run) - start >= 8:
            yield start, len(run)


def _run(run: str, start: int, end: int) -> Iterator[Fragment]:
    plain = run.translate(_URL_SAFE)
    if len(plain) >= 12 and not len(plain) % 2:
        try:
            data = bytes.fromhex(plain)
        except ValueError:
            pass
        else:
            for how, found in unpack(data):
                yield Fragment(start, end, f"hex{how}", found)
    if run[1:].islower() or len(plain) % 4 == 1:
        return
    try:
        data = a2b_base64(plain + "=" * (-len(plain) % 4))
    except Error:
        return
    for how, found in unpack(data):
        yield Fragment(start, end, f"base64{how}", found)


def unpack(data: bytes) -> Iterator[tuple[str, str | None]]:
    """(how, text) for each way in which the bytes are text: UTF-8, UTF-16, packed by gzip or zlib; or the words among other bytes."""
    packed = ">gzip" if data[:2] == b"\x1f\x8b" else ">zlib" if data[:2] in _ZLIB else ""
    if packed:
        try:
            unpacker = zlib.decompressobj(wbits=47)
            inner = unpacker.decompress(data, MAX_UNPACKED)
        except zlib.error:
            inner = b""
        else:
            if unpacker.unconsumed_tail:
                yield packed, None
        if inner:
            yield from ((packed + how, text) for how, text in _texts(inner))
            return
    yield from _texts(data)


def _texts(data: bytes) -> Iterator[tuple[str, str]]:
    for codec, high in (("utf-16-le", data[1::2]), ("utf-16-be", data[::2])):
        if len(high) >= 6 and len(high.translate(None, _HIGH)) * 10 <= len(high) and (0 in high or not _plain(data)):
            wide = data[: len(data) & ~1].decode(codec, "replace").lstrip("\ufeff")
            if wide.translate(_BREAKS).isprintable():
                yield ">utf-16", wide
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text = ""
    if text and _plain(data):
        yield "", text
        return
    words = _STRINGS.findall(data)
    if words:
        yield "", b"\n".join(words).decode("ascii")


def _plain(data: bytes) -> bool:
    """Whether the bytes are UTF-8 with few control characters among them."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return len(data.translate(None, bytes([*range(9), 11, 12, *range(14, 32), 127]))) * 10 >= len(data) * 9
