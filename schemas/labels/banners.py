"""Classification as documents carry it: a line of its own, the beginning of a text, or a portion mark in brackets.

A sentence that speaks of secrets is not classified, so the words count only where a classification would stand.
"""

from __future__ import annotations

import re

from schemas.labels.join import join
from schemas.labels.model import Classification, Label

_HINTS = ("secret", "confidenti", "restri", "restrei", "classif", "vs-", "geheim", "//", "-ue")

_C = Classification
_LINES: tuple[tuple[str, Classification], ...] = (
    (r"(?:US |UK |EU |NATO )?UNCLASSIFIED", _C.UNCLASSIFIED),
    (r"(?:COSMIC |EU |US |UK )?TOP SECRET|TR[EÈ]S SECRET(?: UE)?(?:/EU TOP SECRET)?|STRENG GEHEIM|TS-UE(?:/EU-TS)?", _C.TOP_SECRET),
    (r"(?:NATO |EU |US |UK )?SECRET(?: UE)?(?:/EU SECRET)?(?: D[EÉ]FENSE)?|GEHEIM|S-UE(?:/EU-S)?", _C.SECRET),
    (r"(?:NATO |EU |US )?CONFIDENTIAL|CONFIDENTIEL UE(?:/EU CONFIDENTIAL)?|VS-VERTRAULICH|C-UE(?:/EU-C)?", _C.CONFIDENTIAL),
    (
        r"(?:NATO |EU |UK )?RESTRICTED|RESTREINT UE(?:/EU RESTRICTED)?|R-UE(?:/EU-R)?|DIFFUSION RESTREINTE"
        r"|VS-NfD|VS-NFD|VS-N(?:UR|ur) F(?:Ü|ü|UE)(?:R|r) DEN DIENSTGEBRAUCH",
        _C.RESTRICTED,
    ),
)
_OPEN = r"^[ \t(\[*#]*(?:(?i:classification|classified)[ \t]*[:=][ \t]*)?"
_CLOSE = r"(?:[ \t]*$|[ \t]*//|[ \t]*[)\]*:;]|[ \t]+[-\u2013\u2014])"
_BANNERS = tuple((re.compile(rf"{_OPEN}(?:{words}){_CLOSE}", re.MULTILINE), level) for words, level in _LINES)

_NAMED = re.compile(
    r"(?i:\bclassification)[\"']?[ \t]*[:=][ \t]*[\"']?(?i:(top[ _-]?secret)|(secret)|(confidential)|(restricted))(?![A-Za-z])"
)
_NAMED_LEVELS = (_C.TOP_SECRET, _C.SECRET, _C.CONFIDENTIAL, _C.RESTRICTED)
_PORTION = re.compile(r"[(\[](TS|S|C)//[A-Z]")
_PORTIONS = {"TS": _C.TOP_SECRET, "S": _C.SECRET, "C": _C.CONFIDENTIAL}


def may_hold_banner(folded: str) -> bool:
    """False only where no rule can match the text that was folded."""
    for hint in _HINTS:  # noqa: SIM110 - any() costs more than what it asks
        if hint in folded:
            return True
    return False


def banner_label(text: str) -> Label:
    """The highest classification that a text carries, if any."""
    found = [level for pattern, level in _BANNERS if pattern.search(text)]
    found += [_NAMED_LEVELS[(match.lastindex or 1) - 1] for match in _NAMED.finditer(text)]
    found += [_PORTIONS[match[1]] for match in _PORTION.finditer(text)]
    return join(*(Label(classification=level) for level in found))
