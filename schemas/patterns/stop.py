"""How the parser says that it cannot go on: by the number of a word, which becomes a position only then."""

from __future__ import annotations

TOO_LARGE = "pattern-too-large"


class Stop(Exception):
    """The word with this number cannot stand here, or is one too many."""

    def __init__(self, word: int, section: str = "9", reason: str = "invalid-pattern") -> None:
        super().__init__(reason)
        self.word = word
        self.section = section
        self.reason = reason
