"""Ways in which a value is written so that it does not look like itself: the twelve disguises, and nested encodings.

Each takes a text that holds a value, and gives another from which a person, a mail program or a browser gets the value back.
"""

# ruff: noqa: RUF001 - look-alike letters are the content

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from urllib.parse import quote

Disguise = Callable[[str], str]

_LOOK_ALIKE = str.maketrans("aeiocpx", "аеіосрх")


def _between(mark: str) -> Disguise:
    """The mark between every two characters of each word."""
    return lambda text: mark.join(text).replace(f"{mark} {mark}", " ")


def _every(form: Callable[[str], str]) -> Disguise:
    return lambda text: "".join(form(letter) for letter in text)


def _utf16_units(text: str) -> str:
    raw = text.encode("utf-16-be")
    return "".join(f"\\u{raw[place]:02x}{raw[place + 1]:02x}" for place in range(0, len(raw), 2))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _international(text: str) -> str:
    """The domain with letters outside ASCII, as a registrar would take it."""
    return text.replace(".example", "-bücher.example") if "@" in text else text + "@bücher.example"


def _punycode(text: str) -> str:
    local, _, domain = _international(text).rpartition("@")
    return f"{local}@{domain.encode('idna').decode()}"


def zipped(text: str) -> bytes:
    """A zip archive with one mail in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo("mail.eml"), f"Subject: minutes\r\n\r\n{text}\r\n")
    return buffer.getvalue()


PLAIN = "plain"

DISGUISES: Mapping[str, Disguise] = {
    PLAIN: lambda text: text,
    # the twelve
    "homoglyph": lambda text: text.translate(_LOOK_ALIKE),
    "zero-width": _between("\u200b"),
    "soft-hyphen": _between("\u00ad"),
    "percent-at": lambda text: text.replace("@", "%40").replace(" ", "%20"),
    "html-at": lambda text: text.replace("@", "&#64;").replace(" ", "&#32;"),
    "bracket-at": lambda text: text.replace("@", "[at]").replace(".", "[.]"),
    "unicode-escape": lambda text: text.replace("@", "\\u0040").replace(" ", "\\u0020"),
    "idn": _international,
    "non-ascii-local": lambda text: "jürgen." + text if "@" in text else f"jürgen.{text}@hospital.example",
    "quoted-local": lambda text: '"{}"@{}'.format(*text.rsplit("@", 1)) if "@" in text else f'"{text}"@hospital.example',
    "base64": lambda text: _base64(text.encode()),
    "hex": lambda text: text.encode().hex(),
    # nested and further encodings
    "punycode": _punycode,
    "full-width": _every(lambda letter: chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter),
    "upper-case": str.upper,
    "percent": _every(lambda letter: "".join(f"%{byte:02X}" for byte in letter.encode())),
    "percent-twice": lambda text: quote(quote(text.replace("@", "%40"), safe=""), safe=""),
    "html": _every(lambda letter: f"&#x{ord(letter):x};"),
    "html-named": lambda text: html.escape(f"<{text}>"),
    "json-escaped": lambda text: json.dumps(json.dumps({"to": text})),
    "utf16-escapes": _utf16_units,
    "base64-url": lambda text: base64.urlsafe_b64encode(f"?>{text}".encode()).decode().rstrip("="),
    "base64-utf16": lambda text: _base64(text.encode("utf-16-le")),
    "base64-gzip": lambda text: _base64(gzip.compress(text.encode(), mtime=0)),
    "base64-twice": lambda text: _base64(_base64(text.encode()).encode()),
    "base64-zip": lambda text: _base64(zipped(text)),
    "hex-base64": lambda text: _base64(text.encode()).encode().hex(),
    "percent-base64": lambda text: quote(_base64(text.encode()), safe=""),
}  # fmt: skip
"""Name -> disguise. Every one of them works on any text; those that concern an address make one of what is none."""
