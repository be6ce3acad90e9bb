"""Phrases that restrict wherever they stand in a text: TLP, PAP, originator control, releasability, handling codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from schemas.labels.join import join
from schemas.labels.model import Label
from schemas.labels.pap import PAP_NAMES
from schemas.markings import NAMES

_BEFORE = r"(?<![A-Za-z0-9])"
_AFTER = r"(?![A-Za-z])"
_IS = r"[\s:=_\"'-]{1,4}"
_TAG = r"</?(?!red|amber|green|clear|white)[A-Za-z][^<>]{0,200}>"
_SIGN = rf"(?>{_TAG}|\\(?:[nt]|r(?!ed))|[^\w\s]|[\d_])"
_SIGNS = rf"\s{{0,40}}(?:{_SIGN}\s{{0,40}}){{0,8}}"
"""Whatever may stand between the name of a marking and its value: tags, escapes of line ends, and any other signs that are no letters.

There is one way only to read them: each begins where no blank does, and what was read as a tag is one. So a long text takes no longer for
each of its parts.
"""
_SAYING = (
    r"(?:levels?|markings?|marked|classification|classified|class|categor(?:y|ies)|colou?rs?|codes?|ratings?|labels?|tags?|status"
    r"|designation|distribution|protocol|version|v|set|to|as|is)"
)
_NAMED = rf"(?:{_SIGNS}{_SAYING}){{0,5}}{_SIGNS}"
"""`TLP marking level is set: **RED**`: the words that may stand between, too, and nothing else that has letters."""
FIVE_EYES = frozenset({"AUS", "CAN", "GBR", "NZL", "USA"})

_STRICT = rf"AMBER(?:{_TAG}|%2B|[.,;!?](?!\s)|[^\w.,;!?]|_){{0,16}}STRICT"
"""A sentence that begins with "Strict" behind the colour is about something else."""

_TLP = re.compile(
    rf"{_BEFORE}(?:TLP|T\.L\.P\.?|traffic[\s_-]light[\s_-]protocol){_NAMED}"
    rf"({_STRICT}|RED|AMBER|GREEN|CLEAR|WHITE|EX:CHR){_AFTER}",
    re.IGNORECASE,
)
_PAP = re.compile(rf"{_BEFORE}PAP{_NAMED}(RED|AMBER|GREEN|CLEAR|WHITE){_AFTER}", re.IGNORECASE)
_ORCON = re.compile(rf"{_BEFORE}(?:ORCON|ORIGINATOR[ -]CONTROLLED|RELIDO){_AFTER}|(?<!:)//OC(?=[/)\s-]|$)")
_NOFORN = re.compile(rf"{_BEFORE}(?:NOFORN|Noforn|noforn){_AFTER}|(?<!:)//NF(?=[/)\s]|$)")
_NAME = r"[A-Z]{3,5}(?![A-Za-z])"
_REL = re.compile(rf"{_BEFORE}REL(?:EASABLE)? TO[ :]+({_NAME}(?:(?:\s*,\s*|\s+AND\s+|\s*/\s*|,\s*AND\s+){_NAME})*)")
_HANDLING = re.compile(rf"{_BEFORE}handling(?:{_IS}|[\s_-]?codes?{_SIGNS})(H[0-3])(?![A-Za-z0-9])", re.IGNORECASE)
_WORD = re.compile(r"[A-Z]{3,5}")
_JOINTS = frozenset({"AND"})


def phrase_label(text: str, folded: str) -> Label:
    """The label of all phrases in a text; `folded` is the same text in small letters."""
    return join(*_found(text, folded))


def _found(text: str, folded: str) -> Iterator[Label]:
    for hints, pattern, label in _RULES:
        for hint in hints:
            if hint in folded:
                yield from map(label, pattern.finditer(text))
                break


def _tlp(match: re.Match[str]) -> Label:
    word = match[1].lower()
    if word == "ex:chr":
        return Label(anonymous=True)
    return Label(tlp=NAMES["amber+strict" if word.endswith("strict") else word])


def _rel(match: re.Match[str]) -> Label:
    names = frozenset(_WORD.findall(match[1])) - _JOINTS
    return Label(rel_to=frozenset({names | FIVE_EYES if "FVEY" in names else names}))


_RULES: tuple[tuple[tuple[str, ...], re.Pattern[str], Callable[[re.Match[str]], Label]], ...] = (
    (("tlp", "t.l.p", "traffic"), _TLP, _tlp),
    (("pap",), _PAP, lambda match: Label(pap=PAP_NAMES[match[1].lower()])),
    (("orcon", "originator", "relido", "//"), _ORCON, lambda _match: Label(orcon=True)),
    (("noforn", "//"), _NOFORN, lambda _match: Label(no_foreign=True)),
    (("rel to", "releasable"), _REL, _rel),
    (("handling",), _HANDLING, lambda match: Label(handling=frozenset({match[1].upper()}))),
)
"""What stands, folded, in every text that a pattern can match · the pattern · what a match says."""
