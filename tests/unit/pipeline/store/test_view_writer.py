"""Views for the publisher: statements in, records out; date_added only ever rises, and saying a thing twice changes nothing."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.store.audit_entries import Entry, read_entries, write_entries
from pipeline.store.selection import ALL, LAST, Selection
from pipeline.store.view_reader import ViewReader
from pipeline.store.view_work import revoked_stub
from pipeline.store.view_writer import Delivery, ViewWriter
from schemas.config import LeniencySettings
from schemas.ids import digest16
from schemas.stix.inspection import inspect
from schemas.timestamps import to_micros
from tests.support.objects import HUB, Stix, domain, identifier, indicator, malware, observable, relationship
from tests.unit.schemas.stix.sample_objects import DOMAIN_SAMPLES
from transforms.bundle import Ledger
from transforms.statement import Statement
from transforms.validate import validate

START = datetime(2026, 7, 1, 12, tzinfo=UTC)


class Ticking:
    """A clock that can be set, also back."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now


def slot(number: int) -> str:
    return f"2026-07-01T12:{number:02d}:00.000Z"


def handle(name: str) -> bytes:
    return name.encode().ljust(16, b".")


def put(name: str, *values: Stix, reason: str = "released", decision: Any = "put") -> Statement:
    made = tuple(map(orjson.dumps, values))
    return Statement(handle(name), decision, reason, 1, values[-1]["id"], digest16(*made), made, ())


def withdraw(name: str, reason: str = "too-old") -> Statement:
    return Statement(handle(name), "withdraw", reason, 1)


class View:
    """One collection, its writer and a reader."""

    def __init__(self, folder: Path) -> None:
        self.clock = Ticking()
        self.writer = ViewWriter(folder / "views.db", self.clock)
        self.reader = ViewReader(folder / "views.db")
        self.no = self.writer.ensure_collection("c-1", "taker", "Title")
        self.offset = 0

    def say(self, at: int, *statements: Statement, hub: bytes | None = None) -> Counter[str]:
        ledger = Ledger(slot(at), "taker@1.0.0", "agr-1@1.0.0", hub, statements)
        self.offset += 1
        return self.writer.apply(self.no, [Delivery("partner.taker", 0, self.offset, ledger)])

    def shown(self, versions: str = LAST) -> list[Stix]:
        page = self.reader.objects(self.no, Selection(0, 10_000, versions=(versions,)), 1 << 30)
        found: list[Stix] = orjson.loads(b"[" + page.joined + b"]")
        return found

    def records(self) -> list[tuple[int, str, str]]:
        page = self.reader.manifest(self.no, Selection(0, 10_000, versions=(ALL,)))
        return [(item.seq, item.object_id, item.version) for item in page.records]

    def close(self) -> None:
        self.reader.close()
        self.writer.close()


@pytest.fixture
def view(tmp_path: Path) -> Iterator[View]:
    made = View(tmp_path)
    yield made
    made.close()


A = indicator("a")
A2 = {**A, "modified": "2026-05-01T00:00:00.000Z", "confidence": 3}
B = malware("b", description="secret text")


def test_what_is_put_is_shown_as_it_is(view: View) -> None:
    assert view.say(1, put("a", A), put("b", B, reason="minimized")) == {"released": 1, "minimized": 1}
    assert view.shown() == [A, B]
    assert [version for _, _, version in view.records()] == [A["modified"], B["modified"]]


def test_a_message_that_is_applied_again_changes_nothing(view: View) -> None:
    statements = [put("a", A), put("b", B), withdraw("c"), put("o", observable("ipv4-addr", value="192.0.2.1"))]
    view.say(1, *statements)
    before = view.records()
    for _ in range(10):
        view.clock.now += timedelta(hours=1)
        assert view.say(1, *statements) == {}
        assert view.say(2, *statements) == {}
    assert view.records() == before


def test_date_added_rises_and_is_unique_when_the_clock_goes_back(view: View) -> None:
    seen: list[int] = []
    for step, moment in enumerate((0, 60, -3600, -3600, 30, 7200)):
        view.clock.now = START + timedelta(seconds=moment)
        view.say(step, *(put(f"{step}.{n}", indicator(f"{step}.{n}")) for n in range(5)))
        now = [seq for seq, _, _ in view.records()]
        assert now[: len(seen)] == seen
        seen = now
    assert all(one < other for one, other in pairwise(seen))
    assert len(seen) == 30
    assert seen[0] == to_micros(START)
    assert seen[-5] == to_micros(START + timedelta(seconds=7200))


def test_the_last_date_added_is_remembered_after_everything_is_gone(view: View) -> None:
    value = observable("ipv4-addr", value="192.0.2.1")
    view.say(1, put("o", value))
    (first,) = view.records()
    view.say(2, withdraw("o"))
    assert view.records() == []
    view.clock.now = START - timedelta(days=1)
    view.say(3, put("o", value))
    ((seq, _, _),) = view.records()
    assert seq > first[0]


def test_older_versions_come_along_and_are_not_the_latest(view: View) -> None:
    view.say(1, put("a", A, A2))
    assert view.shown() == [A2]
    assert view.shown(ALL) == [A, A2]
    view.say(2, put("a", A, A2))
    assert view.shown(ALL) == [A, A2]


def test_a_newer_version_is_the_latest_and_the_older_stays(view: View) -> None:
    view.say(1, put("a", A))
    view.say(2, put("a", A, A2))
    assert view.shown() == [A2]
    assert view.shown(ALL) == [A, A2]


def test_f11_an_older_version_that_comes_late_is_no_step_back(view: View) -> None:
    view.say(1, put("a", A2))
    view.say(2, put("a", A, A2))
    assert view.shown() == [A2]
    assert view.shown(ALL) == [A2, A]


def test_versions_that_are_no_longer_stated_are_taken_away(view: View) -> None:
    view.say(1, put("a", A, A2))
    view.say(2, put("a", A2))
    assert view.shown(ALL) == [A2]


def test_a_statement_of_an_older_slot_is_ignored(view: View) -> None:
    view.say(5, put("a", A2))
    assert view.say(4, withdraw("a")) == {}
    assert view.say(4, put("a", A)) == {}
    assert view.shown(ALL) == [A2]
    view.say(6, withdraw("a"))
    assert view.say(5, put("a", A2)) == {}
    assert [item["revoked"] for item in view.shown()] == [True]


def test_a_withdrawal_leaves_a_revoked_stub_and_nothing_else(view: View) -> None:
    view.say(1, put("b", B, {**B, "modified": "2026-05-01T00:00:00.000Z"}))
    assert view.say(2, withdraw("b")) == {"withdrawn": 1, "withheld.too-old": 1}
    (stub,) = view.shown(ALL)
    assert (stub["id"], stub["revoked"], stub["modified"]) == (B["id"], True, slot(2))
    assert "description" not in stub
    assert view.say(3, withdraw("b")) == {}
    assert view.say(3, withdraw("b", "low-confidence")) == {"withheld.low-confidence": 1}


def test_an_observable_that_is_withdrawn_is_gone(view: View) -> None:
    view.say(1, put("o", observable("ipv4-addr", value="192.0.2.1")))
    view.say(2, withdraw("o"))
    assert view.shown(ALL) == []


def test_what_never_was_visible_is_withdrawn_without_a_trace(view: View) -> None:
    assert view.say(1, withdraw("a")) == {"withheld.too-old": 1}
    assert view.records() == []


def test_what_comes_back_after_a_withdrawal_is_as_it_was(view: View) -> None:
    view.say(1, put("a", A))
    view.say(2, withdraw("a"))
    before = view.records()
    view.say(3, put("a", A))
    assert view.shown(ALL) == [A]
    assert view.records()[0][0] > before[0][0]


REVOKED = {**A2, "revoked": True}


def test_a_revocation_reaches_those_who_have_it(view: View) -> None:
    view.say(1, put("a", A))
    assert view.say(2, put("a", REVOKED, reason="revoked", decision="revoke")) == {"withdrawn": 1}
    assert view.shown() == [REVOKED]
    before = view.records()
    assert view.say(3, put("a", REVOKED, reason="revoked", decision="revoke")) == {}
    assert view.records() == before


def test_a_revocation_does_not_reach_those_who_never_had_it(view: View) -> None:
    assert view.say(1, put("a", REVOKED, reason="revoked", decision="revoke")) == {"withheld.revoked": 1}
    assert view.records() == []
    view.say(2, withdraw("a"))
    assert view.records() == []


def test_a_revoked_object_that_is_withdrawn_stays_revoked(view: View) -> None:
    view.say(1, put("a", A))
    view.say(2, put("a", REVOKED, reason="revoked", decision="revoke"))
    view.say(3, withdraw("a", "gone"))
    (left,) = view.shown()
    assert left["revoked"] is True


def test_an_object_that_changes_its_id_leaves_a_stub_of_the_old(view: View) -> None:
    other = {**A, "id": identifier("indicator", "minted")}
    view.say(1, put("a", A))
    view.say(2, put("a", other, reason="minimized"))
    shown = {item["id"]: item.get("revoked", False) for item in view.shown()}
    assert shown == {A["id"]: True, other["id"]: False}


def test_an_id_that_moves_to_another_meaning_is_never_gone_in_between(view: View) -> None:
    view.say(1, put("old", A))
    view.say(2, put("new", A2), withdraw("old", "gone"))
    assert view.shown() == [A2]
    view.say(3, withdraw("new"))
    assert [item["revoked"] for item in view.shown()] == [True]


def test_what_only_has_another_key_is_not_shown_anew(view: View) -> None:
    """A hidden object that comes in may change the key of one that names it; the hub's hand would give that a later time."""
    before, after = ({**A, "modified": f"2026-06-0{day}T00:00:00.000Z"} for day in (1, 2))
    first = put("old", before, reason="minimized")
    again = put("new", after, reason="minimized")._replace(digest=first.digest)
    view.say(1, first)
    records = view.records()
    assert view.say(2, again, withdraw("old", "gone"))["minimized"] == 0
    assert (view.shown(), view.records()) == ([before], records)
    view.say(3, again._replace(digest=b"another content "))
    assert view.shown() == [after]
    view.say(4, withdraw("new"))
    assert [item["revoked"] for item in view.shown()] == [True]


def test_what_only_has_another_key_comes_back_where_it_was_gone(view: View) -> None:
    view.say(1, put("old", A))
    view.say(2, withdraw("old"))
    view.say(3, put("new", A))
    assert view.shown() == [A]


def test_the_hubs_identity_is_shown_once(view: View) -> None:
    for number in range(3):
        view.say(number, put(f"a{number}", indicator(f"a{number}"), reason="minimized"), hub=HUB.identity_body)
    assert [item["id"] for item in view.shown()].count(HUB.identity) == 1
    assert view.shown()[0]["id"] == HUB.identity


def test_the_offset_is_saved_with_the_effect(view: View) -> None:
    assert view.writer.consumed("partner.taker") == {}
    ledgers = [Ledger(slot(1), "p", "a", None, (put("a", A),)), Ledger(slot(1), "p", "a", None, ())]
    view.writer.apply(view.no, [Delivery("partner.taker", 3, 7, ledgers[0]), Delivery("partner.taker", 3, 9, ledgers[1])])
    assert view.writer.consumed("partner.taker") == {3: 10}
    assert view.writer.consumed("partner.other") == {}


def test_a_message_that_fails_has_no_effect_at_all(view: View) -> None:
    broken = Statement(handle("x"), "put", "released", 1, "x", b"d", (b"not JSON",))
    good = Ledger(slot(1), "p", "a", None, (put("a", A),))
    with pytest.raises(orjson.JSONDecodeError):
        view.writer.apply(view.no, [Delivery("t", 0, 0, good), Delivery("t", 0, 1, Ledger(slot(1), "p", "a", None, (broken,)))])
    assert view.records() == []
    assert view.writer.consumed("t") == {}


def test_each_change_is_in_the_audit_with_its_rules(view: View, tmp_path: Path) -> None:
    view.say(1, put("a", A), withdraw("b", "tlp-above-ceiling"))
    view.say(2, put("a", A))
    view.say(3, withdraw("a"))
    rows = view.writer._connection.execute(
        "SELECT slot, policy, agreements, put, withdrawn, withheld, entries FROM audit ORDER BY no"
    ).fetchall()
    assert [row[:6] for row in rows] == [(slot(1), "taker@1.0.0", "agr-1@1.0.0", 1, 0, 1), (slot(3), "taker@1.0.0", "agr-1@1.0.0", 0, 1, 1)]
    assert read_entries(rows[0][6]) == [
        Entry(handle("a").hex(), "put", "released", A["id"]),
        Entry(handle("b").hex(), "withdraw", "tlp-above-ceiling", ""),
    ]
    assert read_entries(rows[1][6]) == [Entry(handle("a").hex(), "withdraw", "too-old", "")]


def test_the_audit_says_what_an_object_came_from_on_which_ground_and_what_was_done_to_it(view: View) -> None:
    made = put("a", A, reason="minimized")._replace(source=b"s" * 16, grant="g-1", transforms=("indicator.name=drop",))
    ledger = Ledger(slot(1), "taker@1.0.0", "agr-1@1.0.0", None, (made,), "gdpr-6-1-f", "network_defence")
    view.writer.apply(view.no, [Delivery("partner.taker", 0, 0, ledger)])
    (row,) = view.writer._connection.execute("SELECT entries, legal_basis, purposes, actor FROM audit").fetchall()
    assert row[1:] == ("gdpr-6-1-f", "network_defence", "service")
    assert read_entries(row[0]) == [
        Entry(handle("a").hex(), "put", "minimized", A["id"], (b"s" * 16).hex(), "g-1", ("indicator.name=drop",))
    ]


ROWS: list[tuple[list[object], Entry]] = [
    (["h", "put", "released", "x--1"], Entry("h", "put", "released", "x--1")),
    (
        ["h", "put", "minimized", "x--1", "a.b=drop", "a.c=drop"],
        Entry("h", "put", "minimized", "x--1", transforms=("a.b=drop", "a.c=drop")),
    ),
    (
        ["h", "put", "minimized", "x--1", "a=drop", "b=drop", "c=drop"],
        Entry("h", "put", "minimized", "x--1", transforms=("a=drop", "b=drop", "c=drop")),
    ),
    (["h", "put", "released", "x--1", "s", "g", []], Entry("h", "put", "released", "x--1", "s", "g")),
    (["h", "put", "tearline", "x--1", "s", "", ["a=b"]], Entry("h", "put", "tearline", "x--1", "s", "", ("a=b",))),
]


@pytest.mark.parametrize("packed", [True, False])
def test_entries_of_every_release_so_far_are_read(packed: bool) -> None:
    stored = orjson.dumps([row for row, _ in ROWS])
    assert read_entries(zlib.compress(stored) if packed else stored) == [entry for _, entry in ROWS]
    assert read_entries(write_entries([entry for _, entry in ROWS])) == [entry for _, entry in ROWS]


def test_collections_do_not_mix(view: View) -> None:
    second = view.writer.ensure_collection("c-2", "second", "Title")
    assert view.writer.ensure_collection("c-2", "second", "Other title") == second != view.no
    view.say(1, put("a", A))
    view.writer.apply(second, [Delivery("partner.second", 0, 0, Ledger(slot(1), "p", "a", None, (put("a", A2),)))])
    assert view.shown() == [A]
    view.writer.apply(second, [Delivery("partner.second", 0, 1, Ledger(slot(2), "p", "a", None, (withdraw("a"),)))])
    assert view.shown() == [A]
    (collection,) = view.reader.collections("second")
    assert (collection.id, collection.alias, collection.title) == ("c-2", "second", "Other title")


def test_objects_can_be_imported_as_they_are(view: View) -> None:
    values = [A, A2, B, observable("ipv4-addr", value="192.0.2.1")]
    view.writer.import_objects(view.no, list(map(orjson.dumps, values)))
    assert view.shown() == [A2, B, values[3]]
    before = view.records()
    view.writer.import_objects(view.no, list(map(orjson.dumps, values)))
    assert view.records() == before
    view.clock.now = START - timedelta(days=1)
    view.writer.import_objects(view.no, [orjson.dumps(malware("c"))])
    assert view.records()[-1][0] > before[-1][0]


@pytest.mark.parametrize(
    "value",
    [A, {**B, "is_family": False}, relationship("r", A, B), domain("x-own", "a", secret=1), domain("attack-pattern", "a", name="n")],
)
def test_a_stub_has_what_its_type_requires_and_nothing_else(value: Stix) -> None:
    made = orjson.loads(revoked_stub(orjson.dumps({**value, "description": "d", "x_own": 1, "labels": ["l"]}), slot(1)) or b"null")
    assert made["revoked"] is True
    assert made["modified"] == slot(1)
    assert not {"description", "x_own", "labels", "secret"} & made.keys()
    assert made.keys() - {"revoked"} <= value.keys()
    texts = {"name", "pattern"}
    assert {name: item for name, item in made.items() if name not in (*texts, "revoked", "modified")}.items() <= value.items()
    assert not any(made[name] == value[name] for name in texts & made.keys())
    validate(made, LeniencySettings())


@pytest.mark.parametrize("type_name", DOMAIN_SAMPLES)
def test_a_stub_of_every_type_is_valid(type_name: str) -> None:
    stub = revoked_stub(orjson.dumps(DOMAIN_SAMPLES[type_name]), slot(1))
    assert stub is not None
    assert [finding for finding in inspect(orjson.loads(stub)) if finding.setting in ("", "optional_parts")] == []


def test_a_stub_is_newer_than_what_it_ends(view: View) -> None:
    future = {**A, "modified": "2027-01-01T00:00:00.123456Z"}
    made = orjson.loads(revoked_stub(orjson.dumps(future), slot(1)) or b"null")
    assert made["modified"] == "2027-01-01T00:00:00.124Z"
    view.say(1, put("a", future))
    view.say(2, withdraw("a"))
    assert [item["revoked"] for item in view.shown()] == [True]


@pytest.mark.parametrize(
    "value", [observable("ipv4-addr", value="192.0.2.1"), {"type": "marking-definition", "id": "x", "created": slot(1)}]
)
def test_what_cannot_be_revoked_has_no_stub(value: Stix) -> None:
    assert revoked_stub(orjson.dumps(value), slot(1)) is None


STEPS = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(["put", "put2", "minimized", "revoke", "withdraw", "other reason"]),
        st.integers(-100, 100),
        st.booleans(),
    ),
    max_size=15,
)


def stated(number: int, what: str, at: int) -> Statement:
    name = f"n{number}"
    value = indicator(name)
    match what:
        case "put":
            return put(name, value)
        case "put2":
            return put(name, value, {**value, "modified": "2026-05-01T00:00:00.000Z"})
        case "minimized":
            return put(name, {**value, "id": identifier("indicator", f"minted {name}"), "modified": slot(at)}, reason="minimized")
        case "revoke":
            return put(name, {**value, "modified": "2026-06-01T00:00:00.000Z", "revoked": True}, reason="revoked", decision="revoke")
        case _:
            return withdraw(name, "too-old" if what == "withdraw" else "gone")


@settings(max_examples=60)
@given(STEPS)
def test_the_view_is_what_was_said_last(tmp_path_factory: pytest.TempPathFactory, steps: Sequence[tuple[int, str, int, bool]]) -> None:
    """A model: for each handle the last statement counts, and records hold nothing else but stubs of what once was visible."""
    view = View(tmp_path_factory.mktemp("views"))
    try:
        last: dict[int, str] = {}
        held: dict[int, bool] = {}
        seen: list[int] = []
        for at, (number, what, drift, again) in enumerate(steps):
            view.clock.now = START + timedelta(seconds=drift)
            statement = stated(number, what, at)
            view.say(at, statement)
            if again:
                before = view.records()
                view.say(at, statement)
                assert view.records() == before
            revoke_unseen = what == "revoke" and not held.get(number)
            last[number] = "withdraw" if revoke_unseen else what
            held[number] = not (revoke_unseen or what in ("withdraw", "other reason"))
            records = view.records()
            new = [seq for seq, _, _ in records if seq not in seen]
            assert all(seq > max(seen, default=0) for seq in new)
            seen = sorted({*seen, *new})
            assert len({seq for seq, _, _ in records}) == len(records)
        active = {item["id"] for item in view.shown() if not item.get("revoked")}
        expected = set()
        for number, what in last.items():
            if what in ("put", "put2"):
                expected.add(indicator(f"n{number}")["id"])
            elif what == "minimized":
                expected.add(identifier("indicator", f"minted n{number}"))
        assert active == expected
        latest = [item["id"] for item in view.shown()]
        assert len(latest) == len(set(latest))
    finally:
        view.close()
