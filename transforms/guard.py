"""Guard the final bytes: a second look that knows nothing of how they were made, only which ids may stand in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set

from schemas.markings import TLP_BY_ID

Exists = Callable[[Iterable[str]], set[str]]
"""Which of some ids the catalogue knows."""

_ID = re.compile(rb"[a-z][a-z0-9-]*--[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def guard(outgoing: Mapping[int, Sequence[bytes]], allowed: Set[str], exists: Exists) -> set[int]:
    """Which of the outgoing entities must be stopped: their bytes hold, anywhere, an id that the catalogue knows and the recipient
    may not see. Ids are found in any letter case. `exists` says which of some ids the catalogue knows.
    """
    strange: dict[str, set[int]] = {}
    for entity, bodies in outgoing.items():
        for body in bodies:
            for match in _ID.findall(body):
                identifier = match.decode()
                if identifier not in allowed and identifier not in TLP_BY_ID:
                    strange.setdefault(identifier.lower(), set()).add(entity)
    known = exists(strange) if strange else set()
    return {entity for identifier in known if identifier not in allowed for entity in strange[identifier]}
