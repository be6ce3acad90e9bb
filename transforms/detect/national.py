"""Numbers that states give to people: known by their check digits, or by a label."""

from __future__ import annotations

import re
from collections.abc import Iterator

from transforms.detect import checksums
from transforms.detect.checksums import Check
from transforms.detect.detector import Detector, Judge, alone, by_word
from transforms.detect.words import NATIONAL_ID

_TOUCHING = "-_./\\%+=:"


def _checked(*checks: Check) -> Judge:
    """A judge that believes a candidate if it stands alone and one of the checks does."""

    def judge(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        if alone(text, start, end, _TOUCHING) and any(check("".join(filter(str.isalnum, text[start:end]))) for check in checks):
            yield start, end

    return judge


_VALUE = re.compile(r"[A-Z]{0,3}[ -]?[0-9][0-9A-Z .\-/]{3,22}[0-9A-Z]\Z")


def _labelled(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A label and a number of five digits or more."""
    before = text[start - 1 : start]
    value = _VALUE.search(text[start:end])
    if value is None or (before.isalpha() and before < "\u2e80") or sum(char.isdigit() for char in value.group()) < 5:
        return
    if not text[end : end + 1].islower():
        yield start + value.start(), end


def _hetu(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if alone(text, start, end, "-_./+") and checksums.fi_hetu(text[start:end]):
        yield start, end


def _fiscale(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    code = text[max(0, start - 6) : end]
    if code.isascii() and len(code) == 16 and code[:6].isalpha() and alone(text, start - 6, end, _TOUCHING) and checksums.it_cf(code):
        yield start - 6, end


def _ssn(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if alone(text, start, end, "-_./") and checksums.us_ssn(text[start:end].replace("-", "")):
        yield start, end


DETECTORS = (
    Detector("national-id", r"[0-9]{3}-[0-9]{2}-[0-9]{4}", _ssn, digits=9),
    Detector("national-id", r"[0-9]{11}", _checked(checksums.pl_pesel, checksums.de_tax, checksums.no_fnr, checksums.tr_kimlik), digits=11),
    Detector("national-id", r"[0-9]{13}", _checked(checksums.za_id), digits=13),
    Detector("national-id", r"[12] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?[0-9]{2}", _checked(checksums.fr_nir), digits=15),
    Detector("national-id", r"[0-9]{17}[0-9Xx]", _checked(checksums.cn_id), digits=17),
    Detector("national-id", r"[0-9]{8}-?[A-Z]|[XYZ]-?[0-9]{7}-?[A-Z]", _checked(checksums.es_dni), digits=7),
    Detector("national-id", r"[0-9]{2}[A-Za-z][0-9]{2}[A-Za-z][0-9]{3}[A-Za-z]", _fiscale, digits=3),
    Detector(
        "national-id", r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[A-D]", _checked(lambda _: True), digits=6
    ),
    Detector("national-id", r"[0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2}", _checked(checksums.br_cpf), digits=11),
    Detector("national-id", r"(?:19|20)?[0-9]{6}[-+][0-9]{4}", _checked(checksums.se_pnr), digits=10),
    Detector("national-id", r"[0-9]{6}[-+A-F][0-9]{3}[0-9A-Z]", _hetu, digits=6),
    Detector("national-id", r"756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2}", _checked(checksums.ch_ahv), digits=13),
    Detector("national-id", r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[0-9]{3}\.[0-9]{2}", _checked(checksums.be_rrn), digits=11),
    Detector("national-id", r"[2-9][0-9]{3}[ -][0-9]{4}[ -][0-9]{4}", _checked(checksums.in_aadhaar), digits=12),
    Detector("national-id", r"[0-9]{6}-[1-8][0-9]{6}", _checked(checksums.kr_rrn), digits=13),
    Detector("national-id", r"[0-9]{3}-[0-9]{3}-[0-9]{3} [0-9]{2}", _checked(checksums.ru_snils), digits=11),
    *by_word(
        "national-id",
        NATIONAL_ID,
        r"[^0-9A-Za-z\n]{1,6}(?:(?:[Nn][ro]{1,2}|is)[.:#]{0,2} ?)?[A-Z]{0,3}[ -]?[0-9][0-9A-Z .\-/]{3,22}[0-9A-Z]",
        _labelled,
        digits=3,
    ),
)
