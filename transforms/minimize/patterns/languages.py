"""Patterns in other languages: without a syntax tree nothing can be widened for certain, so any find withholds the whole rule."""

from __future__ import annotations

import re

from transforms.minimize import scan
from transforms.minimize.values import users

_WHO = (
    "author authors auteur autor created[_-]?by creator analyst reporter reported[_-]?by contact copyright credit e-?mail maintainer"
    " modified[_-]?by owner reviewer signature[_-]?author submitter victim (?:first|last|real|full)[_-]?name"
)
_AUTHOR = re.compile(rf"(?im)(?:^|[\s{{,;(\"'])(?:{'|'.join(_WHO.split(' '))})\"?\s*[:=]")
"""A field of YARA's meta, Sigma's head or a rule's metadata that says who wrote it or whom it is about."""

_COMMENT = re.compile(r"/\*|(?m:^\s*#)|(?m:(?:^|\s)//)|(?m:\s#\s)")
"""Words for readers, that no engine reads."""

_NUMBERS = frozenset({"phone", "coordinates", "national-id", "mac", "street-address", "card"})
"""Kinds that byte strings and identifiers of rules look like by chance."""


def holds_personal_data(text: str, language: str) -> bool:
    """Whether a rule names somebody, or may: in a field for authors, in a comment, or wherever the detectors find something."""
    if _AUTHOR.search(text) or users.spans(text):
        return True
    if language != "pcre" and _COMMENT.search(text):
        return True
    return not scan.is_clean(text, _NUMBERS)
