"""The catalogue for the release job: what changed, what that touches, and closed blocks of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from pipeline.store.catalogue_quotes import Said, holders_of, quotes_of
from pipeline.store.catalogue_reach import affected, successors
from pipeline.store.catalogue_referrers import SIGHTINGS, WITNESSES, Referrers, kind_of, referrers_of
from pipeline.store.catalogue_schema import MIGRATIONS
from pipeline.store.rows_in import rows_in
from pipeline.store.sqlite import connect
from schemas.ids import CONTRIBUTING
from transforms.entity import Block, Candidate, Contribution, Entity, Recalled, Target
from transforms.release import entity_of

MAX_BLOCK = 100_000
"""Entities in one block with all that they hang on and what speaks of them, some 200 MB; a step starts at two thousand, so only a
pathological graph meets it."""

_ENDS = ("source_ref", "target_ref", "sighting_of_ref")
"""What a witness or a sighting speaks of: who may not have that, does not hear it."""


class CatalogueReader:
    """Reads catalogue.db."""

    def __init__(self, path: Path) -> None:
        self.connection = connect(path, MIGRATIONS, read_only=True)
        self.connection.create_function("kind_of", 4, kind_of, deterministic=True)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    def heads(self) -> dict[int, int]:
        """Shard -> its last change number."""
        return dict(self.connection.execute("SELECT no, change FROM shard"))

    def changed(self, shard: int, after: int, upto: int) -> list[int]:
        """Entities of a shard whose change number is in (after, upto], in that order."""
        rows = self.connection.execute(
            "SELECT no FROM entity WHERE shard = ? AND change > ? AND change <= ? ORDER BY change", (shard, after, upto)
        )
        return [no for (no,) in rows]

    def due(self, recipient: str, moment: str) -> list[int]:
        """Entities that are to be decided anew for a recipient at a moment (sortable text)."""
        rows = self.connection.execute("SELECT DISTINCT entity FROM due WHERE recipient = ? AND moment <= ?", (recipient, moment))
        return [no for (no,) in rows]

    def affected(self, changed: Iterable[int], released: Mapping[int, int]) -> list[int]:
        """What must be stated anew when some entities have changed; see pipeline.store.catalogue_reach."""
        return affected(self.connection, changed, released)

    def block(self, seeds: Iterable[int]) -> Block:
        """The block that states some entities: they, what their sources have moved to, and, below these, whatever any of them refers
        to. It is not complete where that would be more than MAX_BLOCK.
        """
        emit = set(seeds)
        emit |= successors(self.connection, emit)
        entities: dict[int, Entity] = {}
        targets: dict[Target, tuple[int, ...]] = {}
        witnesses: dict[int, tuple[Candidate, ...]] = {}
        sightings: dict[int, tuple[Candidate, ...]] = {}
        quotes: dict[Target, tuple[bytes, ...]] = {}
        holders: dict[tuple[str, int], list[bytes]] = {}
        said: set[Said] = set()
        beside = 0
        frontier = set(emit)
        while frontier and len(entities) + beside + len(frontier) <= MAX_BLOCK:
            loaded = self._load(frontier)
            entities |= loaded
            wanted = {
                (candidate.producer, ref)
                for entity in loaded.values()
                for candidate in entity.candidates
                for version in (candidate.current, *candidate.older)
                for ref in version.refs
            }
            tell = referrers_of(self.connection, {no for no, entity in loaded.items() if entity.type in CONTRIBUTING}, WITNESSES)
            see = referrers_of(self.connection, emit & loaded.keys(), SIGHTINGS)
            beside += sum(len(sources) for referrers in (*tell.values(), *see.values()) for sources in referrers.values())
            if len(entities) + beside > MAX_BLOCK:
                tell, see = {}, {no: {} for no in see}  # nobody says anything of them, as far as this block knows
            telling, seen = self._candidates(tell), self._candidates(see)
            witnesses |= telling
            sightings |= seen
            for candidate in (one for group in (*telling.values(), *seen.values()) for one in group):
                for version in (candidate.current, *candidate.older):
                    wanted |= {(candidate.producer, label) for label in version.labels}
                    wanted |= {(candidate.producer, version.value[name]) for name in _ENDS if name in version.value}
            quoted = quotes_of(self.connection, frontier)
            quotes |= quoted
            fresh = {(producer, digest) for (producer, _), digests in quoted.items() for digest in digests} - said
            said |= fresh
            held = holders_of(self.connection, fresh)
            for holder, digests in held.items():
                holders.setdefault(holder, []).extend(digests)
            found = self._targets(wanted - targets.keys())
            targets |= found
            reached = {no for numbers in found.values() for no in numbers} | {no for _, no in held}
            frontier = (reached | self._mentioned(frontier)) - entities.keys()
        shadowed = self._shadowed({identifier for _, identifier in targets})
        return Block(
            entities,
            frozenset(emit),
            targets,
            self._faults(),
            not frontier and len(entities) + beside <= MAX_BLOCK,
            shadowed,
            witnesses,
            sightings,
            quotes,
            holders,
            self.recalled(),
            self._strangers(),
            self._tightened(),
        )

    def _candidates(self, found: Referrers) -> dict[int, tuple[Candidate, ...]]:
        """The candidates of what refers to each entity."""
        loaded = self._load({no for referrers in found.values() for no in referrers}) if found else {}
        return {
            target: tuple(
                candidate
                for no, sources in sorted(referrers.items())
                for candidate in loaded[no].candidates
                if (candidate.producer, candidate.source_id) in sources
            )
            for target, referrers in found.items()
        }

    def recalled(self) -> Recalled:
        """What was taken back by hand: with an object all that its producer says with the same meaning, under whatever id."""
        feeds = self.connection.execute("SELECT name FROM recall WHERE scope = 'feed'")
        objects = self.connection.execute(
            "SELECT name FROM recall WHERE scope = 'object' UNION SELECT other.id FROM recall JOIN alias ON alias.id = recall.name"
            " JOIN source ON source.alias = alias.no JOIN source AS again ON again.entity = source.entity"
            " AND again.producer = source.producer JOIN alias AS other ON other.no = again.alias WHERE recall.scope = 'object'"
        )
        return Recalled(frozenset(name for (name,) in objects), frozenset(name for (name,) in feeds))

    def _tightened(self) -> dict[Target, str]:
        """(producer, id) -> from when a version is that was refused and was narrower than all before it."""
        return {
            (producer, name): moment for producer, name, moment in self.connection.execute("SELECT producer, id, modified FROM tightened")
        }

    def _strangers(self) -> frozenset[Target]:
        """(producer, id) of what is of another audience although it came in."""
        rows = self.connection.execute(
            "SELECT other_audience.producer, other_audience.id FROM other_audience JOIN alias ON alias.id = other_audience.id"
            " JOIN source ON source.alias = alias.no AND source.producer = other_audience.producer"
        )
        return frozenset(rows)

    def _mentioned(self, entities: set[int]) -> set[int]:
        """What the bytes of some entities name of their own producers' without referring to it: the guard asks whether the recipient sees
        it.
        """
        named = set(
            self._in(
                "SELECT DISTINCT source.producer, mention.uuid FROM source CROSS JOIN mention ON mention.source = source.no"
                " WHERE source.entity IN",
                entities,
            )
        )
        rows = self._in(
            "SELECT DISTINCT source.producer, lower(substr(alias.id, -36)), source.entity FROM alias JOIN source ON source.alias = alias.no"
            " WHERE lower(substr(alias.id, -36)) IN",  # apart, since no join would use the index
            {uuid for _, uuid in named},
        )
        return {no for producer, uuid, no in rows if (producer, uuid) in named}

    def _load(self, entities: set[int]) -> dict[int, Entity]:
        rows = {
            no: (key, kind, change) for no, key, kind, change in self._in("SELECT no, key, type, change FROM entity WHERE no IN", entities)
        }
        candidates: dict[int, list[Candidate]] = {}
        history = self._history(entities)
        for (
            entity,
            no,
            source_id,
            producer,
            created,
            modified,
            fresh,
            feed,
            audience,
            labels,
            altered,
            enrichment,
            revoked,
            received,
            body,
        ) in self._in(
            "SELECT source.entity, source.no, alias.id, source.producer, source.created, version.modified, source.fresh, version.feed,"
            " version.audience, version.labels, version.altered, version.enrichment, version.revoked, version.received, version.body"
            " FROM source JOIN version ON version.no = source.current JOIN alias ON alias.no = source.alias"
            " WHERE source.shadowed = 0 AND source.entity IN",
            entities,
        ):
            current = _contribution(feed, labels, altered, enrichment, revoked, received, body)
            candidates.setdefault(entity, []).append(
                Candidate(source_id, producer, audience, created, modified, fresh, current, history.get(no, ()))
            )
        return {no: entity_of(no, *row, candidates.get(no, ())) for no, row in rows.items()}

    def _history(self, entities: set[int]) -> dict[int, tuple[Contribution, ...]]:
        """Source -> its older versions, oldest first; objects without versions have none."""
        found: dict[int, list[Contribution]] = {}
        for source, *columns in self._in(
            "SELECT version.source, version.feed, version.labels, version.altered, version.enrichment, version.revoked, version.received,"
            " version.body"
            " FROM source JOIN version AS current ON current.no = source.current"
            " JOIN version ON version.source = source.no AND version.modified < current.modified AND version.modified <> ''"
            " WHERE source.shadowed = 0 AND source.entity IN",
            entities,
            " ORDER BY version.source, version.modified",
        ):
            found.setdefault(source, []).append(_contribution(*columns))
        return {source: tuple(versions) for source, versions in found.items()}

    def _targets(self, wanted: set[Target]) -> dict[Target, tuple[int, ...]]:
        by_id: dict[str, list[tuple[str, int]]] = {}
        for identifier, producer, entity in self._in(
            "SELECT alias.id, source.producer, source.entity FROM alias JOIN source ON source.alias = alias.no WHERE alias.id IN",
            {identifier for _, identifier in wanted},
            " ORDER BY source.no",
        ):
            by_id.setdefault(identifier, []).append((producer, entity))
        found: dict[Target, tuple[int, ...]] = {}
        for producer, identifier in wanted:
            owners = by_id.get(identifier)
            if owners:
                own = [entity for owner, entity in owners if owner == producer]
                found[producer, identifier] = tuple(dict.fromkeys([*own, *(entity for _, entity in owners)]))
        return found

    def _shadowed(self, identifiers: set[str]) -> dict[str, tuple[Target, ...]]:
        """Id -> the sources that stand for shadowed ones of that id."""
        found: dict[str, tuple[Target, ...]] = {}
        for identifier, producer, standing in self._in(
            "SELECT alias.id, first.producer, name.id FROM alias JOIN source ON source.alias = alias.no AND source.shadowed = 1"
            " JOIN source AS first ON first.entity = source.entity AND first.standing = source.standing AND first.shadowed = 0"
            " JOIN alias AS name ON name.no = first.alias WHERE alias.id IN",
            identifiers,
        ):
            found[identifier] = (*found.get(identifier, ()), (producer, standing))
        return found

    def _faults(self) -> frozenset[Target]:
        return frozenset(self.connection.execute("SELECT producer, marking FROM fault"))

    def owners(self, uuids: Iterable[str]) -> set[tuple[str, str]]:
        """(UUID, producer) of the objects that the catalogue holds under some UUIDs (lower case)."""
        rows = self._in(
            "SELECT DISTINCT lower(substr(alias.id, -36)), source.producer FROM alias JOIN source ON source.alias = alias.no"
            " WHERE lower(substr(alias.id, -36)) IN",
            set(uuids),
        )
        return set(rows)

    def _in(self, query: str, values: set[int] | set[str], tail: str = "") -> Iterator[Any]:
        return rows_in(self.connection, query, values, tail)


def _contribution(feed: str, labels: str, altered: str, enrichment: bytes, revoked: int, received: str, body: bytes) -> Contribution:
    return Contribution(feed, _strings(labels), _strings(altered), enrichment, bool(revoked), body, received)


def _strings(text: str) -> tuple[str, ...]:
    return () if text == "[]" else tuple(orjson.loads(text))
