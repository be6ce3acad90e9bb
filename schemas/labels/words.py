"""Words of markings in an object's own texts and labels. They restrict further and never stand in for a marking."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any
from urllib.parse import unquote

from schemas.labels.banners import banner_label, may_hold_banner
from schemas.labels.join import join
from schemas.labels.model import Label
from schemas.labels.phrases import phrase_label
from schemas.labels.tags import label_of_tag

_BANNERED = ("name", "description", "content", "abstract", "explanation", "summary", "opinion", "objective", "labels")
"""Where a line of its own may be a classification. A file's name or a pattern's constant is what the object is about, not what it is."""

_WORDLESS = frozenset(
    {
        "type",
        "spec_version",
        "id",
        "created",
        "modified",
        "created_by_ref",
        "valid_from",
        "valid_until",
        "first_seen",
        "last_seen",
        "source_ref",
        "target_ref",
        "relationship_type",
        "object_marking_refs",
        "object_refs",
    }
)
"""Properties of the object itself whose form leaves no room for words: ids, timestamps, names of types."""

_UNSEEN = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]")
"""Format characters of Unicode: they take no room, and would split a word for a machine only."""


_ALIKE = str.maketrans(
    "\u0410\u0412\u0421\u0415\u041d\u0406\u041a\u041c\u041e\u0420\u0422\u0425\u0405\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0455"
    "\u0391\u0392\u0395\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a7",
    "ABCEHIKMOPTXSaeopcyxisABEHIKMNOPTX",
)
"""Letters of Cyrillic and Greek that look like Latin ones."""


def words_in(value: Mapping[str, Any]) -> Label:
    """All that the words in an object say of its handling: in every text and under every key, in any width or letter case."""
    text = _plain("\n".join(_texts(value)))
    folded = text.casefold().replace("://", ":")  # the only place where two slashes are common
    found = [phrase_label(text, folded)]
    if may_hold_banner(folded):
        found += [banner_label(_plain(own)) for own in _own_words(value)]
    labels = value.get("labels")
    if isinstance(labels, list):
        found += [label_of_tag(_plain(label)) for label in labels if isinstance(label, str) and ":" in label]
    return join(*found)


_MOST_ENCODINGS = 3
"""One upon the other, as those that the detectors look into."""


def _plain(text: str) -> str:
    """Full-width and look-alike letters as plain ones, without unseen characters and the encodings of links and pages."""
    for _ in range(_MOST_ENCODINGS):
        before = text
        if not text.isascii():
            text = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).translate(_ALIKE)
        if "%" in text:
            text = unquote(text)
        if "&" in text:
            text = unescape(text)
        if text == before:
            break
    return text


def _texts(value: Mapping[str, Any]) -> list[str]:
    """Every text after its key, since some producers put the word into a property of their own (`x_tlp: amber`)."""
    found: list[str] = []
    stack: list[tuple[str, Any]] = [item for item in value.items() if item[0] not in _WORDLESS]
    while stack:
        key, at = stack.pop()
        if isinstance(at, str):
            found += (key, at)
        elif isinstance(at, list):
            for item in at:
                if isinstance(item, str):
                    found += (key, item)
                else:
                    stack.append((key, item))
        elif isinstance(at, Mapping):
            found.append(key)
            stack += at.items()
    return found


def _own_words(value: Mapping[str, Any]) -> Iterator[str]:
    places = _BANNERED if value.get("created") is not None or value.get("type") == "marking-definition" else ("labels",)
    for place in places:
        at = value.get(place)
        yield from (item for item in (at if isinstance(at, list) else [at]) if isinstance(item, str))
    if isinstance(value.get("definition"), Mapping):
        yield from _texts(value["definition"])
    if value.get("type") == "language-content" and isinstance(value.get("contents"), Mapping):
        yield from _texts(value["contents"])
    for key, at in value.items():
        if "classif" in key and isinstance(at, str):
            yield at
