"""Signed grants: an originator releases objects, a feed or a query of its own to recipients that it names, until a date; it can revoke.

A statement is one JSON object in canonical form (JCS, RFC 8785), and a line break where one stands. Its `signature` is Ed25519
(RFC 8032) over the canonical form of all the rest. Every other writing of the same is refused, so no byte of a file can change.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import Annotated, Any, Literal

import orjson
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from pydantic import BeforeValidator, Field, ValidationError, model_validator

from schemas.errors import ConfigError
from schemas.ids import digest16
from schemas.markings import Tlp
from schemas.sharing.words import File, PartnerId, TlpName

MAX_BYTES = 1_048_576
"""A statement names at most 10,000 objects, which is about half of it; whatever is longer is none."""

FEED = "feed "
"""Before the name of a feed, which may look like an object's id."""

_WORDS = {"extra_forbidden": "is nothing that a statement says", "missing": "required, but absent"}
"""What is said of the commonest mistakes instead of what the models say."""

_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)


def _instant(value: object) -> object:
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        return datetime.fromisoformat(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value
    message = "must be a moment in UTC like 2026-06-01T12:00:00Z"
    raise ValueError(message)


Instant = Annotated[datetime, BeforeValidator(_instant, json_schema_input_type=str)]
GrantId = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,99}$")]
Signature = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{86}==$")]
StixId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*--[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]


class Query(File):
    """Objects by what they are: of each list that stands there, one item must fit."""

    types: tuple[str, ...] = Field(default=(), description="STIX types.")
    labels: tuple[str, ...] = Field(default=(), description="Labels of the object.")
    topics: tuple[str, ...] = Field(default=(), description="Topics, as in a policy's `topics`.")
    tlp_max: TlpName = Field(description="Up to which label, this one included; unmarked objects count as red.")

    def fits(self, type_name: str, labels: frozenset[str], topics: frozenset[str], tlp: Tlp | None) -> bool:
        """Whether an object is meant."""
        return (
            (Tlp.RED if tlp is None else tlp) <= self.tlp_max
            and (not self.types or type_name in self.types)
            and (not self.labels or not labels.isdisjoint(self.labels))
            and (not self.topics or not topics.isdisjoint(self.topics))
        )


class Scope(File):
    """What a grant is about: exactly one of the three."""

    objects: Annotated[tuple[StixId, ...], Field(min_length=1, max_length=10_000)] | None = Field(default=None, description="Their ids.")
    feed: PartnerId | None = Field(default=None, description="Everything of one of the originator's feeds.")
    query: Query | None = Field(default=None, description="What fits it, in every feed of the originator.")

    @model_validator(mode="after")
    def _one(self) -> Scope:
        if sum(item is not None for item in (self.objects, self.feed, self.query)) != 1:
            message = "must be one of objects, feed and query"
            raise ValueError(message)
        return self


class SignedGrant(File):
    """grants/ID.json: an originator's permission."""

    statement: Literal["grant"] = Field(description="What it states.")
    id: GrantId = Field(description="The grant's id, the same as the file's name.")
    originator: PartnerId = Field(description="Whose objects; it has signed.")
    recipients: Annotated[tuple[PartnerId, ...], Field(min_length=1)] = Field(description="To whom, by name.")
    scope: Scope = Field(description="Which objects.")
    valid_from: Instant = Field(description="Nothing is released under it before.")
    valid_until: Instant = Field(description="Nothing is released under it from then on; what was is withdrawn.")
    issued: Instant = Field(description="When it was signed; of two statements the later one counts.")
    hub: PartnerId | None = Field(default=None, description="`hub.id` of the only hub that it is for; without it, any that knows the key.")
    key: PartnerId = Field(description="Name of the key that signed it, as in the originator's `grant_keys`.")
    signature: Signature = Field(description="Ed25519 over the canonical form of all the rest.")

    @model_validator(mode="after")
    def _ends(self) -> SignedGrant:
        if self.valid_until <= max(self.valid_from, self.issued):
            message = "valid_until must be after valid_from and issued"
            raise ValueError(message)
        return self


class Revocation(File):
    """grants/ID.revoked.json: the originator takes back a grant, in every statement up to this one."""

    statement: Literal["revocation"] = Field(description="What it states.")
    revokes: GrantId = Field(description="The grant's id.")
    originator: PartnerId = Field(description="Whose grant it is; it has signed.")
    issued: Instant = Field(description="When it was signed; a grant signed later counts again.")
    hub: PartnerId | None = Field(default=None, description="`hub.id` of the only hub that it is for.")
    key: PartnerId = Field(description="Name of the key that signed it.")
    signature: Signature = Field(description="Ed25519 over the canonical form of all the rest.")

    def ends(self, grant: SignedGrant) -> bool:
        """Whether it takes back this grant in this statement."""
        return (self.originator, self.revokes) == (grant.originator, grant.id) and grant.issued <= self.issued


@dataclass(frozen=True)
class Statement:
    """A statement as it was read: well-formed, and not yet believed."""

    says: SignedGrant | Revocation
    signed: bytes

    def verify(self, key: str) -> bool:
        """Whether the holder of this public key (base64) has signed it."""
        signature = b64decode(self.says.signature)
        if b64encode(signature).decode() != self.says.signature:
            return False  # other letters for the same bytes
        try:
            Ed25519PublicKey.from_public_bytes(b64decode(key)).verify(signature, self.signed)
        except (InvalidSignature, ValueError):
            return False
        return True


def read_statement(body: bytes) -> Statement:
    """The statement in a file. Raises ConfigError where there is none, or it is not in canonical form; the message has no file name."""
    try:
        content = orjson.loads(body) if len(body) <= MAX_BYTES else None
        canonical = rfc8785.dumps(content)
    except (ValueError, RecursionError):
        content, canonical = None, b""
    if not isinstance(content, dict):
        message = "is no JSON object of at most 1 MiB; ask its originator for the file again"
        raise ConfigError(message)
    if body not in (canonical, canonical + b"\n"):
        message = "is not in the form that was signed (RFC 8785); ask for the file as `tearline grant new` or `revoke` wrote it"
        raise ConfigError(message)
    model = Revocation if content.get("statement") == "revocation" else SignedGrant
    try:
        says = model.model_validate(content)
    except ValidationError as error:
        message = f"is no grant and no revocation: {'; '.join(explain_statement(error)[:5])}"
        raise ConfigError(message) from None
    return Statement(says, rfc8785.dumps({name: value for name, value in content.items() if name != "signature"}))


def explain_statement(error: ValidationError) -> Sequence[str]:
    """One part for each mistake: where, and what would be right. Values are left out: a statement may come from anybody."""
    found = {".".join(map(str, item["loc"])) or "statement": item for item in error.errors(include_input=False, include_url=False)}
    return [f"{place}: {_WORDS.get(item['type'], item['msg'].removeprefix('Value error, '))}" for place, item in sorted(found.items())]


def sign(content: Mapping[str, Any], key: Ed25519PrivateKey) -> bytes:
    """The file of a statement, whose moments are texts. Raises ConfigError where the content makes none."""
    try:
        signature = b64encode(key.sign(rfc8785.dumps(dict(content)))).decode()
        body: bytes = rfc8785.dumps({**content, "signature": signature}) + b"\n"
    except ValueError:
        message = "has content that JSON cannot hold"
        raise ConfigError(message) from None
    read_statement(body)
    return body


@dataclass(frozen=True)
class Standing:
    """A grant whose signature is right and that is not revoked, and the span in which it counts."""

    grant: SignedGrant
    starts: datetime
    ends: datetime

    def counts(self, slot: datetime) -> bool:
        """Whether it is in force at a slot."""
        return self.starts <= slot < self.ends


@dataclass(frozen=True)
class GrantSet:
    """All grants that stand, at whatever time they count."""

    standing: tuple[Standing, ...] = ()
    _index: dict[tuple[str, str], tuple[dict[str, list[Standing]], list[Standing]]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "standing", tuple(sorted(self.standing, key=lambda item: item.grant.id)))
        index: dict[tuple[str, str], tuple[dict[str, list[Standing]], list[Standing]]] = {}
        for item in self.standing:
            scope = item.grant.scope
            for recipient in dict.fromkeys(item.grant.recipients):
                named, queries = index.setdefault((item.grant.originator, recipient), ({}, []))
                if scope.query is not None:
                    queries.append(item)
                if scope.feed is not None:
                    named.setdefault(FEED + scope.feed, []).append(item)
                for name in dict.fromkeys(scope.objects or ()):
                    named.setdefault(name, []).append(item)
        object.__setattr__(self, "_index", index)

    def __bool__(self) -> bool:
        return bool(self.standing)

    def covering(
        self,
        *,
        producer: str,
        recipient: str,
        feed: str,
        source_id: str,
        type: str,
        labels: Iterable[str],
        tlp: Tlp | None,
        slot: datetime,
        topics: Iterable[str] = (),
    ) -> str | None:
        """Id of the grant under which the producer releases this object of a feed of its own to the recipient; the smallest of several."""
        found = self._index.get((producer, recipient))
        if found is None:
            return None
        named, queries = found
        fitting = [item for name in (source_id, FEED + feed) for item in named.get(name, ()) if item.counts(slot)]
        if queries:
            words, about = frozenset(labels), frozenset(topics)
            fitting += [
                item
                for item in queries
                if item.counts(slot) and item.grant.scope.query is not None and item.grant.scope.query.fits(type, words, about, tlp)
            ]
        return min((item.grant.id for item in fitting), default=None)

    def for_recipient(self, recipient: str) -> GrantSet:
        """Those that name a recipient."""
        return GrantSet(tuple(item for item in self.standing if recipient in item.grant.recipients))

    def in_force(self, slot: datetime) -> GrantSet:
        """Those that count at a slot."""
        return GrantSet(tuple(item for item in self.standing if item.counts(slot)))

    def next_change(self, slot: datetime) -> datetime | None:
        """The first moment after a slot at which a grant begins or ends to count."""
        moments = (moment for item in self.standing if item.starts < item.ends for moment in (item.starts, item.ends))
        return min((moment for moment in moments if moment > slot), default=None)

    @cached_property
    def fingerprint(self) -> str:
        """Differs whenever anything in the set does; empty for the empty set."""
        parts = [
            f"{item.grant.signature} {item.starts.astimezone(UTC).isoformat()} {item.ends.astimezone(UTC).isoformat()}".encode()
            for item in self.standing
        ]
        return digest16(*parts).hex() if parts else ""
