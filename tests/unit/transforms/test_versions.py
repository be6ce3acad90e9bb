"""Versions, late arrivals, revocation and conflicts (STIX 2.1 §3.6; F11, F22, F23): one table, through the judgement and the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from pipeline.store.catalogue import Catalogue
from pipeline.store.catalogue_queries import entities_of, quarantine_list
from pipeline.store.catalogue_reader import CatalogueReader
from tests.support.objects import (
    Stix,
    identifier,
    indicator,
    marked,
    observable,
    policy,
    record,
    served,
    statement_marking,
    states,
    taken,
    terms,
)
from tests.unit.transforms.test_deduplicate import Memory

T0, T1, T2, T3 = (f"2026-01-0{day}T00:00:00.000Z" for day in range(1, 5))
HELD = {T1: "2026-01-02T00:00:00", T2: "2026-01-03T00:00:00", T3: "2026-01-04T00:00:00", "": ""}
"""Moments as the catalogue writes them."""


def v(modified: str, created: str = T1, **more: Any) -> Stix:
    return indicator("a", created=created, modified=modified, valid_from=T1, **more)


def gone(modified: str, **more: Any) -> Stix:
    return v(modified, revoked=True, **more)


ADDRESS = observable("ipv4-addr", value="192.0.2.1")


@dataclass(frozen=True)
class Row:
    """What one producer serves, in order of arrival; what each is judged to be; and what stands in the end.

    current: `modified` of the version in force · history: that of the older ones that may be shown with it · revoked: whether it is
    """

    name: str
    arrivals: tuple[Stix, ...]
    judged: tuple[str, ...]
    current: str
    history: tuple[str, ...] = ()
    revoked: bool = False


ROWS = [
    Row("the first version", (v(T1),), ("first",), T1),
    Row("the latest wins", (v(T1), v(T2), v(T3)), ("first", "newer", "newer"), T3, (T1, T2)),
    Row("F11: v2 before v1", (v(T2), v(T1)), ("first", "older"), T2, (T1,)),
    Row("F11: v1 a day later, again and again", (v(T2), v(T1), v(T1), v(T2)), ("first", "older", "repeat", "repeat"), T2, (T1,)),
    Row("F11: one between two", (v(T1), v(T3), v(T2)), ("first", "newer", "older"), T3, (T1, T2)),
    Row("F11: v3 v2 v1", (v(T3), v(T2), v(T1)), ("first", "older", "older"), T3, (T1, T2)),
    Row("F10: the same again", (v(T1),) * 10, ("first", *("repeat",) * 9), T1),
    Row("F10: the same in another order of properties", (v(T1), dict(reversed(v(T1).items()))), ("first", "repeat"), T1),
    Row("F22: other content for one version", (v(T1), v(T1, name="x")), ("first", "version-conflict"), T1),
    Row("F22: in its history", (v(T1), v(T2), v(T1, name="x")), ("first", "newer", "version-conflict"), T2, (T1,)),
    Row("F22: told by other fraction digits", (v(T1), v(T1.replace(".000", ""), name="x")), ("first", "version-conflict"), T1),
    Row("F22: a revocation without a new version", (v(T1), gone(T1)), ("first", "version-conflict"), T1),
    Row(
        "F22: the first stays, and later versions follow it",
        (v(T1), v(T1, name="x"), v(T2)),
        ("first", "version-conflict", "newer"),
        T2,
        (T1,),
    ),
    Row("F23: revoked", (v(T1), gone(T2)), ("first", "newer"), T2, (T1,), revoked=True),
    Row("F23: revoked from the start", (gone(T1),), ("first",), T1, revoked=True),
    Row("F23: revoked, then not", (v(T1), gone(T2), v(T3)), ("first", "newer", "revoked-final"), T2, (T1,), revoked=True),
    Row("F23: revoked, then revoked: false", (gone(T1), v(T2, revoked=False)), ("first", "revoked-final"), T1, revoked=True),
    Row("F23: revoked twice", (gone(T1), gone(T2)), ("first", "revoked-final"), T1, revoked=True),
    Row("F23: the same revocation again", (v(T1), gone(T2), gone(T2)), ("first", "newer", "repeat"), T2, (T1,), revoked=True),
    Row("F23: history after a revocation", (gone(T2), v(T1)), ("first", "older"), T2, (T1,), revoked=True),
    Row("F23: a late revocation ends what followed it", (v(T1), v(T3), gone(T2)), ("first", "newer", "newer"), T2, (T1,), revoked=True),
    Row("F23: the earlier of two revocations stands", (gone(T3), gone(T2), v(T1)), ("first", "newer", "older"), T2, (T1,), revoked=True),
    Row("F23: nothing follows a late revocation", (v(T3), gone(T2), v(T3)), ("first", "newer", "repeat"), T2, revoked=True),
    Row("F23: created moves forward", (v(T1), v(T2, created=T2)), ("first", "created-changed"), T1),
    Row("F23: created moves back", (v(T1), v(T2, created=T0)), ("first", "created-changed"), T1),
    Row("F23: created moves in a late version", (v(T2), v(T1, created=T0)), ("first", "created-changed"), T2),
    Row("F23: created moves in a revocation", (v(T1), gone(T2, created=T0)), ("first", "created-changed"), T1),
    Row("created, told by other fraction digits", (v(T1), v(T2, created=T1.replace(".000", ""))), ("first", "newer"), T2, (T1,)),
    Row("no versions: the more restricted stands", (ADDRESS, marked(ADDRESS, "red")), ("first", "newer"), ""),
    Row("no versions: whatever came last", (marked(ADDRESS, "red"), ADDRESS), ("first", "older"), ""),
    Row("no versions: the longer stands", (ADDRESS, {**ADDRESS, "defanged": False}), ("first", "newer"), ""),
    Row("no versions: the same again", (ADDRESS, ADDRESS), ("first", "repeat"), ""),
    Row(
        "no versions: created says nothing there",
        (statement_marking("m"), statement_marking("m", created=T3, name="n")),
        ("first", "newer"),
        "",
    ),
]
OUTCOME = {"first": "accepted", "repeat": "duplicates", "newer": "new_versions", "older": "new_versions"}


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    made = Catalogue(tmp_path / "catalogue.db", 16)
    made.connection.execute("PRAGMA synchronous=OFF")
    yield made
    made.close()


@pytest.fixture
def reader(catalogue: Catalogue, tmp_path: Path) -> Iterator[CatalogueReader]:
    made = CatalogueReader(tmp_path / "catalogue.db")
    yield made
    made.close()


def outcomes(catalogue: Catalogue, *arrivals: tuple[Stix, str]) -> list[str]:
    return [name for arrival in arrivals for name in taken(catalogue, [arrival])]


def refused(reader: CatalogueReader) -> list[str]:
    return sorted(item.reason for item in quarantine_list(reader, None, None, 100))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_as_judged(row: Row) -> None:
    memory = Memory()
    assert tuple(reason or kind for kind, reason in (memory.take(record(value)) for value in row.arrivals)) == row.judged
    assert memory.current is not None
    assert (memory.current.modified, memory.current.revoked) == (HELD[row.current], row.revoked)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_in_the_catalogue(row: Row, catalogue: Catalogue, reader: CatalogueReader) -> None:
    served = [(value, "maker") for value in row.arrivals]
    assert outcomes(catalogue, *served) == [OUTCOME.get(item, f"quarantined.{item}") for item in row.judged]
    assert refused(reader) == sorted(item for item in row.judged if item not in OUTCOME)
    (entity,) = entities_of(reader, row.arrivals[0]["id"])
    (candidate,) = reader.block([entity]).entities[entity].candidates
    assert (candidate.modified, candidate.current.revoked) == (HELD[row.current], row.revoked)
    assert tuple(item.value["modified"] for item in candidate.older) == row.history


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_f10_a_replay_gives_the_same(row: Row, catalogue: Catalogue, reader: CatalogueReader) -> None:
    served = [(value, "maker") for value in row.arrivals]
    taken(catalogue, served)
    before = (reader.heads(), refused(reader))
    for _ in range(2):
        taken(catalogue, served)
    assert (reader.heads(), refused(reader)) == before


@pytest.mark.parametrize(
    "order", list(permutations([v(T1), gone(T2), v(T3)])), ids=lambda order: " ".join(item["modified"][9] for item in order)
)
def test_f23_a_revocation_stands_whatever_the_order(order: tuple[Stix, ...], catalogue: Catalogue, reader: CatalogueReader) -> None:
    outcomes(catalogue, *((value, "maker") for value in order))
    (entity,) = entities_of(reader, order[0]["id"])
    (candidate,) = reader.block([entity]).entities[entity].candidates
    assert (candidate.modified, candidate.current.revoked) == (HELD[T2], True)
    assert [item.value["modified"] for item in candidate.older] == [T1]


@dataclass(frozen=True)
class Shared:
    """What two producers serve under one id, in order of arrival; the outcomes; and producer -> `modified` of its version in force."""

    name: str
    arrivals: tuple[tuple[Stix, str], ...]
    outcomes: tuple[str, ...]
    current: dict[str, str]


CONFLICT = "quarantined.id-conflict"
SHARED = [
    Shared("F22: other content", ((v(T1), "maker"), (v(T1, name="x"), "other")), ("accepted", CONFLICT), {"maker": T1}),
    Shared("F22: a later version", ((v(T1), "maker"), (v(T2), "other")), ("accepted", CONFLICT), {"maker": T1}),
    Shared("F22: an earlier version that nobody knows", ((v(T2), "maker"), (v(T1), "other")), ("accepted", CONFLICT), {"maker": T2}),
    Shared("F22: another created", ((v(T1), "maker"), (v(T1, created=T0), "other")), ("accepted", CONFLICT), {"maker": T1}),
    Shared("a copy", ((v(T1), "maker"), (v(T1), "other")), ("accepted", "duplicates"), {"maker": T1, "other": T1}),
    Shared(
        "a copy of an older version",
        ((v(T1), "maker"), (v(T2), "maker"), (v(T1), "other")),
        ("accepted", "new_versions", "duplicates"),
        {"maker": T2, "other": T1},
    ),
    Shared(
        "F11: copies in another order",
        ((v(T1), "maker"), (v(T2), "maker"), (v(T2), "other"), (v(T1), "other")),
        ("accepted", "new_versions", "duplicates", "new_versions"),
        {"maker": T2, "other": T2},
    ),
    Shared("F23: not the owner's revocation", ((v(T1), "maker"), (gone(T2), "other")), ("accepted", CONFLICT), {"maker": T1}),
    Shared(
        "F23: not undone by another one",
        ((v(T1), "maker"), (gone(T2), "maker"), (v(T3), "other")),
        ("accepted", "new_versions", CONFLICT),
        {"maker": T2},
    ),
    Shared(
        "F23: nor by one that passed it on",
        ((v(T1), "maker"), (v(T1), "other"), (gone(T2), "maker"), (v(T3), "other")),
        ("accepted", "duplicates", "new_versions", CONFLICT),
        {"maker": T2, "other": T1},
    ),
    Shared(
        "F23: a revocation that is passed on",
        ((v(T1), "maker"), (v(T1), "other"), (gone(T2), "maker"), (gone(T2), "other"), (v(T3), "other")),
        ("accepted", "duplicates", "new_versions", "new_versions", "quarantined.revoked-final"),
        {"maker": T2, "other": T2},
    ),
    Shared(
        "an observable is nobody's",
        ((ADDRESS, "maker"), (marked(ADDRESS, "red"), "other")),
        ("accepted", "duplicates"),
        {"maker": "", "other": ""},
    ),
    Shared(
        "F22: an observable of another value",
        ((ADDRESS, "maker"), ({**ADDRESS, "value": "192.0.2.2"}, "other")),
        ("accepted", CONFLICT),
        {"maker": ""},
    ),
]


@pytest.mark.parametrize("row", SHARED, ids=lambda row: row.name)
def test_under_one_id(row: Shared, catalogue: Catalogue, reader: CatalogueReader) -> None:
    assert tuple(outcomes(catalogue, *row.arrivals)) == row.outcomes
    (entity,) = entities_of(reader, row.arrivals[0][0]["id"])
    held = {item.producer: item.modified for item in reader.block([entity]).entities[entity].candidates}
    assert held == {producer: HELD[modified] for producer, modified in row.current.items()}
    before = reader.heads()
    assert outcomes(catalogue, *row.arrivals) == [item if item.startswith("quarantined") else "duplicates" for item in row.outcomes]
    assert reader.heads() == before


def test_f23_a_copy_does_not_undo_what_its_owner_has_revoked() -> None:
    """Whoever may see that an id has been revoked never sees it in force again; whoever may not goes on with the copy."""
    arrivals = [served(v(T1), gone(T2)), served(v(T1), producer="other")]
    assert [(item.decision, item.reason) for item in states(arrivals)] == [("revoke", "revoked")]
    hidden = [served(marked(v(T1), "red"), marked(gone(T2), "red")), arrivals[1]]
    under = terms(rules=policy("taker", release={"tlp_max": "green"}))
    assert [(item.decision, item.reason) for item in states(hidden, under)] == [("put", "released")]
    independent = [arrivals[0], served({**v(T1), "id": identifier("indicator", "b")}, producer="other")]
    assert [(item.decision, item.reason) for item in states(independent)] == [("put", "released")]
