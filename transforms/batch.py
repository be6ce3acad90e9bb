"""A batch of objects on its way through intake's stages, with what fell out of it: one bad object never takes its neighbours along."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import orjson

from schemas.errors import BadInput
from schemas.ids import IDENTIFIER, digest16
from schemas.split import HEAD_BYTES, MAX_OBJECT_BYTES, Fragment, Piece, split_bytes
from schemas.stix.registry import KNOWN_PROPERTIES
from transforms.record import Origin, Record, Rejected
from transforms.tightening import tightening


@dataclass(frozen=True, slots=True)
class Parsed:
    """An object between the stages: its bytes and value, what the hub took away, and what it found."""

    origin: Origin
    raw: bytes
    value: dict[str, Any]
    altered: tuple[str, ...] = ()
    enrichment: bytes = b""


@dataclass(slots=True)
class Batch:
    """Objects still on their way, records that are ready for the catalogue, and what goes to quarantine.

    derived: how many objects were taken out of others · noted: (feed, reason) -> objects that a feed's settings let pass all the same
    """

    parsed: list[Parsed] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    derived: Counter[str] = field(default_factory=Counter)
    noted: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def size(self) -> int:
        """Objects in the batch, wherever they stand."""
        return len(self.parsed) + len(self.records) + len(self.rejected)


def parse(envelope: bytes, origin: Origin, max_object_bytes: int) -> Batch:
    """The objects of one raw message."""
    batch = Batch()
    for index, piece in enumerate(split_bytes(envelope, max_object_bytes)):
        own = Origin(origin.feed, origin.producer, origin.audience, origin.received, origin.position + index)
        match piece:
            case Piece(raw, value):
                batch.parsed.append(Parsed(own, raw, value))
            case Fragment():
                batch.rejected.append(_rejected(piece.reason, "", "", piece.head, piece.size, own))
    return batch


def encode_fragments(fragments: Sequence[Fragment]) -> bytes:
    """Unusable pieces as the value of one raw message."""
    return orjson.dumps([[item.reason, b64encode(item.head).decode(), item.size] for item in fragments])


def parse_fragments(value: bytes, origin: Origin) -> Batch:
    """The unusable pieces of one raw message, for quarantine."""
    batch = Batch()
    for index, (reason, head, size) in enumerate(orjson.loads(value)):
        batch.rejected.append(_rejected(reason, "", "", b64decode(head), size, replace(origin, position=origin.position + index)))
    return batch


def reject_all(batch: Batch, reason: str) -> Batch:
    """Every object of a batch to quarantine, for a reason that concerns them all."""
    batch.rejected += [reject(item, reason, "") for item in batch.parsed]
    batch.parsed = []
    return batch


def each(batch: Batch, step: Callable[[Parsed], Iterable[Parsed]]) -> Batch:
    """Apply one step to each object; BadInput and any failure of the step itself move just that object to quarantine."""
    kept: list[Parsed] = []
    for item in batch.parsed:
        try:
            kept += step(item)
        except BadInput as error:
            rejected = reject(item, error.reason, error.path)
            batch.rejected.append(rejected if error.keep else replace(rejected, raw=b""))
        except Exception:  # noqa: BLE001 - whatever one object does to a step, its neighbours go on
            batch.rejected.append(reject(item, "internal-error", ""))
    batch.parsed = kept
    return batch


def reject(item: Parsed, reason: str, path: str) -> Rejected:
    """An object as quarantine keeps it."""
    identifier = item.value.get("id")
    match = IDENTIFIER.fullmatch(identifier) if isinstance(identifier, str) else None
    known = match[0] if match is not None and match[1] in KNOWN_PROPERTIES else ""  # any other word is the feed's own
    rejected = _rejected(reason, path, known, item.raw, len(item.raw), item.origin)
    return replace(rejected, narrow=tightening(item.value)) if known else rejected


def _rejected(reason: str, path: str, identifier: str, raw: bytes, size: int, origin: Origin) -> Rejected:
    return Rejected(reason, path, identifier, digest16(raw), size, raw if len(raw) <= MAX_OBJECT_BYTES else raw[:HEAD_BYTES], origin)
