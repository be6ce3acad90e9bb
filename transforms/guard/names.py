"""Names and ids of other partners as whole words of a text."""

from __future__ import annotations

import re
from collections.abc import Iterable

from transforms.guard.folded import spellings

SHORTEST = 4
"""Letters. Shorter names are words of every language, but where a sign is a word."""

_WORD = re.compile(r"[^\W_]+")
_SEPARATORS = bytes(byte for byte in range(128) if not chr(byte).isalnum())
_BLANKS = bytes.maketrans(_SEPARATORS, b" " * len(_SEPARATORS))
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
"""Scripts that put no blanks between words: in these a name is looked for anywhere."""


class Names:
    """Names to be looked for, each as the sequence of its words: `acme-cert`, `ACME CERT` and `acme_cert` are one."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first: dict[str, set[tuple[str, ...]]] = {}
        self._anywhere: set[str] = set()
        for name in names:
            if len(name) < SHORTEST and not _UNSPACED.search(name):
                continue
            for spelled in spellings(name):
                words = tuple(_WORD.findall(spelled))
                if words:
                    self._by_first.setdefault(words[0], set()).add(words)
                if _UNSPACED.search(spelled):
                    self._anywhere.add(spelled)
        self._firsts = frozenset(word.encode() for word in self._by_first if word.isascii())

    def maybe(self, text: str) -> bool:
        """Whether one of them may stand in a text in lower case; a no is sure for ASCII."""
        return bool(self._firsts) and not self._firsts.isdisjoint(text.encode().translate(_BLANKS).split())

    def among(self, text: str) -> bool:
        """Whether one of them stands in a text that is folded and in lower case."""
        if text.isascii():
            if not self.maybe(text):
                return False
        elif any(name in text for name in self._anywhere):
            return True
        words = _WORD.findall(text)
        return any(
            tuple(words[at : at + len(name)]) == name
            for at, word in enumerate(words)
            if word in self._by_first
            for name in self._by_first[word]
        )
