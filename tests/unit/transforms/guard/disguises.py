"""Ways to write a value so that a plain search does not find it."""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Callable
from urllib.parse import quote

_DOUBLES = str.maketrans("aeopc", "\u0430\u0435\u043e\u0440\u0441")


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


DISGUISES: dict[str, Callable[[str], str]] = {
    "plain": lambda text: text,
    "upper case": str.upper,
    "homoglyphs": lambda text: text.translate(_DOUBLES),
    "zero width": lambda text: f"{text[:3]}\u200b{text[3:]}",
    "soft hyphen": lambda text: f"{text[:2]}\u00ad{text[2:]}",
    "full width": lambda text: "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text),
    "percent": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "html": lambda text: "".join(f"&#{ord(char)};" for char in text),
    "html hexadecimal": lambda text: "".join(f"&#x{ord(char):X};" for char in text),
    "escapes": lambda text: "".join(f"\\u{ord(char):04x}" for char in text),
    "byte escapes": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode("latin-1")),
    "base64": lambda text: _base64(text.encode()),
    "base64 in a url": lambda text: base64.urlsafe_b64encode(text.encode()).decode().rstrip("="),
    "base64 twice": lambda text: _base64(_base64(text.encode()).encode()),
    "base64, percent": lambda text: quote(_base64(text.encode()), safe=""),
    "base64 of UTF-16": lambda text: _base64(text.encode("utf-16")),
    "base64 of UTF-16 without a mark": lambda text: _base64(text.encode("utf-16-le")),
    "base64 of gzip": lambda text: _base64(gzip.compress(text.encode())),
    "base64 of zlib": lambda text: _base64(zlib.compress(text.encode())),
    "base64 in lines": lambda text: base64.encodebytes((f"{text} " * 9).encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal in capitals": lambda text: text.encode().hex().upper(),
    "hexadecimal of UTF-16": lambda text: text.encode("utf-16-be").hex(),
    "zeros between": lambda text: "\0".join(text),
}
"""Name -> a text as it is disguised."""

DEFANGED: dict[str, Callable[[str], str]] = {
    "brackets": lambda text: text.replace(".", "[.]").replace("@", "[at]").replace("http", "hxxp"),
    "parentheses": lambda text: text.replace(".", "(dot)").replace("@", " (at) ").replace("://", "[:]//"),
    "braces": lambda text: text.replace(".", "{.}").replace("@", "{@}").replace("://", "[://]"),
    "words": lambda text: text.replace(".", " dot ").replace("@", " at "),
    "one bracket": lambda text: text.replace(".", "[."),
    "backslash": lambda text: text.replace(".", "\\."),
    "in capitals": lambda text: text.upper().replace(".", "[.]").replace("HTTP", "hXXp"),
}
"""Name -> a text as those write it who do not want it to be clicked on."""

AROUND = ["{}", "see {}.", "x ({}), y", "'{}'", "a\n{}\nb", "x={}"]
"""Texts in which a value stands."""
