"""What an explanation holds. It is for the operator: it names fields, files and markings, but holds no value of a field."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from transforms.statement import Result


class Contributor(BaseModel):
    """One contribution to the object's meaning."""

    producer: str
    source_id: str
    feed: str
    received: str
    stands_for_others: bool


class Together(BaseModel):
    """What contributions say together; docs/content-keys.md tells how. Nothing stands for unknown, and for an indicator without end."""

    sources: int
    confidence: int | None
    confidences: dict[str, int]
    first_seen: str | None
    last_seen: str | None
    valid_from: str | None
    valid_until: str | None
    labels: list[str]
    kinds: list[str]
    counts: dict[str, int]


class Meaning(BaseModel):
    """What the hub knows of one meaning, and what its contributions say together."""

    type: str
    content_key: str
    contributors: list[Contributor]
    merged: Together


class Step(BaseModel):
    """One of the eight steps: how it ended, for which reason, and what decided it.

    outcome: passed, stopped (for `reason`), or not reached
    """

    number: int
    name: str
    outcome: Literal["passed", "stopped", "not reached"]
    reason: str
    told: list[str]


class Said(BaseModel):
    """What one marking says, or, where `marking` is 'unmarked' or 'its words', what stands in its place.

    where: the part that it marks, '' for the whole object · hidden: whether the part is kept from the recipient
    """

    marking: str
    where: str
    says: str
    hidden: bool


class Field(BaseModel):
    """One place of the object: what became of it, and by what.

    place:   type, property and names below it, with dots
    outcome: kept, dropped, changed, added, or the reason for which the object stops here
    by:      file: rule = verb, for each file that has something to say; or what the hub itself does
    """

    place: str
    outcome: str
    by: list[str]


class Reference(BaseModel):
    """Something that the object refers to: under which id the recipient sees it, or the reason why it does not."""

    refers_to: str
    seen_as: str | None
    reason: str


class Outcome(BaseModel):
    """What becomes of one contribution that could stand for the object.

    outcome: stands, 'another one stands' where it could as well, or the reason why it cannot
    """

    producer: str
    source_id: str
    outcome: str


class Explanation(Meaning):
    """What the recipient gets of one meaning now, and why; `published` is what its view holds, `merged` counts what it may have.

    steps, label, said, fields, references, grant: of the contribution that stands, or, where none does, of the first
    sightings: what becomes of the sum of its sightings, '' where there are none
    """

    recipient: str
    markings: list[str]
    policy: str
    agreements: list[str]
    grant: str
    decision: str
    result: Result
    reason: str
    meaning: str
    released_as: str | None
    changes: list[str]
    published: dict[str, Any] | None
    candidates: list[Outcome]
    steps: list[Step]
    label: str
    said: list[Said]
    fields: list[Field]
    references: list[Reference]
    guard: list[str]
    sightings: str
