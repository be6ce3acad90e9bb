"""Real STIX content, which is not part of the project: TEARLINE_DATA names its folder, or it stands at ../shared/data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("TEARLINE_DATA", Path(__file__).parents[3] / "shared" / "data"))

needs_data = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"real STIX content is not at {FOLDER.name}: put it beside the project or set TEARLINE_DATA to its folder"
)


def files(*patterns: str) -> list[Path]:
    """Files of the content by glob patterns, in order."""
    return sorted(path for pattern in patterns for path in FOLDER.glob(pattern))
