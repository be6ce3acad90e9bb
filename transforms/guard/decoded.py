"""What is written inside a text in another form: escapes, percent-encoding, HTML, base64, hexadecimal, UTF-16, gzip. Bounded, and linear.

Written apart from the detectors of the minimizer, with other means, so that a mistake there is not made here as well.
"""

from __future__ import annotations

import re
import string
import zlib
from binascii import Error, a2b_base64
from collections.abc import Iterable
from html import unescape
from typing import NamedTuple
from urllib.parse import unquote

from transforms.guard.folded import cleaned

MAX_DEPTH = 3
"""Encodings inside each other. A fourth is not looked into: whoever nests deeper hides something."""

MAX_INFLATED = 1 << 18
"""Bytes that all compressed parts of one object may grow to."""

ROOM = 1 << 16
"""Characters of decoded text that any object may have; beside that, as many as `FACTOR` times its own length."""

FACTOR = 12

SHORTEST_RUN = 12
"""Characters of base64: nine bytes. Shorter runs are words."""

_HEX_TEXT = re.compile(rb"(?:[02-7c-f][0-9a-f](?:[89ab][0-9a-f]){0,3}){6,}+", re.IGNORECASE)
"""Hexadecimal digits that can be a text in UTF-8 or UTF-16. A hash is none, but for one in ten thousand."""

_NO_WORD = b"abcdefghijklmnopqrstuvwxyz"
"""What a run may consist of and be a word: nearly every text of nine bytes has a digit or a capital in base64."""

_HEX_BYTES = b"0123456789abcdefABCDEF"
_RUN = re.compile(r"(?<![A-Za-z0-9+/])(?=[a-z]*+[A-Z0-9+/])[A-Za-z0-9+/]{12,}+={0,2}")
_URL_RUN = re.compile(r"(?<![A-Za-z0-9_-])(?=[a-z_-]*+[A-Z0-9])[A-Za-z0-9_-]{12,}+={0,2}")
_FOLDED_LINES = re.compile(r"[A-Za-z0-9+/]{16,76}\r?\n[A-Za-z0-9+/\r\n]++={0,2}")
_HEX = re.compile(r"(?<![0-9A-Fa-f])(?:0x)?((?:[0-9A-Fa-f]{2}){6,}+)[0-9A-Fa-f]?(?![0-9A-Fa-f])")
_ESCAPE = re.compile(r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2}))")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_STRETCH = re.compile(r"[\w@.:/+ -]{6,}")
_MARKS = (b"\xff\xfe", b"\xfe\xff")
"""How UTF-16 begins."""

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")
_URLSAFE = str.maketrans("-_", "+/")
_HEX_DIGITS = "0123456789abcdefABCDEF"
_ARCHIVES = (b"PK\x03\x04", b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"\xfd7zXZ\x00", b"(\xb5/\xfd", b"BZh91AY&SY", b"%PDF-")

_SLASH, _PLUS = b"/+"
_LETTERS = string.ascii_letters + string.digits
_SHAPES = tuple(
    (bytes(0x78 if chr(byte) in signs else 0x20 for byte in range(256)), b"x" * length)
    for signs, length in ((_LETTERS, SHORTEST_RUN), (_LETTERS + "+/", 2 * SHORTEST_RUN))
)
"""Letters and digits as x, and how many in a row are a run. A text in ASCII has no other sign of base64 in this form but for `>`, `?` and
`~`; for other texts, runs with slashes count as well where they are so long that they are no path."""


class Decoded(NamedTuple):
    """texts: what was found inside, without what was asked about · complete: whether all of it could be looked into."""

    texts: list[str]
    complete: bool


class _TooMuch(Exception):
    """A bound is reached."""


class _Budget:
    __slots__ = ("inflated", "room")

    def __init__(self, room: int) -> None:
        self.room = room
        self.inflated = MAX_INFLATED

    def take(self, text: str) -> None:
        self.room -= len(text)
        if self.room < 0:
            raise _TooMuch


def may_hide(text: str) -> bool:
    """Whether anything can be written inside a text in another form. A no is sure, but for what `SHORTEST_RUN` says."""
    return "%" in text or "&" in text or "\\" in text or "\0" in text or not text.isascii() or _has_run(text.encode())


def _has_run(text: bytes) -> bool:
    """Whether a run of base64 or hexadecimal digits can be a text."""
    return _is_run(text, *_SHAPES[0]) or ((_SLASH in text or _PLUS in text) and _is_run(text, *_SHAPES[1]))


def _is_run(text: bytes, table: bytes, long: bytes) -> bool:
    shape = text.translate(table)
    at = shape.find(long)
    while at >= 0:
        end = shape.find(b" ", at)
        run = text[at : end if end >= 0 else len(text)]
        if run.translate(None, _HEX_BYTES):
            if run.translate(None, _NO_WORD):
                return True
        elif _HEX_TEXT.fullmatch(run):
            return True
        at = shape.find(long, at + len(run))
    return False


def decoded(texts: Iterable[str]) -> Decoded:
    """Everything that stands inside some texts in other forms, at most three deep. Never raises for what a text holds."""
    level = [text for text in texts if may_hide(text)]
    if not level:
        return Decoded([], complete=True)
    budget = _Budget(ROOM + FACTOR * sum(map(len, level)))
    known: set[str] = set(level)
    found: list[str] = []
    try:
        for _ in range(MAX_DEPTH):
            below: list[str] = []
            for text in level:
                for child in _inside(text, budget):
                    if child not in known:
                        known.add(child)
                        budget.take(child)
                        below.append(child)
            found += below
            level = [text for text in below if may_hide(text)]
            if not level:
                return Decoded(found, complete=True)
        return Decoded(found, complete=not any(_hides_more(text, budget, known) for text in level))
    except _TooMuch:
        return Decoded(found, complete=False)


def _hides_more(text: str, budget: _Budget, known: set[str]) -> bool:
    """Whether a text at the last depth still holds something readable in another form."""
    return any(child not in known and len(child) > 5 and not _CONTROLS.search(child) for child in _inside(text, budget))


def _inside(text: str, budget: _Budget) -> list[str]:
    """What stands in a text one level deeper."""
    found = []
    plain = _without_zeros(_unescaped(_without_zeros(cleaned(text))))
    if plain != text:
        found.append(plain)
    for raw in _runs(text):
        found += _read(raw, budget)
    return found


def _without_zeros(text: str) -> str:
    """Zeros between letters are UTF-16 that was read as something else; HTML makes another sign of them."""
    return text.replace("\0", "").replace("\ufffd", "")


def _unescaped(text: str) -> str:
    if "&" in text:
        text = unescape(text)
    if "%" in text and _PERCENT.search(text):
        text = unquote(text, errors="replace")
    if "\\" in text:
        text = _ESCAPE.sub(_character, text)
    return text


def _character(found: re.Match[str]) -> str:
    number = int(found[1] or found[2] or found[3], 16)
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else found[0]


def _runs(text: str) -> Iterable[bytes]:
    """Bytes that runs of base64 and hexadecimal digits stand for: all that may be read, each with what makes it no accident."""
    for found in _HEX.finditer(text):
        raw = bytes.fromhex(found[1])
        if _is_readable(raw):
            yield raw
    runs = dict.fromkeys(_RUN.findall(text))
    runs |= {run.translate(_URLSAFE): None for run in _URL_RUN.findall(text)}
    if "\n" in text:
        runs |= {"".join(run.split()): None for run in _FOLDED_LINES.findall(text)}
    for run in runs:
        if run.strip(_HEX_DIGITS):
            yield from _base64(run.rstrip("="))


def _base64(run: str) -> Iterable[bytes]:
    """A run as it is, or, where that says nothing, from its second to fourth character: something may stand in front."""
    whole = _bytes(run)
    if _is_readable(whole) or _is_packed(whole):
        yield whole
        return
    for start in range(4):
        raw = _bytes(run[start:]) if start else whole
        if _is_packed(raw) or _STRETCH.search(raw.decode("latin-1")) or raw.count(0) * 3 > len(raw):
            yield raw


def _bytes(run: str) -> bytes:
    kept = len(run) - (len(run) % 4 == 1)
    try:
        return a2b_base64(run[:kept] + "=" * (-kept % 4))
    except Error:
        return b""


def _read(raw: bytes, budget: _Budget) -> list[str]:
    """Bytes as texts: inflated where they are gzip or zlib, as UTF-16 where every other byte is zero, else as UTF-8."""
    if raw.startswith(_ARCHIVES):
        raise _TooMuch
    if _is_packed(raw):
        inflated = _inflated(raw, budget)
        if inflated is not None:
            raw = inflated
    if raw.startswith(_MARKS):
        return [raw.decode("utf-16", "replace")]
    if raw.count(0) * 3 > len(raw):
        little = raw[1::2].count(0) >= raw[::2].count(0)
        return [raw.decode("utf-16-le" if little else "utf-16-be", "replace"), raw.replace(b"\0", b"").decode("utf-8", "replace")]
    return [raw.decode("utf-8", "replace")]


def _is_packed(raw: bytes) -> bool:
    return (
        raw[:3] == b"\x1f\x8b\x08" or (raw[:1] == b"\x78" and raw[1:2] in b"\x01\x5e\x9c\xda" and len(raw) > 8) or raw.startswith(_ARCHIVES)
    )


def _inflated(raw: bytes, budget: _Budget) -> bytes | None:
    """Raises _TooMuch where it grows beyond all bounds; None where it is no compressed text after all."""
    machine = zlib.decompressobj(wbits=47)
    try:
        found = machine.decompress(raw, budget.inflated)
    except zlib.error:
        return None
    budget.inflated -= len(found)
    if budget.inflated <= 0 or machine.unconsumed_tail:
        raise _TooMuch
    return found


def _is_readable(raw: bytes) -> bool:
    """Whether bytes are a text as a whole, in UTF-8 or UTF-16."""
    if raw.count(0) * 3 > len(raw) or raw.startswith(_MARKS):
        return True
    try:
        return _CONTROLS.search(raw.replace(b"\0", b"").decode()) is None
    except UnicodeDecodeError:
        return False
