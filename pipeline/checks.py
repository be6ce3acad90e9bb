"""Check a hub's folder without running it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from connectors.registry import load
from pipeline.clock import system_clock
from pipeline.collections import refuse_mistakes
from pipeline.config import Configuration, read_configuration
from pipeline.keys import read_keys
from pipeline.policy.grounds import standing_of
from pipeline.sharing_files import SharingFiles, read_sharing_files
from pipeline.sources import make_source
from pipeline.store.cursors import sharing_record
from schemas.config import FeedSettings
from schemas.errors import TearlineError


@dataclass
class Finding:
    """One thing that was looked at."""

    state: Literal["ok", "note", "wrong"]
    about: str
    told: str


def check_hub(folder: Path) -> Sequence[Finding]:
    """Everything that can be said without polling a feed: ok, notes, and mistakes with their remedy."""
    findings: list[Finding] = []
    configuration = _try(findings, "tearline.yaml", lambda: read_configuration(folder), "is complete")
    if not isinstance(configuration, Configuration):
        return findings
    _try(findings, configuration.hub.keys, lambda: read_keys(folder / configuration.hub.keys), "is there, and only its owner can read it")
    catalogue = folder / configuration.store.catalogue
    files = _try(
        findings,
        "partners, agreements, policies",
        lambda: read_sharing_files(folder, configuration.feeds, sharing_record(catalogue)),
        "fit together",
    )
    for feed in configuration.feeds:
        if feed.is_pushed:
            findings.append(Finding("ok", f"feed {feed.id}", "takes what its producer POSTs"))
            continue
        _try(findings, f"feed {feed.id}", lambda feed=feed: _source(folder, feed), f"connector {feed.connector} takes its settings")  # type: ignore[misc]
    if isinstance(files, SharingFiles):
        _try(findings, "collections", lambda: refuse_mistakes(configuration, files), "fit the partners and policies")
        findings += _notes(configuration.feeds, files, system_clock())
    return findings


def _source(folder: Path, feed: FeedSettings) -> object:
    load(feed.connector, folder)
    return make_source(folder, feed)


def _notes(feeds: Sequence[FeedSettings], files: SharingFiles, slot: datetime) -> list[Finding]:
    found = []
    for feed in feeds:
        agreed = [item for agreement in files.agreements.values() for item in agreement.unmarked if item.producer == feed.producer]
        if feed.unmarked_as is not None and not agreed:
            told = f"unmarked_as has no effect: no agreement says how unmarked objects of {feed.producer} are read"
            found.append(Finding("note", f"feed {feed.id}", told))
    for name in files.policies:
        grounds = standing_of(files, name, slot).grounds
        if not any(ground.agreements for ground in grounds):
            told = "no agreement that it cites is in force and has the recipient as a party, so nothing will be released"
            found.append(Finding("note", f"policy {name}", told))
        for ground in grounds:
            if ground.agreements and not ground.rules.types:
                told = f"no type is left for objects of {', '.join(ground.producers)}, so nothing of theirs will be released"
                found.append(Finding("note", f"policy {name}", f"{told}; `tearline policy lint` tells why"))
    return found


def _try(findings: list[Finding], about: str, action: Callable[[], object], good: str) -> object:
    try:
        result = action()
    except TearlineError as error:
        findings.append(Finding("wrong", about, str(error)))
        return None
    findings.append(Finding("ok", about, good))
    return result
