"""Deduplicate: what one more contribution means to what is known of its source id (STIX 2.1 §3.6)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from transforms.record import Record
from transforms.tightening import restriction

Kind = Literal["first", "repeat", "newer", "older", "refused"]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one producer's object.

    created:  of its versions; '' for objects without
    modified: of its latest version
    revoked:  whether the latest version revokes it
    rank:     of the latest version, to choose among versions without time
    same:     digests of known versions with the incoming record's `modified`: its own where that is known, else one where there is any
    """

    created: str
    modified: str
    revoked: bool
    rank: tuple[int, int, bytes]
    same: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class Judgement:
    """first: nothing was known · repeat: this very version is known · newer / older: another version · refused: with a reason."""

    kind: Kind
    reason: str = ""


def judge(known: Known | None, record: Record) -> Judgement:
    """Place one record beside what is known of its (producer, source id).

    The latest `modified` wins; a late older version is kept as history; `created` never changes; two contents for one (id, modified)
    are a conflict, and the first stays. `revoked` is final: the earliest revoked version stands, whatever came before it did. Objects
    without versions (observables) have no order in time: the most restrictive marking wins, then the longest content, then the
    greater digest, so that the order of arrival does not matter.
    """
    if known is None:
        return Judgement("first")
    if record.digest in known.same:
        return Judgement("repeat")
    if record.modified == "":
        return Judgement("newer" if rank(record.labels, len(record.body), record.digest) > known.rank else "older")
    if record.created != known.created:
        return Judgement("refused", "created-changed")
    if known.same:
        return Judgement("refused", "version-conflict")
    if record.modified < known.modified:
        return Judgement("newer" if record.revoked else "older")
    if known.revoked:
        return Judgement("refused", "revoked-final")
    return Judgement("newer")


def rank(labels: Iterable[str], length: int, digest: bytes) -> tuple[int, int, bytes]:
    """Order among contents that have no time of their own: by their markings, their length in bytes, their digest."""
    return restriction(labels), length, digest
