"""UUIDs in the final bytes, in all encodings, and which of them the recipient may not see."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Mapping, Set
from functools import lru_cache

from schemas.ids import uuid_of
from schemas.markings import TLP_BY_ID
from transforms.guard.decoded import decoded
from transforms.guard.folded import spellings
from transforms.guard.texts import REMEMBERED, strings_once

Owners = Callable[[Iterable[str]], Set[tuple[str, str]]]
"""(UUID, producer) of the objects of the catalogue under some UUIDs (lower case)."""

_PAP = (
    *("ad15a0cd-55b6-4588-a14c-a66105329b92", "a3bea94c-b469-41dc-9cfe-d6e7daba7730", "c43594d1-4b11-4c59-93ab-1c9b14d53ce9"),
    *("60f8932b-e51e-4458-b265-a2e8be9a80ab", "740d36e5-7714-4c30-961a-3ae632ceee0e"),
)
"""The definitions of the Permissible Actions Protocol; like those of TLP they exist once and for all."""

WELL_KNOWN = frozenset((*map(uuid_of, TLP_BY_ID), *_PAP))

_DIGITS = "0123456789abcdefABCDEF"
_SHAPE = bytes(0x78 if chr(byte) in _DIGITS else byte if byte == 0x2D else 0x20 for byte in range(256))
"""Every hexadecimal digit as x, a dash as itself, all else as a blank: a UUID is one fixed text."""

_RUNS = bytes(0x78 if chr(byte) in string.ascii_letters + string.digits + "+/_" else 0x20 for byte in range(256))
"""Every sign of base64 as x. The dash is left out: no text of letters, digits and dashes has one in this form (RFC 4648 §5), and ids do."""

GAP = b"\x00"
"""Stands where a UUID was; no text of JSON holds it."""

_UUID = b"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
_BARE = b"x" * 32
_REST = re.compile(rb"x*+")
_LONG = b"x" * 42
"""A UUID without dashes, as text, in base64."""

_LONG_HEX = re.compile(rb"(?<![0-9a-fA-F])(?:[02-7][0-9a-fA-F]){32,}")
_SHORTEST = 32
_BROKEN = re.compile(r"([0-9a-f]{8})[-_:. ]?([0-9a-f]{4})[-_:. ]?([0-9a-f]{4})[-_:. ]?([0-9a-f]{4})[-_:. ]?([0-9a-f]{12})(?![0-9a-f])")


def guard(mentioned: Mapping[int, Set[str]], producers: Mapping[int, str], allowed: Set[str], owners: Owners) -> set[int]:
    """Which entities must be stopped: in their final bytes stands a UUID of another object of their producer that the recipient may not
    see. To stop what others name would tell those who guess an id whether there is such an object.

    mentioned: entity -> UUIDs that `uuids` finds in its bytes · producers: entity -> who says it · allowed: UUIDs that the recipient sees
    """
    strange: dict[str, set[int]] = {}
    for entity, found in mentioned.items():
        if not found <= allowed:  # nearly all name nothing else
            for uuid in found - allowed - WELL_KNOWN:
                strange.setdefault(uuid, set()).add(entity)
    known = owners(strange) if strange else ()
    return {entity for uuid, producer in known for entity in strange[uuid] if producers[entity] == producer}


def split_ids(body: bytes) -> tuple[frozenset[str], bytes]:
    """The UUIDs that stand in some bytes as they are (those of TLP apart), and the bytes without these."""
    shape = body.translate(_SHAPE)
    at = shape.find(_UUID)
    if at < 0:
        return frozenset(), body
    found: list[str] = []
    parts: list[bytes] = []
    start = 0
    while at >= 0:
        uuid = body[at : at + 36].decode("ascii").lower()
        if uuid not in WELL_KNOWN:
            found.append(uuid)
            parts.append(body[start:at])
            start = at + 36
        at = shape.find(_UUID, at + 36)
    parts.append(body[start:])
    return frozenset(found), GAP.join(parts)


def uuids(body: bytes) -> frozenset[str]:
    """Every UUID that stands anywhere in some bytes, in lower case with dashes: also without them, escaped, encoded or compressed.

    Where more is nested than can be looked into, those that are found so far: such bytes are stopped by `Guard.look`.
    """
    shape = body.translate(_SHAPE)
    text = body.decode("latin-1").lower()
    found = set()
    at = shape.find(_UUID)
    while at >= 0:
        found.add(text[at : at + 36])
        at = shape.find(_UUID, at + 28)
    at = shape.find(_BARE)
    while at >= 0:
        end = _end(shape, at)
        if end - at == len(_BARE):
            bare = text[at:end]
            found.add(f"{bare[:8]}-{bare[8:12]}-{bare[12:16]}-{bare[16:20]}-{bare[20:]}")
        at = shape.find(_BARE, end)
    if "\\" in text or "%" in text or "&" in text or not body.isascii() or _has_run(body):
        found |= _remembered(body) if len(body) <= REMEMBERED else _inside(body)
    return frozenset(found)


def _end(shape: bytes, at: int) -> int:
    """Where the run of digits that begins somewhere ends."""
    found = _REST.match(shape, at)
    return found.end() if found is not None else at


def _has_run(body: bytes) -> bool:
    """Whether a run of base64 is long enough for a UUID, and no hash."""
    shape = body.translate(_RUNS)
    at = shape.find(_LONG)
    while at >= 0:
        end = shape.find(b" ", at)
        run = body[at : end if end >= 0 else len(body)]
        if run.translate(None, _DIGITS.encode()) or _LONG_HEX.search(run):
            return True
        at = shape.find(_LONG, at + len(run))
    return False


def _inside(body: bytes) -> frozenset[str]:
    """UUIDs in the texts of a document as they are meant, and in all that is written inside them."""
    try:
        strings = strings_once(body)
    except ValueError:
        strings = frozenset((body,))
    texts = [text.decode("utf-8", "replace") for text in strings if len(text) >= _SHORTEST]
    found: set[str] = set()
    for text in (*texts, *decoded(texts).texts):
        if len(text) >= _SHORTEST:
            for spelled in spellings(text):
                found.update("-".join(parts) for parts in _BROKEN.findall(spelled))
    return frozenset(found)


_remembered = lru_cache(maxsize=1024)(_inside)
