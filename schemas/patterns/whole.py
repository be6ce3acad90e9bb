"""The report on any text, by the whole parser."""

from __future__ import annotations

from schemas.patterns.checks import checked, too_international
from schemas.patterns.flaws import Flaw, PatternError
from schemas.patterns.keys import equality_key, exact_key, general_key
from schemas.patterns.normal import equality_of, meaning_of
from schemas.patterns.parser import parsed
from schemas.patterns.report import Report
from schemas.patterns.stop import TOO_LARGE


def report(text: str) -> Report:
    """The report on a text: never raises. What breaks a rule that no setting softens is keyed by its exact text."""
    try:
        found = parsed(text)
        if too_international(found, text):
            raise PatternError(TOO_LARGE, 0, "9.2")
    except PatternError as error:
        return Report(exact_key(text, "stix"), (Flaw(error.reason, error.position, error.section),), None)
    wrong, literals = checked(found)
    meaning = None if wrong and any(not flaw.setting for flaw in wrong) else meaning_of(found.tree, literals)
    if meaning is None:
        return Report(exact_key(text, "stix"), wrong, None)
    comparison = equality_of(meaning, literals)
    return Report(general_key(meaning.text) if comparison is None else equality_key(comparison), wrong, comparison)
