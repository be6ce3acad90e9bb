"""What a block of the catalogue holds beside what its objects refer to, and that it costs the same in a large catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.store.catalogue import Catalogue
from pipeline.store.catalogue_queries import entities_of
from pipeline.store.catalogue_reader import CatalogueReader
from tests.support.objects import Stix, identifier, indicator, malware, taken

NAMED = malware("named")
NAMES = malware("names", description=f"See {NAMED['id']}.")


def read(path: Path, items: list[tuple[Stix, str]], *seeds: str) -> tuple[set[str], int]:
    """Source ids in the block of some objects, and how many hundred steps SQLite takes to read it."""
    catalogue = Catalogue(path, 4)
    catalogue.connection.execute("PRAGMA synchronous=OFF")
    taken(catalogue, items)
    catalogue.close()
    reader = CatalogueReader(path)
    try:
        entities = {no for seed in seeds for no in entities_of(reader, seed)}
        steps = []
        reader.connection.set_progress_handler(lambda: steps.append(1), 100)
        block = reader.block(entities)
        return {item.source_id for entity in block.entities.values() for item in entity.candidates}, len(steps)
    finally:
        reader.close()


@pytest.mark.parametrize(
    ("text", "owner", "found"), [(NAMED["id"], "maker", True), (NAMED["id"][-36:].upper(), "maker", True), (NAMED["id"], "other", False)]
)
def test_what_bytes_name_of_their_own_producers_is_there(tmp_path: Path, text: str, owner: str, found: bool) -> None:
    names = malware("names", description=f"See {text}.")
    there, _ = read(tmp_path / "catalogue.db", [(NAMED, owner), (names, "maker")], names["id"])
    assert there == ({names["id"], NAMED["id"]} if found else {names["id"]})


def test_what_an_older_version_names_is_there(tmp_path: Path) -> None:
    newer = {**NAMES, "modified": "2026-05-01T00:00:00.000Z", "description": "No more."}
    there, _ = read(tmp_path / "catalogue.db", [(NAMED, "maker"), (NAMES, "maker"), (newer, "maker")], NAMES["id"])
    assert there == {NAMES["id"], NAMED["id"]}


def test_a_block_costs_the_same_however_much_there_is_beside_it(tmp_path: Path) -> None:
    found = []
    for size in (100, 800):
        others = [(indicator(f"i{number}", f"[url:value = 'https://h{number}.example/']"), "maker") for number in range(size)]
        found.append(
            read(tmp_path / f"{size}.db", [(NAMED, "maker"), (NAMES, "maker"), *others], NAMES["id"], identifier("indicator", "i0"))
        )
    assert found[0][0] == found[1][0]
    assert found[1][1] <= found[0][1] + 3
