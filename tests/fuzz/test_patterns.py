"""Damaged patterns: whatever a text has become, there is an answer or a reason in time. TEARLINE_FUZZ_CASES asks for more cases."""

from __future__ import annotations

import os
import random

from schemas.patterns import MAX_PATTERN, examine, parse, to_text
from tests.unit.schemas.patterns.test_keys import APART, FOLDS, GENERAL, MORE_FOLDS
from tests.unit.schemas.patterns.timing import answer

CASES = int(os.environ.get("TEARLINE_FUZZ_CASES", 5_000))
TABLES = [*FOLDS.values(), *MORE_FOLDS.values(), *APART.values(), list(GENERAL)]
PATTERNS = sorted({pattern for patterns in TABLES for pattern in patterns})
LARGE = [
    f"[{' OR '.join(f'file:name = {chr(39)}n{number}{chr(39)}' for number in range(100))}]",
    f"[{' AND '.join(f'(file:size = {number} OR file:name MATCHES {chr(39)}a{number}+{chr(39)})' for number in range(12))}]",
    " FOLLOWEDBY ".join(f"([file:size > {number}] OR [mutex:name = 'm']) WITHIN {number + 1} SECONDS" for number in range(20)),
]
PIECES = [
    "(",
    ")",
    "[",
    "]",
    "'",
    "\\",
    " AND ",
    " OR ",
    " NOT ",
    " IN (",
    "t'",
    "h'",
    "[*]",
    "/*",
    "//",
    ".",
    "9" * 40,
    "\u0000",
    "\ud800",
    "ä",
    "%",
]


def check(text: str) -> None:
    report = answer(text)
    assert examine(text) == report
    assert all(0 <= flaw.position <= min(len(text), MAX_PATTERN) for flaw in report.flaws)
    hard = any(not flaw.setting for flaw in report.flaws)
    assert report.key == f"~stix:{text}" or (report.key[0] in "=%" and not hard)
    if not hard:
        tree = parse(text)
        assert parse(to_text(tree)) == tree


def test_every_truncation() -> None:
    assert len(PATTERNS) >= 200
    for pattern in PATTERNS[:: len(PATTERNS) // 200]:
        for end in range(len(pattern)):
            check(pattern[:end])


def test_flipped_bytes_and_misplaced_pieces() -> None:
    chance = random.Random(20)
    for _ in range(CASES):
        text = chance.choice(PATTERNS) if chance.random() < 0.98 else chance.choice(LARGE)
        if chance.random() < 0.6:
            data = bytearray(text.encode())
            for _ in range(chance.choice([1, 1, 2, 8])):
                data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
            text = data.decode(errors="replace")
        for _ in range(chance.choice([0, 1, 1, 3])):
            place = chance.randrange(len(text) + 1)
            text = text[:place] + chance.choice(PIECES) + text[place + chance.choice([0, 0, 1, 5]) :]
        check(text)
