"""Comparisons that ask for more than before, and for certain for all that they asked for: `=` with a text becomes MATCHES.

That is sound in a positive place only. STIX patterns have no NOT over groups, so a comparison that is not negated is in one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from schemas.patterns.tree import Comparison, Constant, Path
from transforms.minimize.values import urls, users

ANY_USER = r"[^\\/]+"
ANY_LOGIN = "(?:[^/?#@]*@)?"
ANYTHING = ".*"


def without_users(path: Path, text: str) -> Comparison | None:
    """The comparison for a text in which any user, host or SID may stand; None where the text names none."""
    spans = users.spans(text)
    return _matches(path, text, [(start, end, ANY_USER) for start, end in spans]) if spans else None


def without_secrets(path: Path, text: str) -> Comparison | None:
    """The comparison for a URL with any userinfo, any values in its query and any fragment; None where it has none of them."""
    url = urls.parts(text)
    if url is None or not (url.userinfo or url.query or url.fragment):
        return None
    at = len(url.scheme) + 2
    spans = [(at, at + len(url.userinfo), ANY_LOGIN)] if url.userinfo else []
    at += len(url.userinfo) + len(url.host) + len(url.port) + len(url.path)
    tail = len(urls.masked_start(url.query))
    if at + tail < len(text):
        spans.append((at + tail, len(text), ANYTHING))
    return _matches(path, text, spans)


def shown(comparison: Comparison) -> str:
    """What a regular expression says in plain words, as far as it does: without its anchors, escapes and what may be anything."""
    words = comparison.operands[0].value.removeprefix("^").removesuffix("$")
    words = words.replace(ANY_USER, "Public").replace(ANY_LOGIN, "").replace(ANYTHING, "")
    return re.sub(r"\\(.)", r"\1", words)


def _matches(path: Path, text: str, spans: Iterable[tuple[int, int, str]]) -> Comparison:
    pieces: list[str] = []
    done = 0
    for start, end, wild in spans:
        pieces += [re.escape(text[done:start]), wild]
        done = end
    pieces.append(re.escape(text[done:]))
    return Comparison(path, "MATCHES", False, (Constant("string", f"^{''.join(pieces)}$"),))
