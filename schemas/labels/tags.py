"""Machine tags in `labels` that say how something may be handled, as MISP's public taxonomies write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from schemas.labels.model import NOTHING, UNKNOWN, Classification, Grade, Label

_TAG = re.compile(r"([a-z0-9-]+):([^=]+)(?:=(.*))?", re.DOTALL)

_RESTRICTED, _CONFIDENTIAL = Classification.RESTRICTED, Classification.CONFIDENTIAL
_SECRET, _TOP_SECRET = Classification.SECRET, Classification.TOP_SECRET

_LEVELS: Mapping[str, Classification] = {
    "u": Classification.UNCLASSIFIED,
    "nu": Classification.UNCLASSIFIED,
    "unclassified": Classification.UNCLASSIFIED,
    "r": _RESTRICTED,
    "nr": _RESTRICTED,
    "restricted": _RESTRICTED,
    "eu-restricted": _RESTRICTED,
    "diffusion-restreinte": _RESTRICTED,
    "vs-nfd": _RESTRICTED,
    "c": _CONFIDENTIAL,
    "nc": _CONFIDENTIAL,
    "nc-a": _CONFIDENTIAL,
    "confidential": _CONFIDENTIAL,
    "eu-confidential": _CONFIDENTIAL,
    "vs-vertraulich": _CONFIDENTIAL,
    "s": _SECRET,
    "ns": _SECRET,
    "ns-a": _SECRET,
    "secret": _SECRET,
    "eu-secret": _SECRET,
    "geheim": _SECRET,
    "ts": _TOP_SECRET,
    "cts": _TOP_SECRET,
    "cts-a": _TOP_SECRET,
    "cts-b": _TOP_SECRET,
    "top-secret": _TOP_SECRET,
    "eu-top-secret": _TOP_SECRET,
    "tres-secret": _TOP_SECRET,
    "streng-geheim": _TOP_SECRET,
}
_DISSEMINATION: Mapping[str, Label] = {
    "oc": Label(orcon=True),
    "oc-usgov": Label(orcon=True),
    "relido": Label(orcon=True),
    "displayonly": Label(orcon=True),
    "xd": Label(orcon=True),
    "nd": Label(orcon=True),
    "nf": Label(no_foreign=True),
    "sbu-nf": Label(no_foreign=True),
    "les-nf": Label(no_foreign=True),
    "rel": Label(rel_to=frozenset({frozenset()})),
}
"""`rel` without nations lets nobody have it."""

_IEP_SILENT = frozenset(
    "id version name start-date reference external-reference description traffic-light-protocol tlp".split()  # noqa: SIM905
)


def label_of_tag(tag: str) -> Label:
    """What one tag says, in any letter case, with or without quotation marks; nothing where no rule knows it."""
    match = _TAG.fullmatch(tag.strip().lower())
    if match is None:
        return NOTHING
    name, predicate, value = match[1], _slug(match[2]), _slug(match[3] or "")
    reader = _READERS.get(name)
    return NOTHING if reader is None else reader(predicate, value)


def _slug(text: str) -> str:
    return "-".join(re.findall(r"[^\W_:]+", text))


def _level(predicate: str, value: str) -> Label:
    level = _LEVELS.get(value, _LEVELS.get(predicate))
    return NOTHING if level is None else Label(classification=level)


def _nato(predicate: str, value: str) -> Label:
    return _level("", value) if predicate == "classification" else NOTHING


def _dni(predicate: str, value: str) -> Label:
    if predicate.startswith("classification"):
        return _level("", value)
    if predicate in {"scicontrols", "atomicenergymarkings", "nonuscontrols"}:
        return Label(classification=_SECRET)  # none of them exists on what is unclassified
    if predicate in {"dissem", "nonic"}:
        return _DISSEMINATION.get(value, NOTHING)
    return Label(orcon=True) if value == "pre13526orcon" else NOTHING


def _french(predicate: str, value: str) -> Label:
    return Label(no_foreign=True) if predicate == "special-france" else _level("", value)


def _exercise(predicate: str, value: str) -> Label:
    return Label(audiences=frozenset({f"exercise:{predicate}-{value}" if value else f"exercise:{predicate}"}))


def _admiralty(predicate: str, value: str) -> Label:
    if predicate == "source-reliability" and value in set("abcdef"):
        return Label(grades=frozenset({Grade(value.upper(), 1, word=True)}))
    if predicate == "information-credibility" and value in set("123456"):
        return Label(grades=frozenset({Grade("A", int(value), word=True)}))
    return NOTHING


def _consent(predicate: str, value: str) -> Label:
    return Label(anonymous=True) if predicate == "aisconsent" and value != "everyone" else NOTHING


def _iep(predicate: str, value: str) -> Label:
    """A duty that is told as a tag has no dates and no id, so nobody can promise it: only what asks for nothing passes."""
    if predicate == "provider-attribution" and value == "must-not":
        return Label(anonymous=True)
    return NOTHING if predicate in _IEP_SILENT or value == "may" else UNKNOWN


_READERS: Mapping[str, Callable[[str, str], Label]] = {
    "nato": _nato,
    "euci": _level,
    "dni-ism": _dni,
    "fr-classif": _french,
    "de-vs": _level,
    "exercise": _exercise,
    "admiralty-scale": _admiralty,
    "ais-marking": _consent,
    "iep": _iep,
    "iep2-policy": _iep,
    "iep2-reference": lambda _predicate, _value: UNKNOWN,
}
