"""How far compressed input may inflate: the one rule for HTTP replies and for files."""

from __future__ import annotations

MAX_RATIO = 100
"""Inflated size over compressed size. Real bundles compress 8:1 to 25:1; a gzip bomb reaches about 1000:1."""

RATIO_FLOOR = 1 << 20
"""Below 1 MiB inflated the ratio says nothing (a page of spaces is no attack) and the byte caps hold anyway."""


def inflates_too_much(compressed: int, inflated: int) -> bool:
    """Whether `inflated` bytes out of `compressed` ones are more than an honest document would give."""
    return inflated > RATIO_FLOOR and inflated > compressed * MAX_RATIO
