"""`pseudonym` and `tokenize`: a name that is the same wherever the same value stands, and means nothing without the hub's key."""

from __future__ import annotations

import re
import unicodedata

from schemas.patterns import fold_value
from transforms.minimize.result import GONE, Treatment
from transforms.minimize.spot import Pseudonym, Spot, on_texts

_NAME, _CHECK = 18, 8
"""Characters of base32: 90 bits that name, and 40 by which the hub knows its own again, so that it never names a name."""

_OWN = re.compile(rf"[a-z]-(?P<name>[a-z2-7]{{{_NAME}}})(?P<check>[a-z2-7]{{{_CHECK}}})", re.ASCII)

_MAIL = re.compile(r"[^@\s]+@[^@\s]+")

HOST = "pseudonym.invalid"
"""A domain that no message and no connection reaches (RFC 2606)."""


def pseudonym(_argument: str, spot: Spot) -> Treatment:
    """The treatment; without a key nothing is left."""
    return _named("p", spot)


def tokenize(_argument: str, spot: Spot) -> Treatment:
    """The treatment. Who holds the originals finds the value of a token again by making the tokens of all of them."""
    return _named("t", spot)


def _named(letter: str, spot: Spot) -> Treatment:
    make = spot.pseudonym
    if make is None:
        return lambda _item, _whole: GONE
    kind = f"{spot.type_name}.{spot.name}"

    def change(text: str) -> str:
        is_mail = spot.type_name == "email-addr" or _MAIL.fullmatch(text) is not None
        if _is_own(text, letter, make):
            return text
        canonical = _canonical("email-addr" if is_mail else spot.type_name, text)
        name = _name(letter, "email-addr" if is_mail else kind, canonical, make)
        return _worn(name, "email-addr" if is_mail else spot.type_name)

    return on_texts(change)


def _name(letter: str, kind: str, canonical: str, make: Pseudonym) -> str:
    name = make(f"{letter} {kind}", canonical).lower()[:_NAME]
    return f"{letter}-{name}{make(f'{letter} check', name).lower()[:_CHECK]}"


def _worn(name: str, type_name: str) -> str:
    """The name in the form that the type asks for."""
    match type_name:
        case "email-addr":
            return f"{name}@{HOST}"
        case "domain-name":
            return f"{name}.{HOST}"
        case "url":
            return f"https://{name}.{HOST}/"
    return name


def _is_own(text: str, letter: str, make: Pseudonym) -> bool:
    bare = text.removeprefix("https://").removesuffix("/").removesuffix(f"@{HOST}").removesuffix(f".{HOST}")
    found = _OWN.fullmatch(bare)
    if found is None or bare[0] != letter:
        return False
    return found["check"] == make(f"{letter} check", found["name"]).lower()[:_CHECK]


def _canonical(type_name: str, text: str) -> str:
    """One spelling for what is the same to a reader: compatible forms, invisible characters, zones and letter case."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    return fold_value(type_name, plain.partition("%")[0] if type_name in ("ipv4-addr", "ipv6-addr") else plain).casefold()
