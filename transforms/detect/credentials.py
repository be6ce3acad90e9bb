"""Secrets, and people within distinguished names."""

from __future__ import annotations

import re
from collections.abc import Iterator

from transforms.detect.detector import Detector, any_case, before_colon, by_word, last_word, whole
from transforms.detect.names import name_at

_WORDS = (
    *("password", "passwd", "passphrase", "passcode", "pwd", "pass"),
    *("secret", "token", "api key", "apikey", "access key", "client secret"),
    *("private key", "auth key", "session id", "sessionid", "phpsessid", "jsessionid", "pin", "otp"),
    *("passwort", "kennwort", "mot de passe", "contraseña", "clave", "senha", "palavra passe", "parola", "wachtwoord", "hasło"),
    *("пароль", "κωδικός", "συνθηματικό", "şifre", "كلمة المرور", "كلمة السر", "סיסמה", "密码", "密碼"),
    *("口令", "パスワード", "비밀번호", "mật khẩu", "पासवर्ड", "รหัสผ่าน", "lösenord", "heslo", "jelszó"),
)  # fmt: skip
_NOTHING = frozenset({
    *("none", "null", "true", "false", "yes", "no", "empty", "blank", "unknown", "required", "string", "str", "value", "password", "the"),
    *("redacted", "hidden", "removed", "and", "or", "is", "n/a", "not", "a", "an", "any", "all"),
})  # fmt: skip
_VALUE = re.compile(r"[ \t]?[\"'`]?([^\s\"'`,;<>&]{3,128})")
_LONG = tuple(word for word in _WORDS if len(word) > 5 or not word.isascii())
_LAST = frozenset(word.split()[-1] for word in _WORDS)


def _assigned(text: str, at: int, _: int) -> Iterator[tuple[int, int]]:
    """`password=…`: what is assigned, unless it is a blank to be filled in."""
    last = last_word(text, at)
    if last not in _LAST and not last.endswith(_LONG):
        return
    tail = text[max(0, at - 24) : at].rstrip(" \t\"'`*_)”\xa0").lower().replace("_", " ").replace("-", " ")
    if not tail.endswith(_LONG) and last not in _WORDS:
        return
    value = _VALUE.match(text, at + 1)
    if value is not None:
        said = value.group(1).rstrip(".)]}")
        if len(said) >= 3 and said[0] not in "%$<[{(*/\\" and said.lower() not in _NOTHING and not said.startswith("http"):
            yield value.start(1), value.start(1) + len(said)


def _header(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    if not text[start - 1 : start].isalnum():
        yield start, end


_BODY = re.compile(r"[A-Za-z0-9+/=\\\s:.,-]{0,20000}(?:-----END[A-Z ]{0,30}-----)?")


def _block(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A private key in PEM or armour: all of it."""
    body = _BODY.match(text, end)
    yield start, body.end() if body else end


_ATTRIBUTES = ("emailaddress", "givenname", "surname", "gn", "sn", "uid", "e", "cn")
_ATTRIBUTE = re.compile(r"(?:\A|[ ,;/+\t\r\n\"'(\[{])([A-Za-z]{1,12}) ?\Z")
_HELD = re.compile(r" ?([^,/+;\r\n=&<>%${\[*][^,/+;\r\n=&<>]{1,80})")


def _person(text: str, at: int, _: int) -> Iterator[tuple[int, int]]:
    """An attribute of a distinguished name that holds a person (RFC 4519): not a serial number, not the number of an account."""
    found = _ATTRIBUTE.search(text[max(0, at - 14) : at])
    attribute = found.group(1).lower() if found else ""
    if attribute == "cn":
        name = name_at(text, at + 1)
        if name is not None:
            yield name
    elif attribute in _ATTRIBUTES:
        held = _HELD.match(text, at + 1)
        value = held.group(1).rstrip(" .\"')]}") if held else ""
        if held and value and ("@" in value if attribute in ("e", "emailaddress") else not any(char.isdigit() for char in value)):
            yield held.start(1), held.start(1) + len(value)


_TOKENS = (
    r"eyJ[A-Za-z0-9_-]{8,1000}\.[A-Za-z0-9_-]{8,1000}(?:\.[A-Za-z0-9_-]{0,1000})?"
    r"|(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{22,100}|glpat-[A-Za-z0-9_-]{20}"
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,200}|AIza[A-Za-z0-9_-]{35}|[sr]k_live_[A-Za-z0-9]{16,100}|ya29\.[A-Za-z0-9_-]{20,200}"
)

DETECTORS = (
    Detector("credential", "[:=]", _assigned, marks=":=", trigger=before_colon(_WORDS)),
    *by_word(
        "credential",
        ("authorization", "proxy authorization", "x api key", "x auth token", "cookie", "set cookie"),
        r"[\"']?: ?[^\r\n]{3,1000}",
        _header,
    ),
    *by_word("credential", ("bearer",), r" [A-Za-z0-9._~+/=-]{16,1000}", _header),
    Detector(
        "credential",
        _TOKENS,
        _header,
        run=15,
        words=(
            "eyj",
            "akia",
            "asia",
            "aroa",
            "aida",
            "ghp_",
            "gho_",
            "ghu_",
            "ghs_",
            "ghr_",
            "github_pat_",
            "glpat-",
            "xox",
            "aiza",
            "k_live_",
            "ya29.",
        ),
    ),
    Detector("credential", r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY(?: BLOCK)?-----", _block, marks="-", words=("private key",)),
    Detector("credential", r"[A-Za-z0-9._$\\-]{1,40}:[0-9]{1,6}:[0-9A-Fa-f]{32}:[0-9A-Fa-f]{32}", whole, needle="h" * 32 + " " + "h" * 32),
    Detector("dn-person", "=", _person, marks="=", trigger=tuple(f"{any_case((word,))} ?=" for word in _ATTRIBUTES)),
)
