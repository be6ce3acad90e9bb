"""For all tests: what their collection has made is not looked through again each time that Python collects garbage."""

from __future__ import annotations

import gc


def pytest_collection_finish() -> None:
    """Fourteen thousand tests are a gigabyte that lives to the end: a look through it takes a second, in the midst of what is measured."""
    gc.collect()
    gc.freeze()
