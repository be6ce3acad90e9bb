"""Which referrers are looked at where one producer has many: what a recipient may not have takes no place from what it may."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.store import catalogue_reader, catalogue_referrers
from pipeline.store.catalogue import Catalogue
from pipeline.store.catalogue_queries import entities_of
from pipeline.store.catalogue_reader import CatalogueReader
from pipeline.store.catalogue_referrers import SIGHTINGS, WITNESSES
from tests.support.objects import (
    Stix,
    bodies,
    identity,
    indicator,
    malware,
    marked,
    observable,
    partner,
    policy,
    relationship,
    sighting,
    taken,
    terms,
)
from transforms.entity import Block
from transforms.release import release, state_block
from transforms.terms import Terms

OLD = "2024-01-01T00:00:00.000Z"
NEW = "2026-05-01T00:00:00.000Z"
NEWER = "2026-05-02T00:00:00.000Z"
LOGIN = observable("user-account", account_login="operator7", account_type="unix")
THING = indicator("thing", "[ipv4-addr:value = '192.0.2.1']", confidence=90, modified=NEW)
OPEN, SECRET = malware("open", modified=NEW), marked(malware("secret", modified=NEW), "red")
MANY = 3 * WITNESSES.most
PEOPLE = [partner(name, "c") for name in ("taker", "maker", *(f"p{number}" for number in range(6)))]


def under(**release: object) -> Terms:
    rules = policy(
        "taker",
        release={"tlp_max": "green", **release},
        minimize={"profile": "standard@1", "attribution": "anonymous", "sightings": {"k": 2}},
    )
    return terms(rules=rules, partners=PEOPLE)


class Stores:
    def __init__(self, folder: Path) -> None:
        self.catalogue = Catalogue(folder / "catalogue.db", 4)
        self.catalogue.connection.execute("PRAGMA synchronous=OFF")
        self.reader = CatalogueReader(folder / "catalogue.db")

    def take(self, *values: Stix, producer: str = "maker") -> None:
        taken(self.catalogue, [(marked(value, "clear") if "object_marking_refs" not in value else value, producer) for value in values])

    def block(self, value: Stix) -> Block:
        return self.reader.block(entities_of(self.reader, value["id"]))

    def shown(self, value: Stix, kind: str, terms_: Terms) -> list[Stix]:
        made = bodies(state_block(release(self.block(value), terms_, self.reader.owners)))
        return [item for item in made if item["type"] == kind]


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    made = Stores(tmp_path)
    yield made
    made.reader.close()
    made.catalogue.close()


def uses(name: str, what: Stix = OPEN, **more: object) -> Stix:
    return {**relationship(name, what, LOGIN, "uses"), **more}


HIDDEN: dict[str, tuple[Stix, Terms]] = {
    "by its marking": (marked(uses("h", modified=NEWER), "red"), under()),
    "by its words": (uses("h", modified=NEWER, description="TLP:RED"), under()),
    "by its confidence": (uses("h", modified=NEWER, confidence=3), under(min_confidence=50)),
    "by what it holds together": (uses("h", SECRET, modified=NEWER), under()),
    "by its age": (uses("h", created=OLD, modified=OLD), under(max_age_days=90)),
    "by saying nothing": (relationship("h", OPEN, LOGIN, "related-to", modified=NEWER), under()),
    "by being taken back": (uses("h", modified=NEWER, revoked=True), under()),
}


@pytest.mark.parametrize("name", ["a", "b", "c"])
@pytest.mark.parametrize("how", HIDDEN)
def test_a_producers_own_hidden_witnesses_do_not_crowd_out_an_open_one(stores: Stores, how: str, name: str) -> None:
    hidden, terms_ = HIDDEN[how]
    stores.take(LOGIN, OPEN, SECRET)
    made = [{**hidden, "id": uses(f"{name}{number}")["id"], "start_time": f"2026-01-01T00:00:{number:02}Z"} for number in range(MANY)]
    stores.take(*made)
    stores.take(uses(name, modified=NEW))
    assert [item.get("account_login") for item in stores.shown(LOGIN, "user-account", terms_)] == ["operator7"]


@pytest.mark.parametrize("how", ["by its marking", "by its words", "by its confidence", "by its age"])
def test_a_producers_own_hidden_sightings_change_nothing_of_the_sum(stores: Stores, tmp_path: Path, how: str) -> None:
    hidden, terms_ = HIDDEN[how]
    said = {name: value for name, value in hidden.items() if name in ("object_marking_refs", "description", "created", "modified")}
    said |= {"confidence": hidden.get("confidence", 90)}
    made = [sighting(f"h{number}", THING, **said, last_seen=f"2026-01-01T00:00:{number:02}Z") for number in range(MANY)]
    stores.take(THING)
    stores.take(*made, producer="p1")
    other = tmp_path / "other"
    other.mkdir()
    without = Stores(other)
    without.take(THING)
    for place in (stores, without):
        for who in ("p1", "p2"):
            place.take(sighting(who, THING, confidence=90, modified=NEW), producer=who)
    found = [place.shown(THING, "sighting", terms_) for place in (stores, without)]
    without.reader.close()
    without.catalogue.close()
    assert found[0] == found[1]
    assert [item["count"] for item in found[0]] == [2]


def test_of_one_kind_there_are_a_few(stores: Stores) -> None:
    stores.take(LOGIN, OPEN, THING)
    stores.take(*(uses(f"r{number}", start_time=f"2026-01-01T00:00:{number:02}Z") for number in range(MANY)))
    stores.take(*(sighting(f"s{number}", THING, last_seen=f"2026-01-01T00:00:{number:02}Z") for number in range(MANY)))
    assert [len(seen) for seen in stores.block(LOGIN).witnesses.values()] == [WITNESSES.most]
    assert [len(seen) for seen in stores.block(THING).sightings.values()] == [SIGHTINGS.most]


def test_of_many_kinds_there_are_not_more_than_the_memory_holds(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_referrers, "MAX_KINDS", 3)
    stores.take(LOGIN, OPEN)
    stores.take(*(uses(f"r{number}", confidence=number) for number in range(MANY)))
    (found,) = stores.block(LOGIN).witnesses.values()
    assert len(found) == 3


def test_who_refers_to_several_ids_of_an_object_takes_one_place(stores: Stores) -> None:
    """Several producers serve the same observable, so one id of it is several sources."""
    for who in ("maker", "p1", "p2", "p3", "p4"):
        stores.take(LOGIN, producer=who)
    stores.take(OPEN, *(uses(f"r{number}", start_time=f"2026-01-01T00:00:{number:02}Z") for number in range(WITNESSES.most)))
    (found,) = stores.block(LOGIN).witnesses.values()
    assert Counter(item.producer for item in found) == {"maker": WITNESSES.most}


def test_a_referrer_that_means_the_same_as_a_chosen_one_of_another_producer_does_not_come_with_it(stores: Stores) -> None:
    for who in ("maker", "p1"):
        stores.take(LOGIN, OPEN, producer=who)
    every = [uses(f"r{number}", start_time=f"2026-01-01T00:00:{number:02}Z") for number in range(WITNESSES.most + 4)]
    stores.take(*every, producer="p1")
    for most in (every[:4], every[-4:]):
        stores.take(*most)
    (found,) = stores.block(LOGIN).witnesses.values()
    assert Counter(item.producer for item in found) == {"maker": 8, "p1": WITNESSES.most}


def test_what_a_witness_holds_together_is_in_the_block(stores: Stores) -> None:
    """Whoever may not have the other end does not hear the witness, so it has to be known, whatever is stated."""
    stores.take(LOGIN, OPEN, uses("r"))
    block = stores.block(LOGIN)
    assert {entity.type for entity in block.entities.values()} == {"user-account", "malware"}


def test_an_object_that_only_its_witnesses_make_too_large_hears_none(stores: Stores, monkeypatch: pytest.MonkeyPatch) -> None:
    place = identity("place")
    stores.take(LOGIN, OPEN, THING, place)
    stores.take(*(uses(f"r{number}", confidence=number) for number in range(8)))
    stores.take(*(sighting(f"s{number}", THING, confidence=number) for number in range(8)))
    for value in (LOGIN, THING):
        assert stores.block(value).complete
    monkeypatch.setattr(catalogue_reader, "MAX_BLOCK", 4)
    assert (stores.block(LOGIN).witnesses, stores.block(LOGIN).complete) == ({}, False)
    assert (list(stores.block(THING).sightings.values()), stores.block(THING).complete) == ([()], False)
