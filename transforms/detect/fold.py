"""Reading a text as a person would: escapes undone, invisible characters gone, look-alikes folded, `[at]` read as @.

Two readings: `folded`, in its own script, and `skeleton`, in Latin look-alikes. Each is a row of steps; a step replaces the
matches of one expression. So a span of the reading can be traced back: what a step replaced counts as a whole.
Linear: each expression is bounded and each step goes over the text once; escapes are undone DEPTH times, since they nest.
"""

from __future__ import annotations

import html
import re
import sys
import unicodedata
from array import array
from collections.abc import Callable
from typing import NamedTuple

from transforms.detect.confusables import CONFUSABLES

DEPTH = 3
"""How often an encoding within an encoding is undone."""


class Step(NamedTuple):
    """What is replaced, and what a match then reads as. chars: a match reads as its characters do one by one, if that is the same."""

    pattern: re.Pattern[str]
    spell: Callable[[re.Match[str]], str]
    chars: Callable[[str], str] | None = None


class Traced(NamedTuple):
    """A reading with the place of each of its characters in the text."""

    text: str
    starts: array[int]
    ends: array[int]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The span of the text that a span of the reading comes from."""
        return self.starts[start], self.ends[end - 1]


_HEX = "[0-9A-Fa-f]"
_ESCAPES = re.compile(
    rf"(?:%{_HEX}{{2}})+|%[uU]{_HEX}{{4}}|\\u{_HEX}{{4}}|\\U{_HEX}{{8}}|\\u\{{{_HEX}{{1,6}}\}}|\\x{_HEX}{{2}}"
    r"|&#[0-9]{1,7};?|&#[xX][0-9A-Fa-f]{1,6};?|&[A-Za-z][A-Za-z0-9]{1,23};"
)
_DIGITS = re.compile(rf"{_HEX}+")


def _bytes(digits: str) -> str:
    """Hexadecimal as UTF-8, or else as Latin-1."""
    data = bytes.fromhex(digits)
    try:
        return data.decode()
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _unescape(match: re.Match[str]) -> str:
    found = match.group()
    if found[0] == "&":
        return html.unescape(found)
    if found[0] == "%" and found[1] not in "uU":
        return _bytes(found.replace("%", ""))
    digits = _DIGITS.search(found, 2)
    code = int(digits.group(), 16) if digits else 0
    return chr(code) if code < 0xD800 or 0xDFFF < code <= sys.maxunicode else " "


def _table() -> dict[int, str | None]:
    """Invisible characters vanish, dashes become one, digits of all scripts become ASCII."""
    table: dict[int, str | None] = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])
    for code in range(0x80, 0x20000):
        char = chr(code)
        category = unicodedata.category(char)
        if category == "Cf":
            table[code] = None
        elif category == "Nd":
            table[code] = str(unicodedata.decimal(char))
        elif category == "Pd":
            table[code] = "-"
    hidden = (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10), *range(0xE0000, 0xE01F0))
    table.update(dict.fromkeys(hidden))
    table.update({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2212: "-"})
    return table


_PLAIN = _table()
_MARKS = {code: None for code in range(0x300, 0x20000) if unicodedata.category(chr(code)) == "Mn"}
_LATIN: dict[int, str | None] = {**_MARKS, **CONFUSABLES}


def _plain(run: str) -> str:
    return unicodedata.normalize("NFKC", run).translate(_PLAIN)


def _latin(run: str) -> str:
    return unicodedata.normalize("NFKD", run).translate(_LATIN)


_ODD = re.compile(r"[^\t\n\r\x20-\x7e]+")
_FOREIGN = re.compile(r"[^\x00-\x7f]+")
_TAGS = re.compile(r"</?(?:a|b|i|u|em|strong|span|wbr|font|code|tt|small|mark)(?: [^<>]{0,200})?/?>", re.IGNORECASE)
_AT = re.compile(
    r"[ \t]{0,3}(?:[\[({<][ \t]{0,2}(?:at|@|arroba|chez|собака)[ \t]{0,2}[\])}>])[ \t]{0,3}"
    r"|(?<=\w) {1,3}@ {0,3}(?=\w)|(?<=\w)@ {1,3}(?=\w)",
    re.IGNORECASE,
)
_DOT = re.compile(r"[ \t]{0,3}[\[({<][ \t]{0,2}(?:dot|\.|punkt|punto|point|ponto|точка)[ \t]{0,2}[\])}>][ \t]{0,3}", re.IGNORECASE)
_SPOKEN = re.compile(
    r"(?<![\w.+-])([\w.+-]{1,64}) (?:at|AT) ([\w-]{1,63}(?:(?:\.| dot | DOT )[\w-]{1,63}){0,4}(?:\.| dot | DOT )[^\W\d_]{2,24})(?![\w-])"
)
_TWO_PARTS = re.compile(r"[^\W\d_][._][^\W\d_]")
_NOT_PARTS = frozenset({
    *("exe", "dll", "php", "js", "html", "htm", "asp", "aspx", "jsp", "py", "ps1", "bat", "sh", "vbs", "zip", "rar", "doc"),
    *("docx", "xls", "xlsx", "pdf", "txt", "bin", "dat", "so", "apk", "jar", "sys", "tmp", "lnk"),
    *("com", "net", "org", "info", "biz", "ru", "cn", "io", "co", "de", "fr", "uk", "eu", "us", "top", "xyz", "gov", "edu"),
    *("mil", "onion", "example", "test", "invalid", ""),
})  # fmt: skip
"""What no mailbox ends in: files and domains stand before `at`, too."""


def _spoken(match: re.Match[str]) -> str:
    """`jane.doe at host.example`, `jane at host dot example`; but not `hosted at host.example` or `a.exe at host.example`."""
    local, domain = match.groups()
    dotted = domain.replace(" dot ", ".").replace(" DOT ", ".")
    if dotted == domain and (not _TWO_PARTS.search(local) or local.rpartition(".")[2].lower() in _NOT_PARTS):
        return match.group()
    return f"{local}@{dotted}"


_ESCAPED = Step(_ESCAPES, _unescape)
_SOFT = Step(re.compile(r"=\r?\n"), lambda _: "")
_QUOTED = Step(re.compile(r"(?:=[0-9A-F]{2})+"), lambda match: _bytes(match.group().replace("=", "")))


FOLDED = (
    *([_ESCAPED] * DEPTH),
    Step(_ODD, lambda match: _plain(match.group()), _plain),
    *([_ESCAPED] * DEPTH),  # escapes that were written in full-width characters, or cut by invisible ones
    Step(_TAGS, lambda _: ""),
    Step(_AT, lambda _: "@"),
    Step(_DOT, lambda _: "."),
    Step(_SPOKEN, _spoken),
)
SKELETON = (*FOLDED, Step(_FOREIGN, lambda match: _latin(match.group()), _latin))
QUOTED = (_SOFT, _QUOTED, *FOLDED)


def read(text: str, steps: tuple[Step, ...]) -> str:
    """The text after all steps."""
    for step in steps:
        text = step.pattern.sub(step.spell, text)
    return text


def trace(text: str, steps: tuple[Step, ...]) -> Traced:
    """The same reading, with the places that its characters come from."""
    traced = Traced(text, array("l", range(len(text))), array("l", range(1, len(text) + 1)))
    for step in steps:
        traced = _trace(traced, step)
    return traced


def _trace(before: Traced, step: Step) -> Traced:
    text, starts, ends = before
    parts: list[str] = []
    new_starts, new_ends = array("l"), array("l")
    done = 0
    for match in step.pattern.finditer(text):
        start, end = match.span()
        spelled = step.spell(match)
        parts += (text[done:start], spelled)
        new_starts += starts[done:start]
        new_ends += ends[done:start]
        pieces = [step.chars(char) for char in match.group()] if step.chars else []
        if pieces and "".join(pieces) == spelled:
            for index, piece in enumerate(pieces, start):
                new_starts.extend([starts[index]] * len(piece))
                new_ends.extend([ends[index]] * len(piece))
        elif spelled != match.group():
            new_starts.extend([starts[start]] * len(spelled))
            new_ends.extend([ends[end - 1]] * len(spelled))
        else:
            new_starts += starts[start:end]
            new_ends += ends[start:end]
        done = end
    parts.append(text[done:])
    return Traced("".join(parts), new_starts + starts[done:], new_ends + ends[done:])
