"""The texts of one object's bytes."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import orjson

_DULL = re.compile(
    rb"[a-z][a-z0-9-]{1,62}--[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"
    rb"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z"
)
_SHORTEST_DULL = 20
_FREQUENT = (b"identity--", b"marking-definition--", b"extension-definition--")
_FLOORED = (b":00Z", b":00.000Z")
"""What begins ids of which there are few, and what ends timestamps of which there are few."""

REMEMBERED = 1 << 14
"""Bytes. Larger objects are looked at again each time, so that what is remembered stays small."""

MOST_DULL = 1 << 14
"""Texts of at most `LONGEST_DULL` bytes that are remembered: 2 MB."""

LONGEST_DULL = 64


def strings_of(body: bytes) -> frozenset[bytes]:
    """All keys and texts of a JSON document, each once. Raises ValueError where it is no object.

    Without a backslash the texts are what stands between every other pair of quotes, so nothing is parsed. With one, the document is
    parsed; where it seems to name a property twice, of which a parser keeps one, the whole of it is a text as well.
    """
    if b"\\" not in body:
        pieces = body.split(b'"')
        if len(pieces) % 2 == 0 or body[:1] != b"{" or body[-1:] != b"}":
            msg = "not an object"
            raise ValueError(msg)
        return frozenset(pieces[1::2])
    texts: list[str] = []
    names = 0
    stack: list[Any] = [orjson.loads(body)]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            texts.append(node)
        elif isinstance(node, dict):
            names += len(node)
            texts += node
            stack += node.values()
        elif isinstance(node, list):
            stack += node
    found = {text.encode() for text in texts}
    return frozenset(found if body.count(b'":') == names else found | {body})


def strings_once(body: bytes) -> frozenset[bytes]:
    """The same, remembered for some small objects, since several look at each."""
    return _remembered(body) if len(body) <= REMEMBERED else strings_of(body)


_remembered = lru_cache(maxsize=1024)(strings_of)


def telling(texts: frozenset[bytes], dull: set[bytes]) -> list[bytes]:
    """Texts that may tell something: neither known to be dull, nor an id or timestamp. Those of the same few objects become known."""
    found = []
    for text in texts.difference(dull):
        if len(text) < _SHORTEST_DULL or _DULL.fullmatch(text) is None:
            found.append(text)
        elif (text.startswith(_FREQUENT) or text.endswith(_FLOORED)) and len(dull) < MOST_DULL:
            dull.add(text)
    return found


def places_of(value: Any) -> list[tuple[str, str, str]]:
    """(type of the object, nearest property, text) of each text; for keys the property is ''."""
    kind = str(value.get("type")) if isinstance(value, dict) else ""
    found: list[tuple[str, str, str]] = []
    stack: list[tuple[str, Any]] = [("", value)]
    while stack:
        name, node = stack.pop()
        if isinstance(node, str):
            found.append((kind, name, node))
        elif isinstance(node, dict):
            found += [(kind, "", key) for key in node]
            stack += node.items()
        elif isinstance(node, list):
            stack += [(name, item) for item in node]
    return found
