"""Sightings of several partners as one statement: how many have seen something, never who.

Contributions are taken in the order in which the hub received them. Once k producers have told something, all of it counts, and then
the next k who have not spoken yet are waited for: so what changes between two statements is never one partner's word alone, nor can some
who say the same again single out another. What is told is k for each such group, rounded down to a bucket, since by its own count a single
partner could say a hundred. Times are rounded to slots. What the recipient may not have is not there, and one sighting less never says
more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from schemas.errors import BadInput
from schemas.ids import digest16, keyed_id
from schemas.labels import NOTHING, join, redact
from schemas.markings import TLP2_IDS, Tlp
from schemas.sharing import SightingRules
from schemas.timestamps import parse, stix
from transforms.entity import Candidate, Contribution
from transforms.release.state import Release
from transforms.statement import Statement, handle_of, keyed_digest

SUM = b"sightings"
"""Added to a content key: the handle of what is said together of the sightings of an entity."""

AGGREGATED = "sighting-aggregated"
"""The reason for which a profile withholds a single sighting: such sightings count here."""


class Word(NamedTuple):
    """One version of a sighting as the recipient may have it: when the hub received it, what it says, and how free it is."""

    received: str
    producer: str
    source_id: str
    value: Mapping[str, Any]
    digest: bytes
    tlp: Tlp


@dataclass(frozen=True)
class Together:
    """What k or more producers say together: the words, their number in a bucket, and the slots of the first and the last sighting."""

    counted: tuple[Word, ...]
    count: int
    first_seen: datetime
    last_seen: datetime
    since: datetime


def together(words: Iterable[Word], rules: SightingRules) -> Together | None:
    """The sum of all complete groups of producers; None where there is none. Pure; the order given does not matter."""
    counted: list[Word] = []
    waiting: list[Word] = []
    since = ""
    groups = 0
    heard: set[str] = set()
    for word in sorted(words, key=lambda item: (item.received, item.producer, item.source_id, item.digest)):
        waiting.append(word)
        fresh = {item.producer for item in waiting} - heard
        if len(fresh) >= rules.k:
            heard |= fresh
            counted += waiting
            waiting = []
            groups += 1
            since = since or word.received
    if not counted:
        return None
    moments = [moment for item in counted for moment in _moments(item.value)]
    slot = timedelta(hours=rules.slot_hours)
    bucket = max((bound for bound in rules.buckets if bound <= groups * rules.k), default=rules.k)
    return Together(tuple(counted), bucket, _slot(min(moments), slot), _slot(max(moments), slot), _slot(parse(f"{since}Z"), slot))


def aggregate(state: Release) -> list[Statement]:
    """One statement for each entity to be stated of which there are sightings."""
    found = []
    for no, sightings in state.block.sightings.items():
        if no not in state.block.emit:
            continue
        entity = state.block.entities[no]
        handle = handle_of(state.terms.secrets.handle_key, entity.key + SUM)
        out = state.outgoing.get(no)
        try:
            sum_ = together(_words(state, sightings, no), state.terms.rules.sightings) if out is not None and no in state.chosen else None
        except Exception:  # noqa: BLE001 - whatever one object does here, its neighbours go on
            found.append(Statement(handle, "withdraw", "release-error", entity.change))
            continue
        if out is None or sum_ is None or state.chosen[no].candidate.current.revoked:
            found.append(Statement(handle, "withdraw", "sighting-too-few", entity.change))
            continue
        identifier = keyed_id("sighting", state.terms.secrets.id_key, entity.key.hex())
        value = _sighting(identifier, out.object_id, sum_, state)
        timeless = orjson.dumps(value)
        body = timeless[:-1] + b',"modified":"' + max(state.terms.slot_text, value["created"]).encode() + b'"}'
        changes = ("sighting.count=bucket", "sighting.first_seen=generalize", "sighting.last_seen=generalize")
        source = keyed_digest(state.terms.secrets.handle_key, digest16(*sorted(item.digest for item in sum_.counted)))
        found.append(Statement(handle, "put", "aggregated", entity.change, identifier, digest16(timeless), (body,), changes, source))
    return found


def _words(state: Release, sightings: Iterable[Candidate], no: int) -> Iterator[Word]:
    """What sightings of an entity say, as far as the recipient may know that they are of it, and only together with others.

    Each version is a word of its own: who says something else later waits for others like everybody.
    """
    for sighting in sightings:
        if not sighting.current.revoked and not state.sight.verdict(sighting):
            for version in (*sighting.older, sighting.current):
                word = _word(state, sighting, version, no)
                if word is not None:
                    yield word


def _word(state: Release, sighting: Candidate, version: Contribution, no: int) -> Word | None:
    sight = state.sight
    ground = state.terms.ground(sighting.producer)
    judged = sight.judge(sighting) if version is sighting.current else sight.judge.version(sighting, version)
    if ground is None or judged.reason or version.revoked:
        return None
    value = redact(version.value, judged.hidden) if judged.hidden else version.value
    if "created" not in value or sight.find(sighting.producer, value.get("sighting_of_ref", "")) != no:
        return None
    parts = {marking for marking, pointer in version.nodes.marked if pointer not in judged.hidden}
    label = join(sight.judge.label(sighting, version), sight.judge.labels.of(sighting.producer, tuple(sorted(parts))))
    if replace(label, tlp=None, grades=frozenset()) != NOTHING:
        return None  # the sum could not say that it is bound by more than a TLP
    try:
        ground.minimizer.minimizer.minimize(version.value)
    except BadInput as error:
        if error.reason == AGGREGATED:
            return Word(version.received, sighting.producer, sighting.source_id, value, version.digest, label.tlp or Tlp.CLEAR)
    return None


def _sighting(identifier: str, of: str, sum_: Together, state: Release) -> dict[str, Any]:
    value: dict[str, Any] = {
        "type": "sighting",
        "spec_version": "2.1",
        "id": identifier,
        "created_by_ref": state.terms.hub.identity,
        "created": stix(sum_.since),
        "first_seen": stix(sum_.first_seen),
        "last_seen": stix(sum_.last_seen),
        "count": sum_.count,
        "sighting_of_ref": of,
    }
    return {**value, "object_marking_refs": [TLP2_IDS[max(item.tlp for item in sum_.counted)]]}


def _moments(value: Mapping[str, Any]) -> Iterator[datetime]:
    yield parse(value.get("first_seen", value["created"]))
    yield parse(value.get("last_seen", value.get("first_seen", value["created"])))


def _slot(moment: datetime, slot: timedelta) -> datetime:
    begin = datetime(1970, 1, 1, tzinfo=moment.tzinfo)
    try:
        return begin + (moment - begin) // slot * slot
    except OverflowError:  # the slot in which the year 1 began
        return datetime.min.replace(tzinfo=moment.tzinfo)
