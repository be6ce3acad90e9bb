"""Guard the final bytes: a second look that knows nothing of how they were made, only which ids may stand in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set

from schemas.markings import TLP_BY_ID

Exists = Callable[[Iterable[str]], set[str]]
"""Which of some ids the catalogue knows."""

MAX_TYPE = 250
"""A type name has at most so many characters (STIX §11.2)."""

UUID_LENGTH = 36

_UUID = re.compile(rb"--([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})", re.IGNORECASE)
"""Looked for by its two dashes: a pattern that began with the type would look again at every letter of every word."""

_TYPE = re.compile(rb"[a-z0-9-]*", re.IGNORECASE)


def guard(outgoing: Mapping[int, Sequence[bytes]], allowed: Set[str], exists: Exists) -> set[int]:
    """Which of the outgoing entities must be stopped: their bytes hold, anywhere, an id that the catalogue knows and the recipient
    may not see. Ids are found in any letter case. `exists` says which of some ids the catalogue knows.
    """
    strange: dict[str, set[int]] = {}
    usual = {identifier[-UUID_LENGTH:].encode() for identifier in (*allowed, *TLP_BY_ID)}
    for entity, bodies in outgoing.items():
        for body in bodies:
            if usual.issuperset(_UUID.findall(body)):
                continue
            for identifier in ids_in(body):
                if identifier not in allowed and identifier not in TLP_BY_ID:
                    strange.setdefault(identifier.lower(), set()).add(entity)
    known = exists(strange) if strange else set()
    return {entity for identifier in known if identifier not in allowed for entity in strange[identifier]}


def ids_in(body: bytes) -> Iterator[str]:
    """Everything in some bytes that has the form of an identifier, as it is spelled."""
    for match in _UUID.finditer(body):
        before = body[max(0, match.start() - MAX_TYPE) : match.start()]
        type_name = _TYPE.match(before[::-1])
        if type_name is not None and type_name.end():
            yield (type_name[0][::-1] + match[0]).decode()
