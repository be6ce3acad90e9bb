"""Read the query string of a TAXII request (§3.4, 3.5): what is malformed is refused, what is unknown is ignored."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl

from pipeline.store.selection import ALL, KEYWORDS
from schemas.errors import BadRequest
from schemas.timestamps import parse, sort_key, to_micros

MAX_VALUES = 100
"""Values of one match field: 100 object ids are a URL of 5 kB, the most that common proxies let through."""

MAX_PARAMETERS = 50
"""Parameters in one request, known or not; a client of TAXII has seven at most."""

SHORT_BYTES = 512
"""Shorter query strings are read once and remembered: a client that polls repeats its own. 4,096 of them are 2 MB."""

MATCH_ALL = frozenset(("match[id]", "match[type]", "match[version]", "match[spec_version]"))
"""Fields of objects and manifest (§5.3, 5.4)."""
MATCH_ONE = frozenset(("match[version]", "match[spec_version]"))
"""Fields of a single object (§5.6)."""
MATCH_VERSIONS = frozenset(("match[spec_version]",))
"""Fields of the versions of an object (§5.8)."""

_LIMIT = re.compile(r"0{0,9}[1-9]\d{0,14}", re.ASCII)  # integers beyond 2^53 are no TAXII integers (§3.1)
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,249}--[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII)
_TYPE = re.compile(r"[a-z0-9][a-z0-9-]{0,249}", re.ASCII)
_SPEC_VERSION = re.compile(r"\d{1,3}\.\d{1,3}", re.ASCII)


class Filters(NamedTuple):
    """The match fields of a request, sorted and without repeats; None = the client said nothing about it.

    `versions` holds keywords and version keys (schemas.timestamps.sort_key).
    """

    ids: tuple[str, ...] | None = None
    types: tuple[str, ...] | None = None
    versions: tuple[str, ...] | None = None
    spec_versions: tuple[str, ...] | None = None


class Query(NamedTuple):
    """A well-formed request. `added_after` is in microseconds since 1970; `limit` is as asked, not yet clamped."""

    filters: Filters = Filters()
    added_after: int | None = None
    limit: int | None = None
    next: str | None = None


_NOTHING = Query()


def parse_query(query_string: bytes, fields: frozenset[str]) -> Query:
    """The parameters of a request, of which `fields` are the match fields that the endpoint knows. Raises BadRequest."""
    if not query_string:
        return _NOTHING
    return (_parse_again if len(query_string) <= SHORT_BYTES else _parse)(query_string, fields)


def _parse(query_string: bytes, fields: frozenset[str]) -> Query:
    found: dict[str, str] = {}
    for name, value in _pairs(query_string):
        if name not in fields and name not in ("added_after", "limit", "next"):
            continue
        if name in found:
            raise BadRequest(_Refusal.REPEATED)
        found[name] = value
    filters = Filters(
        ids=_values(found.get("match[id]"), _ID),
        types=_values(found.get("match[type]"), _TYPE),
        versions=_versions(found.get("match[version]")),
        spec_versions=_values(found.get("match[spec_version]"), _SPEC_VERSION),
    )
    return Query(filters, _added_after(found.get("added_after")), _limit(found.get("limit")), found.get("next"))


_parse_again = lru_cache(maxsize=4096)(_parse)


class _Refusal:
    """Titles of the 400s; none holds what the client sent."""

    FORM = "the query string is malformed"
    REPEATED = "a query parameter is repeated"
    LIMIT = "limit must be a whole number, 1 or more"
    ADDED_AFTER = "added_after must be an RFC 3339 timestamp in UTC, with Z"
    VALUES = "a match parameter has an empty, malformed or repeated value, or too many of them"
    VERSION = "match[version] must be first, last, all or timestamps, each once, and all must stand alone"


def _pairs(query_string: bytes) -> Iterable[tuple[str, str]]:
    try:
        return parse_qsl(query_string.decode("ascii"), keep_blank_values=True, max_num_fields=MAX_PARAMETERS, errors="strict")
    except ValueError as error:  # not ASCII, not UTF-8 once unquoted, or too many fields
        raise BadRequest(_Refusal.FORM) from error


def _limit(text: str | None) -> int | None:
    if text is None:
        return None
    if _LIMIT.fullmatch(text) is None:
        raise BadRequest(_Refusal.LIMIT)
    return int(text)


def _added_after(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return to_micros(parse(text))
    except ValueError as error:
        raise BadRequest(_Refusal.ADDED_AFTER) from error


def _values(text: str | None, form: re.Pattern[str]) -> tuple[str, ...] | None:
    if text is None:
        return None
    values = text.split(",")
    if len(values) > MAX_VALUES or any(form.fullmatch(value) is None for value in values):
        raise BadRequest(_Refusal.VALUES)
    return tuple(sorted(set(values)))


def _versions(text: str | None) -> tuple[str, ...] | None:
    if text is None:
        return None
    values = text.split(",")
    if len(values) > MAX_VALUES or (ALL in values and len(values) > 1):
        raise BadRequest(_Refusal.VERSION)
    keys = [value if value in KEYWORDS else _version_key(value) for value in values]
    if len(set(keys)) < len(keys):
        raise BadRequest(_Refusal.VERSION)
    return tuple(sorted(keys))


def _version_key(text: str) -> str:
    try:
        parse(text)
    except ValueError as error:
        raise BadRequest(_Refusal.VERSION) from error
    return sort_key(text)
