"""What values an object is about, and which others it quotes: the guard asks whether a quoted one is kept from the recipient elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from schemas.value_digests import value_digests
from transforms.guard import tokens


class Values(NamedTuple):
    """Digests (12 bytes each, sorted): of the values that the object is about, and of the others that stand anywhere in its bytes."""

    about: tuple[bytes, ...]
    quotes: tuple[bytes, ...]


def values_of(value: Mapping[str, Any], body: bytes) -> Values:
    """The values of one object, which `body` are the bytes of."""
    about = value_digests(value)
    return Values(tuple(sorted(about)), tuple(sorted(tokens(body) - about)))
