"""Deduplicate: what one more contribution means to what is known of its source id (STIX 2.1 §3.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from transforms.record import Record

Kind = Literal["first", "repeat", "newer", "older", "refused"]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one producer's object.

    created:  of its versions; '' for objects without
    modified: of its latest version
    revoked:  whether the latest version revokes it
    rank:     (length, digest) of the latest version's bytes, to choose among versions without time
    same:     digests of the known versions with the incoming record's `modified`
    """

    created: str
    modified: str
    revoked: bool
    rank: tuple[int, bytes]
    same: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Judgement:
    """first: nothing was known · repeat: this very version is known · newer / older: another version · refused: with a reason."""

    kind: Kind
    reason: str = ""


def judge(known: Known | None, record: Record) -> Judgement:
    """Place one record beside what is known of its (producer, source id).

    The latest `modified` wins; a late older version is kept as history; `revoked` is final; `created` never changes; two contents for
    one (id, modified) are a conflict, and the first stays. Objects without versions (observables) have no order in time: the longest
    content wins, and of equally long ones the greater digest, so that the order of arrival does not matter.
    """
    if known is None:
        return Judgement("first")
    if record.digest in known.same:
        return Judgement("repeat")
    if record.modified == "":
        return Judgement("newer" if rank(record) > known.rank else "older")
    if record.created != known.created:
        return Judgement("refused", "created-changed")
    if known.same:
        return Judgement("refused", "version-conflict")
    if record.modified < known.modified:
        return Judgement("older")
    if known.revoked:
        return Judgement("refused", "revoked-final")
    return Judgement("newer")


def rank(record: Record) -> tuple[int, bytes]:
    """Order among contents that have no time of their own."""
    return len(record.body), record.digest
