"""What minimizing gives, and the form of the functions that do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple


class Minimized(NamedTuple):
    """What the recipient may see (the very same object where nothing changes), path=verb for each change, and what differs."""

    value: dict[str, Any]
    changes: tuple[str, ...]
    touched: frozenset[str]


class _Gone:
    """Nothing is left of a part."""

    def __repr__(self) -> str:
        return "GONE"


GONE: Final = _Gone()

Treatment = Callable[[Any, Mapping[str, Any]], Any]
"""(part of an object, the whole object) -> what is left of the part: the very same where nothing changes, GONE where nothing is left.

It never changes what it is given. Raises BadInput with a reason of WITHHOLD or HOLD where the whole object must not go out.
"""
