"""What a client accepts: media types (§1.6.8.1, 3.8.1) and gzip. Lenient: clients spell these headers in many ways."""

from __future__ import annotations

from functools import lru_cache

_TYPES = frozenset(("*/*", "application/*", "application/taxii+json", "application/json"))
"""Ranges that our one media type satisfies; plain JSON because generic HTTP tools ask for that."""

_VERSIONS = frozenset(("2.1", ""))
"""A TAXII 2.0 client asks for another media type altogether, and gets a 406 that tells it so."""


@lru_cache(maxsize=256)
def accepts_taxii(accept: str) -> bool:
    """Whether TAXII 2.1 is among the media ranges of an Accept header; an absent or empty header accepts all."""
    return not accept.strip() or any(
        kind in _TYPES and parameters.get("version", "") in _VERSIONS for kind, parameters in _ranges(accept) if _wanted(parameters)
    )


_CONTENT = frozenset(("application/taxii+json", "application/json"))
"""Content types in which an envelope is taken; plain JSON because generic HTTP tools say that."""


@lru_cache(maxsize=256)
def is_taxii(content_type: str) -> bool:
    """Whether a Content-Type header says TAXII 2.1, in any spelling, with or without its version (§1.6.8.1)."""
    ranges = _ranges(content_type)
    return len(ranges) == 1 and ranges[0][0] in _CONTENT and ranges[0][1].get("version", "") in _VERSIONS


@lru_cache(maxsize=256)
def accepts_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding header names gzip, or any coding, with a quality above zero."""
    codings = {kind: _wanted(parameters) for kind, parameters in _ranges(accept_encoding)}
    return codings.get("gzip", codings.get("*", False))


def _ranges(header: str) -> list[tuple[str, dict[str, str]]]:
    ranges = []
    for item in header.split(","):
        kind, *rest = (part.strip().lower() for part in item.split(";"))
        parameters = {}
        for part in rest:
            name, _, value = part.partition("=")
            parameters[name.strip()] = value.strip().strip('"')
        ranges.append((kind, parameters))
    return ranges


def _wanted(parameters: dict[str, str]) -> bool:
    try:
        return float(parameters.get("q", "1")) > 0
    except ValueError:
        return True  # a quality that is no number says nothing
