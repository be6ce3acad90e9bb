"""Plans of a release: everything is covered once, what is interrupted is taken up with its own slot, and slots only rise."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.hub import Hub, open_hub
from pipeline.jobs import plan as plans
from pipeline.jobs.plan import CHANGES_IN_STEP, Plan, Step, make_plan
from pipeline.sharing_files import SharingFiles
from pipeline.starter.write import write_hub
from pipeline.store.catalogue import Catalogue
from pipeline.store.catalogue_queries import entities_of
from pipeline.store.catalogue_reader import CatalogueReader
from pipeline.store.cursors import Cursors
from schemas.timestamps import sort_key
from tests.support.objects import Stix, identity, indicator, malware, relationship, taken

NOW = datetime(2026, 7, 1, 12, 0, 0, 123456, tzinfo=UTC)
EVERYBODY = ("bank-ember", "ministry-delta", "ngo-fjord")


@dataclass
class Opened:
    """A starter hub with its stores."""

    hub: Hub
    files: SharingFiles
    catalogue: Catalogue
    reader: CatalogueReader
    cursors: Cursors

    def take(self, *values: Stix) -> None:
        taken(self.catalogue, [(value, "cert-aurora") for value in values])

    def plan(self, now: datetime = NOW) -> Plan:
        return make_plan(self.hub, self.files, self.cursors, self.reader, now)

    def finish(self, made: Plan) -> None:
        self.cursors.finish_release(made.cursor, dict.fromkeys(self.files.policies, sort_key(made.slot)))

    def entities(self, made: Plan, recipient: str) -> list[int]:
        """What is stated for a recipient, in all steps."""
        return [
            no
            for step in made.steps
            if recipient in step.recipients
            for no in (*step.entities, *(no for what in step.ranges for no in self.reader.changed(*what)))
        ]

    def known(self) -> set[int]:
        return {no for (no,) in self.catalogue.connection.execute("SELECT no FROM entity")}


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    write_hub(tmp_path / "hub", os.urandom)
    hub = open_hub(tmp_path / "hub")
    found = Opened(hub, hub.read_sharing_files(), hub.open_catalogue(), hub.open_reader(), hub.open_cursors())
    yield found
    for store in (found.reader, found.cursors, found.catalogue):
        store.close()


WORLD = [indicator("a"), malware("b"), identity("m"), relationship("r", indicator("a"), malware("b"))]


def test_a_step_travels_unchanged() -> None:
    step = Step("s/a0", ("a", "b"), ((0, 1, 2), (3, 0, 9)), (5, 6))
    assert Step.decode(step.encode()) == step


@given(st.dictionaries(st.integers(0, 63), st.integers(0, 5000), max_size=8))
def test_ranges_cover_every_number_once_in_parts_of_bounded_size(heads: dict[int, int]) -> None:
    parts = list(plans.ranges_of(heads))
    numbers = [(shard, number) for part in parts for shard, after, upto in part for number in range(after + 1, upto + 1)]
    assert sorted(numbers) == [(shard, number) for shard in sorted(heads) for number in range(1, heads[shard] + 1)]
    sizes = [sum(upto - after for _, after, upto in part) for part in parts]
    assert all(size == CHANGES_IN_STEP for size in sizes[:-1])
    assert all(0 < size <= CHANGES_IN_STEP for size in sizes)


@given(st.lists(st.integers(), max_size=7000, unique=True))
def test_parts_cover_every_entity_once(entities: list[int]) -> None:
    parts = list(plans._parts(entities))
    assert [no for part in parts for no in part] == entities
    assert all(0 < len(part) <= CHANGES_IN_STEP for part in parts)


def test_with_nothing_known_there_is_nothing_to_do(opened: Opened) -> None:
    made = opened.plan()
    assert (made.steps, made.size) == ((), 0)


def test_the_first_release_states_everything_for_everybody_once(opened: Opened) -> None:
    opened.take(*WORLD)
    made = opened.plan()
    assert made.slot == "2026-07-01T12:00:00.123Z"
    assert made.size == len(WORLD)
    for recipient in EVERYBODY:
        assert sorted(opened.entities(made, recipient)) == sorted(opened.known())
    assert len({step.name for step in made.steps}) == len(made.steps)


def test_after_a_release_nothing_is_left_to_do(opened: Opened) -> None:
    opened.take(*WORLD)
    opened.finish(opened.plan())
    assert opened.plan(NOW + timedelta(hours=1)).steps == ()


def test_the_next_release_states_what_changed_and_what_refers_to_it(opened: Opened) -> None:
    opened.take(*WORLD)
    opened.finish(opened.plan())
    opened.take({**WORLD[0], "modified": "2026-06-01T00:00:00.000Z"}, indicator("new"))
    made = opened.plan(NOW + timedelta(hours=1))
    wanted = {no for value in (WORLD[0], WORLD[3], indicator("new")) for no in entities_of(opened.reader, value["id"])}
    for recipient in EVERYBODY:
        assert sorted(opened.entities(made, recipient)) == sorted(wanted)


def test_other_terms_have_everything_stated_anew_for_that_recipient(opened: Opened) -> None:
    opened.take(*WORLD)
    opened.finish(opened.plan())
    tighter = opened.files.policies["ngo-fjord"].model_copy(update={"version": "1.0.1"})
    opened.files = SharingFiles(opened.files.partners, opened.files.agreements, {**opened.files.policies, "ngo-fjord": tighter})
    made = opened.plan(NOW + timedelta(hours=1))
    assert sorted(opened.entities(made, "ngo-fjord")) == sorted(opened.known())
    assert opened.entities(made, "bank-ember") == opened.entities(made, "ministry-delta") == []


def test_what_is_due_is_stated_for_its_recipient_when_it_is_due(opened: Opened) -> None:
    opened.take(*WORLD)
    opened.finish(opened.plan())
    (no,) = entities_of(opened.reader, WORLD[1]["id"])
    (link,) = entities_of(opened.reader, WORLD[3]["id"])
    due = NOW + timedelta(days=1)
    opened.cursors.add_due([(sort_key("2026-07-02T12:00:00.000Z"), "ngo-fjord", no)])
    assert opened.plan(due - timedelta(minutes=1)).steps == ()
    made = opened.plan(due)
    assert sorted(opened.entities(made, "ngo-fjord")) == sorted([no, link])
    assert opened.entities(made, "bank-ember") == []
    opened.finish(made)
    assert opened.plan(due + timedelta(days=1)).steps == ()


def test_an_interrupted_release_is_taken_up_with_its_own_slot_and_steps(opened: Opened) -> None:
    opened.take(*WORLD)
    first = opened.plan()
    opened.cursors.save("release.intent", first.intent)
    again = opened.plan(NOW + timedelta(hours=5))
    assert (again.slot, again.heads, again.steps) == (first.slot, first.heads, first.steps)
    opened.finish(again)
    assert opened.plan(NOW + timedelta(hours=6)).steps == ()


def test_what_came_in_since_gives_an_interrupted_release_a_new_slot(opened: Opened) -> None:
    """The same slot stands for the same bytes."""
    opened.take(*WORLD)
    first = opened.plan()
    opened.cursors.save("release.intent", first.intent)
    opened.take(indicator("came later"))
    again = opened.plan(NOW)
    assert again.slot > first.slot
    for recipient in EVERYBODY:
        assert sorted(opened.entities(again, recipient)) == sorted(opened.known())


def test_other_terms_end_an_interrupted_release_and_the_slot_rises(opened: Opened) -> None:
    opened.take(*WORLD)
    opened.finish(opened.plan(NOW))
    opened.take(indicator("new"))
    first = opened.plan(NOW + timedelta(days=1))
    opened.cursors.save("release.intent", first.intent)
    opened.files = SharingFiles(opened.files.partners, opened.files.agreements, {"ngo-fjord": opened.files.policies["ngo-fjord"]})
    again = opened.plan(NOW)
    assert again.slot == "2026-07-02T12:00:00.124Z"
    assert set(again.fingerprints) == {"ngo-fjord"}


def test_other_terms_end_a_first_release_that_was_interrupted(opened: Opened) -> None:
    opened.take(*WORLD)
    first = opened.plan()
    opened.cursors.save("release.intent", first.intent)
    other = opened.files.policies["ngo-fjord"].model_copy(update={"version": "1.0.1"})
    opened.files = SharingFiles(opened.files.partners, opened.files.agreements, {**opened.files.policies, "ngo-fjord": other})
    for _ in range(2):
        again = opened.plan()
        assert again.slot > first.slot
        for recipient in EVERYBODY:
            assert sorted(opened.entities(again, recipient)) == sorted(opened.known())


def test_slots_rise_when_the_clock_goes_back(opened: Opened) -> None:
    slots = []
    for step, moment in enumerate((0, -3600, -3600, 10, 10)):
        opened.take(indicator(f"i{step}"))
        made = opened.plan(NOW + timedelta(seconds=moment))
        slots.append(made.slot)
        opened.finish(made)
    assert slots == sorted(set(slots))
    assert slots[3] == "2026-07-01T12:00:10.123Z"


def test_cursors_are_kept_by_name(opened: Opened) -> None:
    assert opened.cursors.get("feed.x") == {}
    opened.cursors.save("feed.x", {"next": "ä", "n": 1})
    opened.cursors.save("feed.x", {"next": "b"})
    opened.cursors.save("feed.y", {})
    assert opened.cursors.get("feed.x") == {"next": "b"}
    again = opened.hub.open_cursors()
    assert again.get("feed.x") == {"next": "b"}
    again.close()
