"""The cheap questions that come before any expression: is a text plain, and which detectors may find something in it?

Both err on one side only. A plain text is one of which no reading says more than the text itself; a detector that may not find
anything has no match. Most descriptions are plain and allow next to nothing, so these questions are what a clean text costs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Generic, TypeVar

from transforms.detect.decode import fragments
from transforms.detect.detector import Detector, any_case

Run = TypeVar("Run")

_DIGITS = bytes(0x30 if 0x30 <= code <= 0x39 else 0x78 for code in range(256))
_SEPARATORS = b" .-+/()\t"
_OUTLINE = bytes(0x68 if chr(code) in "0123456789abcdefABCDEF" else 0x20 if chr(code) in ":,-" else 0x78 for code in range(256))
_RUNS = bytes(0x61 if (chr(code).isalnum() and code < 128) or chr(code) in "_-" else 0x20 for code in range(256))
_WORDS = bytes(ord(chr(code).lower()) if chr(code).isalpha() and code < 128 else 0x20 for code in range(256))
_ESCAPES = {
    "%": re.compile(r"%[0-9A-Fa-fuU]{2}"),
    "\\": re.compile(r"\\[uUx][0-9A-Fa-f{]{2}"),
    "&": re.compile(r"&[#A-Za-z]"),
    "<": re.compile(r"</?[A-Za-z]"),
    "=": re.compile(r"=[0-9A-F\r\n]{1,2}"),
}
_SPELLED = any_case(("at", "@", "dot", ".", "arroba", "chez", "punkt", "punto", "point", "ponto"))
_BRACKET = rf"[\[({{<][ \t]{{0,2}}(?:{_SPELLED})[ \t]{{0,2}}[\])}}>]"
_BRACKETED = re.compile(_BRACKET)
PLAIN = (
    *(expression.pattern for expression in _ESCAPES.values()),
    *("@", _BRACKET, r"[^\t\n\r -~]", r"[^A-Za-z \n][^ \n]{0,63} (?:at|AT) ", " (?:dot|DOT) "),
)
"""For Hyperscan: what stands in every text that is not plain, but for what is encoded in runs of letters."""

_S = "[A-Za-z0-9+/_-]"
PACKED = (
    "|".join(_S * before + "[A-Z0-9]" + _S * (11 - before) for before in range(1, 12)),
    "(?:[0-9A-Fa-f]{2}[ :,-]){4}",
    "0x",
)
"""For Hyperscan: what stands in every text that `packed` says yes to."""

_RUN = b"a" * 15
_CONTROLS = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), 127]))


def plain(text: str) -> bool:
    """Whether no reading of the text differs from it in what matters: nothing escaped, encoded, spelled out or of another script."""
    if not text.isascii() or "@" in text:
        return False
    for mark, expression in _ESCAPES.items():
        if mark in text and expression.search(text):
            return False
    if any(mark in text for mark in "[({<") and _BRACKETED.search(text):
        return False
    for word in (" at ", " AT "):
        at = text.find(word)
        while at >= 0:
            if not text[max(0, at - 64) : at].rpartition(" ")[2].isalpha():
                return False
            at = text.find(word, at + 4)
    if " dot " in text or " DOT " in text or (not text.isprintable() and any(char in text for char in _CONTROLS)):
        return False
    return not packed(text)


def packed(text: str) -> bool:
    """Whether a run of letters in the text reads as text when it is decoded."""
    return any(True for _ in fragments(text))


class Index(Generic[Run]):
    """The detectors and what runs their expressions, by what they ask of a text."""

    def __init__(self, table: Iterable[tuple[Detector, Run]]) -> None:
        """Each entry stands in one group, under the question that most texts answer with no."""
        self._keys: dict[bytes, list[tuple[Detector, Run]]] = {}
        self._foreign: list[tuple[Detector, Run]] = []
        self._counted: list[tuple[bytes, tuple[Detector, Run]]] = []
        self._outlined: list[tuple[bytes, tuple[Detector, Run]]] = []
        self._marked: dict[str, list[tuple[Detector, Run]]] = {}
        self._runs: list[tuple[Detector, Run]] = []
        for entry in table:
            detector = entry[0]
            if detector.key and detector.key.isascii():
                self._keys.setdefault(detector.key.encode(), []).append(entry)
            elif detector.digits and not detector.key:
                self._counted.append((b"0" * detector.digits, entry))
            elif detector.needle:
                self._outlined.append((detector.needle.encode(), entry))
            elif detector.marks:
                self._marked.setdefault(detector.marks, []).append(entry)
            elif detector.run:
                self._runs.append(entry)
            else:
                self._foreign.append(entry)
        self._counted.sort(key=lambda item: len(item[0]))
        self._words = frozenset(self._keys)

    def may(self, text: str) -> Iterator[tuple[Detector, Run]]:
        """The entries that may find something in the text."""
        raw = text.encode("utf-8", "replace")
        lower = ""
        digits = raw.translate(_DIGITS, _SEPARATORS)
        for needle, entry in self._counted:
            if needle not in digits:
                break
            yield entry
        outline = raw.translate(_OUTLINE)
        for needle, entry in self._outlined:
            if needle in outline:
                yield entry
        for marks, entries in self._marked.items():
            if any(mark in text for mark in marks):
                lower = lower or text.lower()
                for entry in entries:
                    words = entry[0].words
                    if not words or any(word in lower for word in words):
                        yield entry
        if _RUN in raw.translate(_RUNS):
            lower = lower or text.lower()
            for entry in self._runs:
                if any(word in lower for word in entry[0].words):
                    yield entry
        tokens = raw.translate(_WORDS).split()
        if not self._words.isdisjoint(tokens):
            for word in self._words.intersection(tokens):
                yield from self._keys[word]
        if not text.isascii():
            lower = lower or text.lower()
            for entry in self._foreign:
                if entry[0].key in lower and (not entry[0].words or any(word in lower for word in entry[0].words)):
                    yield entry
