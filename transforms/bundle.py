"""Bundle statements into partner messages: a STIX 2.1 bundle that any tool can read, and beside it what only the publisher may know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import orjson

from schemas.ids import keyed_id
from transforms.statement import MINTED, Decision, Statement
from transforms.terms import Terms

MAX_OBJECTS = 500
MAX_BYTES = 512 << 10
"""A message is a block: one costs about 16 µs to produce, one object about 10 µs to process; and it must fit any broker's limit."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One partner message: `bundle` is its value, `ledger` what the publisher needs, to be sealed into a header."""

    bundle: bytes
    ledger: bytes


@dataclass(frozen=True, slots=True)
class Ledger:
    """The publisher's part of a message, read back."""

    slot: str
    policy: str
    agreements: str
    hub_identity: bytes | None
    statements: tuple[Statement, ...]
    legal_basis: str = ""
    purposes: str = ""


def bundle(statements: Iterable[Statement], terms: Terms, block: str) -> Iterator[Packet]:
    """Packets of at most MAX_OBJECTS objects or MAX_BYTES, in order. `block` tells this block from others of the slot.

    The hub's identity goes along wherever it is the creator of something. The bundle id is keyed: it tells nothing across recipients.
    """
    part: list[Statement] = []
    size = count = number = 0
    for statement in statements:
        weight = sum(map(len, statement.bodies))
        if part and (count + len(statement.bodies) > MAX_OBJECTS or size + weight > MAX_BYTES or len(part) >= 4 * MAX_OBJECTS):
            yield _packet(part, terms, f"{block}.{number}")
            part, size, count, number = [], 0, 0, number + 1
        part.append(statement)
        size += weight
        count += len(statement.bodies)
    if part:
        yield _packet(part, terms, f"{block}.{number}")


def read_packet(packet: Packet) -> Ledger:
    """The statements of a message, each with its bodies cut out of the bundle."""
    content = orjson.loads(packet.ledger)
    position = content["start"]
    bodies = []
    for length in content["lengths"]:
        bodies.append(packet.bundle[position : position + length])
        position += length + 1
    hub = bodies.pop(0) if content["hub"] else None
    statements = []
    place = 0
    for handle, decision, reason, change, object_id, digest, number, transforms, *more in content["statements"]:
        source, grant = more or ("", "")  # messages of the first releases have neither
        own = tuple(bodies[place : place + number])
        place += number
        kind: Decision = decision
        statements.append(
            Statement(
                *(bytes.fromhex(handle), kind, reason, change, object_id, bytes.fromhex(digest), own, tuple(transforms)),
                *(bytes.fromhex(source), grant),
            )
        )
    basis, purposes = content.get("legal_basis", ""), content.get("purposes", "")
    return Ledger(content["slot"], content["policy"], content["agreements"], hub, tuple(statements), basis, purposes)


def _packet(statements: Sequence[Statement], terms: Terms, name: str) -> Packet:
    creator = terms.hub.identity.encode()
    hub = any(item.reason in MINTED or (item.decision == "revoke" and creator in item.bodies[-1]) for item in statements)
    bodies = [body for statement in statements for body in statement.bodies]
    if hub:
        bodies.insert(0, terms.hub.identity_body)
    identifier = keyed_id("bundle", terms.secrets.handle_key, terms.slot_text, name)
    head = b'{"type":"bundle","id":"' + identifier.encode() + b'"'
    start = head + b',"objects":['
    ledger = {
        "start": len(start),
        "lengths": [len(body) for body in bodies],
        "slot": terms.slot_text,
        "policy": terms.citation,
        "agreements": ",".join(agreement.reference for agreement in terms.agreements),
        "legal_basis": ",".join(terms.legal_basis),
        "purposes": ",".join(terms.purposes),
        "hub": hub,
        "statements": [
            [
                *(item.handle.hex(), item.decision, item.reason, item.change, item.object_id, item.digest.hex()),
                *(len(item.bodies), list(item.transforms), item.source.hex(), item.grant),
            ]
            for item in statements
        ],
    }
    return Packet(start + b",".join(bodies) + b"]}" if bodies else head + b"}", orjson.dumps(ledger))
