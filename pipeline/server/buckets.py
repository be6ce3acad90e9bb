"""Token buckets by key, in bounded memory: what limits the rate of requests and of wrong guesses."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

K = TypeVar("K")


class _Level(NamedTuple):
    tokens: float
    at: float


class Buckets(Generic[K]):
    """One bucket for each key: `size` tokens when full, `per_second` more while it is not.

    An unknown key has a full bucket. Of more than `most` keys the one unused for longest is forgotten, which fills its bucket.
    Times are in seconds and come from a clock that never goes back.
    """

    def __init__(self, size: float, per_second: float, most: int) -> None:
        self._size = size
        self._per_second = per_second
        self._most = most
        self._levels: dict[K, _Level] = {}

    def wait(self, key: K, now: float) -> float:
        """Seconds until there is a token for this key; 0 where there is one."""
        level = self._levels.get(key)
        return 0.0 if level is None else max(0.0, (1 - self._tokens(level, now)) / self._per_second)

    def take(self, key: K, now: float) -> None:
        """Take a token, which `wait` said is there."""
        level = self._levels.pop(key, None)
        tokens = self._size if level is None else self._tokens(level, now)
        self._levels[key] = _Level(tokens - 1, now)  # at the end of the dict, which thereby stays in order of use
        if len(self._levels) > self._most:
            del self._levels[next(iter(self._levels))]

    def give_back(self, key: K) -> None:
        """Undo one `take`."""
        level = self._levels.get(key)
        if level is not None:
            self._levels[key] = level._replace(tokens=min(self._size, level.tokens + 1))

    def __len__(self) -> int:
        return len(self._levels)

    def _tokens(self, level: _Level, now: float) -> float:
        return min(self._size, level.tokens + (now - level.at) * self._per_second)
