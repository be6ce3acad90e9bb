"""What a canary of each kind looks like, and the needle that finds it. Addresses are of ranges reserved for documents or inside use."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import NamedTuple

from benchmarks.leak.canaries import Ledger, Needle
from benchmarks.leak.names import Locale, spell


class Made(NamedTuple):
    """A value, and what finds it."""

    value: str
    needle: Needle


Maker = Callable[[Ledger, Locale], Made]


def _worded(form: str) -> Maker:
    """A kind that carries the canary's word in Latin letters: `{}`, or `{C}` with a capital."""

    def make(ledger: Ledger, _: Locale) -> Made:
        word = ledger.word()
        return Made(form.replace("{}", word).replace("{C}", word.capitalize()), Needle("word", word))

    return make


def person(ledger: Ledger, locale: Locale) -> Made:
    """Given name and made-up family name, in the locale's script and order."""
    word = ledger.word()
    given, family = ledger.random.choice(locale.given), spell(word, locale.script)
    return Made(family + given if locale.family_first else f"{given} {family}", Needle("word", word))


def phone(ledger: Ledger, locale: Locale) -> Made:
    """An international number of fifteen digits, in groups."""
    digits = locale.dial + _digits(ledger, 15 - len(locale.dial))
    rest = digits[len(locale.dial) :]
    return Made(f"+{locale.dial} {rest[:3]} {rest[3:7]}-{rest[7:]}", Needle("number", digits))


def card(ledger: Ledger, _: Locale) -> Made:
    """A payment card number with a right check digit."""
    body = "4" + _digits(ledger, 14)
    doubled = (sum(divmod(2 * int(digit), 10)) if place % 2 == 0 else int(digit) for place, digit in enumerate(body))
    digits = body + str(-sum(doubled) % 10)
    return Made(" ".join(digits[start : start + 4] for start in range(0, 16, 4)), Needle("number", digits))


def iban(ledger: Ledger, _: Locale) -> Made:
    """A German account number with right check digits."""
    account = _digits(ledger, 18)
    check = f"{98 - int(account + '131400') % 97:02}"
    digits = check + account
    text = "DE" + digits
    return Made(" ".join(text[start : start + 4] for start in range(0, len(text), 4)), Needle("number", digits))


def national(ledger: Ledger, _: Locale) -> Made:
    """A national id of thirteen digits, as several countries have it."""
    digits = _digits(ledger, 13)
    return Made(f"{digits[:6]}-{digits[6:]}", Needle("number", digits))


def inside4(ledger: Ledger, _: Locale) -> Made:
    """An address of a private network."""
    while True:
        value = ".".join(("10", *(str(ledger.random.randrange(1, 255)) for _ in range(3))))
        if ledger.first(value):
            return Made(value, Needle("ip4", value))


def address6(ledger: Ledger, _: Locale) -> Made:
    """An address of the documentation prefix."""
    number = (0x20010DB8 << 96) | ledger.random.getrandbits(96)
    value = ipaddress.IPv6Address(number)
    return Made(str(value), Needle("ip6", value.exploded))


def mac(ledger: Ledger, _: Locale) -> Made:
    """A hardware address, locally administered."""
    digits = f"02{ledger.random.getrandbits(40):010x}"
    return Made(":".join(digits[start : start + 2] for start in range(0, 12, 2)), Needle("mac", digits))


def sid(ledger: Ledger, _: Locale) -> Made:
    """A Windows account."""
    parts = [str(ledger.random.randrange(10**8, 4 * 10**9)) for _ in range(3)] + [str(ledger.random.randrange(1000, 9999))]
    return Made("S-1-5-21-" + "-".join(parts), Needle("number", "".join(parts)))


def degrees(ledger: Ledger, _: Locale) -> Made:
    """A latitude or longitude to about a centimetre."""
    while True:
        value = f"{ledger.random.randrange(10, 80)}.{ledger.random.randrange(10**7):07}".rstrip("0")
        digits = value.replace(".", "")
        if len(digits) == 9 and ledger.first(digits):
            return Made(value, Needle("number", digits))


def moment(ledger: Ledger, _: Locale) -> Made:
    """A time to the millisecond. It is found by its second, since all other times of the benchmark are midnights."""
    while True:
        at = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(milliseconds=ledger.random.randrange(140 * 86_400_000))
        key = at.strftime("%Y-%m-%dt%H:%M:%S")
        if not key.endswith(":00") and ledger.first(key):
            return Made(f"{key.upper()}.{at.microsecond // 1000:03}Z", Needle("time", key))


def digest(ledger: Ledger, _: Locale) -> Made:
    """A SHA-256 in hexadecimal: of a threat's file."""
    value = f"{ledger.random.getrandbits(256):064x}"
    return Made(value, Needle("hash", value))


KINDS: Mapping[str, Maker] = {
    "person": person, "phone": phone, "card": card, "iban": iban, "national-id": national, "inside-ip": inside4, "ip6": address6,
    "mac": mac, "sid": sid, "degrees": degrees, "time": moment, "hash": digest,
    "email": _worded("{}@mail.hospital.example"), "named-email": _worded("jane.{}@hospital.example"),
    "account": _worded("{}"), "domain-account": _worded("HOSPITAL\\{}"), "host": _worded("{}-pc.hospital.internal"),
    "secret": _worded("{C}!2026"), "path": _worded("C:\\Users\\{C}\\Documents"), "unix-path": _worded("/home/{}/mail"),
    "share": _worded("\\\\files01\\{}$\\payroll"), "document": _worded("CV_Jane_{C}.docx"), "street": _worded("{C} Street 12"),
    "organization": _worded("{C} Hospital"), "ticket": _worded("HELP-{}"), "town": _worded("{C}ville"), "postcode": _worded("{C}"),
    "intranet": _worded("https://wiki.hospital.internal/tickets/{}"), "login-url": _worded("https://{}:pw@mail.hospital.example/"),
    "query-url": _worded("https://shop.example/reset?user={}&step=2"), "path-url": _worded("https://shop.example/reset/{}"),
    "mail-url": _worded("https://shop.example/reset?email={}@mail.hospital.example&step=2"),
    "fragment-url": _worded("https://shop.example/#mailbox={}"), "name-property": _worded("x_jane_{}"),
    "bad-domain": _worded("{}.badhost.example"), "bad-url": _worded("http://badhost.example/{}/gate.php"),
    "bad-email": _worded("{}@badhost.example"), "codename": _worded("{C}"),
}  # fmt: skip
"""Kind -> how one is made. The last four belong to threats, or to nobody."""


def _digits(ledger: Ledger, count: int) -> str:
    while True:
        made = str(ledger.random.randrange(1, 10)) + "".join(ledger.random.choices("0123456789", k=count - 1))
        if ledger.first(made):
            return made


def uuid4(random: Random) -> str:
    """A random UUID."""
    digits = f"{random.getrandbits(128):032x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{'89ab'[int(digits[16], 16) % 4]}{digits[17:20]}-{digits[20:]}"
