"""Builders of STIX objects, records, terms and blocks. Every value is reserved for documentation, every id follows from a name."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import orjson

from pipeline.store.catalogue import Catalogue
from pipeline.store.catalogue_work import resolve
from schemas.ids import CONTRIBUTING, observable_id, uuid_of
from schemas.markings import Tlp
from schemas.sharing import Agreement, Partner, Policy, SharingSet
from schemas.sharing.grants import GrantSet
from schemas.timestamps import sort_key
from transforms.batch import Parsed
from transforms.canonicalize import content_key, level
from transforms.entity import Block, Candidate, Contribution, Entity, Target
from transforms.guard import Owners
from transforms.intake import make_record, rekey
from transforms.minimize import TELLING
from transforms.observables import COMPOSED
from transforms.pseudonym import Pseudonyms
from transforms.quotes import values_of
from transforms.record import Origin, Record, Rejected
from transforms.release import Release, entity_of, release, state_block
from transforms.statement import Statement, handle_of
from transforms.terms import Hub, Secrets, Terms, make_terms

Stix = dict[str, Any]

NAMES = uuid.UUID("6f0c4b0e-3a63-4a3e-8f64-0d7b7a0e2c11")
CREATED = "2026-02-03T04:05:06.789Z"
SLOT = datetime(2026, 7, 1, 12, 30, 15, 123000, tzinfo=UTC)

TLP1 = {
    "white": "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9",
    "green": "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
    "amber": "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82",
    "red": "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
}
TLP2 = {
    "clear": "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "amber+strict": "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    "red": "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
TLP2_EXTENSION = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"

HUB_ID = f"identity--{uuid.uuid5(NAMES, 'the hub')}"
HUB = Hub(
    HUB_ID,
    orjson.dumps(
        {
            "type": "identity",
            "spec_version": "2.1",
            "id": HUB_ID,
            "created": "2026-01-01T00:00:00.000Z",
            "modified": "2026-01-01T00:00:00.000Z",
            "name": "Test hub",
            "identity_class": "organization",
        }
    ),
    "production",
)


def identifier(type_name: str, name: str) -> str:
    """The id that stands for a name."""
    return f"{type_name}--{uuid.uuid5(NAMES, f'{type_name} {name}')}"


def domain(type_name: str, name: str, /, **more: Any) -> Stix:
    """A domain object with the common properties; None takes one away."""
    made = {"type": type_name, "spec_version": "2.1", "id": identifier(type_name, name), "created": CREATED, "modified": CREATED, **more}
    return {key: item for key, item in made.items() if item is not None}


def indicator(name: str, pattern: str | None = None, /, **more: Any) -> Stix:
    """An indicator of a host name, unless a pattern is given."""
    made = {"pattern": pattern or f"[domain-name:value = '{name}.example']", "pattern_type": "stix", "valid_from": CREATED, **more}
    return domain("indicator", name, **made)


def malware(name: str, /, **more: Any) -> Stix:
    """A malware family."""
    return domain("malware", name, **{"name": f"Family {name}", "is_family": True, **more})


def identity(name: str, /, **more: Any) -> Stix:
    """An organisation."""
    return domain("identity", name, **{"name": f"Organisation {name}", "identity_class": "organization", **more})


def relationship(name: str, source: Stix | str, target: Stix | str, kind: str = "indicates", /, **more: Any) -> Stix:
    """A relationship between two objects or ids."""
    return domain("relationship", name, relationship_type=kind, source_ref=_id(source), target_ref=_id(target), **more)


def sighting(name: str, of: Stix | str, /, **more: Any) -> Stix:
    """A sighting of an object."""
    return domain("sighting", name, sighting_of_ref=_id(of), **more)


def report(name: str, members: Iterable[Stix | str], /, **more: Any) -> Stix:
    """A report about objects."""
    made = {"name": f"Report {name}", "published": CREATED, "object_refs": [_id(item) for item in members], **more}
    return domain("report", name, **made)


def note(name: str, subjects: Iterable[Stix | str], /, **more: Any) -> Stix:
    """A note on objects."""
    return domain("note", name, **{"content": f"Note {name}", "object_refs": [_id(item) for item in subjects], **more})


def observable(type_name: str, /, **values: Any) -> Stix:
    """An observable under its deterministic id."""
    made = {"type": type_name, "spec_version": "2.1", **values}
    return {**made, "id": observable_id(made) or identifier(type_name, repr(sorted(values.items(), key=str)))}


def statement_marking(name: str, /, **more: Any) -> Stix:
    """A marking with a copyright line."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": identifier("marking-definition", name),
        "created": CREATED,
        "definition_type": "statement",
        "definition": {"statement": f"Copyright {name}"},
        **more,
    }


def tlp1(word: str) -> Stix:
    """The TLP 1 marking definition of a label."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": TLP1[word],
        "created": "2017-01-20T00:00:00.000Z",
        "definition_type": "tlp",
        "name": f"TLP:{word.upper()}",
        "definition": {"tlp": word},
    }


def tlp2(word: str) -> Stix:
    """The TLP 2 marking definition of a label."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": TLP2[word],
        "created": "2022-10-01T00:00:00.000Z",
        "name": f"TLP:{word.upper()}",
        "extensions": {TLP2_EXTENSION: {"extension_type": "property-extension", "tlp_2_0": word}},
    }


def marked(value: Stix, *words: str) -> Stix:
    """The object under TLP 2 labels, or under marking ids."""
    return {**value, "object_marking_refs": [TLP2.get(word, word) for word in words]}


def origin(producer: str = "maker", feed: str | None = None, position: int = 0, received: str = "2026-06-30T10:00:00.000000Z") -> Origin:
    """Where an object came from."""
    return Origin(feed or f"{producer}-feed", producer, "production", received, position)


def parsed(value: Stix, where: Origin | None = None) -> Parsed:
    """An object on its way through intake."""
    return Parsed(where or origin(), orjson.dumps(value), value)


def record(value: Stix, producer: str = "maker", **where: Any) -> Record:
    """An object as intake hands it to the catalogue, with a provisional key for what has references."""
    return make_record(parsed(value, origin(producer, **where)), lambda _: None)


def rejected(reason: str = "invalid-property", raw: bytes = b"{}", source_id: str = "", producer: str = "maker") -> Rejected:
    """An object as quarantine keeps it."""
    return Rejected(reason, "", source_id, raw.ljust(16)[:16], len(raw), raw, origin(producer))


# --- terms


def partner(name: str, /, *communities: str, **more: Any) -> Partner:
    """A partner."""
    return Partner.model_validate({"id": name, "name": name.title(), "kind": "csirt", "communities": communities, **more})


def agreement(*parties: str, name: str = "agr-1", **more: Any) -> Agreement:
    """An agreement in force for a long time."""
    made = {
        "id": name,
        "version": "1.0.0",
        "parties": parties,
        "legal_basis": ["gdpr-6-1-f"],
        "purposes": ["network_defence"],
        "valid_from": "2026-01-01T00:00:00Z",
        "valid_until": "2036-01-01T00:00:00Z",
        **more,
    }
    return Agreement.model_validate(made)


ALL_TYPES = (
    *("indicator", "malware", "identity", "relationship", "sighting", "report", "note", "grouping", "opinion", "observed-data"),
    *("domain-name", "ipv4-addr", "url", "file", "user-account", "network-traffic", "artifact", "attack-pattern", "tool"),
)


def policy(recipient: str, *, release: Mapping[str, Any] | None = None, minimize: Mapping[str, Any] | None = None, **more: Any) -> Policy:
    """A policy that releases every common type up to RED unless `release` says otherwise."""
    made = {
        "recipient": recipient,
        "version": "1.0.0",
        "agreements": ["agr-1@1.0.0"],
        "release": {"types": ALL_TYPES, "tlp_max": "red", **(release or {})},
        "minimize": {"profile": "verbatim@1", "attribution": "named", **(minimize or {})},
        **more,
    }
    return Policy.model_validate(made)


NO_GRANTS = GrantSet()


def terms(
    recipient: str = "taker",
    *,
    rules: Policy | None = None,
    agreements: Sequence[Agreement] | None = None,
    partners: Sequence[Partner] | None = None,
    unmarked: Mapping[str, Tlp] | None = None,
    slot: datetime = SLOT,
    grants: GrantSet = NO_GRANTS,
) -> Terms:
    """Terms under which `taker` gets what `maker` and `other` supply: one agreement, one community, everything unmarked is CLEAR."""
    everybody = {item.id: item for item in partners or (partner(recipient, "c"), partner("maker", "c"), partner("other", "c"))}
    covering = agreements or (
        agreement(*everybody, unmarked=[{"producer": name, "tlp": "clear"} for name in everybody if name != recipient]),
    )
    declared = {f"{name}-feed": Tlp.CLEAR for name in everybody} if unmarked is None else unmarked
    files = SharingSet(everybody, {item.reference: item for item in covering}, {recipient: rules or policy(recipient)})
    secrets = Secrets(
        b"id key of " + recipient.encode(), b"handle key of " + recipient.encode(), Pseudonyms(recipient.encode().rjust(32, b"-")).letters
    )
    return make_terms(
        *(everybody[recipient], rules or policy(recipient), files, declared, slot, HUB, secrets),
        grants=grants.in_force(slot).for_recipient(recipient),
        encrypted=True,
        suspended=False,
    )


# --- blocks


@dataclass(frozen=True)
class Served:
    """An object (its newest version last) as one producer served it."""

    versions: tuple[Stix, ...]
    producer: str = "maker"
    altered: tuple[str, ...] = ()
    enrichment: bytes = b""


def served(*versions: Stix, producer: str = "maker", altered: tuple[str, ...] = (), enrichment: bytes = b"") -> Served:
    """An object in one or more versions, oldest first."""
    return Served(versions, producer, altered, enrichment)


def candidate(item: Served) -> Candidate:
    """What the catalogue would hold of it."""
    *older, current = (_contribution(value, item) for value in item.versions)
    value = item.versions[-1]
    made = record(value, item.producer)
    fresh = made.modified or sort_key(made.origin.received)
    return Candidate(value["id"], item.producer, "production", made.created, made.modified, fresh, current, tuple(older))


def block(items: Iterable[Served], emit: Iterable[str] | None = None, faults: Iterable[tuple[str, str]] = ()) -> Block:
    """A closed block of the catalogue, keyed and merged as the catalogue does it; `emit` names source ids, all by default."""
    listed = sorted(items, key=lambda item: level(item.versions[-1]["type"]))
    keys: dict[tuple[str, str], bytes] = {}
    groups: dict[bytes, list[Served]] = {}
    for item in sorted(listed, key=lambda item: (level(item.versions[-1]["type"]), item.versions[-1]["type"] in COMPOSED)):
        value = item.versions[-1]
        keys[item.producer, value["id"]] = content_key(value, item.producer, "production", partial(_own, keys, item.producer))
    for item in listed:
        groups.setdefault(keys[item.producer, item.versions[-1]["id"]], []).append(item)
    numbers = {key: no for no, key in enumerate(groups, 1)}
    entities: dict[int, Entity] = {
        numbers[key]: entity_of(numbers[key], key, members[0].versions[-1]["type"], numbers[key], [candidate(item) for item in members])
        for key, members in groups.items()
    }
    targets: dict[tuple[str, str], tuple[int, ...]] = {}
    for item in listed:
        for reference in {ref for version in item.versions for ref in _contribution(version, item).refs}:
            owners = sorted((owner != item.producer, numbers[key]) for (owner, name), key in keys.items() if name == reference)
            if owners:
                targets[item.producer, reference] = tuple(dict.fromkeys(no for _, no in owners))
    wanted = None if emit is None else set(emit)
    stated = frozenset(no for no, entity in entities.items() if wanted is None or wanted & {item.source_id for item in entity.candidates})
    return replace(Block(entities, stated, targets, frozenset(faults)), **_surroundings(entities, targets))


def _surroundings(entities: Mapping[int, Entity], targets: Mapping[Target, tuple[int, ...]]) -> dict[str, Any]:
    """What the catalogue's reader adds to a block: who refers to its observables and objects, and what quotes whose values."""
    witnesses: dict[int, list[Candidate]] = {}
    sightings: dict[int, list[Candidate]] = {}
    about: dict[tuple[str, bytes], set[int]] = {}
    for no, entity in entities.items():
        for item in entity.candidates:
            for ref in item.current.refs:
                for target in targets.get((item.producer, ref), ()):
                    if entities[target].type in CONTRIBUTING and entity.type in TELLING:
                        witnesses.setdefault(target, []).append(item)
                    if entity.type == "sighting":
                        sightings.setdefault(target, []).append(item)
            for digest in values_of(item.current.value, item.current.body).about:
                about.setdefault((item.producer, digest), set()).add(no)
    holders: dict[tuple[str, int], list[bytes]] = {}
    for (producer, digest), owners in about.items():
        for no in owners:
            holders.setdefault((producer, no), []).append(digest)
    quotes = {
        (item.producer, item.source_id): values_of(item.current.value, item.current.body).quotes
        for entity in entities.values()
        for item in entity.candidates
    }
    return {
        "witnesses": {no: tuple(found) for no, found in witnesses.items()},
        "sightings": {no: tuple(found) for no, found in sightings.items()},
        "quotes": quotes,
        "holders": holders,
    }


def owners(items: Iterable[Served]) -> Owners:
    """What the catalogue answers when the guard asks whose some UUIDs are."""
    known = {(uuid_of(item.versions[-1]["id"]), item.producer) for item in items}
    return lambda asked: {(uuid, producer) for uuid, producer in known if uuid in set(asked)}


def run(items: Sequence[Served], under: Terms | None = None, faults: Iterable[tuple[str, str]] = ()) -> Release:
    """All stages of release over objects, for one recipient."""
    under = under or terms()
    return release(block(items, faults=faults), under, owners(items))


def states(items: Sequence[Served], under: Terms | None = None, faults: Iterable[tuple[str, str]] = ()) -> list[Statement]:
    """What is stated of objects for one recipient."""
    return state_block(run(items, under, faults))


def outcome(items: Sequence[Served], under: Terms | None = None, faults: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
    """Source id of the first candidate of each entity -> the reason code of what is stated of it."""
    state = run(items, under, faults)
    made = {item.handle: item for item in state_block(state)}
    return {
        entity.candidates[0].source_id: statement.reason
        for entity in state.block.entities.values()
        for statement in made.values()
        if statement.handle == handle_of(state.terms.secrets.handle_key, entity.key)
    }


def bodies(statements: Iterable[Statement]) -> list[Stix]:
    """The newest body of each visible statement, read."""
    return [orjson.loads(item.bodies[-1]) for item in statements if item.bodies]


def _handle(under: Terms, key: bytes) -> bytes:
    from transforms.statement import handle_of

    return handle_of(under.handle_key, key)


def _contribution(value: Stix, item: Served) -> Contribution:
    made = record(value, item.producer)
    return Contribution(
        f"{item.producer}-feed", made.labels, item.altered, item.enrichment, made.revoked, made.body, sort_key(made.origin.received)
    )


def _own(keys: Mapping[tuple[str, str], bytes], producer: str, reference: str) -> bytes | None:
    return keys.get((producer, reference))


def _id(value: Stix | str) -> str:
    return value if isinstance(value, str) else str(value["id"])


# --- the catalogue


def taken(catalogue: Catalogue, items: Iterable[tuple[Stix, str]], *, settle: bool = True, received: str | None = None) -> Counter[str]:
    """Objects into a catalogue, (object, producer) each, level after level as the intake job does it; returns outcomes, counted."""
    outcomes: Counter[str] = Counter()
    moment = {} if received is None else {"received": received}
    records = [record(value, producer, position=place, **moment) for place, (value, producer) in enumerate(items)]
    for own in (0, 1, 2):
        keyed = [
            item if own == 0 else rekey(item, partial(resolve, catalogue.connection, producer=item.origin.producer))
            for item in records
            if level(item.type) == own
        ]
        if keyed:
            for (_, name), number in catalogue.upsert(keyed).items():
                outcomes[name] += number
    if settle:
        catalogue.settle()
    return outcomes


Source = tuple[str, str, str, str, int, str]
"""Producer, source id, modified, digest, shadowed, fresh."""


def living(catalogue: Catalogue) -> dict[str, frozenset[Source]]:
    """Content key -> the sources that mean it now."""
    found: dict[str, set[Source]] = {}
    for key, *source in catalogue.connection.execute(
        "SELECT hex(entity.key), source.producer, alias.id, version.modified, hex(version.digest), source.shadowed, source.fresh"
        " FROM source JOIN entity ON entity.no = source.entity JOIN alias ON alias.no = source.alias"
        " JOIN version ON version.no = source.current"
    ):
        producer, name, modified, digest, shadowed, fresh = source
        found.setdefault(key, set()).add((producer, name, modified, digest, shadowed, fresh))
    return {key: frozenset(sources) for key, sources in found.items()}


def groups(catalogue: Catalogue) -> set[frozenset[str]]:
    """Which source ids mean the same."""
    return {frozenset(name for _, name, *_ in sources) for sources in living(catalogue).values()}
