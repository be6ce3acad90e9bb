"""`pseudonym` and `tokenize`: a name that is the same wherever the same value stands, and means nothing without the hub's key."""

from __future__ import annotations

import re

from transforms.minimize.result import GONE, Treatment
from transforms.minimize.spot import Pseudonym, Spot, on_texts
from transforms.pseudonym import DOMAIN, canonical

_NAME, _CHECK = 18, 8
"""Letters of base32: 90 bits that name, and 40 by which the hub knows its own again, so that it never names a name."""

_LETTERS = re.compile(r"[a-z2-7]{26}", re.ASCII)
_OWN = re.compile(rf"(?P<letter>[put])-(?P<name>[a-z2-7]{{{_NAME}}})(?P<check>[a-z2-7]{{{_CHECK}}})(?:[@.]{re.escape(DOMAIN)})?", re.ASCII)
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")

_WORN = {
    "email-addr": f"{{}}@{DOMAIN}",
    "domain-name": f"{{}}.{DOMAIN}",
    "url": f"https://{{}}.{DOMAIN}/",
}
"""Type -> what a name looks like there, so that it is valid where the value was."""


def pseudonym(_argument: str, spot: Spot) -> Treatment:
    """The treatment; without a key nothing is left."""
    return _named(spot, token=False)


def tokenize(_argument: str, spot: Spot) -> Treatment:
    """The treatment. Who holds the originals finds the value of a token again by making the tokens of all of them."""
    return _named(spot, token=True)


def _named(spot: Spot, *, token: bool) -> Treatment:
    make = spot.pseudonym
    if make is None:
        return lambda _item, _whole: GONE

    def change(text: str) -> str:
        kind = "email-addr" if _MAIL.fullmatch(text) else spot.type_name
        letter = "t" if token else "u" if kind == "user-account" else "p"
        if _is_own(text, letter, make):
            return text
        name = _letters(make, f"token {kind}" if token else kind, canonical(kind, text).casefold())[:_NAME]
        return _WORN.get(kind, "{}").format(f"{letter}-{name}{_check(make, letter, name)}")

    return on_texts(change)


def _is_own(text: str, letter: str, make: Pseudonym) -> bool:
    found = _OWN.fullmatch(text.removeprefix("https://").removesuffix("/"))
    return (
        found is not None
        and (found["letter"] == letter or letter != "t")
        and found["check"] == _check(make, found["letter"], found["name"])
    )


def _check(make: Pseudonym, letter: str, name: str) -> str:
    return _letters(make, f"check {letter}", name)[:_CHECK]


def _letters(make: Pseudonym, kind: str, value: str) -> str:
    """The 26 letters of a pseudonym, whatever they are dressed in."""
    found = _LETTERS.search(make(kind, value))
    if found is None:
        message = "a pseudonym has 26 letters of base32"
        raise ValueError(message)
    return found[0]
