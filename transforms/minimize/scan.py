"""Residual personal data in texts that are about to be kept. The detectors are those of transforms.detect; this remembers the answers."""

from __future__ import annotations

import re
from functools import lru_cache

from transforms.detect import Hit, detectors

_REMEMBERED = 1024
"""Characters. Longer texts are looked at each time, so that the memory of some thousands of answers stays at some megabytes."""

_WORD = r"[A-Za-z_-]{1,11}\d{0,4}(?:\.[A-Za-z]{2,4})?"
_URL = r"https?://[a-z0-9.-]{1,80}(?::\d{1,5})?(?!.*(?:home|users))(?:/(?:[a-z_-]{1,11}\d{0,4}(?:\.[a-z]{2,4})?)?){0,6}"
_WORD = r"[A-Za-z_-]{1,11}\d{0,4}(?:\.[A-Za-z]{2,4})?"
_URL = r"https?://[a-z0-9.-]{1,80}(?::\d{1,5})?(?!.*(?:home|users))(?:/(?:[a-z_-]{1,11}\d{0,4}(?:\.[a-z]{2,4})?)?){0,6}"
_PLAIN = re.compile(rf"{_WORD}|{_URL}", re.ASCII)
"""Short words, names of files, and URLs of such words: too short for any encoding, and nothing that the detectors look for."""


def hits(text: str) -> tuple[Hit, ...]:
    """What the detectors find in a text, in it as it stands and in whatever it decodes to."""
    if _PLAIN.fullmatch(text):
        return ()
    return _known(text) if len(text) <= _REMEMBERED else _look(text)


def is_clean(text: str, beside: frozenset[str] = frozenset()) -> bool:
    """Whether nothing is found, but for kinds that belong where the text stands."""
    found = hits(text)
    return not found or all(hit.kind in beside for hit in found)


def _look(text: str) -> tuple[Hit, ...]:
    looking = detectors()
    return looking.find(text) if looking.any(text) else ()


_known = lru_cache(maxsize=8192)(_look)  # five recipients ask about the same text one after the other
