"""Sightings of several partners as one statement: how many have seen something, never who.

Contributions are taken in the order in which the hub received them. Once k producers have told something, all of it counts, and then
the next k who have not spoken yet are waited for: so what changes between two statements is never one partner's word alone, nor can some
who say the same again single out another. What is told is k for each such group, rounded down to a bucket, since by its own count a single
partner could say a hundred. Times are rounded to slots. What the recipient may not have is not there, and one sighting less never says
more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from schemas.errors import BadInput
from schemas.ids import digest16, keyed_id
from schemas.markings import TLP2_IDS, Tlp
from schemas.sharing import SightingRules
from schemas.timestamps import parse, stix
from transforms.entity import Candidate
from transforms.release.state import Release
from transforms.statement import Statement, handle_of, keyed_digest

SUM = b"sightings"
"""Added to a content key: the handle of what is said together of the sightings of an entity."""

AGGREGATED = "sighting-aggregated"
"""The reason for which a profile withholds a single sighting: such sightings count here."""


@dataclass(frozen=True)
class Together:
    """What k or more producers say together: the sightings, their number in a bucket, and the slots of the first and the last."""

    counted: tuple[Candidate, ...]
    count: int
    first_seen: datetime
    last_seen: datetime
    since: datetime


def together(sightings: Iterable[Candidate], rules: SightingRules) -> Together | None:
    """The sum of all complete groups of producers; None where there is none. Pure; the order given does not matter."""
    counted: list[Candidate] = []
    waiting: list[Candidate] = []
    since = ""
    groups = 0
    heard: set[str] = set()
    for sighting in sorted(sightings, key=lambda item: (item.received, item.producer, item.source_id)):
        waiting.append(sighting)
        fresh = {item.producer for item in waiting} - heard
        if len(fresh) >= rules.k:
            heard |= fresh
            counted += waiting
            waiting = []
            groups += 1
            since = since or sighting.received
    if not counted:
        return None
    moments = [moment for item in counted for moment in _moments(item.current.value)]
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
        visible = [item for item in sightings if _counts(state, item, no)]
        out = state.outgoing.get(no)
        sum_ = together(visible, state.terms.rules.sightings) if out is not None and no in state.chosen else None
        if out is None or sum_ is None or state.chosen[no].candidate.current.revoked:
            found.append(Statement(handle, "withdraw", "sighting-too-few", entity.change))
            continue
        identifier = keyed_id("sighting", state.terms.secrets.id_key, entity.key.hex())
        value = _sighting(identifier, out.object_id, sum_, state)
        timeless = orjson.dumps(value)
        body = timeless[:-1] + b',"modified":"' + max(state.terms.slot_text, value["created"]).encode() + b'"}'
        changes = ("sighting.count=bucket", "sighting.first_seen=generalize", "sighting.last_seen=generalize")
        source = keyed_digest(state.terms.secrets.handle_key, digest16(*sorted(item.current.digest for item in sum_.counted)))
        found.append(Statement(handle, "put", "aggregated", entity.change, identifier, digest16(timeless), (body,), changes, source))
    return found


def _counts(state: Release, sighting: Candidate, no: int) -> bool:
    """Whether a sighting of an entity, as far as the recipient may know that it is of it, may go to the recipient, but not by itself."""
    ground = state.terms.ground(sighting.producer)
    if ground is None or sighting.current.revoked or state.sight.verdict(sighting):
        return False
    if state.sight.find(sighting.producer, sighting.current.value["sighting_of_ref"]) != no:
        return False
    try:
        ground.minimizer.minimizer.minimize(sighting.current.value)
    except BadInput as error:
        return error.reason == AGGREGATED
    return False


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
    return {**value, "object_marking_refs": [TLP2_IDS[max(state.sight.label(item).tlp or Tlp.CLEAR for item in sum_.counted)]]}


def _moments(value: dict[str, Any]) -> Iterator[datetime]:
    yield parse(value.get("first_seen", value["created"]))
    yield parse(value.get("last_seen", value.get("first_seen", value["created"])))


def _slot(moment: datetime, slot: timedelta) -> datetime:
    begin = datetime(1970, 1, 1, tzinfo=moment.tzinfo)
    return begin + (moment - begin) // slot * slot
