"""Paths and keys of users: the segment that names somebody becomes `<user>`, the rest stays."""

from __future__ import annotations

import re

USER = "<user>"
HOST = "<host>"
SHARE = "<share>"
SID = "<sid>"

_NOBODY = (
    r"(?:public|default(?: user)?|all users|default\.migrated|shared|guest|<user>"
    r"|%|\[\^(?:\\\\|[^\]])*\][+*]?|\.[*+]|%[A-Za-z_]+%|\$[{(]?\w+[)}]?|\*|~)"
)
"""Names of profiles that every machine has, and what already stands for any user."""

_HOMES = r"(?:Users|Documents and Settings|Benutzer|Utilisateurs|Usuarios|Usu[aá]rios|Utenti|Anv[aä]ndare)"
_SEGMENT = r"[^\\/:*?\"<>|\r\n\x00]+"

_HOST = r"(?!(?:<host>|public|[.?])\\)[^\\/\s\"'<>]+(?=\\)"
_SHARE = r"(?!(?:<share>|public|admin\$|[a-z]\$|ipc\$|print\$|netlogon|sysvol)(?:\\|$))[^\\/\"'<>\r\n]+"
_UNC = r"(?:^\^?|[\s\"'=;,(>])"
_START = r"(?:^\^?|[\s\"'=:;,(>])"

_FORMS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"(?P<before>(?:^\^?|[\\/\s\"'=:;,(]){_HOMES}[\\/]+)(?!{_NOBODY}(?:[\\/\"'\s]|$)){_SEGMENT}", re.IGNORECASE), USER),
    (re.compile(rf"(?P<before>{_START}/(?:export/)?home/)(?!{_NOBODY}(?:/|$))[^/\s\"':;,<>]+", re.IGNORECASE), USER),
    (
        re.compile(rf"(?P<before>/var/(?:mail|spool/mail|spool/cron(?:/crontabs)?)/)(?!{_NOBODY}(?:/|$))[^/\s\"':;,<>]+", re.IGNORECASE),
        USER,
    ),
    (re.compile(r"(?P<before>OneDrive - )[^\\/<>\"]+", re.IGNORECASE), "<organization>"),
    (re.compile(rf"(?P<before>\\\\{_SEGMENT}\\(?:profiles?|homes?|users?|home)\$?\\)(?!{_NOBODY}(?:\\|$)){_SEGMENT}", re.IGNORECASE), USER),
    (re.compile(rf"(?P<before>{_UNC}\\\\){_HOST}", re.IGNORECASE), HOST),
    (re.compile(rf"(?P<before>{_UNC}\\\\[^\\/\s\"']+\\){_SHARE}", re.IGNORECASE), SHARE),
    (re.compile(r"(?P<before>S-1-(?:5-21|12-1)-)\d{1,10}(?:-\d{1,10}){1,14}", re.IGNORECASE), SID),
)


def without_users(text: str) -> str:
    """The text with constants where it names a user, a share and its host, an organisation's cloud folder or an account's SID."""
    if "\\" not in text and "/" not in text and "-" not in text:
        return text
    for form, constant in _FORMS:
        text = form.sub(lambda found, constant=constant: found["before"] + constant, text)  # type: ignore[misc]
    return text


def spans(text: str) -> tuple[tuple[int, int], ...]:
    """Where these names stand in a text, in order and without overlaps."""
    found = sorted((match.end("before"), match.end()) for form, _ in _FORMS for match in form.finditer(text))
    kept: list[tuple[int, int]] = []
    for start, end in found:
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(end, kept[-1][1]))
        else:
            kept.append((start, end))
    return tuple(kept)
