"""What a change reaches: roles that a newcomer tells, what a sighting is of, and texts that quote what is kept back from now on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from pipeline.store.catalogue import Catalogue
from pipeline.store.catalogue_queries import entities_of
from pipeline.store.catalogue_reader import CatalogueReader
from pipeline.store.catalogue_referrers import WITNESSES
from tests.support.objects import (
    Stix,
    identifier,
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
from transforms.release import release, state_block
from transforms.statement import Statement
from transforms.terms import Terms

ADDRESS = observable("ipv4-addr", value="192.0.2.1")
THING = indicator("thing", "[ipv4-addr:value = '192.0.2.1']")
TELLS = relationship("r", THING, ADDRESS, "based-on")
FIELD = observable("file", name="a.exe", hashes={"MD5": "a" * 32}, parent_directory_ref=observable("directory", path="C:\\Users\\a")["id"])
T2 = "2026-03-01T00:00:00.000Z"
PEOPLE = [partner(name, "c") for name in ("taker", "maker", *(f"p{number}" for number in range(6)))]
STANDARD = terms(
    rules=policy("taker", minimize={"profile": "standard@1", "attribution": "anonymous", "sightings": {"k": 2}}), partners=PEOPLE
)


@dataclass
class Stores:
    catalogue: Catalogue
    reader: CatalogueReader

    def take(self, *values: Stix, producer: str = "maker") -> list[int]:
        """What is to be stated anew once these have come, where all before was stated."""
        released = self.reader.heads()
        taken(self.catalogue, [(value, producer) for value in values])
        changed = [no for shard, head in self.reader.heads().items() for no in self.reader.changed(shard, released.get(shard, 0), head)]
        return self.reader.affected(changed, released)

    def entity(self, value: Stix) -> int:
        (no,) = entities_of(self.reader, value["id"])
        return no

    def state(self, entities: list[int], under: Terms) -> list[Statement]:
        return state_block(release(self.reader.block(entities), under, self.reader.owners))


@pytest.fixture
def stores(tmp_path: Path) -> Iterator[Stores]:
    catalogue = Catalogue(tmp_path / "catalogue.db", 4)
    catalogue.connection.execute("PRAGMA synchronous=OFF")
    reader = CatalogueReader(tmp_path / "catalogue.db")
    yield Stores(catalogue, reader)
    reader.close()
    catalogue.close()


def shown(statements: list[Statement], kind: str) -> list[Stix]:
    return [made for item in statements if item.bodies if (made := orjson.loads(item.bodies[-1]))["type"] == kind]


LOGIN = observable("user-account", account_login="operator7", account_type="unix")
USES = relationship("r", malware("m"), LOGIN, "uses")


def test_a_relationship_that_comes_later_makes_its_observable_the_threats_and_states_it_anew(stores: Stores) -> None:
    first = stores.take(LOGIN, malware("m"))
    before = shown(stores.state(first, STANDARD), "user-account")
    again = stores.take(USES)
    assert stores.entity(LOGIN) in again
    after = shown(stores.state(again, STANDARD), "user-account")
    assert before != after
    assert [item.get("account_login") for item in after] == ["operator7"]
    assert "operator7" not in str(before)


@pytest.mark.parametrize("name", ["a", "b", "c", "d"])
def test_many_hidden_witnesses_do_not_crowd_out_an_open_one(stores: Stores, name: str) -> None:
    open_one = relationship(name, malware("m"), LOGIN, "uses")
    hidden = [
        marked(relationship(f"{name}{number}", identifier("malware", f"h{number}"), LOGIN, "uses"), "red")
        for number in range(4 * WITNESSES.most)
    ]
    stores.take(LOGIN, malware("m"), open_one)
    stores.take(*hidden, producer="p1")
    assert [item.get("account_login") for item in shown(stores.state([stores.entity(LOGIN)], STANDARD), "user-account")] == ["operator7"]


@pytest.mark.parametrize("change", [{"revoked": True}, marked({}, "red"), {"relationship_type": "targets"}], ids=str)
def test_what_withdraws_the_evidence_states_the_observable_anew(stores: Stores, change: Stix) -> None:
    stores.take(LOGIN, malware("m"), USES)
    again = stores.take({**USES, **change, "modified": T2})
    assert stores.entity(LOGIN) in again
    assert "operator7" not in str(shown(stores.state(again, STANDARD), "user-account"))


def test_what_refers_to_the_observable_is_stated_anew_with_it(stores: Stores) -> None:
    """Since its id may change with what is shown of it."""
    traffic = observable("process", pid=7, creator_user_ref=LOGIN["id"], command_line="x.exe")
    stores.take(LOGIN, malware("m"), traffic)
    assert stores.entity(traffic) in stores.take(USES)


def test_other_relationships_reach_their_ends_only_as_far_as_they_may_tell_a_role(stores: Stores) -> None:
    stores.take(THING, malware("m"))
    assert stores.take(relationship("q", THING, malware("m"))) == [stores.entity(relationship("q", THING, malware("m")))]


def test_a_sighting_states_what_it_is_of_anew(stores: Stores) -> None:
    stores.take(THING)
    seen = sighting("s", THING)
    assert stores.take(seen) == sorted([stores.entity(THING), stores.entity(seen)])


def test_sightings_of_k_partners_come_together_whenever_they_come(stores: Stores) -> None:
    stores.take(THING)
    found = [shown(stores.state(stores.take(sighting(who, THING), producer=who), STANDARD), "sighting") for who in ("p1", "p2", "p3")]
    assert [[item["count"] for item in made] for made in found] == [[], [2], [2]]


def test_a_value_that_is_kept_back_from_now_on_states_what_quotes_it_anew(stores: Stores) -> None:
    text = malware("m", description="It calls c2.quoted.example.")
    under = terms(rules=policy("taker", release={"tlp_max": "green"}))
    first = stores.take(text)
    assert len(shown(stores.state(first, under), "malware")) == 1
    about = marked(indicator("about", "[domain-name:value = 'c2.quoted.example']"), "red")
    again = stores.take(about)
    assert again == sorted([stores.entity(text), stores.entity(about)])
    assert {item.reason for item in stores.state(again, under)} == {"guard-withheld-value", "tlp-above-ceiling"}
    later = stores.take({**about, "object_marking_refs": marked({}, "clear")["object_marking_refs"], "modified": T2})
    assert stores.entity(text) in later
    assert {item.reason for item in stores.state(later, under)} == {"released"}


def test_what_another_producer_quotes_is_not_reached(stores: Stores) -> None:
    stores.take(malware("m", description="It calls c2.quoted.example."), producer="p1")
    about = indicator("about", "[domain-name:value = 'c2.quoted.example']")
    assert stores.take(about) == [stores.entity(about)]


def test_a_definition_that_comes_later_states_what_it_marks_anew(stores: Stores) -> None:
    marking: Stix = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": identifier("marking-definition", "s"),
        "created": "2026-01-01T00:00:00.000Z",
        "definition_type": "statement",
        "definition": {"statement": "Copyright"},
    }
    value = marked(indicator("a"), "clear", marking["id"])
    stores.take(value)
    assert stores.entity(value) in stores.take(marking)
