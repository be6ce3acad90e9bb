"""Numbers for ids and words while a transaction works with them: looked up at once, new ones written together."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from pipeline.store.object_ids import FIND, join, split

AT_ONCE = 500
"""Ids that are looked up by one statement."""


class Names:
    """Numbers of object ids, types, decisions and reasons. What is new gets the next one; `flush` writes those."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._texts: dict[int, str] = dict(db.execute("SELECT no, text FROM word"))
        self._words = {text: no for no, text in self._texts.items()}
        self._objects: dict[str, int] = {}
        self._first_new = self._next = 1 + (db.execute("SELECT max(no) FROM object").fetchone()[0] or 0)
        self._new: list[tuple[int, bytes | str, int]] = []

    def word(self, text: str) -> int:
        """The number of a type, decision or reason."""
        number = self._words.get(text)
        if number is None:
            number = self._words[text] = 1 + len(self._words)
            self._texts[number] = text
            self._db.execute("INSERT INTO word (no, text) VALUES (?, ?)", (number, text))
        return number

    def text(self, word: int) -> str:
        """The word of a number."""
        return self._texts[word]

    def known(self, identifier: str) -> int | None:
        """The number of an id, None where no collection has ever had it."""
        number = self._objects.get(identifier)
        if number is None:
            row = self._db.execute(FIND, split(identifier)).fetchone()
            if row is None:
                return None
            number = self._objects[identifier] = row[0]
        return number

    def number(self, identifier: str) -> int:
        """The number of an id, a new one if need be."""
        return self.known(identifier) or self._add(identifier)

    def is_new(self, number: int) -> bool:
        """Whether this transaction's message brought the object: nothing is stored about it."""
        return number >= self._first_new

    def look_up(self, identifiers: Iterable[str]) -> list[int]:
        """Read the numbers of many ids, new ones for those that have none; returns all."""
        wanted = list(dict.fromkeys(identifiers))
        keys = [split(identifier)[0] for identifier in wanted]
        for start in range(0, len(keys), AT_ONCE):
            part = keys[start : start + AT_ONCE]
            marks = ",".join("?" * len(part))
            for number, uuid, kind in self._db.execute(f"SELECT no, uuid, type FROM object WHERE uuid IN ({marks})", part):  # noqa: S608 - marks
                self._objects[join(uuid, self._texts[kind])] = number
        return [self._objects.get(identifier) or self._add(identifier) for identifier in wanted]

    def flush(self) -> None:
        """Write the new ids."""
        self._db.executemany("INSERT INTO object (no, uuid, type) VALUES (?, ?, ?)", self._new)
        self._new = []

    def _add(self, identifier: str) -> int:
        number = self._objects[identifier] = self._next
        self._next += 1
        uuid, kind = split(identifier)
        self._new.append((number, uuid, self.word(kind)))
        return number
