"""Words of a pattern that are constants (§9.2)."""

from __future__ import annotations

import re

from schemas.patterns.lexer import STRING
from schemas.patterns.stop import Stop
from schemas.patterns.tree import Constant, made
from schemas.timestamps import is_timestamp

_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_STRING = re.compile(STRING)
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})*", re.ASCII)
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)", re.ASCII)
_NUMBER_START = frozenset("0123456789+-.")


def string(word: str) -> str:
    """What a quoted word says."""
    return unescaped(word[1:-1]) if "\\" in word else word[1:-1]


def unescaped(text: str) -> str:
    """A text without the backslashes that escape."""
    return _ESCAPE.sub(r"\1", text)


def is_string(word: str) -> bool:
    """Whether a word that begins with an apostrophe is a string; the others have no end."""
    return len(word) > 1 and word[-1] == "'" and ("\\" not in word or _STRING.fullmatch(word) is not None)


def constant(words: list[str], at: int) -> Constant:
    """The constant that a word is. Raises Stop."""
    word = words[at]
    first = word[:1]
    if first == "'":
        if word[-1] == "'" and len(word) > 1 and "\\" not in word:
            return made(Constant, ("string", word[1:-1]))  # nearly all constants are like this
        if is_string(word):
            return made(Constant, ("string", string(word)))
    elif first in _NUMBER_START:
        if (found := number(word)) is not None:
            return found
    elif word in ("true", "false"):
        return Constant("boolean", word)
    elif word[1:2] == "'":
        return _prefixed(word, at)
    raise Stop(at, "9.2")


def number(word: str) -> Constant | None:
    """The number that a word is, in its shortest form but for the part behind the point, which tells floats from integers."""
    sign = "-" if word[:1] == "-" else ""
    whole, point, fraction = word.lstrip("+-").partition(".")
    if point:
        if not fraction:
            return None
        whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0") or "0"
        return Constant("float", f"{whole}.{fraction}" if whole == fraction == "0" else f"{sign}{whole}.{fraction}")
    if not whole or (whole[0] == "0" and len(whole) > 1):
        return None
    return made(Constant, ("integer", whole if whole == "0" else sign + whole))


def _prefixed(word: str, at: int) -> Constant:
    """h'..', b'..' or t'..'. A line feed in base64 is allowed and means nothing."""
    text = word[2:-1]
    match word[0]:
        case "h" if _HEX.fullmatch(text):
            return Constant("hex", text.lower())
        case "b" if _BASE64.fullmatch(text := text.replace("\n", "")):
            return Constant("binary", text)
        case "t" if is_timestamp(text):
            return Constant("timestamp", text)
    raise Stop(at, "9.2")
