"""Pseudonyms: names that only the holder of a key can link to what they stand for, the same for the same value under the same key.

p = base32(HMAC-SHA256(key, type ‖ 0x00 ‖ canonical(value))), 26 characters. The key is one recipient's in one epoch, so two recipients
cannot join what they have, and a destroyed epoch leaves nothing to link.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from base64 import b32encode
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import ip_address

from schemas.patterns.values import domain_name

DOMAIN = "pseudonym.invalid"
"""Nothing can be sent there (RFC 2606 §2)."""

KINDS: Mapping[str, str] = {
    "email": "email-addr",
    "email-message": "email-addr",
    "domain": "domain-name",
    "user": "user-account",
    "user-name": "user-account",
    "username": "user-account",
}
"""Other words for a kind -> the kind: one value has one pseudonym, wherever it stands."""

_FORMS: Mapping[str, str] = {"email-addr": f"p-{{}}@{DOMAIN}", "domain-name": f"p-{{}}.{DOMAIN}", "user-account": "u-{}"}
"""Kind -> what its pseudonyms look like, so that they are valid where the value was; all others are p- and the letters."""

_ADDRESSES = frozenset({"ipv4-addr", "ipv6-addr", "ip-private"})

_MADE = re.compile(rf"(?:u-[a-z2-7]{{26}}|p-[a-z2-7]{{26}}(?:[@.]{re.escape(DOMAIN)})?)", re.ASCII)


class Pseudonyms:
    """Called with (kind, value), it gives the pseudonym."""

    def __init__(self, key: bytes) -> None:
        if len(key) < 32:
            message = "a key of pseudonyms has at least 32 bytes"
            raise ValueError(message)
        self._key = key

    def __call__(self, kind: str, value: str) -> str:
        """The pseudonym of a value; kinds never share one."""
        kind = KINDS.get(kind, kind)
        return _FORMS.get(kind, "p-{}").format(self.letters(kind, canonical(kind, value)))

    def letters(self, kind: str, canonical_value: str) -> str:
        """The 26 letters by themselves, for who gives them a form of its own."""
        content = kind.encode() + b"\0" + canonical_value.encode("utf-8", "surrogatepass")
        return b32encode(hmac.digest(self._key, content, "sha256"))[:26].decode().lower()


def canonical(kind: str, value: str) -> str:
    """The form in which all spellings of a value are equal: NFKC, nothing invisible, domains as A-labels, addresses without a zone."""
    kind = KINDS.get(kind, kind)
    text = _plain(value)
    if kind == "email-addr":
        local, at, domain = text.rpartition("@")
        return f"{local}@{_folded(domain)}" if at else text
    if kind == "domain-name":
        return _folded(text)
    return _address(text) if kind in _ADDRESSES else text


def is_pseudonym(text: str) -> bool:
    """Whether a text has the form of a pseudonym. Whether this hub made it, only its key could tell."""
    return _MADE.fullmatch(text) is not None


def _plain(text: str) -> str:
    if text.isascii():
        return text.strip()
    shown = "".join(letter for letter in unicodedata.normalize("NFKC", text) if not _invisible(letter))
    return unicodedata.normalize("NFKC", shown).strip()


def _folded(domain: str) -> str:
    return domain_name(_plain(_plain(domain).casefold()))[0].rstrip(".")


def _address(text: str) -> str:
    text = text.partition("%")[0].casefold()
    try:
        return str(ip_address(text))
    except ValueError:
        return text


@lru_cache(maxsize=4096)
def _invisible(letter: str) -> bool:
    return unicodedata.category(letter) == "Cf"
