"""A reply's body taken apart into its objects' own bytes, or refused as a whole where it was cut short."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from connectors.http_retry import TryFailed
from schemas.split import Fragment, Piece, split


@dataclass(frozen=True, slots=True)
class Document:
    """What one body holds.

    objects:   each object's own bytes, in order
    fragments: what was no usable object
    envelope:  scalars at the top level: `more`, `next` …
    last:      (id, version) of the last object; None where there is no object
    mark:      digest of the first and the last object's ids and versions, to tell repeated pages; empty where there is no object
    """

    objects: tuple[bytes, ...]
    fragments: tuple[Fragment, ...]
    envelope: dict[str, Any]
    last: tuple[str, str] | None
    mark: bytes


def take_apart(read: Callable[[int], bytes], max_object_bytes: int) -> Document:
    """Split a body that is read in chunks. Raises TryFailed("incomplete") where it is not JSON at all or ends in the middle."""
    pieces: list[bytes] = []
    fragments: list[Fragment] = []
    envelope: dict[str, Any] = {}
    first: Piece | None = None
    last: Piece | None = None
    tail = Tail(read)
    for part in split(tail, max_object_bytes, envelope):
        if isinstance(part, Piece):
            first, last = first or part, part
            pieces.append(part.raw)
        elif part.reason in ("truncated-json", "not-json"):
            break
        else:
            fragments.append(part)
    else:
        if tail.closed:
            ends = [_identity(piece) for piece in (first, last) if piece is not None]
            mark = blake2b(repr(ends).encode(errors="replace"), digest_size=16).digest() if ends else b""
            return Document(tuple(pieces), tuple(fragments), envelope, ends[-1] if ends else None, mark)
    message = "The reply ends in the middle or is no JSON, so none of it was taken. If it persists, ask the partner to check their server."
    raise TryFailed(message, "incomplete")


class Tail:
    """Passes chunks on and looks at the outermost characters: a list that is cut between two elements shows nowhere else."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self._first = b""
        self._last = b""

    def __call__(self, size: int) -> bytes:
        chunk = self._read(size)
        self._first = self._first or chunk.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
        self._last = chunk.rstrip()[-1:] or self._last
        return chunk

    @property
    def closed(self) -> bool:
        """Whether the document's first bracket has its counterpart at the end."""
        return (self._first, self._last) in ((b"{", b"}"), (b"[", b"]"))


def _identity(piece: Piece) -> tuple[str, str]:
    version = piece.value.get("modified") or piece.value.get("created") or blake2b(piece.raw, digest_size=16).hexdigest()
    return str(piece.value.get("id")), str(version)
