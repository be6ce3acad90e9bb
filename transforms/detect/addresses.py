"""Addresses of people and their machines: e-mail, URL user information, internal networks, devices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from socket import AF_INET6, inet_pton

from transforms.detect.detector import Detector, alone

_LOCAL = re.compile(r'(?:"[^"\r\n]{1,64}"|[^\x00-\x20\x7f-\xa0@"“”(),:;<>\[\]\\/=?&|{}\u2000-\u206f\u3000-\u303f\uff00-\uff0f]{1,64})\Z')
_DOMAIN = re.compile(r"(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.){1,8}(xn--[a-zA-Z0-9-]{1,59}|[^\W\d_]{2,24})|\[[0-9A-Fa-f:.IPv]{4,48}\]")
_IMAGES = frozenset({"png", "jpg", "jpeg", "gif", "svg", "webp", "js", "css", "json"})
_OURS = re.compile(r"p-[a-z2-7]{26}@pseudonym\.invalid")


def _email(text: str, at: int, _: int) -> Iterator[tuple[int, int]]:
    domain = _DOMAIN.match(text, at + 1)
    if domain is None or (domain.group(1) or "").lower() in _IMAGES:
        return
    local = _LOCAL.search(text[max(0, at - 66) : at])
    if local is None:
        return
    name = local.group().lstrip(".'`*-+#!~")
    start = at - len(name)
    if name and not _OURS.fullmatch(text, start, domain.end()):
        yield start, domain.end()


_SENDER = re.compile(r"[^\W\d_][^\W\d_'’.-]{0,30}(?: [^\W\d_][^\W\d_'’.-]{0,30}){1,4}[\"']? {0,2}[<(\[] {0,2}(?:mailto:)?\Z")


def _sender(text: str, at: int, end: int) -> Iterator[tuple[int, int]]:
    """`First Last <first@host.example>`: the name."""
    for start, _ in _email(text, at, end):
        before = text[max(0, start - 120) : start]
        name = _SENDER.search(before)
        if name is not None:
            words = name.group().rstrip("<([ \"'").removesuffix("mailto:").rstrip("<([ \"'")
            last = words.split()[-3:]
            named = [word for word in last if word[0].isupper() or word.upper() == word]
            if len(named) >= 2:
                begin = start - len(before) + name.start() + (len(words) - len(" ".join(last)))
                yield begin, begin + len(" ".join(last))


def _userinfo(_: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    yield start + 3, end - 1


_NETWORKS = ((10, range(256)), (172, range(16, 32)), (192, (168,)), (169, (254,)), (100, range(64, 128)))
_NAMES = frozenset({"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10"})
_METADATA = "169.254.169.254"
"""Where clouds tell a machine about itself: the same everywhere."""
_VERSION = re.compile(r"(?:version|ver|v|build|release|revision)[ :=.]{0,2}\Z", re.IGNORECASE)


def _private(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """RFC 1918, 3927 and 6598; but neither the networks' own names nor versions."""
    octets = [int(part) for part in text[start:end].split(".")]
    before, after = text[start - 1 : start], text[end : end + 2]
    if before.isalnum() or (before and before in ".-_") or after[:1].isalnum() or (after[:1] == "." and after[1:].isalnum()):
        return
    if max(octets) > 255 or not any(octets[0] == first and octets[1] in second for first, second in _NETWORKS):
        return
    if text[start:end] == _METADATA:
        return
    if not _VERSION.search(text[max(0, start - 12) : start]) and text[start : end + 3].strip() not in _NAMES | {
        name + "," for name in _NAMES
    }:
        yield start, end


def _private6(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Link-local (RFC 4291) and unique local (RFC 4193) addresses, with their zone."""
    address, percent, _ = text[start:end].partition("%")
    address = address.rstrip(":.") if not address.endswith("::") else address
    if _is_ipv6(address) and not (text[start - 1 : start].isalnum() or text[start - 1 : start] == ":") and address.count(":") > 1:
        first = int(address[:4], 16)
        if first & 0xFE00 == 0xFC00 or first & 0xFFC0 == 0xFE80:
            yield start, (end if percent else start + len(address))


def _device6(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """EUI-64 (RFC 4291 appendix A): ff:fe in the middle of the last 64 bits holds the address of a device."""
    address = text[start:end]
    if _is_ipv6(address) and inet_pton(AF_INET6, address)[11:13] == b"\xff\xfe" and alone(text, start, end, ":"):
        yield start, end


def _is_ipv6(text: str) -> bool:
    try:
        inet_pton(AF_INET6, text)
    except (OSError, ValueError):
        return False
    return True


def _mac(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Six or eight bytes: longer rows are serial numbers and fingerprints."""
    value = text[start:end]
    separators = {char for char in value if char in ":-."}
    if len(separators) == 1 and len(value) in (14, 17, 23) and alone(text, start, end, ":-") and len(set(value) - separators) > 1:
        yield start, end


_H = "[0-9A-Fa-f]"

DETECTORS = (
    Detector("email", "@", _email, marks="@"),
    Detector("labelled-name", "@", _sender, marks="@", words=("<", "(", "[")),
    Detector("url-userinfo", r"://[^\x00-\x20/?#@<>\"'\\]{1,200}@", _userinfo, marks="@", words=("://",)),
    Detector("ip-private", r"1[0-9]{1,2}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}", _private, digits=5),
    Detector("ip-private", rf"[Ff][CDEcde]{_H}{{2}}:[0-9A-Fa-f:.]{{2,40}}(?:%[0-9A-Za-z_.-]{{1,16}})?", _private6, needle="hhhh "),
    Detector(
        "mac",
        rf"(?:{_H}{{1,4}}:){{2,6}}(?::?{_H}{{1,4}}:){{0,4}}:?{_H}{{0,2}}[Ff][Ff]:[Ff][Ee]{_H}{{2}}:{_H}{{1,4}}",
        _device6,
        needle="hh hhhh h",
    ),
    Detector("mac", rf"{_H}{{2}}(?:[:-]{_H}{{2}}){{5,30}}", _mac, needle="hh hh hh hh hh hh"),
    Detector("mac", rf"{_H}{{4}}\.{_H}{{4}}\.{_H}{{4}}", _mac, needle="hhhhxhhhhxhhhh"),
)
