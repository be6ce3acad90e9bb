"""What a detector says: of which kind, from where to where, and in which reading of the text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

KINDS: dict[str, str] = {
    "email": "an e-mail address, also disguised",
    "phone": "a telephone number in an international form, or a national one with a word that says so",
    "card": "a payment card number with a right check digit",
    "iban": "a bank account number with right check digits",
    "national-id": "a number that a state gives to a person",
    "birth-date": "a date that a label calls somebody's birth",
    "ip-private": "an address inside somebody's network",
    "mac": "the address of a device, alone or inside an IPv6 address",
    "sid": "a Windows account",
    "user-path": "a folder named after its user",
    "coordinates": "a place on the map, to some 100 metres or closer",
    "street-address": "a street with a house number",
    "credential": "a password, token, cookie or private key",
    "url-userinfo": "who logs in, within a URL",
    "dn-person": "a person within a distinguished name",
    "labelled-name": "a name that a label, a salutation, a title or an address gives away",
    "too-long": "more than is read, so nobody knows",
}
"""Every kind of hit. One may be added, never renamed: policies and counts name them."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One finding.

    kind:       a key of KINDS
    start, end: where it stands in the text that was given, also where it was found in a reading of it: what a reading
                replaced counts as a whole, so that cutting the span out takes away all of it
    view:       "" as written; else how it was read, as "folded" or "base64>gzip"
    """

    kind: str
    start: int
    end: int
    view: str = ""


def settle(hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """In order of place; one that says no more than another of its kind is left out."""
    kept: list[Hit] = []
    last: dict[str, int] = {}
    for hit in sorted(set(hits), key=lambda hit: (hit.start, -hit.end, hit.kind, len(hit.view), hit.view)):
        if hit.end > last.get(hit.kind, -1):
            kept.append(hit)
            last[hit.kind] = hit.end
    return tuple(kept)


def mask(text: str, hits: Iterable[Hit]) -> str:
    """The text with `[kind]` in place of each hit; hits that touch each other become one."""
    parts: list[str] = []
    done = 0
    for hit in sorted(hits, key=lambda hit: (hit.start, -hit.end)):
        if hit.start > done or not parts:
            parts += (text[done : hit.start], f"[{hit.kind}]")
        done = max(done, hit.end)
    return "".join([*parts, text[done:]])
