"""One object on its way through intake, and the block of bytes in which many of them cross a shuffle."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from transforms.quotes import Values
from transforms.tightening import UNREADABLE, Tightening


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an object came from: its feed, producer and audience, when the hub received it, and its place in the raw topic."""

    feed: str
    producer: str
    audience: str
    received: str
    position: int


@dataclass(frozen=True, slots=True)
class Record:
    """A valid object as the catalogue keeps it.

    key:        16 bytes of what it means
    modified:   sortable text, '' for objects without versions
    digest:     16 bytes of its content, equal for equal content
    labels:     ids of all its markings
    refs:       ids of the objects that it refers to
    mentions:   UUIDs that stand anywhere else in its bytes, its own and those of TLP left out
    values:     what it is about, and what it quotes
    standing:   16 bytes, equal for objects that every recipient treats alike
    altered:    path=verb of what the hub itself took away; empty while `body` is the producer's own bytes
    enrichment: what the hub added beside it, as JSON, or b""
    """

    key: bytes
    type: str
    id: str
    created: str
    modified: str
    revoked: bool
    digest: bytes
    labels: tuple[str, ...]
    refs: tuple[str, ...]
    mentions: tuple[str, ...]
    values: Values
    standing: bytes
    altered: tuple[str, ...]
    enrichment: bytes
    body: bytes
    origin: Origin


@dataclass(frozen=True, slots=True)
class Rejected:
    """What goes to quarantine: a reason code, the path that broke the rule, the source id if it has a usable one, and the bytes.

    narrow: how narrow it was to be, and from when on
    """

    reason: str
    path: str
    id: str
    digest: bytes
    size: int
    raw: bytes
    origin: Origin
    narrow: Tightening = UNREADABLE


def encode_records(records: Iterable[Record]) -> bytes:
    """Records as one block of bytes."""
    return orjson.dumps([_row(record) for record in records])


def decode_records(block: bytes) -> Iterator[Record]:
    """The records of a block, in order."""
    for row in orjson.loads(block):
        (
            key,
            type_name,
            identifier,
            created,
            modified,
            revoked,
            digest,
            labels,
            refs,
            mentions,
            about,
            quotes,
            standing,
            altered,
            enrichment,
            body,
            origin,
        ) = row
        yield Record(
            bytes.fromhex(key),
            type_name,
            identifier,
            created,
            modified,
            revoked,
            bytes.fromhex(digest),
            tuple(labels),
            tuple(refs),
            tuple(mentions),
            Values(tuple(map(bytes.fromhex, about)), tuple(map(bytes.fromhex, quotes))),
            bytes.fromhex(standing),
            tuple(altered),
            bytes.fromhex(enrichment),
            body.encode(),
            Origin(*origin),
        )


def _row(record: Record) -> list[Any]:
    """By hand: dataclasses.astuple copies deeply, which costs ten times as much."""
    origin = record.origin
    return [
        *(record.key.hex(), record.type, record.id, record.created, record.modified, record.revoked, record.digest.hex()),
        *(
            record.labels,
            record.refs,
            record.mentions,
            [digest.hex() for digest in record.values.about],
            [digest.hex() for digest in record.values.quotes],
            record.standing.hex(),
            record.altered,
            record.enrichment.hex(),
            record.body.decode(),
        ),
        [origin.feed, origin.producer, origin.audience, origin.received, origin.position],
    ]
