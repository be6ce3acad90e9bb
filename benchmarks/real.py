"""Real indicators, where they are at hand: they are not part of the project (set TEARLINE_DATA, or put them at ../shared/data)."""

from __future__ import annotations

from collections.abc import Iterator

import orjson

from schemas.split import Piece, split
from tests.support.data import FOLDER
from transforms.upgrade import is_stix20, upgrade


def real_indicators() -> Iterator[bytes]:
    """Own bytes of each STIX 2.1 indicator, and of each 2.0 one as upgraded, of every file; nothing where there are none."""
    for path in sorted([*FOLDER.rglob("*.json"), *FOLDER.rglob("*.stix2")]):
        with path.open("rb") as file:
            for piece in split(file.read):
                if isinstance(piece, Piece) and piece.value.get("type") == "indicator":
                    yield orjson.dumps(upgrade(piece.value).objects[0]) if is_stix20(piece.value) else piece.raw
