"""Objects as messages of the raw and pushed topics: envelopes of the objects' own bytes, and beside them the unusable pieces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from pipeline.bus.base import Message
from pipeline.topics import FRAGMENTS, MAX_BYTES, MAX_OBJECTS
from schemas.split import Fragment
from transforms.batch import encode_fragments

Item = TypeVar("Item")


def blocks(objects: Sequence[bytes], fragments: Sequence[Fragment], name: str, headers: Mapping[str, bytes]) -> Iterator[Message]:
    """Messages with these headers; `name` and a number make the key of each."""
    for number, part in enumerate(_parts(objects, len)):
        yield Message(f"{name}/{number}".encode(), envelope(part), headers)
    for number, pieces in enumerate(_parts(fragments, lambda piece: 2 * len(piece.head))):
        yield Message(f"{name}/f{number}".encode(), encode_fragments(pieces), {**headers, FRAGMENTS: b"1"})


def _parts(items: Iterable[Item], weigh: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Items in order, in parts of at most MAX_OBJECTS items and, unless one alone is heavier, MAX_BYTES."""
    part: list[Item] = []
    size = 0
    for item in items:
        if part and (len(part) >= MAX_OBJECTS or size + weigh(item) > MAX_BYTES):
            yield part
            part, size = [], 0
        part.append(item)
        size += weigh(item)
    if part:
        yield part


def envelope(objects: list[bytes]) -> bytes:
    """A TAXII envelope around objects' own bytes."""
    return b'{"objects":[' + b",".join(objects) + b"]}"
