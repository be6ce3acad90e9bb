"""The decode closure: from some bytes to every text that a reader could get out of them, within bounds.

No judgement is made on what a text may be: each decoding is tried wherever its alphabet stands, and what comes out is searched.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import io
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from benchmarks.leak.names import BACK

DEPTH = 5
MAX_BYTES = 4 << 20
"""Of one decompressed part. The benchmark plants nothing larger than a kilobyte."""

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{11,}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){8,}")
_IDENTIFIER = re.compile(rb"[a-z0-9-]+--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DIGEST = re.compile(rb"[0-9a-f]{24}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})|\\([\"\\/bfnrt])")
_PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
_PUNYCODE = re.compile(r"xn--([a-z0-9-]+)")
_BRACKETS = re.compile(r"[\[({<]\s*(at|dot|@|\.|:)\s*[\])}>]", re.IGNORECASE)
_IGNORED = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]")
_SIGN = {"at": "@", "dot": "."}
_DIGITS = {
    ord(char): str(unicodedata.digit(char)) for start in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50) for char in map(chr, range(start, start + 10))
}
_FOLDED = BACK | _DIGITS | {ord("ς"): "s"}


def texts(data: bytes, depth: int = DEPTH) -> Iterator[str]:
    """Every text in some bytes, the plain one first, folded: lower case, NFKC, without invisible characters, in Latin letters."""
    text = data.decode("utf-8", "replace")
    yield from _forms(text, depth)
    if b"\0" in data or "\ufffd" in text:
        yield from _wide(data, depth)
    if depth and not _IDENTIFIER.fullmatch(data):
        for inner in _hex(data) if _DIGEST.fullmatch(data) else _inside(data):
            yield inner.hex()  # so that a bare digest or UUID is found
            yield from texts(inner, depth - 1)


def fold(text: str) -> str:
    """A text as it is searched."""
    if text.isascii():
        return text.lower()
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text)).lower().translate(_FOLDED)


def _forms(text: str, depth: int) -> Iterator[str]:
    """A text, and what its escapes stand for."""
    yield fold(text)
    if depth:
        for other in _unescaped(text):
            yield from texts(other.encode("utf-8", "surrogatepass"), depth - 1)


def _unescaped(text: str) -> Iterator[str]:
    """The text after one step of each way of escaping that it uses."""
    if "%" in text and _PERCENT.search(text):
        yield unquote_to_bytes(text.encode("utf-8", "surrogatepass")).decode("utf-8", "replace")
    if "&" in text and (plain := html.unescape(text)) != text:
        yield plain
    if "\\" in text and (plain := _ESCAPE.sub(_escaped, text)) != text:
        yield plain
    if _BRACKETS.search(text):
        yield _BRACKETS.sub(lambda found: _SIGN.get(found[1].lower(), found[1]), text)
    for found in _PUNYCODE.finditer(text.lower()):
        try:
            yield codecs.decode(found[1].encode(), "punycode")
        except UnicodeError:
            continue
    if not text.isascii() and _IGNORED.search(text):
        yield _IGNORED.sub("", text)


def _escaped(found: re.Match[str]) -> str:
    if found[1] or found[2]:
        return chr(int(found[1] or found[2], 16))
    return {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}.get(found[3], found[3])


def _wide(data: bytes, depth: int) -> Iterator[str]:
    """The text of bytes in UTF-16, wherever a character begins and whichever half of it comes first."""
    for codec in ("utf-16-le", "utf-16-be"):
        for begin in (0, 1):
            yield from _forms(data[begin:].decode(codec, "replace"), min(depth, 1))
    if b"\0" in data:
        yield from _forms(data.replace(b"\0", b"").decode("utf-8", "replace"), min(depth, 1))


def _inside(data: bytes) -> Iterator[bytes]:
    """What base64, hexadecimal and packed parts of some bytes hold."""
    for found in _BASE64.finditer(data):
        for skipped in range(4):  # letters that stand before it are of the same alphabet
            if made := _base64(found[0][skipped:]):
                yield made
    yield from _hex(data)
    yield from unpacked(data)


def _hex(data: bytes) -> Iterator[bytes]:
    for found in _HEX.finditer(data):
        yield binascii.unhexlify(found[0])


def unpacked(data: bytes) -> Iterator[bytes]:
    """What gzip, zlib and zip parts of some bytes hold, wherever they begin."""
    for start in _starts(data, b"\x1f\x8b\x08"):
        yield from _inflated(data[start:], 31)
    for start in _starts(data, b"PK\x03\x04"):
        yield from _unzipped(data[start:])
    for head in (b"\x78\x01", b"\x78\x9c", b"\x78\xda"):
        for start in _starts(data, head):
            yield from _inflated(data[start:], 15)


def _base64(run: bytes) -> bytes:
    whole = run.translate(bytes.maketrans(b"-_", b"+/"))
    whole = whole[: len(whole) // 4 * 4] if len(whole) % 4 == 1 else whole + b"=" * (-len(whole) % 4)
    try:
        return base64.b64decode(whole)
    except binascii.Error:
        return b""


def _starts(data: bytes, head: bytes) -> Iterator[int]:
    at = data.find(head)
    while at >= 0:
        yield at
        at = data.find(head, at + 1)


def _inflated(data: bytes, window: int) -> Iterator[bytes]:
    try:
        if made := zlib.decompressobj(window).decompress(data, MAX_BYTES):
            yield made
    except zlib.error:
        return


def _unzipped(data: bytes) -> Iterator[bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                yield member.filename.encode()
                with archive.open(member) as file:
                    yield file.read(MAX_BYTES)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, zlib.error):
        return
