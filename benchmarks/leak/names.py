"""Surface forms in twenty locales: given names, what stands around a name, and a way to write a canary's word in the locale's script.

Written for this benchmark. Given names are common ones; what makes a person unique is the made-up family name.
"""

from __future__ import annotations

from typing import NamedTuple

from benchmarks.leak.canaries import LETTERS

SCRIPTS = {
    "cyrillic": "аеіоубсдфгчйклмнршщтвжхэз",
    "greek": "αειουβξδφγηψκλμνπρστωϝχθζ",
    "arabic": "اعيوهبصدفغحجكلمنقرستثطخضز",
    "hebrew": "אעיוהבסדפגחזכלמנקרשתטצםןך",
    "devanagari": "अएइओउबचदफगहजकलमनपरसतवयखडझ",
    "han": "阿衣伊欧吴白陈丁方高何江孔林马倪潘任孙唐魏王谢秦赵",
    "kana": "アエイオウバサダフガハジカラマナパリソタヴワコキゼ",
    "hangul": "아에이오우바차다파가하자카라마나빠사시타보와호키제",
}
"""Twenty-five letters of each script, one for each letter of a canary's word, in the order of LETTERS. Cyrillic ones that look like a
Latin letter stand for it, so that a homoglyph and a script are undone by the same table.
"""

BACK = {ord(own): latin for own_letters in SCRIPTS.values() for own, latin in zip(own_letters, LETTERS, strict=True)}


class Locale(NamedTuple):
    """How a language writes names and mentions people. `{name}`, `{mail}` and `{phone}` stand for the canary in `sentences`."""

    code: str
    script: str
    given: tuple[str, ...]
    family_first: bool
    country: str
    dial: str
    sentences: tuple[str, ...]


def spell(word: str, script: str) -> str:
    """A canary's word in a script, or with a capital where it stays Latin."""
    letters = SCRIPTS.get(script)
    return word.capitalize() if letters is None else word.translate(str.maketrans(LETTERS, letters))
