"""A publisher in a process of its own: `python -m tests.server.writer views.db COLLECTION FIRST COUNT`.

Adds COUNT indicators in small transactions, now and then a new version of an old one, as fast as a client would notice.
"""

from __future__ import annotations

import random
import sys
import time
from pathlib import Path

from tests.server.support import Views, stix


def main() -> None:
    path, collection, first, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
    views = Views(path)
    chance = random.Random(first)
    number, end = first, first + count
    while number < end:
        size = min(chance.randint(1, 9), end - number)
        made = [stix("indicator", number + step) for step in range(size)]
        if chance.random() < 0.4:
            made.append(stix("indicator", chance.randrange(number), f"2024-02-01T00:00:00.{number % 1000:03}Z"))
        views.put(collection, made)
        number += size
        time.sleep(0.004)


if __name__ == "__main__":
    main()
