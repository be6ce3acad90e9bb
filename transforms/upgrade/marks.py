"""Markings of an observed-data, and of what it contains, on the observables that come out of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from schemas.markings import TLP_BY_ID, tlp_in_text
from transforms.upgrade.draft import Draft, refuse
from transforms.upgrade.selectors import are_granular_markings, resolves

MAX_SHARED_MARKINGS = 100
"""Each marking of the whole is written on every member; real objects have one or two."""

_MARKING = re.compile(r"marking-definition--[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)
_MAX_LANGUAGE = 100


def mark(draft: Draft, members: Mapping[str, Draft]) -> None:
    """Give each member the markings of the whole, those that the whole tells in words, and those that select it or a part of it.

    Raises BadInput for a marking that cannot be followed: an observable without it would go further than it may.
    """
    granular = draft.value.get("granular_markings", [])
    if not are_granular_markings(granular):
        refuse("granular_markings")
    shared = _references(draft, "")
    shared += _in_words(draft.original, shared)
    chosen: dict[str, list[str]] = {key: [] for key in members}
    parts: dict[str, list[dict[str, Any]]] = {key: [] for key in members}
    for entry in granular:
        inside: dict[str, list[str]] = {}
        for selector in entry["selectors"]:
            path = tuple(selector.split("."))
            if path[0] != "objects":
                continue
            if not resolves(draft.original, path):
                refuse("granular_markings")
            if len(path) > 2:
                inside.setdefault(path[1], []).append(".".join(path[2:]))
            elif "marking_ref" in entry:
                (shared if len(path) == 1 else chosen[path[1]]).append(_what(entry)["marking_ref"])
            else:
                refuse("granular_markings")  # an observable has no place for the language of the whole
        for key, selectors in inside.items():
            parts[key].append({**_what(entry), "selectors": selectors})
    shared = list(dict.fromkeys(shared))
    if len(shared) > MAX_SHARED_MARKINGS:
        refuse("object_marking_refs")
    for key, member in members.items():
        own = member.value.get("granular_markings", [])
        if not are_granular_markings(own):
            refuse("objects.*.granular_markings")
        _set(member.value, [*_references(member, "objects.*."), *shared, *chosen[key]], [*own, *parts[key]])


def merge_marks(same: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Of observables that say the same, the first, with the markings of all of them."""
    first = same[0]
    if len(same) > 1:
        refs = [one for value in same for one in value.get("object_marking_refs", [])]
        _set(first, refs, [entry for value in same for entry in value.get("granular_markings", [])])
    return first


def _in_words(original: Mapping[str, Any], refs: Sequence[str]) -> list[str]:
    """A TLP word restricts the labelled object further (schemas.markings.tlp_in_text); on an observable that takes a marking.

    Without a TLP label to restrict, such a marking would say more than the word does, which leaves an object unmarked.
    """
    said = tlp_in_text(original)
    if said is None:
        return []
    labels = [TLP_BY_ID[one] for one in refs if one in TLP_BY_ID]
    if not labels:
        refuse("labels")
    return [name for name, level in TLP_BY_ID.items() if level is said > max(labels)][-1:]


def _references(draft: Draft, within: str) -> list[str]:
    refs = draft.value.get("object_marking_refs", [])
    if not isinstance(refs, list) or not all(isinstance(one, str) and _MARKING.fullmatch(one) for one in refs):
        refuse(f"{within}object_marking_refs")
    return list(refs)


def _what(entry: Mapping[str, Any]) -> dict[str, str]:
    """The marking or the language that a granular marking gives."""
    reference, language = entry.get("marking_ref"), entry.get("lang")
    if isinstance(reference, str) and _MARKING.fullmatch(reference):
        return {"marking_ref": reference}
    if reference is not None or not isinstance(language, str) or len(language) > _MAX_LANGUAGE:
        refuse("granular_markings")
    return {"lang": language}


def _set(value: dict[str, Any], refs: list[str], granular: list[dict[str, Any]]) -> None:
    if refs:
        value["object_marking_refs"] = list(dict.fromkeys(refs))
    if granular:
        unique = {orjson.dumps(entry, option=orjson.OPT_SORT_KEYS): entry for entry in granular}
        value["granular_markings"] = list(unique.values())
