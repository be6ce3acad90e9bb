"""A publisher in a process of its own: `python -m tests.clients.writer views.db COLLECTION FIRST COUNT SECONDS`.

Adds COUNT indicators in small transactions spread over SECONDS, now and then with a new version of an older one.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from pipeline.clock import system_clock
from pipeline.store.view_writer import ViewWriter
from tests.support.serving import indicator


def main() -> None:
    path, collection, first, count, seconds = Path(sys.argv[1]), *map(int, sys.argv[2:6])
    writer = ViewWriter(path, system_clock)
    chance = random.Random(first)
    number, end = first, first + count
    while number < end:
        size = min(chance.randint(1, 9), end - number)
        made = [indicator(number + step) for step in range(size)]
        if chance.random() < 0.4:
            made.append(indicator(chance.randrange(number), f"2024-02-01T00:00:{number // 1000:02}.{number % 1000:03}Z"))
        writer.import_objects(collection, made)
        number += size
        time.sleep(seconds * size / count)
    writer.close()


if __name__ == "__main__":
    main()
