"""External references: numbers of public catalogues stay, with a URL only where it is the catalogue's own page for the number."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from transforms.minimize.result import GONE


class Catalogue(NamedTuple):
    """The form of a public catalogue's numbers, and the hosts that have a page for each."""

    numbers: re.Pattern[str]
    hosts: tuple[str, ...]


def _catalogue(form: str, *hosts: str) -> Catalogue:
    return Catalogue(re.compile(form, re.ASCII), hosts)


_ATTACK = _catalogue(r"(?:T\d{4}(?:\.\d{3})?|TA\d{4}|[SGMCAD]\d{4}|DS\d{4}|DET\d{4}|AN\d{4})", "attack.mitre.org")

CATALOGUES: Mapping[str, Catalogue] = {
    "cve": _catalogue(r"CVE-\d{4}-\d{4,19}", "nvd.nist.gov", "cve.mitre.org", "www.cve.org", "cve.org"),
    "nvd": _catalogue(r"CVE-\d{4}-\d{4,19}", "nvd.nist.gov"),
    "capec": _catalogue(r"CAPEC-\d{1,6}", "capec.mitre.org"),
    "cwe": _catalogue(r"CWE-\d{1,6}", "cwe.mitre.org"),
    "mitre-attack": _ATTACK,
    "mitre-mobile-attack": _ATTACK,
    "mitre-ics-attack": _ATTACK,
    "mitre-pre-attack": _ATTACK,
    "mitre-d3fend": _catalogue(r"D3-[A-Z0-9]{1,12}", "d3fend.mitre.org"),
    "mitre-atlas": _catalogue(r"AML\.T\d{4}(?:\.\d{3})?", "atlas.mitre.org"),
}
"""Source name -> its catalogue. Under any other name stands what somebody's own system calls it."""

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_PAGE = re.compile(r"https://(?P<host>[a-z0-9.-]+)(?P<page>/[A-Za-z0-9/._-]*(?:\?(?:name|id|vulnId)=[A-Z0-9.-]+)?)", re.ASCII)
_WORDS = frozenset(
    {
        *("techniques", "tactics", "software", "groups", "mitigations", "campaigns", "assets", "datasources", "vuln", "detail", "cve"),
        *("cverecord", "bin", "cvename", "cgi", "data", "definitions", "html", "technique", "versions", "detectionstrategies", "v"),
    }
)
"""What else may stand in the path of such a page, in lower case."""


def allowed(references: Any) -> Any:
    """The references of public catalogues; the very same list where all stay as they are."""
    if not isinstance(references, list):
        return GONE
    kept = []
    same = True
    for reference in references:
        one = _allowed(reference)
        same = same and one is reference
        if one is not None:
            kept.append(one)
    return references if same else kept or GONE


def numbers(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """(catalogue, number) of each reference of an object that may stay."""
    references = value.get("external_references")
    for reference in references if isinstance(references, list) else ():
        kept = _allowed(reference)
        if kept is not None:
            yield kept["source_name"], kept["external_id"]


def _allowed(reference: Any) -> Mapping[str, Any] | None:
    if not isinstance(reference, dict):
        return None
    names = _staying(reference.get("source_name"), reference.get("external_id"), reference.get("url"))
    if not names:
        return None
    return reference if reference.keys() <= names else {name: item for name, item in reference.items() if name in names}


def _judged(source: object, number: object, url: object) -> frozenset[str]:
    """Which properties of a reference may stay; none where it is no number of a public catalogue."""
    catalogue = CATALOGUES.get(source) if isinstance(source, str) else None
    if catalogue is None or not isinstance(number, str) or not catalogue.numbers.fullmatch(number):
        return frozenset()
    return _WITH_PAGE if _is_page(url, number, catalogue) else _NUMBER


_staying = lru_cache(maxsize=8192)(_judged)  # the same numbers stand in very many objects
_NUMBER = frozenset({"source_name", "external_id"})
_WITH_PAGE = _NUMBER | {"url"}


def _is_page(url: object, number: str, catalogue: Catalogue) -> bool:
    """Whether a URL is an https page of the catalogue whose path says nothing but the number."""
    found = _PAGE.fullmatch(url) if isinstance(url, str) else None
    if found is None or found["host"] not in catalogue.hosts:
        return False
    wanted = {part for part in _SEPARATORS.split(number.lower()) if part}
    said = {part for part in _SEPARATORS.split(found["page"].lower()) if part} - {"name", "id", "vulnid"}
    return said <= wanted | _WORDS and bool(said & wanted)
