"""Source and information graded by police (4x4) and intelligence services (6x6, the Admiralty scale), and how one is read as the other.

Both mappings keep the order, and a grade that goes to the other scale and back is never better than it was.
"""

from __future__ import annotations

from collections.abc import Mapping

SOURCE_FROM_4X4: Mapping[str, str] = {"A": "A", "B": "B", "C": "E", "X": "F"}
"""4x4: no doubt of the source · mostly reliable · mostly unreliable · not assessed."""

SOURCE_TO_4X4: Mapping[str, str] = {"A": "A", "B": "B", "C": "C", "D": "C", "E": "C", "F": "X"}

INFORMATION_FROM_4X4: Mapping[int, int] = {1: 1, 2: 2, 3: 3, 4: 6}
"""4x4: accuracy not in doubt · known to the source itself · not known to it, but corroborated · neither."""

INFORMATION_TO_4X4: Mapping[int, int] = {1: 1, 2: 2, 3: 3, 4: 4, 5: 4, 6: 4}

SOURCES = "ABCDEF"
WORST = 6
