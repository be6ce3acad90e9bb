"""Read one JSON value and find where it ends, with the C scanner of the standard library."""

from __future__ import annotations

import json
from typing import Any

from schemas.split.window import STRIDE, Window

_LONGEST_TOKEN = 64
"""Characters. An error nearer to the end of what has been read may only be a literal, escape or number that is cut off."""


class Scanner:
    """The C scanner, with what it tolerates noted as a flaw of the value it last read; `broken`: no further text would mend that."""

    def __init__(self) -> None:
        self.flaw = ""
        self.broken = False
        decoder = json.JSONDecoder(object_pairs_hook=self._pairs, parse_constant=self._constant, parse_float=self._float)
        self._scan_once = decoder.scan_once  # type: ignore[attr-defined]

    def scan(self, text: str, position: int) -> tuple[Any, int, str]:
        """Value, end, flaw ('' if none). Raises ValueError, StopIteration or RecursionError where there is no value."""
        self.flaw = ""
        value, end = self._scan_once(text, position)
        return value, end, self.flaw

    def _pairs(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            self.flaw = "duplicate-key"
        return found

    def _constant(self, _: str) -> None:
        self.flaw = "non-finite-number"

    def _float(self, digits: str) -> float:
        number = float(digits)
        if number in (float("inf"), float("-inf")):
            self.flaw = "non-finite-number"
        return number


def scan_value(text: Window, scanner: Scanner, position: int, limit: int) -> tuple[Any, int]:
    """Value and end of what begins at `position`, reading on while it may only be cut off; end is -1 where there is none."""
    wanted = STRIDE
    while True:
        scanner.broken = False
        try:
            value, end, _ = scanner.scan(text.buffer, position)
        except json.JSONDecodeError as error:
            value, end = None, -1
            scanner.broken = error.pos + _LONGEST_TOKEN < len(text.buffer) and not error.msg.startswith("Unterminated string")
        except (ValueError, RecursionError):
            return None, -1  # a number or a depth that no further text would mend
        except StopIteration:
            value, end = None, -1
        if scanner.broken or 0 <= end < len(text.buffer):
            return value, end
        if len(text.buffer) - position > limit or not text.fill(len(text.buffer) + wanted):
            return value, end
        wanted *= 2
