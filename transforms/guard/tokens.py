"""Values of threats that stand in the final bytes, as digests, in all encodings, defanged and in upper case."""

from __future__ import annotations

from functools import lru_cache

from schemas.value_tokens import tokens_of
from transforms.guard.decoded import decoded, may_hide
from transforms.guard.folded import is_defanged, spellings
from transforms.guard.texts import LONGEST_DULL, MOST_DULL, REMEMBERED, strings_once, telling

_EMPTY: set[bytes] = set()
"""Short texts that hold no value and nothing in another form: names of properties, types, words."""

_FEW = 3
"""Texts that are worth no look at each of them: a pattern, a name, a description."""


def tokens(body: bytes) -> frozenset[bytes]:
    """Digests (`schemas.value_tokens.digest`) of the values that stand anywhere in some bytes.

    Where more is nested than can be looked into, those that are found so far: such bytes are stopped by `Guard.look`.
    """
    return _remembered(body) if len(body) <= REMEMBERED else _tokens(body)


def _tokens(body: bytes) -> frozenset[bytes]:
    try:
        every = strings_once(body)
    except ValueError:
        every = frozenset((body,))
    fresh = telling(every, _EMPTY)
    if len(fresh) <= _FEW:
        return frozenset(_in_texts(fresh))
    found: set[bytes] = set()
    for text in fresh:
        inside = _in_texts([text])
        found |= inside
        if not inside and len(text) <= LONGEST_DULL:
            if len(_EMPTY) >= MOST_DULL:
                _EMPTY.clear()
            _EMPTY.add(text)
    return frozenset(found)


_remembered = lru_cache(maxsize=1024)(_tokens)


def _in_texts(texts: list[bytes]) -> set[bytes]:
    joined = b"\n".join(texts).decode("utf-8", "replace")
    hiding = may_hide(joined)
    lowered = joined.lower()
    if not hiding and not is_defanged(lowered):
        return tokens_of(lowered.encode())
    found: set[bytes] = set()
    inside = decoded([text.decode("utf-8", "replace") for text in texts]).texts if hiding else []
    for text in (joined, *inside):
        for spelled in spellings(text):
            found |= tokens_of(spelled.encode("utf-8", "replace"))
    return found
