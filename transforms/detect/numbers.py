"""Numbers of people: telephones, cards, accounts, dates of birth; and places on the map."""

from __future__ import annotations

import re
from collections.abc import Iterator

from transforms.detect import checksums
from transforms.detect.detector import Detector, alone, by_word
from transforms.detect.words import BIRTH, PHONE

_NOT_DIGIT = re.compile(r"[^0-9]+")


def digits_of(text: str) -> str:
    """Its digits alone."""
    return _NOT_DIGIT.sub("", text)


def _international(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """+ and a country code (E.164), or 00 and one with separators."""
    number = text[start:end]
    digits = digits_of(number)
    if number[0] == "+":
        fits = 8 <= len(digits) <= 15 and digits[0] != "0"
    else:
        fits = 10 <= len(digits) <= 17 and len(digits) < len(number) and "." not in number
    before = text[start - 1 : start]
    if fits and not (before.isalnum() or (before and before in "+-./_=%")) and not text[end : end + 1].isalnum() and len(set(digits)) > 2:
        yield start, end


def _american(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The North American form in groups, which few other numbers have."""
    if alone(text, start, end, "-._/+"):
        yield start, end


def _spoken(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A word for telephone, and a number right after it."""
    number = re.search(r"[+(]{0,2}[0-9][0-9 ().\-/]{3,26}[0-9]\Z", text[start:end])
    if number is not None and _word_begins(text, start) and 6 <= len(digits_of(number.group())) <= 15 and not text[end : end + 1].isalnum():
        yield start + number.start(), end


def _word_begins(text: str, start: int) -> bool:
    before = text[start - 1 : start]
    return not before.isalpha() or before > "\u2e7f" or (not text[start].isascii() and text[start] > "\u2e7f")


def _card(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """13 to 19 digits, unbroken or in groups, not a part of something longer."""
    run = text[start:end]
    for match in re.finditer(r"[0-9]{13,19}|[0-9]{4}(?:[ -][0-9]{4}){2,3}(?:[ -][0-9]{1,4})?|[0-9]{4}[ -][0-9]{6}[ -][0-9]{4,5}", run):
        number = digits_of(match.group())
        first, last = start + match.start(), start + match.end()
        if 13 <= len(number) <= 19 and checksums.card(number) and alone(text, first, last, "-_.%"):
            yield first, last


_IBAN = re.compile(r"[A-Za-z]{2}[0-9]{2}")


def _iban(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    position = start
    while (match := _IBAN.search(text, position, end)) is not None:
        first = match.start()
        position = first + 1
        length = checksums.IBAN_LENGTHS.get(match.group()[:2].upper())
        if length is None or text[first - 1 : first].isalnum():
            continue
        last, kept = first, 0
        while last < end and kept < length:
            kept += text[last] not in " -"
            last += 1
        plain = text[first:last].replace(" ", "").replace("-", "")
        if checksums.iban(plain) and not text[last : last + 1].isalnum():
            yield first, last
            position = last


def _pair(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Latitude and longitude in decimal degrees, with four decimals or more: some ten metres."""
    numbers = [float(number) for number in re.findall(r"-?[0-9]+\.[0-9]+", text[start:end])]
    if len(numbers) == 2 and abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180 and alone(text, start, end, "."):
        yield start, end


def _degrees(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if not text[start - 1 : start].isalnum():
        yield start, end


def _labelled(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if not text[start - 1 : start].isalpha():
        yield start, end


def _birth(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if _word_begins(text, start):
        yield start, end


_DATE = (
    r"(?:[0-9]{1,4}[ ]?[./年년-][ ]?[0-9]{1,2}[ ]?[./月월-][ ]?[0-9]{1,4}[日일]?"
    r"|[0-9]{1,2}[. ]{1,2}(?:de )?[^ \x00-\x2f0-9]{3,12}[., ]{1,2}(?:de )?[0-9]{4}|[A-Z][a-z]{2,8} [0-9]{1,2},? [0-9]{4})"
)

DETECTORS = (
    Detector("phone", r"\+[0-9(][0-9 ().\-/]{5,24}[0-9]", _international, digits=8),
    Detector("phone", r"00[ ]?[1-9][0-9 ()\-/]{6,24}[0-9]", _international, digits=10),
    Detector("phone", r"\(?[2-9][0-9]{2}\)?[ .-][2-9][0-9]{2}[ .-][0-9]{4}", _american, digits=10),
    *by_word("phone", PHONE, r"[^0-9a-zA-Z\n]{0,6}(?:[Nn][ro]{1,2}[.:]{0,2} ?)?[+(]{0,2}[0-9][0-9 ().\-/]{3,26}[0-9]", _spoken, digits=6),
    Detector("card", r"[0-9][0-9 -]{11,200}[0-9]", _card, digits=13),
    Detector(
        "iban",
        r"[A-Za-z]{2}[0-9]{2}[A-Za-z0-9 -]{11,200}",
        _iban,
        digits=6,
        trigger=(r"(?:^|[^A-Za-z0-9])[A-Za-z]{2}[0-9]{2}[A-Za-z0-9 -]{11}",),
    ),
    Detector("coordinates", r"-?[0-9]{1,2}\.[0-9]{4,15}°?[NS]?[ ]?[,;/ ][ ]?-?[0-9]{1,3}\.[0-9]{4,15}", _pair, digits=5),
    Detector(
        "coordinates",
        r"[0-9]{1,3}[°º][ ]?[0-9]{1,2}(?:\.[0-9]{1,6})?['′’][ ]?(?:[0-9]{1,2}(?:[.,][0-9]{1,6})?(?:\"|″|''|”)[ ]?)?[NSEWOnsewo]",
        _degrees,
        marks="°º",
    ),
    *by_word(
        "coordinates", ("lat", "latitude", "lon", "lng", "longitude"), r"\"?[ ]?[:=][ ]?\"?-?[0-9]{1,3}\.[0-9]{2,15}", _labelled, digits=3
    ),
    *by_word("birth-date", BIRTH, r"[^0-9A-Za-z\n]{1,6}(?:on |am |le |el |il |em |op |w )?" + _DATE, _birth, digits=1),
)
