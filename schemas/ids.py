"""Identifiers (STIX 2.1 §2.9, §3.4): reading them, and making those of the hub."""

from __future__ import annotations

import hashlib
import hmac
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import unquote_to_bytes

import orjson
import rfc8785

SCO_NAMESPACE = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
"""The namespace that §2.9 reserves for deterministic observable ids; nothing else may use it."""

IDENTIFIER = re.compile(r"([a-z][a-z0-9-]*)--([0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12})", re.ASCII)

_SHAPE = bytes(0x78 if chr(byte) in "0123456789abcdefABCDEF" else byte if byte == 0x2D else 0x20 for byte in range(256))
"""Every hexadecimal digit as x, a dash as itself, all else as a blank: so a UUID is one fixed text, found four times as fast as by a
regular expression."""

_UUID_SHAPE = b"xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"

HASH_ORDER = ("MD5", "SHA-1", "SHA-256", "SHA-512")
"""§2.9: exactly one hash contributes to an id, the first of these that is there."""

CONTRIBUTING: Mapping[str, tuple[str, ...]] = {
    "artifact": ("hashes", "payload_bin"),
    "autonomous-system": ("number",),
    "directory": ("path",),
    "domain-name": ("value",),
    "email-addr": ("value",),
    "email-message": ("from_ref", "subject", "body"),
    "file": ("hashes", "name", "extensions", "parent_directory_ref"),
    "ipv4-addr": ("value",),
    "ipv6-addr": ("value",),
    "mac-addr": ("value",),
    "mutex": ("name",),
    "network-traffic": ("start", "end", "src_ref", "dst_ref", "src_port", "dst_port", "protocols", "extensions"),
    "process": (),
    "software": ("name", "cpe", "swid", "vendor", "version"),
    "url": ("value",),
    "user-account": ("account_type", "user_id", "account_login"),
    "windows-registry-key": ("key", "values"),
    "x509-certificate": ("hashes", "serial_number"),
}
"""Observable type -> its id contributing properties (§6)."""


def type_of(identifier: str) -> str:
    """The type that an identifier names."""
    return identifier.partition("--")[0]


def one_hash(hashes: Mapping[str, Any]) -> dict[str, Any]:
    """The one hash that contributes to an id."""
    for kind in HASH_ORDER:
        if kind in hashes:
            return {kind: hashes[kind]}
    return dict([next(iter(hashes.items()))]) if hashes else {}


def contributing_values(observable: Mapping[str, Any]) -> dict[str, Any]:
    """The id contributing properties that an observable has, its hashes reduced to the one that counts."""
    found = {name: observable[name] for name in CONTRIBUTING.get(observable["type"], ()) if name in observable}
    if isinstance(found.get("hashes"), Mapping):
        found["hashes"] = one_hash(found["hashes"])
        if not found["hashes"]:
            del found["hashes"]
    return found


def observable_id(observable: Mapping[str, Any]) -> str | None:
    """The deterministic id of an observable (§2.9), or None where nothing contributes and §2.9 wants a random one.

    Raises ValueError where a value has no canonical JSON form (integers beyond 2^53).
    """
    values = contributing_values(observable)
    if not values:
        return None
    only = next(iter(values.values()))
    plain = len(values) == 1 and isinstance(only, str)  # then orjson writes the canonical form too, 30 times faster
    name = orjson.dumps(values) if plain else rfc8785.dumps(values)
    return f"{observable['type']}--{uuid.uuid5(SCO_NAMESPACE, name.decode())}"


def keyed_id(type_name: str, key: bytes, *parts: str) -> str:
    """An id that only the holder of `key` can link to `parts`: UUIDv4 bits over HMAC-SHA256 (RFC 4122 §4.4)."""
    text = hmac.digest(key, "\0".join(parts).encode(), "sha256").hex()
    return f"{type_name}--{text[:8]}-{text[8:12]}-4{text[13:16]}-{_VARIANT[text[16]]}{text[17:20]}-{text[20:32]}"


_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""A hexadecimal digit -> the one with its last two bits that says that RFC 4122 §4.1.1 holds."""


def digest16(*parts: bytes) -> bytes:
    """16 bytes of BLAKE2b over length-prefixed parts."""
    state = hashlib.blake2b(digest_size=16)
    for part in parts:
        state.update(len(part).to_bytes(8, "big"))
        state.update(part)
    return state.digest()


def reference_names(value: Mapping[str, Any]) -> Sequence[str]:
    """Names of the properties of one level that hold references (§3.3): `*_ref` and `*_refs`."""
    return [name for name in value if name.endswith(("_ref", "_refs"))]


def uuid_of(identifier: str) -> str:
    """The UUID part of an identifier, in lower case."""
    return identifier[-36:].lower()


def uuids_in(body: bytes) -> frozenset[str]:
    """Every UUID that stands anywhere in a JSON text, in lower case: in keys and strings, also escaped or percent-encoded."""
    if b"\\" in body or b"%" in body:
        body = unquote_to_bytes(unquote_to_bytes("\0".join(_texts(orjson.loads(body))).encode("utf-8", "surrogatepass")))
    shape = body.translate(_SHAPE)
    found = set()
    at = shape.find(_UUID_SHAPE)
    while at >= 0:
        found.add(body[at : at + 36].decode().lower())
        at = shape.find(_UUID_SHAPE, at + 1)
    return frozenset(found)


def _texts(value: Any) -> Iterator[str]:
    stack = [value]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, dict):
            stack.extend(node)
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
