"""One spelling for texts that look alike: letter case, width, invisible characters, letters of other scripts, defanged signs."""

from __future__ import annotations

import re
import unicodedata

_LOOKALIKES = str.maketrans(
    dict(
        zip(
            "авԁенһіјкӏморсԛѕтухѵԝьαβογρνικυτχεϲϳηωհօցսոɡıɑłøđ",
            "abdehhijklmopcqstyxvwbaboypvikutxecjnwhogungialod",
            strict=True,
        )
    )
)
"""Small letters of Cyrillic, Greek, Armenian and Latin itself that are drawn like plain ones."""

_FULL_STOPS = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": ".", "\u2024": ".", "\u00b7": ".", "\u2044": "/", "\u2215": "/"})
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_DOT = re.compile(
    r"\s{0,2}[\[({<]\s{0,2}(?:\.|dot|punkt|punto|point)\s{0,2}[\])}>]\s{0,2}|\[\.|(?<=\w)\.\](?=\w)|\s(?:dot|\[\.)\s|(?<=\w) \. (?=\w)|\\\."
)
_AT = re.compile(r"\s{0,2}[\[({<]\s{0,2}(?:@|at|arobase)\s{0,2}[\])}>]\s{0,2}|(?<=\w)\sat\s(?=\S{1,64}\sdot\s)|(?<=\S)\s?@\s?(?=\S)")
_COLON = re.compile(r"[\[({]\s{0,2}(?::|colon)\s{0,2}[\])}]|\[:(?=//)")
_SLASHES = re.compile(r"(?<=:)[\[({]\s{0,2}//\s{0,2}[\])}]|[\[({]\s{0,2}://\s{0,2}[\])}]|:\\/\\/")
_SLASH = re.compile(r"[\[({]/[\])}]|\\/")
_SCHEME = re.compile(r"\b(?:hxxp|h\*\*p|htxp|hxtp|h__p|meow)(s?)(?=:|\[)")
_OPENED = re.compile(r"[\[({<]\s{0,2}(?:[.:@/]|dot|at|pun|poi|aro|col)")


_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""What Unicode calls default ignorable: formats, joiners, fillers and selectors of variants."""

_ACCENT = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")


def cleaned(text: str) -> str:
    """Compatibility forms taken apart (NFKC), invisible characters and unusual dots and dashes replaced; letter case stays."""
    if text.isascii():
        return text
    whole = unicodedata.normalize("NFKC", text)
    return _INVISIBLE.sub("", whole).translate(_FULL_STOPS).translate(_DASHES)


def is_defanged(text: str) -> bool:
    """Whether a text in lower case may be written so that nobody clicks on it. A no is sure."""
    return (
        "@" in text
        or "\\" in text
        or ".]" in text
        or ".)" in text
        or ".}" in text
        or " dot " in text
        or " . " in text
        or "hxxp" in text
        or "htxp" in text
        or "hxtp" in text
        or "h**p" in text
        or "h__p" in text
        or "meow" in text
        or _OPENED.search(text) is not None
    )


def spellings(text: str) -> list[str]:
    """What a text may be read as, in lower case: as it is, without defanging, and with Latin letters for their doubles."""
    lowered = cleaned(text).lower()
    found = [lowered]
    if is_defanged(lowered):
        found.append(refanged(lowered))
    if not lowered.isascii():
        plain = _ACCENT.sub("", unicodedata.normalize("NFKD", lowered))
        latin = {text.translate(_LOOKALIKES) for text in (lowered, plain)} - {lowered}
        found += sorted(latin)
        if len(found) > 1 + len(latin):
            found += sorted(map(refanged, latin))
    return found


def refanged(text: str) -> str:
    """`hxxp[:]//evil[.]example` as a browser takes it."""
    text = _SCHEME.sub(r"http\1", text)
    text = _SLASHES.sub("://", text) if "//" in text or "\\/" in text else text
    text = _SLASH.sub("/", _COLON.sub(":", text))
    return _DOT.sub(".", _AT.sub("@", text)).replace(":://", "://")
