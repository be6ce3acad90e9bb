"""Closed blocks of the catalogue: what a step of a release, or of a plan, is decided on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.store.catalogue_reader import CatalogueReader
from transforms.entity import Block


def closed_blocks(reader: CatalogueReader, seeds: Sequence[int]) -> Iterator[tuple[Sequence[int], Block]]:
    """(seeds, block) for all the seeds in order: complete blocks, of fewer seeds where need be. Only a single object may hang on more
    than a block holds.
    """
    waiting = [seeds]
    while waiting:
        part = waiting.pop()
        block = reader.block(part)
        if block.complete or len(part) < 2:
            yield part, block
        else:
            middle = len(part) // 2
            waiting += [part[middle:], part[:middle]]
