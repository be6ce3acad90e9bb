"""Names that something in the text gives away: a label, a salutation, a title, "reported by". A name alone cannot be found so."""

from __future__ import annotations

import re
from collections.abc import Iterator

from transforms.detect.detector import Detector, Judge, before_colon, by_word, last_word, whole
from transforms.detect.words import BY, GREETINGS, LABELS, NOT_NAMES, ORGANIZATIONS, SINGLE, TITLES, WEAK

_WORD = re.compile(r"(?:[^\W\d_]|[\u0900-\u0dff\u0e00-\u0eff])+(?:['’.][^\W\d_]+)*")
_TOKEN = re.compile(r"[^\W\d_][^\s,;:()<>\[\]{}\"“”|/\\=@!?*+#%&~\d]{0,39}")
_GAP = re.compile(r"[ \t\xa0]{1,3}")
_OPENING = re.compile(r"[ \t\xa0\"'“„«\[(]{0,6}")
_PARTICLES = frozenset({
    *("de", "del", "della", "di", "da", "dos", "das", "du", "la", "le", "van", "von", "der", "den", "zu", "zum", "ten", "ter"),
    *("al", "el", "bin", "ibn", "bint", "ben", "y", "e", "i", "und", "af", "av"),
})  # fmt: skip
_HONORIFICS = frozenset({title.replace(".", "") for title in TITLES})
_CASELESS = re.compile(
    r"[\u4e00-\u9fff々]{1,4}[·・ 　]?[\u3040-\u30ff\u4e00-\u9fff々·・]{1,12}"
    r"|[\u30a1-\u30ff]{2,12}(?:[・ 　][\u30a1-\u30ff]{1,12}){0,3}|[\uac00-\ud7a3]{2,5}"
    r"|[\u0600-\u06ff]{2,20}(?: [\u0600-\u06ff]{2,20}){1,4}|[\u0590-\u05ff]{2,20}(?: [\u0590-\u05ff]{2,20}){1,4}"
    r"|[\u0900-\u097f]{2,20}(?: [\u0900-\u097f]{2,20}){0,3}|[\u0e00-\u0e7f]{2,30}(?: [\u0e00-\u0e7f]{2,30}){0,2}"
)


def _capital(word: str) -> bool:
    """A word that begins with a capital and has none later, but for McX, X-Y, O'Y and words in capitals."""
    later = word[1:]
    inner = any(char.isupper() for char in later)
    return word[:1].isupper() and (not inner or word.isupper() or "-" in later or "'" in later or "’" in later or later[:1] == "c")


def name_at(text: str, start: int, least: int = 2) -> tuple[int, int] | None:
    """The name that begins here: so many words that begin with capitals, or a short run of a script that has none."""
    opening = _OPENING.match(text, start)
    position = start = opening.end() if opening else start
    caseless = _CASELESS.match(text, position)
    if caseless is not None:
        return caseless.span()
    end, count, titled = position, 0, False
    for _ in range(6):
        token = _TOKEN.match(text, position)
        if token is None:
            break
        word = token.group().rstrip(".'’-")
        plain = word.lower()
        if plain.replace(".", "") in _HONORIFICS and not count:
            titled = True
        elif _capital(word):
            if plain in ORGANIZATIONS or (not count and plain in NOT_NAMES):
                return None
            count += 1
            end = position + len(word)
        elif not (count and plain in _PARTICLES):
            break
        gap = _GAP.match(text, token.end())
        if gap is None:
            break
        position = gap.end()
    return (start, end) if count >= (1 if titled else least) else None


def _label(text: str, at: int, _: int) -> Iterator[tuple[int, int]]:
    """`Victim: First Last`: the words before the colon are looked up, the name after it is read."""
    last = last_word(text, at)
    if not last or (last not in _LASTS and last[-1] < "\u2e80"):
        return
    tail = text[max(0, at - 40) : at].rstrip(" \t\xa0\"'”*_)").lower()
    label = _label_of(tail)
    if label:
        single = label in SINGLE or (label == "victim" and at + 1 < len(text) and not text[at + 1].isspace())
        found = name_at(text, at + 1, 1 if single else 2)
        if found is not None and not text.startswith("://", at):
            yield found


def _label_of(tail: str) -> str:
    words = list(_WORD.finditer(tail.replace("_", " ").replace("-", " ")))
    if not words or words[-1].end() != len(tail):
        return ""
    for count in (3, 2, 1):
        if len(words) >= count:
            label = " ".join(word.group() for word in words[-count:])
            if label in LABELS:
                start = words[-count].start()
                begins = not tail[:start].rstrip(" \t_-") or not (tail[start - 1] in " _-" and tail[:start].rstrip(" \t_-")[-1].isalnum())
                return label if begins or label not in WEAK else ""
    last = words[-1].group()
    return next((last[-size:] for size in range(2, 6) if last[-size:] in LABELS), "") if last[-1] > "\u2e7f" else ""


def _announced(least: int) -> Judge:
    def judge(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        before = text[start - 1 : start]
        if before.isalnum() and before < "\u2e80":
            return
        found = name_at(text, end - 1, least)
        if found is not None:
            yield found

    return judge


def _title(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A title written as one (`Mr`, not `mr`), and one word with a capital or more."""
    before = text[start - 1 : start]
    written = (text[start].isupper() and (text[start + 1 : start + 2].islower() or text[start : start + 2] in ("MR", "DR"))) or text[
        start
    ] > "\u036f"
    if written and not (before.isalnum() and before < "\u2e80") and before != ".":
        found = name_at(text, end - 1, 1)
        if found is not None:
            yield found


_LASTS = frozenset(re.split(r"[ '.]", label)[-1] for label in LABELS)

DETECTORS = (
    Detector("labelled-name", "[:=：]", _label, marks=":=：", trigger=before_colon(sorted(_LASTS))),
    *by_word("labelled-name", BY, r"[ \t\xa0][^ ]", _announced(2)),
    *by_word("labelled-name", GREETINGS, r"[ \t\xa0][^ ]", _announced(1)),
    *by_word("labelled-name", TITLES, r"\.?[ \t\xa0][^ ]", _title),
    Detector(
        "labelled-name",
        "[\u4e00-\u9fff\u3040-\u30ff]{2,8}(?:先生|女士|小姐|さん|様|さま|殿|氏)|[\uac00-\ud7a3]{2,4}(?: ?씨| ?님)",
        whole,
        words=("先生", "女士", "小姐", "さん", "様", "さま", "殿", "氏", "씨", "님"),
    ),
)
