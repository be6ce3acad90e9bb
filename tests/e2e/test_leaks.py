"""LeakBench, small: planted personal data through a whole hub, and every byte that comes out of it searched."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.leak.bench import make_corpus, try_hub
from benchmarks.leak.recipients import RECIPIENTS

pytestmark = pytest.mark.slow


def test_nobody_is_named_to_anybody_who_may_not_know(tmp_path: Path) -> None:
    make_corpus(tmp_path / "corpus", 550, 4)
    report = try_hub(tmp_path / "corpus", tmp_path, 4, thorough=False)
    assert report["failures"] == [], report["details"]
    assert report["canaries"]["private"] >= 550
    assert all(row["trials"] for row in report["leaks"])
    for recipient in RECIPIENTS:
        assert report["kept"][recipient.id]["indicators without anybody's data"]["wanted"] > 10
