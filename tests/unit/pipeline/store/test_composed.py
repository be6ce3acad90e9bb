"""Observables that are made of others in the catalogue: feeds name the same parts by ids of their own, and in any order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from pipeline.store.catalogue import Catalogue
from pipeline.store.catalogue_queries import entities_of, quarantine_counts
from pipeline.store.catalogue_reader import CatalogueReader
from tests.support.objects import Stix, groups, identifier, indicator, living, relationship, report, taken


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


def address(name: str, value: str = "192.0.2.1") -> Stix:
    return {"type": "ipv4-addr", "spec_version": "2.1", "id": identifier("ipv4-addr", name), "value": value}


def traffic(name: str, source: Stix) -> Stix:
    made = identifier("network-traffic", name)
    return {"type": "network-traffic", "spec_version": "2.1", "id": made, "protocols": ["tcp"], "src_ref": source["id"]}


MINE = [address("a"), traffic("a", address("a"))]
THEIRS = [address("b"), traffic("b", address("b"))]
LINKS = [relationship(item["id"], indicator("i"), item, "based-on") for item in (MINE[1], THEIRS[1])]
HOLDING = [report(item["id"], [item], name="r") for item in LINKS]
EVERYTHING = [
    *((item, "maker") for item in (*MINE, LINKS[0], HOLDING[0], indicator("i"))),
    *((item, "other") for item in (*THEIRS, LINKS[1], indicator("i"))),
]
SAME = {frozenset(item["id"] for item in pair) for pair in (zip(MINE, THEIRS, strict=True))} | {frozenset(item["id"] for item in LINKS)}


@pytest.mark.parametrize("order", list(permutations([(item, "maker") for item in MINE] + [(item, "other") for item in THEIRS])))
def test_the_same_parts_under_other_ids_are_the_same_in_any_order(
    order: tuple[tuple[Stix, str], ...], catalogue: Catalogue, tmp_path: Path
) -> None:
    together = Catalogue(tmp_path / "together.db", 16)
    together.connection.execute("PRAGMA synchronous=OFF")
    taken(together, order)
    for item in order:
        taken(catalogue, [item])
    assert living(together) == living(catalogue)
    assert groups(catalogue) == {frozenset(item["id"] for item in pair) for pair in zip(MINE, THEIRS, strict=True)}
    together.close()


def test_what_hangs_on_them_follows(catalogue: Catalogue) -> None:
    for item in EVERYTHING[::-1]:
        taken(catalogue, [item])
    assert groups(catalogue) >= SAME
    assert catalogue.settle() == 0


def test_a_replay_changes_no_change_number(catalogue: Catalogue, reader: CatalogueReader) -> None:
    taken(catalogue, EVERYTHING)
    before = (reader.heads(), living(catalogue))
    taken(catalogue, EVERYTHING)
    taken(catalogue, EVERYTHING[::-1])
    assert (reader.heads(), living(catalogue)) == before


def test_a_part_that_changes_its_meaning_takes_along_what_is_made_of_it(catalogue: Catalogue) -> None:
    taken(catalogue, [(item, "maker") for item in MINE] + [(item, "other") for item in THEIRS])
    taken(catalogue, [({**address("b", "192.0.2.22"), "defanged": False}, "other")])  # longer, so it stands
    assert groups(catalogue) == {frozenset({item["id"]}) for item in (*MINE, *THEIRS)}


def test_a_copy_that_comes_with_the_missing_part_is_no_conflict(catalogue: Catalogue, reader: CatalogueReader) -> None:
    """The owner's object still waits to be keyed by the part, while the copy is keyed by it already."""
    taken(catalogue, [(MINE[1], "maker")])
    taken(catalogue, [(MINE[0], "maker"), ({**MINE[1], "src_port": 0, "x_own": 1}, "third"), (MINE[1], "other")])
    assert list(quarantine_counts(reader)) == [("third-feed", "id-conflict", 1)]
    assert groups(catalogue) == {frozenset({item["id"]}) for item in MINE}
    (entity,) = entities_of(reader, MINE[1]["id"])
    assert {item.producer for item in reader.block([entity]).entities[entity].candidates} == {"maker", "other"}


def test_parts_of_the_same_level_count_by_their_ids(catalogue: Catalogue) -> None:
    """An archive may hold an archive, so what it holds is no part of the order of keys."""

    def archive(name: str, held: str) -> Stix:
        made: Stix = {"type": "file", "spec_version": "2.1", "id": identifier("file", name), "name": "a.zip"}
        return {**made, "extensions": {"archive-ext": {"contains_refs": [held]}}}

    inner, again = ({"type": "file", "spec_version": "2.1", "id": identifier("file", name), "name": "in"} for name in ("in", "again"))
    loops = [archive("x", identifier("file", "y")), archive("y", identifier("file", "x"))]
    taken(catalogue, [(item, "maker") for item in (inner, again, archive("a", inner["id"]), archive("b", again["id"]), *loops)])
    assert frozenset({inner["id"], again["id"]}) in groups(catalogue)
    assert len(groups(catalogue)) == 5


def test_a_part_that_only_another_producer_has_does_not_count(catalogue: Catalogue) -> None:
    """It may be hidden from who sees the whole, and whether two are one may not tell of it."""
    whole = [traffic("c", address("a")), traffic("d", address("b"))]
    taken(catalogue, [(whole[0], "maker"), (whole[1], "other"), (address("a"), "third"), (address("b"), "third")])
    assert {frozenset({item["id"]}) for item in whole} <= groups(catalogue)
    taken(catalogue, [(address("a"), "maker"), (address("b"), "other")])
    assert frozenset(item["id"] for item in whole) in groups(catalogue)


@pytest.mark.parametrize("parts", [[], [(MINE[0], "maker")], [(MINE[0], "maker"), (MINE[0], "other")]])
def test_a_copy_may_come_without_the_parts(parts: list[tuple[Stix, str]], catalogue: Catalogue, reader: CatalogueReader) -> None:
    for item in [*parts, (MINE[1], "maker"), (MINE[1], "other"), *parts]:
        taken(catalogue, [item])
    assert list(quarantine_counts(reader)) == []
    assert len(groups(catalogue)) == len({item["id"] for item, _ in parts} | {MINE[1]["id"]})
