"""The oracle: which canaries stand in some bytes, in any encoding, as a digest, or as the id of the observable that holds them.

It judges nothing. Finders cut candidates out of a text by their form, and a look-up says whether exactly that was planted.
Time is linear in the bytes, whatever the number of canaries: a part that has been seen before is not looked at again.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import orjson

from benchmarks.leak.canaries import DIGEST, IDENTIFIER, VALUE, WORD, Canary, Hit, Needle
from benchmarks.leak.corpus import SHORTEST
from benchmarks.leak.decode import DEPTH, fold, texts, unpacked
from schemas.ids import CONTRIBUTING

SCO_NAMESPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""STIX 2.1 §2.9; written again here, so that a mistake in the hub's own constant would show."""

KEYED_BY = ("value", "name", "path", "key", "account_login", "user_id", "subject", "body", "serial_number")
"""Properties that alone can make an observable's id."""

_PART = re.compile(rb'[^"\n\x01-\x08\x0b-\x1f]+')
_NUMBER = re.compile(r"\d(?:[ ().\-/\u00a0]{0,3}\d){8,}")
_IP4 = re.compile(r"(?=(?<!\d)(\d{1,3}(?:\.\d{1,3}){3})(?!\d))")
_IP6 = re.compile(r"[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}")
_MAC = re.compile(r"[0-9a-f]{2}(?:[:\-.]?[0-9a-f]{2}){5}")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[t ]\d\d:\d\d:\d\d")
_HEX = re.compile(r"[0-9a-f]{32,}")
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DIGIT = re.compile(r"\d")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Oracle:
    """Finds canaries; one instance for a whole run, since it remembers what it has seen."""

    def __init__(self, canaries: Sequence[Canary]) -> None:
        self._index: dict[str, dict[str, tuple[Hit, ...]]] = {}
        for number, canary in enumerate(canaries):
            for needle in canary.needles:
                self._add(needle, Hit(number, VALUE))
            for needle in derived(canary):
                self._add(needle, Hit(number, DIGEST if needle.finder == "hash" else IDENTIFIER))
        self._finders = [(finder, self._index[name]) for name, finder in FINDERS.items() if name in self._index]
        self._lettered = [(finder, keys) for finder, keys in self._finders if finder in (_words, _literals)]
        self._known = Known(
            sorted({len(key) for key in self._index.get("number", ())}),
            {key[:SHORTEST] for key in self._index.get("literal", ())},
            sorted({len(key) for key in self._index.get("literal", ())}),
        )
        self._bare = {bytes.fromhex(key): hits for name in ("hash", "uuid") for key, hits in self._index.get(name, {}).items()}
        self._sizes = sorted({len(key) for key in self._bare})
        self._seen: dict[bytes, frozenset[Hit]] = {}
        self._clean: set[bytes] = set()

    def find(self, data: bytes, depth: int = DEPTH) -> set[Hit]:
        """The canaries that stand in these bytes."""
        found: set[Hit] = set()
        for part in _parts(data):
            found |= self._part(part)
        if _is_binary(data):
            if len(data) <= _SMALL:
                found |= self._part(data)
            for inner in unpacked(data) if depth else ():
                found |= self.find(inner, depth - 1)
        return found

    def glance(self, data: bytes) -> set[Hit]:
        """The canaries that stand in these bytes without being encoded: for what is encrypted, or is searched in another way as well."""
        found: set[Hit] = set()
        for start in range(0, len(data), _PIECE):
            found.update(self._text(fold(data[start : start + _PIECE + _OVERLAP].decode("utf-8", "replace"))))
        return found

    def bare(self, data: bytes) -> set[Hit]:
        """The canaries whose digest or UUID stands in these bytes as it is, unencoded, at any place."""
        found: set[Hit] = set()
        for size in self._sizes:
            for start in range(len(data) - size + 1):
                if data[start : start + size] in self._bare:
                    found.update(self._bare[data[start : start + size]])
        return found

    def _add(self, needle: Needle, hit: Hit) -> None:
        key = fold(needle.key) if needle.finder == "literal" else needle.key
        keys = self._index.setdefault(needle.finder, {})
        keys[key] = (*keys.get(key, ()), hit)

    def _part(self, part: bytes) -> frozenset[Hit]:
        if part in self._clean:
            return _NOTHING
        if (known := self._seen.get(part)) is not None:
            return known
        found = frozenset(hit for text in set(texts(part)) for hit in self._text(text))
        if found:
            self._seen[part] = found
        else:
            self._clean.add(part)
        return found

    def _text(self, text: str) -> Iterator[Hit]:
        for finder, keys in self._finders if _DIGIT.search(text) else self._lettered:
            for key in finder(text, self._known):
                if key in keys:
                    yield from keys[key]


_SMALL = 4096
"""Bytes of binary data that are looked at as a whole, for texts in UTF-16 and the like; of larger data only what is packed in it."""

_PIECE, _OVERLAP = 1 << 20, 512
"""What is folded at once, and by how much the next piece overlaps: longer than any canary."""

_NOTHING: frozenset[Hit] = frozenset()


def derived(canary: Canary) -> Iterator[Needle]:
    """What gives a canary away without holding it: digests of its value, and ids made from it."""
    kind, _, own = canary.object_id.partition("--")
    if own[14:15] == "5" and canary.path.partition(".")[2].partition(".")[0] in CONTRIBUTING.get(kind, ()):
        yield Needle("uuid", own.replace("-", ""))
    for needle in canary.needles:
        if needle.finder == "word":
            yield from _digests(needle.key)
    if canary.kind == "time":
        return  # a digest of one of so many moments is no sign of this one
    for form in {canary.value, canary.value.lower(), canary.value.replace(" ", "")}:
        yield from _digests(form)
        for name in KEYED_BY:
            yield Needle("uuid", uuid.uuid5(SCO_NAMESPACE, orjson.dumps({name: form}).decode()).hex)


def _digests(text: str) -> Iterator[Needle]:
    for algorithm in (hashlib.md5, hashlib.sha1, hashlib.sha256):
        yield Needle("hash", algorithm(text.encode(), usedforsecurity=False).hexdigest())


def _parts(data: bytes) -> Iterator[bytes]:
    """The bytes between quotation marks and control characters: what JSON and logs are made of."""
    for found in _PART.finditer(data):
        if len(found[0]) > 5:
            yield found[0]


def _is_binary(data: bytes) -> bool:
    if _BINARY.search(data):
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return True
    return False


# --- finders: the candidates in a folded text


class Known(NamedTuple):
    """What finders need to know of what is looked for: lengths of numbers; beginnings and lengths of literal texts."""

    numbers: Sequence[int]
    beginnings: Collection[str]
    lengths: Sequence[int]


def _words(text: str, _: Known) -> Iterator[str]:
    return (found[1] for found in WORD.finditer(text)) if "qz" in text else iter(())


def _numbers(text: str, known: Known) -> Iterator[str]:
    for found in _NUMBER.finditer(text):
        digits = "".join(filter(str.isdigit, found[0]))
        for length in known.numbers:
            for start in range(len(digits) - length + 1):
                yield digits[start : start + length]


def _ip4(text: str, _: Known) -> Iterator[str]:
    for found in _IP4.finditer(text):
        yield ".".join(part.lstrip("0") or "0" for part in found[1].split("."))


def _ip6(text: str, _: Known) -> Iterator[str]:
    for found in _IP6.finditer(text):
        try:
            yield ipaddress.IPv6Address(found[0]).exploded
        except ValueError:
            continue


def _macs(text: str, _: Known) -> Iterator[str]:
    for found in _MAC.finditer(text):
        yield re.sub("[:.-]", "", found[0])


def _times(text: str, _: Known) -> Iterator[str]:
    return (found[0].replace(" ", "t") for found in _TIME.finditer(text))


def _hashes(text: str, _: Known) -> Iterator[str]:
    for found in _HEX.finditer(text):
        for size in (32, 40, 64):
            for start in range(len(found[0]) - size + 1):
                yield found[0][start : start + size]


def _uuids(text: str, _: Known) -> Iterator[str]:
    yield from (found[0].replace("-", "") for found in _UUID.finditer(text))
    for found in _HEX.finditer(text):
        for start in range(len(found[0]) - 31):
            yield found[0][start : start + 32]


def _literals(text: str, known: Known) -> Iterator[str]:
    for start in range(len(text) - SHORTEST + 1):
        if text[start : start + SHORTEST] in known.beginnings:
            for length in known.lengths:
                yield text[start : start + length]


Finder = Callable[[str, Known], Iterator[str]]

FINDERS: Mapping[str, Finder] = {
    "word": _words, "number": _numbers, "ip4": _ip4, "ip6": _ip6, "mac": _macs, "time": _times, "hash": _hashes, "uuid": _uuids,
    "literal": _literals,
}  # fmt: skip
"""Name, as needles have it -> what cuts candidates out of a text."""
