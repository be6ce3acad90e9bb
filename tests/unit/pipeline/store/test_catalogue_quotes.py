"""Quotes in a block: those of a value and what is about it are held apart, so that they add up and never multiply."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.store import catalogue_reader
from pipeline.store.catalogue import Catalogue
from pipeline.store.catalogue_queries import entities_of
from pipeline.store.catalogue_quotes import Said, holders_of
from pipeline.store.catalogue_reader import CatalogueReader
from tests.support.objects import Stix, indicator, malware, report, taken
from transforms.entity import Block

PAIRS = (
    "SELECT DISTINCT source.producer, alias.id, quote.digest, holder.entity FROM source JOIN quote ON quote.source = source.no"
    " JOIN about ON about.digest = quote.digest JOIN source AS holder ON holder.no = about.source"
    " AND holder.producer = source.producer JOIN alias ON alias.no = source.alias"
)
"""Every quotation with everything that it may tell of, however many these are."""


@contextmanager
def opened(folder: Path, *items: tuple[Stix, str]) -> Iterator[CatalogueReader]:
    catalogue = Catalogue(folder / "catalogue.db", 4)
    catalogue.connection.execute("PRAGMA synchronous=OFF")
    taken(catalogue, list(items))
    catalogue.close()
    reader = CatalogueReader(folder / "catalogue.db")
    try:
        yield reader
    finally:
        reader.close()


def everything(reader: CatalogueReader) -> set[int]:
    return {no for (no,) in reader.connection.execute("SELECT DISTINCT entity FROM source")}


def pairs(block: Block) -> set[tuple[str, str, bytes, int]]:
    return {
        (producer, identifier, digest, holder)
        for (producer, identifier), quoted in block.quotes.items()
        for (owner, holder), held in block.holders.items()
        if owner == producer
        for digest in set(quoted) & set(held)
    }


def about(name: str, *hosts: str) -> Stix:
    return indicator(name, "[" + " OR ".join(f"domain-name:value = '{host}'" for host in hosts) + "]")


def crowd(size: int) -> list[tuple[Stix, str]]:
    """One producer's texts that name one value, and as many indicators that are about it."""
    made = [(about(f"i{number}", "evil.example", f"x{number}.example"), "maker") for number in range(size)]
    return made + [(malware(f"m{number}", description=f"evil.example {number}"), "maker") for number in range(size)]


def cost(folder: Path, items: list[tuple[Stix, str]]) -> tuple[int, int]:
    """What a block of all that there is holds of quotes, and how many hundred steps SQLite takes to read it."""
    folder.mkdir()
    steps = []
    with opened(folder, *items) as reader:
        seeds = everything(reader)
        reader.connection.set_progress_handler(lambda: steps.append(1), 100)
        block = reader.block(seeds)
        reader.connection.set_progress_handler(None, 0)
    assert block.complete
    return sum(map(len, [*block.quotes.values(), *block.holders.values()])), len(steps)


def test_twice_as_many_cost_twice_as_much(tmp_path: Path) -> None:
    (held, steps), (twice, more) = (cost(tmp_path / str(size), crowd(size)) for size in (100, 200))
    assert (held, twice) == (200, 400)
    assert more < 2.5 * steps


def test_what_others_say_of_a_value_costs_each_quotation_nothing(tmp_path: Path) -> None:
    """One producer's indicators about a value and another one's texts that name it."""
    made = {size: [(item, "other" if item["type"] == "indicator" else "maker") for item, _ in crowd(size)] for size in (100, 200)}
    (held, steps), (twice, more) = (cost(tmp_path / str(size), items) for size, items in made.items())
    assert (held, twice) == (100, 200)
    assert more < 2.5 * steps


def test_what_is_about_a_value_is_asked_for_once_in_a_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not again at each step down a chain of texts that name it."""
    asked: list[Said] = []

    def ask(db: sqlite3.Connection, wanted: Set[Said]) -> dict[tuple[str, int], list[bytes]]:
        asked.extend(wanted)
        return holders_of(db, wanted)

    monkeypatch.setattr(catalogue_reader, "holders_of", ask)
    chain = [about("i", "evil.example")]
    for number in range(8):
        chain.append(report(f"r{number}", chain[-1:], description="evil.example"))
    with opened(tmp_path, *((item, "maker") for item in chain)) as reader:
        block = reader.block(entities_of(reader, chain[-1]["id"]))
    assert len(block.quotes) == 8
    assert len(asked) == 1


@pytest.mark.parametrize("seed", range(20))
def test_they_are_the_same_quotations_as_all_pairs_would_be(tmp_path: Path, seed: int) -> None:
    """Of some objects at random: several values in one, several ids and producers of one meaning, and what quotes what it is about."""
    chance = random.Random(seed)
    hosts = [f"h{number}.example" for number in range(4)]
    items = []
    for number in range(24):
        some = chance.sample(hosts, chance.randint(1, 3))
        made = about(f"o{number}", *some) if chance.random() < 0.5 else malware(f"o{number}", description=" ".join(some))
        items.append(({**made, "description": " ".join(chance.sample(hosts, 2))}, chance.choice(["maker", "other"])))
    with opened(tmp_path, *items) as reader:
        assert pairs(reader.block(everything(reader))) == set(reader.connection.execute(PAIRS))
