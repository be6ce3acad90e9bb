"""Hold sharing files against each other, and against the last ones that were good."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from schemas.config import FeedSettings
from schemas.sharing import Limits, SharingSet, Template


def between_files(folder: Path, files: SharingSet, feeds: Sequence[FeedSettings]) -> list[str]:
    """Every name that leads nowhere, and every circle: a line for each, with the file and the remedy."""
    mistakes: list[str] = []
    by_file = {_at(folder, "agreements", item.id): item for item in files.agreements.values()}
    for where, agreement in by_file.items():
        mistakes += _partners(where, "parties", agreement.parties, files)
    for name, policy in files.policies.items():
        where = _at(folder, "policies", name)
        if policy.recipient not in files.partners:
            mistakes.append(f"{where}: recipient: {name} is no partner; add partners/{name}.yaml")
        mistakes += _references(where, "agreements", policy.agreements, files.agreements)
    mistakes += [
        f"{folder / 'tearline.yaml'}: feeds: {feed.id}: producer {feed.producer} is no partner; add partners/{feed.producer}.yaml"
        for feed in feeds
        if feed.producer not in files.partners
    ]
    for where, extends in _extending(folder, files):
        mistakes += _references(where, "extends", extends, files.templates)
    for name, community in files.communities.items():
        mistakes += _partners(_at(folder, "communities", name), "members", community.members, files)
    for name, overlay in files.overlays.items():
        mistakes += _partners(_at(folder, "overlays", name), "members", overlay.members, files)
    for where, limits in _limiting(folder, files):
        mistakes += _partners(where, "never_with", limits.never_with or (), files)
    return mistakes + _circles(folder, files.templates)


def since_last(folder: Path, last: Mapping[str, str], now: Mapping[str, str], standing: frozenset[str]) -> list[str]:
    """What must not happen between two readings.

    An overlay or community that vanishes would lift its limits: it has to be retired first (`standing` are the ids of those that are
    there). A file that says something else under the same version was cut off, or would make decisions that cannot be told apart.
    """
    mistakes = []
    for name, digest in sorted(last.items()):
        kind, _, reference = name.partition("/")
        identifier, _, version = reference.rpartition("@")
        where = _at(folder, kind, identifier)
        if name in now and now[name] != digest:
            mistakes.append(f"{where}: version: it says something else than before, but is still {version}; raise the version")
        elif kind in ("overlays", "communities") and identifier not in standing:
            mistakes.append(f"{where}: was there and is gone; put it back, and say `retired: true` in it before taking it away")
    return mistakes


def _at(folder: Path, kind: str, name: str) -> str:
    return f"{folder / kind / name}.yaml"


def _partners(where: str, key: str, names: Iterable[str], files: SharingSet) -> list[str]:
    return [
        f"{where}: {key}: {name} is no partner; add partners/{name}.yaml or correct the id" for name in names if name not in files.partners
    ]


def _references(where: str, key: str, wanted: Iterable[str], known: Mapping[str, object]) -> list[str]:
    return [f"{where}: {key}: {name} is not there; known are: {', '.join(sorted(known)) or 'none'}" for name in wanted if name not in known]


def _extending(folder: Path, files: SharingSet) -> Iterator[tuple[str, Sequence[str]]]:
    for policy in files.policies.values():
        yield _at(folder, "policies", policy.recipient), policy.extends
    for agreement in files.agreements.values():
        yield _at(folder, "agreements", agreement.id), agreement.extends
    for template in files.templates.values():
        yield _at(folder, "templates", template.id), template.extends
    for overlay in files.overlays.values():
        yield _at(folder, "overlays", overlay.id), overlay.extends


def _limiting(folder: Path, files: SharingSet) -> Iterator[tuple[str, Limits]]:
    for policy in files.policies.values():
        yield _at(folder, "policies", policy.recipient), policy.release
    for agreement in files.agreements.values():
        yield _at(folder, "agreements", agreement.id), agreement.limits
    for template in files.templates.values():
        yield _at(folder, "templates", template.id), template.release
    for overlay in files.overlays.values():
        yield _at(folder, "overlays", overlay.id), overlay.release
    for community in files.communities.values():
        yield _at(folder, "communities", community.id), community.limits


def _circles(folder: Path, templates: Mapping[str, Template]) -> list[str]:
    """A line for each template that extends itself, by whatever way."""
    mistakes = []
    for name in sorted(templates):
        seen: set[str] = set()
        waiting = list(templates[name].extends)
        while waiting:
            step = waiting.pop()
            if step in templates and step not in seen:
                seen.add(step)
                waiting += templates[step].extends
        if name in seen:
            mistakes.append(f"{_at(folder, 'templates', templates[name].id)}: extends: it leads back to {name} itself; break the circle")
    return mistakes
