"""Values of threats in a text, each in one spelling, as digests: domains, addresses, URLs, e-mail addresses, hashes, names of files.

`canonical` says of one word what value it is; `tokens_of` finds the words. Both sides of a comparison go through the same function, so
that a spelling that means the same, or is commonly mistaken for the same, is the same. That is coarser than the folding of patterns,
which is right where a value must not be told: the scheme, port 80 and letter case of a URL make no other secret.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from hashlib import blake2b
from socket import AF_INET, AF_INET6, inet_ntop, inet_pton
from urllib.parse import unquote_to_bytes

SHORTEST = 6
"""Characters. Shorter values stand everywhere by chance."""

OPAQUE = 26
"""Characters. Words of letters and digits from here on are hashes, wallets or keys; the shortest wallet address has as many."""

MOST_URLS = 8
"""URLs that one word is searched for, since each takes the rest of it along."""

_BLANK = bytes(range(33)) + b"\"'<>|\\^`{}[]"
_WORDS = bytes.maketrans(_BLANK, b" " * len(_BLANK))
_POINT, _COLON, _SLASH, _AT, _MINUS, _PERCENT = b".:/@-%"
"""As numbers: to look for one byte so is seven times as fast as to look for bytes of length one."""

_LETTER = rb"[a-z0-9_\x80-\xff-]"
_DOTTED = re.compile(rb"(?<!%b)%b++(?:\.%b++)++" % (_LETTER, _LETTER, _LETTER))
_ASCII_DOTTED = re.compile(rb"(?<![a-z0-9_-])[a-z0-9_-]++(?:\.[a-z0-9_-]++)++")
_NAME = re.compile(rb"(?=.{%d})[a-z0-9_-]++(?:\.[a-z0-9_-]++)*?\.[a-z]++" % SHORTEST)
"""What nearly all words with a dot are."""

_OPAQUE = re.compile(rb"[a-z0-9]{%d,}+" % OPAQUE)
_QUAD = re.compile(rb"0*(\d{1,3})\.0*(\d{1,3})\.0*(\d{1,3})\.0*(\d{1,3})")
_NETWORKS = re.compile(rb"(?<![0-9a-f:./])([0-9a-f:.]++)/(\d{1,3})(?!\d)")
_NETWORK = re.compile(rb"([0-9a-f:.]+)/(\d{1,3})")
_COLONS = re.compile(rb"(?<![0-9a-f.:])[0-9a-f.]*+(?::++[0-9a-f.]++){1,8}+:{0,2}|(?<![0-9a-f.:])[0-9a-f:]++::")
_MAC_LENGTH = 17
_MAC = re.compile(rb"[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}")
_MAIL = re.compile(rb"(?<![^@\s,;:()<>/?=&])[^@\s,;:()<>/?=&]++@%b++(?:\.%b++)++" % (_LETTER, _LETTER))
_URL = re.compile(rb"(?:[a-z][a-z0-9+.-]*+:)?+//([^/?#]*+)(.*+)", re.DOTALL)
_BARE_URL = re.compile(rb"(%b++(?:\.%b++)++(?::\d++)?+)([/?#].*+)" % (_LETTER, _LETTER), re.DOTALL)
_BRACKETED = re.compile(rb"//\[([0-9a-f:.]++)\]")
_QUOTED = re.compile(rb'"([^"@]{1,64}+)"@')
_INSIDE = re.compile(rb"[,;()]++")
_EDGE = b".,;:!?()*=-"
_INTEGER = re.compile(rb"0x[0-9a-f]{1,8}|\d{8,10}")
_AFTER_SLASHES = re.compile(rb"//(?:[^/]*@)?\d")
_HOST_NUMBER = re.compile(rb"//(?:[^/@]*+@)?(0x[0-9a-f]{1,8}|\d{8,10})(?![^/:?#])")


def digest(canonical_value: bytes) -> bytes:
    """12 bytes that stand for a value."""
    return blake2b(canonical_value, digest_size=12).digest()


def canonical(word: bytes) -> bytes | None:
    """The one spelling of a word, in lower case, that is a value as a whole; None where it is none."""
    if len(word) < SHORTEST:
        return None
    if _SLASH in word:
        found = _network_of(word) or _url(word)
        if found is not None:
            return found
    elif _COLON in word or _MINUS in word:
        found = _address(word)
        if found is not None:
            return found
    if _AT in word:
        return _mail(word) if _MAIL.fullmatch(word) else None
    if _DOTTED.fullmatch(word):
        return _dotted(word)
    if _OPAQUE.fullmatch(word) and not word.isalpha():
        return word
    return None


def tokens_of(text: bytes) -> set[bytes]:
    """Digests of all values in a text that is folded and in lower case (UTF-8). Linear in its length."""
    text = _readable(text)
    found: set[bytes | None] = set()
    for word in text.translate(_WORDS).split():
        if _POINT in word or (_COLON in word and (word.count(b":") > 1 or b"//" in word)):
            if _NAME.fullmatch(word):
                found.add(word)
            else:
                _take(word, found)
        elif len(word) >= OPAQUE:
            if word.isalnum():  # nearly all are hashes
                if not word.isalpha():
                    found.add(word)
            else:
                found.update(item for item in _OPAQUE.findall(word) if not item.isalpha())
        elif len(word) == _MAC_LENGTH and _MINUS in word:
            found.add(_address(word))
    found.discard(None)
    return {digest(item) for item in found if item is not None}


def _take(word: bytes, found: set[bytes | None]) -> None:
    """All values that one word holds: the whole, what stands between commas, and what these are made of."""
    word = word.strip(_EDGE)
    if len(word) >= OPAQUE:
        found.update(item for item in _OPAQUE.findall(word) if not item.isalpha())
    if _POINT in word:
        found.update(_dotted(item) for item in _DOTTED.findall(word))
        if not word.isascii():
            found.update(_dotted(item) for item in _ASCII_DOTTED.findall(word))
    if _SLASH in word:
        for piece in (word, *_INSIDE.split(word)) if _INSIDE.search(word) is not None else (word,):
            found.update(_urls(piece))
        found.update(_network(address, int(length)) for address, length in _NETWORKS.findall(word))
        if _AFTER_SLASHES.search(word):
            found.update(_number(item) for item in _HOST_NUMBER.findall(word))
    if _AT in word:
        found.update(_mail(item) for item in _MAIL.findall(word))
    if _COLON in word and word.count(b":") > 1:
        for item in _COLONS.findall(word):
            found.add(_address(item))
            if _POINT in item:
                found.add(_dotted(item.rpartition(b":")[2]))


def _urls(word: bytes) -> Iterator[bytes | None]:
    """A URL, and those that stand in it: in front of `://` from the sign that cannot be in a scheme."""
    if _SLASH in word:
        yield canonical(word.rstrip(_EDGE))
    at = word.find(b"://")
    if word[:at].isalpha():  # a scheme, as in nearly all
        at = word.find(b"://", at + 3)
    for _ in range(MOST_URLS):
        if at < 0:
            return
        start = max(word.rfind(sign, 0, at) for sign in (b"=", b"@", b",", b"/", b"(", b"&")) + 1
        if start:
            yield canonical(word[start:].rstrip(_EDGE))
        at = word.find(b"://", at + 3)


def _dotted(word: bytes) -> bytes | None:
    """A domain, a name of a file or an IPv4 address; None for versions and other numbers."""
    if len(word) < SHORTEST:
        return None
    quad = _QUAD.fullmatch(word)
    if quad is not None:
        return b".".join(quad.groups())
    if word.rpartition(b".")[2].isdigit():
        return None
    return word if word.isascii() else _ascii(word)


def _ascii(name: bytes) -> bytes:
    """The A-labels of an international name (RFC 3492), unchecked."""
    labels = name.decode("utf-8", "replace").split(".")
    return b".".join(label.encode() if label.isascii() else b"xn--" + label.encode("punycode") for label in labels)


def _mail(word: bytes) -> bytes:
    local, _, domain = word.rpartition(b"@")
    return local + b"@" + (domain if domain.isascii() else _ascii(domain))


def _address(word: bytes) -> bytes | None:
    """An IPv6 or MAC address."""
    if len(word) == _MAC_LENGTH and _MAC.fullmatch(word):
        return word.replace(b"-", b":")
    if word.count(b":") < 2:
        return None
    try:
        return inet_ntop(AF_INET6, inet_pton(AF_INET6, word.decode())).encode()
    except (OSError, ValueError):
        return None


def _network_of(word: bytes) -> bytes | None:
    """A network with its host bits cleared."""
    found = _NETWORK.fullmatch(word)
    return _network(found[1], int(found[2])) if found is not None else None


def _network(address: bytes, length: int) -> bytes | None:
    family = AF_INET6 if _COLON in address else AF_INET
    try:
        packed = inet_pton(family, address.decode())
    except (OSError, ValueError):
        return None
    size = 8 * len(packed)
    if length > size:
        return None
    kept = (int.from_bytes(packed) >> size - length << size - length).to_bytes(len(packed))
    spelled = inet_ntop(family, kept).encode()
    return spelled if length == size else b"%b/%d" % (spelled, length)


def _url(word: bytes) -> bytes | None:
    """A URL without scheme, user and usual port, decoded; it always holds a slash, so that it is no domain."""
    found = _URL.fullmatch(word) or _BARE_URL.fullmatch(word)
    if found is None:
        return None
    host = _host(found[1])
    rest = found[2]
    if _PERCENT in rest:
        rest = unquote_to_bytes(unquote_to_bytes(rest)).lower()
    return host + (rest.rstrip(b"/") or b"/") if host else None


def _host(authority: bytes) -> bytes:
    """The host alone; numbers are the address that clients take them for."""
    host = authority.rpartition(b"@")[2]
    for port in (b":80", b":443"):
        host = host.removesuffix(port)
    host = host.rstrip(b".")
    if _INTEGER.fullmatch(host):
        return _number(host)
    return host if host.isascii() else _ascii(host)


def _number(host: bytes) -> bytes:
    value = int(host, 0) if host.startswith(b"0x") else int(host)
    return inet_ntop(AF_INET, value.to_bytes(4)).encode() if value < 1 << 32 else host


def prepared(value: str) -> bytes:
    """A value as the word that `canonical` takes, spelled as texts are before words are looked for in them."""
    return _readable(unicodedata.normalize("NFKC", value).strip().lower().encode("utf-8", "replace")).rstrip(_EDGE)


def _readable(text: bytes) -> bytes:
    """Quoted mailboxes without quotes, and IPv6 hosts without brackets."""
    if _AT in text:
        text = _QUOTED.sub(lambda found: found[1].replace(b" ", b"") + b"@", text)
    if _SLASH in text and b"//[" in text:
        text = _BRACKETED.sub(rb"//\1", text)
    return text
