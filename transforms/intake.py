"""The steps of intake on one object, each a pure function: validate → minimize (hub baseline) → enrich → canonicalize."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import orjson

from schemas.config import CustomSettings
from schemas.errors import BadInput
from schemas.ids import digest16, uuid_of, uuids_in
from schemas.markings import marking_ids, tlp_in_text
from schemas.stix.registry import times
from schemas.timestamps import sort_key
from transforms.baseline import keep_less
from transforms.batch import Batch, Parsed, each, reject
from transforms.canonicalize import Resolve, content_digest, content_key, references
from transforms.enrich import enrich
from transforms.enrichers.base import Enricher
from transforms.guard import WELL_KNOWN
from transforms.record import Record
from transforms.validate import validate


@dataclass(frozen=True)
class FeedRules:
    """What a feed's configuration says about its content."""

    producer: str
    custom: CustomSettings
    max_object_bytes: int


def validate_batch(batch: Batch, rules: Mapping[str, FeedRules]) -> Batch:
    """Move what breaks STIX 2.1, or the feed's rule for custom content, to quarantine; note what is to be stripped."""

    def step(item: Parsed) -> Parsed:
        strip = validate(item.value, rules[item.origin.feed].custom)
        return replace(item, altered=strip) if strip else item

    refusing = {feed for feed, rule in rules.items() if "reject" in (rule.custom.properties, rule.custom.types)}
    before = len(batch.rejected)
    batch = each(batch, step)
    for place in range(before, len(batch.rejected)):
        item = batch.rejected[place]
        if item.reason == "custom-content" and item.origin.feed in refusing:
            batch.rejected[place] = replace(item, raw=b"")  # reject: the refusal is on record, the content is not kept
    return batch


def minimize_batch(batch: Batch) -> Batch:
    """Drop what a hub must never keep, and what the feed wants stripped."""

    def step(item: Parsed) -> Parsed:
        kept, altered = keep_less(item.value, item.altered)
        if kept is item.value:
            return item
        return replace(item, value=kept, raw=orjson.dumps(kept), altered=altered)

    return each(batch, step)


def enrich_batch(batch: Batch, enrichers: Sequence[Enricher]) -> Batch:
    """Put findings beside each object."""

    def step(item: Parsed) -> Parsed:
        findings = enrich(item.value, enrichers)
        return replace(item, enrichment=findings) if findings else item

    return each(batch, step)


def canonicalize_batch(batch: Batch) -> Batch:
    """Turn objects into records. Those of levels 1 and 2 get a provisional key, until `rekey` knows what they refer to."""
    for item in batch.parsed:
        try:
            batch.records.append(make_record(item, lambda _: None))
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


def make_record(item: Parsed, resolve: Resolve) -> Record:
    """A valid object as the catalogue keeps it. Raises BadInput where JSON cannot carry one of its numbers."""
    value = item.value
    try:
        digest = content_digest(value)
        key = content_key(value, item.origin.producer, item.origin.audience, resolve)
    except TypeError as error:
        reason = "number-out-of-range" if "Integer" in str(error) else "invalid-unicode"
        raise BadInput(reason) from None
    except ValueError:
        reason = "number-out-of-range"
        raise BadInput(reason) from None
    created, modified = times(value)
    labels, refs = marking_ids(value), references(value)
    own = {uuid_of(value["id"]), *map(uuid_of, refs)}
    mentions = tuple(sorted(uuids_in(item.raw) - own - WELL_KNOWN))
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
        standing=_standing(item, labels, mentions),
        altered=item.altered,
        enrichment=item.enrichment,
        body=item.raw,
        origin=item.origin,
    )


def _standing(item: Parsed, labels: tuple[str, ...], mentions: tuple[str, ...]) -> bytes:
    """What decides, withholds or minimizes an object, whoever the recipient is, apart from its age."""
    value, origin = item.value, item.origin
    parts = [
        origin.producer,
        origin.feed,
        labels,
        mentions,
        value.get("revoked"),
        value.get("confidence"),
        sorted(value),
        tlp_in_text(value),
    ]
    return digest16(orjson.dumps(parts))
