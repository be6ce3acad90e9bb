"""Guard the final bytes: a second look that knows nothing of how they were made, only which ids may stand in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Set

from schemas.ids import uuid_of
from schemas.markings import TLP_BY_ID

Exists = Callable[[Iterable[str]], set[str]]
"""Which of some UUIDs (lower case) belong to objects of the catalogue."""

WELL_KNOWN = frozenset(map(uuid_of, TLP_BY_ID))


def guard(mentioned: Mapping[int, Set[str]], allowed: Set[str], exists: Exists) -> set[int]:
    """Which entities must be stopped: a UUID stands in their final bytes that the catalogue knows and the recipient may not see.

    mentioned: entity -> UUIDs that `schemas.ids.uuids_in` finds in its bytes · allowed: UUIDs that the recipient sees
    """
    strange: dict[str, set[int]] = {}
    for entity, found in mentioned.items():
        for uuid in found - allowed - WELL_KNOWN:
            strange.setdefault(uuid, set()).add(entity)
    return {entity for uuid in (exists(strange) if strange else ()) for entity in strange[uuid]}
