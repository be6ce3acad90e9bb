"""What the catalogue knows of a meaning, whoever may have it."""

from __future__ import annotations

from typing import Any

import orjson

from pipeline.explain.model import Contributor, Meaning, Together
from pipeline.store.catalogue_queries import contents_of, meaning_of, sources_of
from pipeline.store.catalogue_reader import CatalogueReader
from transforms.merge import ENDLESS, Merged, merge, merged


def meaning(reader: CatalogueReader, entity: int) -> Meaning:
    """The meaning with all contributions to it."""
    type_name, key = meaning_of(reader, entity)
    parts = [merged(producer, orjson.loads(body)) for producer, _, _, _, body in contents_of(reader, entity)]
    return Meaning(type=type_name, content_key=key.hex(), contributors=contributors(reader, entity), merged=together(merge(parts)))


def contributors(reader: CatalogueReader, entity: int) -> list[Contributor]:
    """Who contributes to it."""
    return [
        Contributor(producer=producer, source_id=source, feed=feed, received=f"{received}Z", stands_for_others=not shadowed)
        for producer, source, feed, shadowed, received in sources_of(reader, entity)
    ]


def shadowed(reader: CatalogueReader, entity: int) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The objects that stand behind each candidate of an entity."""
    rows = contents_of(reader, entity)
    standing = {mark: (producer, source_id) for producer, source_id, mark, is_shadowed, _ in rows if not is_shadowed}
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for _, _, mark, is_shadowed, body in rows:
        if is_shadowed:
            found.setdefault(standing[mark], []).append(orjson.loads(body))
    return found


def together(values: Merged) -> Together:
    """What contributions say together, for people and programs."""
    return Together(
        sources=len(values.producers),
        confidence=values.confidence,
        confidences={producer: value for producer, (_, value) in sorted(values.confidences.items())},
        first_seen=_moment(values.first_seen),
        last_seen=_moment(values.last_seen),
        valid_from=_moment(values.valid_from),
        valid_until=_moment(values.valid_until),
        labels=sorted(values.labels),
        kinds=sorted(values.kinds),
        counts={producer: value for producer, (_, value) in sorted(values.counts.items())},
    )


def _moment(sortable: str) -> str | None:
    return f"{sortable}Z" if sortable not in ("", ENDLESS) else None
