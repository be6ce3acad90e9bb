"""Saved collections: what of a view stands in them, whatever happens to the view, the filter, or what the partner deletes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.store.selection import ALL, LAST
from pipeline.store.sqlite import connect
from pipeline.store.view_collections import ApiRootSpec, CollectionSpec
from pipeline.store.view_delete import delete_versions
from pipeline.store.views_schema import MIGRATIONS
from schemas.markings import TLP_BY_ID
from schemas.saved_filter import SavedFilter
from schemas.timestamps import sort_key, to_micros
from tests.support.objects import Stix, indicator, malware, observable
from tests.unit.pipeline.store.test_view_writer import START, Statement, View, put, withdraw

GREEN = "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"
CLEAR = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"


def spec(alias: str, saved: SavedFilter, **more: Any) -> CollectionSpec:
    return CollectionSpec(
        **{
            "id": f"id-{alias}",
            "root": "",
            "alias": alias,
            "partner": "taker",
            "title": alias,
            "description": "",
            "filter": saved.model_dump_json(exclude_defaults=True),
            "can_read": True,
            "public": False,
            "feed": None,
            **more,
        }
    )


class Followed(View):
    """A view with saved collections."""

    def __init__(self, folder: Path, **filters: SavedFilter) -> None:
        super().__init__(folder)
        self.path = folder / "views.db"
        self.filters = filters
        self.sql = sqlite3.connect(self.path)
        self.configure(**filters)

    def configure(self, **filters: SavedFilter) -> None:
        self.filters = filters
        self.writer.configure([], [spec(alias, saved) for alias, saved in filters.items()])

    def number(self, alias: str) -> int:
        found: int = self.sql.execute("SELECT no FROM collection WHERE alias = ?", (alias,)).fetchone()[0]
        return found

    def rows(self, number: int) -> list[tuple[Any, ...]]:
        """(date_added, id, version, latest, body) of everything in a collection."""
        return self.sql.execute(
            "SELECT seq, object_id, version_key, latest, body FROM record_text WHERE collection = ? ORDER BY seq", (number,)
        ).fetchall()

    def ids(self, alias: str) -> list[str]:
        return [row[1] for row in self.rows(self.number(alias)) if row[3]]

    def values(self, number: int) -> dict[str, list[Stix]]:
        found: dict[str, list[Stix]] = {}
        for identifier, body in self.sql.execute(
            "SELECT object_id, bytes FROM record_text JOIN body ON body.no = record_text.body WHERE collection = ? ORDER BY version_key",
            (number,),
        ):
            found.setdefault(identifier, []).append(orjson.loads(body))
        return found

    def delete(self, identifier: str, *versions: str) -> int:
        return delete_versions(self.path, self.no, identifier, versions or (ALL,), lambda: to_micros(self.clock()))

    def close(self) -> None:
        self.sql.close()
        super().close()


@pytest.fixture
def view(tmp_path: Path) -> Iterator[Followed]:
    made = Followed(
        tmp_path,
        every=SavedFilter(),
        malware=SavedFilter(types=("malware",)),
        sure=SavedFilter(min_confidence=50),
        hot=SavedFilter(labels=("hot", "urgent")),
        green=SavedFilter(markings=("green",)),
        both=SavedFilter(types=("indicator",), min_confidence=50, labels=("hot",)),
    )
    yield made
    made.close()


A = indicator("a", confidence=80, labels=["hot"], object_marking_refs=[GREEN])
B = malware("b", confidence=20, object_marking_refs=[CLEAR])
C = observable("ipv4-addr", value="192.0.2.1")


def test_fields_are_anded_and_values_ored(view: Followed) -> None:
    view.say(1, put("a", A), put("b", B), put("c", C))
    assert view.ids("every") == [A["id"], B["id"], C["id"]]
    assert view.ids("malware") == [B["id"]]
    assert view.ids("sure") == view.ids("hot") == view.ids("green") == view.ids("both") == [A["id"]]


def test_bytes_are_shared(view: Followed) -> None:
    view.say(1, put("a", A), put("b", B), put("c", C))
    assert view.sql.execute("SELECT count(*) FROM body").fetchone() == (3,)


@pytest.mark.parametrize("name", ["clear", "green", "amber", "amber+strict", "red"])
def test_a_tlp_name_means_both_versions(name: str) -> None:
    saved = SavedFilter(markings=(name,))
    taken = {identifier for identifier in TLP_BY_ID if saved.takes({"type": "tool", "object_marking_refs": [identifier]})}
    assert len(taken) == (1 if name == "amber+strict" else 2)
    assert not saved.takes({"type": "tool"})


def test_what_has_entered_is_followed_when_it_passes_no_more(view: Followed) -> None:
    weaker = {**A, "modified": "2026-05-01T00:00:00.000Z", "confidence": 10, "labels": ["cold"]}
    view.say(1, put("a", A))
    view.say(2, put("a", A, weaker))
    for alias in ("sure", "hot", "both"):
        assert view.values(view.number(alias))[A["id"]] == [A, weaker]
        assert view.ids(alias) == [A["id"]]


def test_a_revocation_reaches_every_collection_that_had_the_object(view: Followed) -> None:
    view.say(1, put("a", A))
    view.say(2, withdraw("a"))
    for alias in ("every", "sure", "hot", "both"):
        (stub,) = view.values(view.number(alias))[A["id"]]
        assert stub["revoked"] is True
        assert "labels" not in stub
    assert view.ids("malware") == []


def test_an_object_that_comes_to_pass_enters_with_all_its_versions(view: Followed) -> None:
    first = {**A, "confidence": 10}
    second = {**A, "modified": "2026-05-01T00:00:00.000Z"}
    view.say(1, put("a", first))
    assert view.ids("sure") == []
    view.say(2, put("a", first, second))
    assert view.values(view.number("sure"))[A["id"]] == [first, second]


def test_a_changed_filter_takes_in_and_lets_go(view: Followed) -> None:
    view.say(1, put("a", A), put("b", B), put("c", C))
    view.say(2, withdraw("a"))
    held = view.rows(view.number("sure"))
    view.clock.now += timedelta(minutes=5)
    view.configure(**{**view.filters, "sure": SavedFilter(types=("malware",)), "malware": SavedFilter(types=("ipv4-addr",))})
    # the revocation stays for those who read the object; what was taken in anew comes behind it
    assert view.ids("sure") == [A["id"], B["id"]]
    assert view.rows(view.number("sure"))[:1] == held
    assert view.ids("malware") == [C["id"]]


def test_a_collection_that_is_configured_no_more_is_gone(view: Followed) -> None:
    view.say(1, put("a", A))
    number = view.number("sure")
    view.configure(every=SavedFilter())
    assert view.rows(number) == []
    assert view.sql.execute("SELECT alias FROM collection ORDER BY alias").fetchall() == [("every",), ("taker",)]


def test_a_partner_that_gets_a_view_later(tmp_path: Path) -> None:
    made = Followed(tmp_path)
    try:
        made.writer.configure([ApiRootSpec("x", "X", "")], [spec("early", SavedFilter(), partner="later", root="x")])
        assert made.rows(made.number("early")) == []
        made.no = made.writer.ensure_collection("c-2", "later", "Title")
        made.say(1, put("a", A))
        made.writer.configure([ApiRootSpec("x", "X", "")], [spec("early", SavedFilter(), partner="later", root="x")])
        assert made.ids("early") == [A["id"]]
        made.say(2, put("b", B))
        assert made.ids("early") == [A["id"], B["id"]]
    finally:
        made.close()


V2 = {**A, "modified": "2026-05-01T00:00:00.000Z"}
V3 = {**A, "modified": "2026-06-01T00:00:00.000Z"}


class TestDeletion:
    """What a partner deletes stays away, however often the view is computed, until it is new."""

    def test_it_is_gone_everywhere(self, view: Followed) -> None:
        view.say(1, put("a", A, V2), put("b", B))
        assert view.delete(A["id"]) == 2
        assert view.shown() == [B]
        assert view.ids("every") == [B["id"]]
        assert view.ids("sure") == []
        assert view.delete(A["id"]) == 0

    def test_it_stays_away_when_it_is_stated_again(self, view: Followed) -> None:
        view.say(1, put("a", A, V2))
        view.delete(A["id"])
        view.say(2, put("a", A, V2))
        view.sql.execute("DELETE FROM member")
        view.sql.commit()
        view.say(3, put("a", A, V2))
        assert view.shown(ALL) == []

    def test_a_later_version_is_new(self, view: Followed) -> None:
        view.say(1, put("a", A, V2))
        view.delete(A["id"])
        view.say(2, put("a", A, V2, V3))
        assert view.shown(ALL) == [V3]
        assert view.values(view.number("sure"))[A["id"]] == [V3]

    def test_one_version(self, view: Followed) -> None:
        view.say(1, put("a", A, V2, V3))
        assert view.delete(A["id"], LAST) == 1
        assert view.shown() == [V2]
        assert view.delete(A["id"], sort_key(A["modified"])) == 1
        assert view.shown(ALL) == [V2]
        view.say(2, put("a", V3))
        assert view.shown(ALL) == []

    def test_an_object_without_times_stays_away_at_every_slot(self, view: Followed) -> None:
        view.say(1, put("c", C))
        view.delete(C["id"])
        for at in (2, 3):
            view.sql.execute("DELETE FROM member")
            view.sql.commit()
            view.say(at, put("c", C))
            assert view.shown(ALL) == []

    def test_nothing_is_said_of_it_when_it_is_withdrawn(self, view: Followed) -> None:
        view.say(1, put("a", A))
        view.delete(A["id"])
        view.say(2, withdraw("a"))
        assert view.shown(ALL) == []

    def test_it_returns_once_it_was_sent_again(self, view: Followed) -> None:
        view.say(1, put("a", A, V2))
        view.delete(A["id"])
        deleted = to_micros(view.clock.now)
        assert view.writer.deleted("taker", deleted) == set()  # what was sent before the deletion does not undo it
        assert view.writer.deleted("taker", deleted + 1) == {A["id"]}
        view.writer.lift("taker", [(A["id"], sort_key(V2["modified"]))], deleted + 1)
        view.say(2, put("a", A, V2))
        assert view.shown(ALL) == [V2]


STEPS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["put", "low", "both", "revoke", "withdraw", "delete", "delete last", "refilter"]),
        st.integers(-9, 9),
    ),
    max_size=14,
)


def stated(number: int, what: str) -> Statement:
    name = f"n{number}"
    first, second = indicator(name, confidence=80), indicator(name, modified="2026-05-01T00:00:00.000Z", confidence=10)
    match what:
        case "put":
            return put(name, first)
        case "low":
            return put(name, second)
        case "both":
            return put(name, first, second)
        case "revoke":
            return put(name, {**second, "modified": "2026-06-01T00:00:00.000Z", "revoked": True}, reason="revoked", decision="revoke")
        case _:
            return withdraw(name)


@settings(max_examples=60)
@given(STEPS)
def test_whatever_happens(tmp_path_factory: pytest.TempPathFactory, steps: Sequence[tuple[int, str, int]]) -> None:
    """The law of pipeline.store.view_follow, and that dates only rise."""
    saved = SavedFilter(min_confidence=50)
    view = Followed(tmp_path_factory.mktemp("views"), saved=saved)
    try:
        no = view.number("saved")
        held: set[str] = set()
        newest = 0
        for at, (number, what, drift) in enumerate(steps):
            view.clock.now = START + timedelta(seconds=drift)
            refiltered = what == "refilter"
            if refiltered:
                saved = SavedFilter(min_confidence=5 if saved.min_confidence == 50 else 50)
                view.configure(saved=saved)
            elif what.startswith("delete"):
                view.delete(indicator(f"n{number}")["id"], LAST if what.endswith("last") else ALL)
            else:
                view.say(at, stated(number, what))
            base, own = view.values(view.no), view.values(no)
            passing = {name for name, values in base.items() if any(saved.takes(value) for value in values)}
            revoked = {name for name, values in base.items() if values[-1].get("revoked")}
            assert own.keys() == passing | ((held & revoked) if refiltered else (held & base.keys()))
            assert all(base[name] == values for name, values in own.items())
            assert {row[1:] for row in view.rows(no)} <= {row[1:] for row in view.rows(view.no)}
            dates = [row[0] for row in view.rows(no)]
            last = view.sql.execute("SELECT last_seq FROM collection WHERE no = ?", (no,)).fetchone()[0]
            assert last >= max(dates, default=0)
            assert last >= newest
            held, newest = set(own), last
    finally:
        view.close()


def test_views_of_an_older_program_are_brought_up(tmp_path: Path) -> None:
    with closing(connect(tmp_path / "views.db", MIGRATIONS[:1])) as old:
        old.execute("INSERT INTO collection (id, alias, partner, title, last_seq) VALUES ('c-1', 'taker', 'taker', 'Title', 7)")
    view = View(tmp_path)
    try:
        found = view.reader.collection("taker", "taker")
        assert found is not None
        assert (found.id, found.last_seq, bool(found.can_read), found.feed) == ("c-1", 7, True, None)
        view.say(1, put("a", A))
        assert view.shown() == [A]
    finally:
        view.close()
