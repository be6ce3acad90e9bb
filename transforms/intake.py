"""The steps of intake on one object, each a pure function: upgrade → validate → minimize (hub baseline) →
enrich → canonicalize."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import orjson

from schemas.config import LeniencySettings
from schemas.errors import BadInput
from schemas.ids import digest16, uuid_of
from schemas.labels import refusal
from schemas.markings import TLP_BY_ID, Tlp, marking_ids
from schemas.split import MAX_OBJECT_BYTES
from schemas.stix.registry import times
from schemas.timestamps import sort_key
from transforms.audience import crosses
from transforms.baseline import keep_less
from transforms.batch import Batch, Parsed, each, reject
from transforms.canonicalize import Resolve, content_digest, content_key, references
from transforms.enrich import enrich
from transforms.enrichers.base import Enricher
from transforms.guard import WELL_KNOWN, uuids
from transforms.quotes import values_of
from transforms.record import Record
from transforms.upgrade import is_stix20, upgrade
from transforms.validate import validate

_OF_ITSELF = frozenset(
    {"id", "created", "modified", "valid_from", "valid_until", "first_seen", "last_seen", "first_observed", "last_observed", "published"}
)
"""Properties that differ whenever the same is said anew."""


@dataclass(frozen=True)
class FeedRules:
    """What a feed's configuration says about its content."""

    producer: str
    leniency: LeniencySettings
    max_object_bytes: int


def upgrade_batch(batch: Batch) -> Batch:
    """Bring STIX 2.0 objects to 2.1; the observables inside observed-data become objects of their own."""

    def step(item: Parsed) -> Sequence[Parsed]:
        if not is_stix20(item.value):
            return (item,)
        upgraded = upgrade(item.value)
        made = [replace(item, value=value, raw=orjson.dumps(value), altered=upgraded.changes) for value in upgraded.objects]
        if any(len(other.raw) > MAX_OBJECT_BYTES for other in made):
            reason = "too-large"  # references by number become ids, which are fifteen times as long
            raise BadInput(reason)
        batch.derived[item.origin.feed] += len(made) - 1
        return made

    return each(batch, step)


def validate_batch(batch: Batch, rules: Mapping[str, FeedRules]) -> Batch:
    """Move what breaks STIX 2.1 to quarantine, and do what the feed's settings say where they leave a choice."""

    def step(item: Parsed) -> Sequence[Parsed]:
        feed = item.origin.feed
        found = validate(item.value, rules[feed].leniency)
        batch.noted.update((feed, reason) for reason in found.noted)
        if found.value is item.value:
            return (item,)
        return (replace(item, value=found.value, raw=orjson.dumps(found.value), altered=(*item.altered, *found.altered)),)

    return each(batch, step)


def minimize_batch(batch: Batch) -> Batch:
    """Refuse what is classified or of another audience, and drop what a hub must never keep."""

    def step(item: Parsed) -> Sequence[Parsed]:
        if refused := refusal(item.value):
            raise BadInput(refused, keep=False)
        if crosses(item.value, item.origin.audience):
            reason = "audience-mismatch"
            raise BadInput(reason)
        kept, altered = keep_less(item.value)
        if kept is item.value:
            return (item,)
        return (replace(item, value=kept, raw=orjson.dumps(kept), altered=(*item.altered, *altered)),)

    return each(batch, step)


def enrich_batch(batch: Batch, enrichers: Sequence[Enricher]) -> Batch:
    """Put findings beside each object."""

    def step(item: Parsed) -> Sequence[Parsed]:
        findings = enrich(item.value, enrichers)
        return (replace(item, enrichment=findings) if findings else item,)

    return each(batch, step)


def canonicalize_batch(batch: Batch, external_sources: frozenset[str] = frozenset()) -> Batch:
    """Turn objects into records. Those of levels 1 and 2 get a provisional key, until `rekey` knows what they refer to."""
    for item in batch.parsed:
        try:
            batch.records.append(make_record(item, lambda _: None, external_sources))
        except BadInput as error:
            batch.rejected.append(reject(item, error.reason, error.path))
        except Exception:  # noqa: BLE001 - whatever one object does here, its neighbours go on
            batch.rejected.append(reject(item, "internal-error", ""))
    batch.parsed = []
    return batch


def rekey(record: Record, resolve: Resolve) -> Record:
    """The record under the key that its references give it."""
    key = content_key(orjson.loads(record.body), record.origin.producer, record.origin.audience, resolve)
    return record if key == record.key else replace(record, key=key)


def make_record(item: Parsed, resolve: Resolve, external_sources: frozenset[str] = frozenset()) -> Record:
    """A valid object as the catalogue keeps it. Raises BadInput where JSON cannot carry one of its numbers."""
    value = item.value
    try:
        digest = content_digest(value)
        key = content_key(value, item.origin.producer, item.origin.audience, resolve, external_sources)
    except TypeError as error:
        reason = "number-out-of-range" if "Integer" in str(error) else "invalid-unicode"
        raise BadInput(reason) from None
    except ValueError:
        reason = "number-out-of-range"
        raise BadInput(reason) from None
    created, modified = times(value)
    labels, refs = marking_ids(value), references(value)
    own = {uuid_of(value["id"]), *map(uuid_of, refs)}
    mentions = tuple(sorted(uuids(item.raw) - own - WELL_KNOWN))
    return Record(
        key=key,
        type=value["type"],
        id=value["id"],
        created=sort_key(created) if created else "",
        modified=sort_key(modified) if modified else "",
        revoked=value.get("revoked") is True,
        digest=digest,
        labels=labels,
        refs=refs,
        mentions=mentions,
        values=values_of(value, item.raw),
        standing=_standing(item, labels, mentions),
        altered=item.altered,
        enrichment=item.enrichment,
        body=item.raw,
        origin=item.origin,
    )


def _standing(item: Parsed, labels: tuple[str, ...], mentions: tuple[str, ...]) -> bytes:
    """What decides, withholds or minimizes an object, whoever the recipient is, apart from its age.

    That may be any text of it, since each is read for personal data, names and words of markings. So only what is the same but for its
    ids and times, as where a feed re-issues everything, stands for another; and where a single object may be granted, nothing does.
    """
    value, origin = item.value, item.origin
    freely = all(label in TLP_BY_ID and TLP_BY_ID[label] <= Tlp.GREEN for label in labels)
    content = {name: None if name.endswith(("_ref", "_refs")) else part for name, part in value.items() if name not in _OF_ITSELF}
    parts = [origin.producer, origin.feed, labels, mentions, content, "" if freely else value["id"]]
    return digest16(orjson.dumps(parts, option=orjson.OPT_SORT_KEYS))
