"""Names written anew from the structure of an object: from numbers of public catalogues, words of vocabularies, and types of a pattern."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

from transforms.minimize import patterns
from transforms.minimize.result import GONE
from transforms.minimize.values import references
from transforms.minimize.values.digests import digests
from transforms.minimize.values.vocabularies import words_of

Template = Callable[[Mapping[str, Any]], Any]
"""An object -> the text; GONE where there is nothing to say."""

_NUMBER = re.compile(r"CVE-\d{4}-\d{4,19}", re.ASCII)
_EXTENSION = re.compile(r"[A-Za-z0-9]{1,10}", re.ASCII)
_COUNTRY = re.compile(r"[A-Za-z]{2}", re.ASCII)

_LANGUAGE = words_of("indicator", "pattern_type")
_REGION = words_of("location", "region")


def template(type_name: str, name: str) -> Template | None:
    """How a property is written anew; None where its words are all that it has."""
    return _TEMPLATES.get((type_name, name))


def _name(type_name: str, title: str, property_name: str) -> Template:
    """A number of a public catalogue stands for all else; without one, the title and the words of a vocabulary."""
    words = words_of(type_name, property_name) if property_name else None

    def write(value: Mapping[str, Any]) -> str:
        name = value.get("name")
        if isinstance(name, str) and _NUMBER.fullmatch(name):
            return name
        for _, number in references.numbers(value):
            return number
        found = words(value[property_name]) if words is not None and property_name in value else GONE
        return titled(title, [found] if isinstance(found, str) else found if isinstance(found, list) else ())

    return write


def titled(title: str, words: Iterable[str]) -> str:
    """`Malware: backdoor, trojan`."""
    listed = ", ".join(dict.fromkeys(words))
    return f"{title}: {listed}" if listed else title


def _indicator(value: Mapping[str, Any]) -> str:
    language = value.get("pattern_type")
    if language == "stix":
        return _stix_indicator(patterns.types_of(str(value.get("pattern"))))
    known = _LANGUAGE(language)
    return titled("Indicator", [f"{known} rule"] if isinstance(known, str) else ())


@lru_cache(maxsize=4096)
def _stix_indicator(types: tuple[str, ...]) -> str:
    return titled("Indicator", types)


def _location(value: Mapping[str, Any]) -> str:
    country = value.get("country")
    if isinstance(country, str) and _COUNTRY.fullmatch(country):
        return f"Location: {country}"
    region = _REGION(value.get("region"))
    return titled("Location", [region] if isinstance(region, str) else ())


def _file(value: Mapping[str, Any]) -> Any:
    """`file.docx`: what kind of file it is, where its hashes say which."""
    name, dot, extension = str(value.get("name", "")).rpartition(".")
    return f"file.{extension.lower()}" if digests(value.get("hashes")) and name and dot and _EXTENSION.fullmatch(extension) else GONE


_TITLES: Mapping[str, tuple[str, str]] = {
    "attack-pattern": ("Attack pattern", ""),
    "campaign": ("Campaign", ""),
    "course-of-action": ("Course of action", ""),
    "grouping": ("Grouping", "context"),
    "identity": ("Organizations", "sectors"),
    "incident": ("Incident", ""),
    "infrastructure": ("Infrastructure", "infrastructure_types"),
    "intrusion-set": ("Intrusion set", ""),
    "malware": ("Malware", "malware_types"),
    "report": ("Report", "report_types"),
    "threat-actor": ("Threat actor", "threat_actor_types"),
    "tool": ("Tool", "tool_types"),
    "vulnerability": ("Vulnerability", ""),
}

_TEMPLATES: Mapping[tuple[str, str], Template] = {
    **{(type_name, "name"): _name(type_name, *said) for type_name, said in _TITLES.items()},
    ("file", "name"): _file,
    ("identity", "identity_class"): lambda _value: "class",
    ("indicator", "name"): _indicator,
    ("location", "name"): _location,
    ("malware-analysis", "product"): lambda _value: "unknown",
}
