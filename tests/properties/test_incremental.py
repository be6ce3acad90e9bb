"""Stating only what a change reaches ends where stating everything anew would end."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.store.catalogue import Catalogue
from pipeline.store.catalogue_reader import CatalogueReader
from tests.properties.marked_worlds import marked_worlds
from tests.properties.policies import FILES, Files
from tests.support.objects import Served, taken
from transforms.release import release, state_block
from transforms.terms import Terms

Told = dict[bytes, tuple[Any, ...]]
"""Handle -> what the recipient has by the last statement."""


def put_into(told: Told, reader: CatalogueReader, entities: list[int], under: Terms) -> None:
    for item in state_block(release(reader.block(entities), under, reader.owners)):
        told[item.handle] = (item.decision, item.object_id, item.bodies, item.digest)


def visible(told: Told) -> Told:
    return {handle: item for handle, item in told.items() if item[0] != "withdraw"}


@settings(max_examples=80)
@given(marked_worlds(), FILES, st.data())
def test_what_a_change_reaches_is_all_that_it_changes(world: list[Served], files: Files, data: st.DataObject) -> None:
    """In whatever order things come, and in however many parts."""
    under = files.terms()
    arrivals = data.draw(st.permutations(world))
    cuts = sorted({0, *data.draw(st.lists(st.integers(0, len(arrivals)), max_size=3)), len(arrivals)})
    with tempfile.TemporaryDirectory() as folder:
        catalogue = Catalogue(Path(folder) / "catalogue.db", 4)
        catalogue.connection.execute("PRAGMA synchronous=OFF")
        reader = CatalogueReader(Path(folder) / "catalogue.db")
        told: Told = {}
        try:
            for start, end in pairwise(cuts):
                released = reader.heads() if start else {}
                taken(catalogue, [(item.versions[-1], item.producer) for item in arrivals[start:end]])
                changed = [no for shard, head in reader.heads().items() for no in reader.changed(shard, released.get(shard, 0), head)]
                put_into(told, reader, reader.affected(changed, released), under)
            anew: Told = {}
            put_into(anew, reader, [no for (no,) in catalogue.connection.execute("SELECT no FROM entity")], under)
            assert visible(told) == visible(anew)
        finally:
            reader.close()
            catalogue.close()
