"""A batch of objects on its way through intake's stages, with what fell out of it: one bad object never takes its neighbours along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from schemas.errors import BadInput
from schemas.ids import digest16
from schemas.split import HEAD_BYTES, Fragment, Piece, split_bytes
from transforms.record import Origin, Record, Rejected


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
    """Objects still on their way, records that are ready for the catalogue, and what goes to quarantine."""

    parsed: list[Parsed] = field(default_factory=list)
    records: list[Record] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Objects in the batch, wherever they stand."""
        return len(self.parsed) + len(self.records) + len(self.rejected)


def parse(envelope: bytes, origin: Origin, max_object_bytes: int, fragment_reason: str = "") -> Batch:
    """The objects of one raw message. `fragment_reason` is set on messages that carry an unusable piece instead of an envelope."""
    batch = Batch()
    if fragment_reason:
        batch.rejected.append(_rejected(fragment_reason, "", "", envelope, len(envelope), origin))
        return batch
    for index, piece in enumerate(split_bytes(envelope, max_object_bytes)):
        own = replace(origin, position=origin.position + index)
        match piece:
            case Piece(raw, value):
                batch.parsed.append(Parsed(own, raw, value))
            case Fragment(reason, head, size):
                batch.rejected.append(_rejected(reason, "", "", head, size, own))
    return batch


def each(batch: Batch, step: Callable[[Parsed], Parsed]) -> Batch:
    """Apply one step to each object; BadInput and any failure of the step itself move just that object to quarantine."""
    kept = []
    for item in batch.parsed:
        try:
            kept.append(step(item))
        except BadInput as error:
            batch.rejected.append(reject(item, error.reason, error.path))
        except Exception:  # noqa: BLE001 - whatever one object does to a step, its neighbours go on
            batch.rejected.append(reject(item, "internal-error", ""))
    batch.parsed = kept
    return batch


def reject(item: Parsed, reason: str, path: str) -> Rejected:
    """An object as quarantine keeps it."""
    identifier = item.value.get("id")
    known = identifier if isinstance(identifier, str) and len(identifier) <= 300 and identifier.isprintable() else ""
    return _rejected(reason, path, known, item.raw, len(item.raw), item.origin)


def _rejected(reason: str, path: str, identifier: str, raw: bytes, size: int, origin: Origin) -> Rejected:
    return Rejected(reason, path, identifier, digest16(raw), size, raw if len(raw) <= 1 << 20 else raw[:HEAD_BYTES], origin)
