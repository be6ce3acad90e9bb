"""Parse and emit is the identity: what no rule and no setting changes keeps the producer's own bytes, in every file there is."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest

from schemas.config import LeniencySettings
from schemas.split import Piece, split_bytes
from tests.support.data import FOLDER, files, needs_data
from tests.support.objects import origin
from transforms.batch import parse
from transforms.intake import FeedRules, canonicalize_batch, minimize_batch, upgrade_batch, validate_batch

pytestmark = [pytest.mark.real, needs_data]

FILES = files("**/*.json", "**/*.stix2")
RULES = {"maker-feed": FeedRules("maker", LeniencySettings(), 1 << 20)}


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(FOLDER)) for path in FILES])
def test_a_file_comes_out_as_it_went_in(path: Path) -> None:
    document = path.read_bytes()
    pieces = [piece for piece in split_bytes(document) if isinstance(piece, Piece)]
    assert all(piece.raw in document for piece in pieces[:200])
    assert all(orjson.loads(piece.raw) == piece.value for piece in pieces)
    batch = parse(document, origin(), 1 << 20)
    batch = canonicalize_batch(minimize_batch(validate_batch(upgrade_batch(batch), RULES)))
    own = {piece.raw for piece in pieces}
    for record in batch.records:
        assert (record.body in own) == (record.altered == ()), record.type
    assert len(batch.records) + len(batch.rejected) == batch.size
    assert "internal-error" not in {item.reason for item in batch.rejected}
