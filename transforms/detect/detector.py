"""One detector: an expression that finds candidates, and a judge that says which part of a candidate is a hit."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Spans = Iterable[tuple[int, int]]
Judge = Callable[[str, int, int], Spans]


@dataclass(frozen=True, slots=True)
class Detector:
    """What finds hits of one kind.

    pattern: in the dialect that `re`, RE2 and Hyperscan share: no look-around, no back-references, no flags, no \\w \\s \\b (which
             mean different letters in each), each repeat bounded by 1000. A candidate that is refused is not looked at again,
             so candidates must not overlap a hit that begins within them
    judge:   (text, start, end) of a candidate -> spans of hits
    marks:   characters of which one stands in every match, if any are given
    words:   the same for parts of words, in small letters
    digits:  so many digits stand in every match, with nothing but separators between them
    run:     so many letters of base64url stand in every match in a row
    needle:  the outline of a part of every match, with h for a hexadecimal digit, a blank for one of `:,-`, x for anything else
    key:     a word of every match, in small letters, with no letter of ASCII before or after it
    trigger: what Hyperscan looks for instead of the pattern, where the judge looks back from it: one of these for every hit
    """

    kind: str
    pattern: str
    judge: Judge
    marks: str = ""
    words: tuple[str, ...] = ()
    digits: int = 0
    run: int = 0
    needle: str = ""
    key: str = ""
    trigger: tuple[str, ...] = ()


def by_word(kind: str, words: Iterable[str], rest: str, judge: Judge, digits: int = 0) -> tuple[Detector, ...]:
    """One detector for each word or phrase, followed by the rest of the pattern: small expressions, run only where the word is."""
    return tuple(
        Detector(
            kind,
            any_case((word,)) + rest,
            judge,
            digits=digits,
            key=max(_PARTS.split(word), key=len) if word.isascii() else word.split()[0],
        )
        for word in dict.fromkeys(words)
    )


_PARTS = re.compile(r"[^a-z]")


def whole(_: str, start: int, end: int) -> Spans:
    """The judge that believes every candidate."""
    return ((start, end),)


def alone(text: str, start: int, end: int, extra: str = "") -> bool:
    """Whether neither a letter nor a digit touches the span, nor one of extra; what ends a sentence does not count."""
    before, after, then = text[start - 1 : start], text[end : end + 1], text[end + 1 : end + 2]
    touches = before.isalnum() or after.isalnum() or (before != "" and before in extra)
    return not touches and not (after != "" and after in extra and then.isalnum())


def before_colon(words: Iterable[str]) -> tuple[str, ...]:
    """A trigger for each word before a colon or equals sign, as `last_word` reads it."""
    return tuple(any_case((word,)) + "[ \\t\"'`*_)”\\x{a0}]*[:=：]" for word in words)


def is_letter(char: str) -> bool:
    """Letters, and the vowel signs that stand between the letters of Indic and Thai words."""
    return char.isalpha() or (char > "\u08ff" and unicodedata.category(char)[0] == "M")


def last_word(text: str, end: int) -> str:
    """The letters right before a place, in small letters; blanks and quotes between do not count."""
    while end and text[end - 1] in " \t\"'`*_)”\xa0":
        end -= 1
    start = end
    while start and end - start < 24 and is_letter(text[start - 1]):
        start -= 1
    return text[start:end].lower()


def any_case(words: Iterable[str]) -> str:
    """An alternation of the words in either case, spelled out: engines differ in what they call the same letter."""
    return "|".join("".join(_letter(char) for char in word) for word in words)


def _letter(char: str) -> str:
    if char.isalpha() and char.upper() != char.lower() and len(char.upper()) == 1:
        return f"[{char.upper()}{char.lower()}]"
    return f"[{char}]" if char in ".+*?()|{}$" else "[ \\t_-]{1,3}" if char == " " else f"\\{char}" if char in "[]^\\" else char
