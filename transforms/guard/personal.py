"""Personal data that may be left in texts, and patterns about somebody who is no threat.

Few and plain expressions, written apart from the detectors of the minimizer: what both miss is a name in a sentence, which is why texts
are written anew or held before they come here.
"""

from __future__ import annotations

import re
from typing import Literal

Place = Literal["text", "value", "address"]
"""text: nothing may stand there · value: a value of a threat, in which digits mean nothing · address: also an e-mail address of a threat"""

_ADDRESS = {
    ("email-addr", "value"),
    ("email-message", "additional_header_fields"),
    ("email-message", "Reply-To"),
    ("email-message", "Return-Path"),
    ("url", "value"),
    ("indicator", "pattern"),
}
"""Where an e-mail address of a threat may stand: (type, nearest property)."""

_VALUE = {
    ("artifact", "url"),
    ("directory", "path"),
    ("domain-name", "value"),
    ("email-message", "message_id"),
    ("file", "name"),
    ("ipv4-addr", "value"),
    ("ipv6-addr", "value"),
    ("mac-addr", "value"),
    ("mutex", "name"),
    ("process", "command_line"),
    ("process", "cwd"),
    ("software", "cpe"),
    ("software", "swid"),
    ("user-account", "user_id"),
    ("user-account", "account_login"),
    ("windows-registry-key", "key"),
    ("windows-registry-key", "data"),
    ("x509-certificate", "serial_number"),
}
"""Where digits are part of a value: sizes, serial numbers, keys."""

_NUMBERS = {"url", "MD5", "SHA-1", "SHA-224", "SHA-256", "SHA-384", "SHA-512", "SHA3-256", "SHA3-512", "SSDEEP", "TLSH", "external_id"}
"""Properties of any type in which digits are part of a value: links, hashes, entries of catalogues."""

_BLANK = bytes(byte for byte in range(256) if chr(byte) not in "0123456789 .()/+-\xa0")
_DIGITS = bytes.maketrans(_BLANK + b"0123456789", b"x" * len(_BLANK) + b"0" * 10)
_SEPARATING = b" .()/+-\xa0"
_MANY = b"0" * 8
_NUMBER = re.compile(
    r"(?<![0-9a-z])(?<!\d\.)(?!\d{1,3}(?:\.\d{1,3}){3}(?![\d.]))(?![0-9a-f]{32})(?:[a-z]{2}\d\d[a-z0-9 -]|[+(]?\d)[a-z0-9 .()/+\xa0-]{6,}"
)
"""A number that does not begin inside a word, as digits of hashes do, and is no IPv4 address; it may hold letters, as an IBAN does."""

_START = re.compile(r"users[\\/]|home[\\/]|documents and settings|profiles[\\/]")

_MAIL = re.compile(r"(?<![\w.+-])(?:\"[^\"\n]{1,64}\"|[\w.!#$%'*+^`~-]{1,64})@(?:[\w-]{1,63}\.){1,8}[^\W\d_][\w-]{1,62}")
_PHONE = re.compile(
    r"(?<![\w.:/-])(?:"
    r"\+\d[\d ().\xa0/-]{7,18}\d"
    r"|00[1-9]\d(?:[ ./-]?\d){7,12}"
    r"|\(?0\d{1,4}\)?[ /-]\d{2,4}(?:[ -]?\d{2,4}){1,3}"
    r"|\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}"
    r"|(?:\d{2}[ .-]){4}\d{2}"
    r")(?![\w:-]|\.\d)"
)
_LABELLED_PHONE = re.compile(
    r"\b(?:tel|telephone|phone|mobile|mobil|handy|fax|cell|whatsapp|signal)\b\W{0,3}\+?\d(?:[ ()./-]{0,2}\d){5,14}"
)
_SSN = re.compile(r"(?<![\w-])(?!000|666|9)\d{3}[- ](?!00)\d{2}[- ](?!0000)\d{4}(?![\w-])")
_CARD = re.compile(r"(?<![\w.-])[3-6]\d{3}(?:[ -]?\d){8,15}(?![\w-])")
_IBAN = re.compile(r"(?<![a-z0-9])[a-z]{2}\d{2}(?:[ -]?[a-z0-9]){11,30}(?![a-z0-9])")
_IBAN_LENGTHS = {
    entry[:2].lower(): int(entry[2:])
    for entry in (  # noqa: SIM905 - a table
        "AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18"
        " FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25"
        " MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19"
        " SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30"
    ).split()
}
"""Country -> characters of its IBAN."""

_HOME = re.compile(
    r"(?:(?<![\w.])[\\/]{1,4}(?:users|home|documents and settings|profiles)[\\/]{1,4}|(?<!\w)(?:users|home|documents and settings)\\{1,4})"
    r"([^\\/\s\"'<>|:*?\[\]{}%$,;)(]{2,64})"
)
"""A folder of somebody: behind the root or a drive, since links have `/users/` in them, too."""

_NOBODY = frozenset({"public", "default", "default user", "all users", "administrator", "admin", "root", "user", "username", "runner"})
_NOBODY |= {"system", "guest", "shared", "www-data", "ubuntu", "appdata", "page", "index", "api", "login", "desktop", "downloads"}
_NOBODY |= {"en", "de", "fr", "name", "all"}
"""Names of folders and accounts that are nobody's, and what stands behind `home/` and `users/` in links."""

_PSEUDONYM = re.compile(r"[up]-[a-z2-7]{8,32}|p-[a-z2-7]{26}@pseudonym\.invalid")
_VICTIM = re.compile(r"(?:^|[^\w])(?:to|cc|bcc)_refs\b|\buser-account'?\s*:")


def place_of(kind: str, name: str) -> Place:
    """What may stand in a property; where nothing is known of it, nothing may."""
    if (kind, name) in _ADDRESS:
        return "address"
    return "value" if (kind, name) in _VALUE or name in _NUMBERS else "text"


def may_be_personal(text: str) -> bool:
    """Whether anything in a text that is folded and in lower case is worth a closer look. A no is sure for ASCII."""
    if "@" in text:
        return True
    if ("\\" in text or "/" in text) and _START.search(text) is not None:
        return True
    return _MANY in text.encode().translate(_DIGITS, _SEPARATING) and _NUMBER.search(text) is not None


def may_name_victim(text: str) -> bool:
    """Whether a pattern may be about recipients of a message or an account. A no is sure."""
    return "to_refs" in text or "cc_refs" in text or "user-account" in text


def is_personal(text: str, place: Place) -> bool:
    """Whether personal data stands in a text that is folded and in lower case, at a place where it may not."""
    if any(found.strip(".") not in _NOBODY and not _PSEUDONYM.fullmatch(found) for found in _HOME.findall(text)):
        return True
    if place != "address" and "@" in text and any(not _PSEUDONYM.fullmatch(found) for found in _MAIL.findall(text)):
        return True
    return place == "text" and _is_numbered(text)


def names_victim(text: str) -> bool:
    """Whether a pattern is about recipients of a message or an account."""
    return _VICTIM.search(text) is not None


def _is_numbered(text: str) -> bool:
    return (
        _PHONE.search(text) is not None
        or _LABELLED_PHONE.search(text) is not None
        or _SSN.search(text) is not None
        or any(_is_card(found) for found in _CARD.findall(text))
        or any(_is_iban(found) for found in _IBAN.findall(text))
    )


def _is_card(text: str) -> bool:
    """Luhn's sum."""
    digits = [int(char) for char in text if char.isdigit()]
    doubled = [digit * 2 - 9 * (digit > 4) if at % 2 else digit for at, digit in enumerate(reversed(digits))]
    return 13 <= len(digits) <= 19 and sum(doubled) % 10 == 0


def _is_iban(text: str) -> bool:
    """ISO 7064: 97 leaves 1. What follows the number in the text may have been taken along, but the number ends where a word ends."""
    length = _IBAN_LENGTHS.get(text[:2], 0)
    plain = ""
    for group in re.split(r"[ -]", text):
        plain += group
        if len(plain) >= length:
            break
    return length == len(plain) and int("".join(str(int(char, 36)) for char in plain[4:] + plain[:4])) % 97 == 1
