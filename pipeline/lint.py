"""Check a STIX file as intake would, and say by rule what it breaks: no hub is needed, nothing is written, no value is shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from schemas.config import LeniencySettings, Rule
from schemas.errors import BadInput
from schemas.reasons import QUARANTINE
from schemas.split import Fragment, Piece, split
from schemas.stix.findings import Finding, Setting
from schemas.stix.inspection import inspect
from schemas.stix.registry import KNOWN_PROPERTIES
from transforms.batch import Batch, Parsed
from transforms.intake import FeedRules, canonicalize_batch, minimize_batch, upgrade_batch, validate_batch
from transforms.record import Origin
from transforms.upgrade import is_stix20, upgrade
from transforms.validate import rule_for

MAX_EXAMPLES = 5
"""Places shown for a rule: enough to find the mistake in the producer's template, whatever the size of the file."""


_ORIGIN = Origin("", "", "", "", 0)


@dataclass
class Broken:
    """One rule that is broken somewhere: where it stands, what the settings do about it, how often, and the first places."""

    reason: str
    section: str
    setting: Setting
    rule: Rule
    meaning: str
    objects: int = 0
    findings: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass
class Lint:
    """objects: in the file · clean: without any finding · stopped: that intake would not take whole · upgraded: from 2.0."""

    objects: int = 0
    clean: int = 0
    stopped: int = 0
    upgraded: int = 0
    types: dict[str, int] = field(default_factory=dict)
    broken: list[Broken] = field(default_factory=list)


def lint(read: Callable[[int], bytes], leniency: LeniencySettings, max_object_bytes: int) -> Lint:
    """Every object of the document that `read(n)` gives in chunks, in bounded memory."""
    result = Lint()
    rules: dict[tuple[str, str, str], Broken] = {}
    for number, piece in enumerate(split(read, max_object_bytes)):
        result.objects += 1
        kind = _shown_type(piece)
        result.types[kind] = result.types.get(kind, 0) + 1
        findings = list(_findings(piece, result))
        refusals = list(_refusals(piece, leniency, max_object_bytes))
        told = {finding.reason for finding in findings}
        findings += [Finding(reason, path, "") for reason, path in refusals if reason not in told]
        result.clean += not findings
        result.stopped += bool(refusals)
        seen: set[int] = set()
        for finding in findings:
            rule = rule_for(finding, leniency)
            key = (finding.reason, finding.section, finding.setting)
            broken = rules.setdefault(key, Broken(finding.reason, finding.section, finding.setting, rule, QUARANTINE[finding.reason]))
            if rule != "pass" and broken.rule == "pass":
                broken.rule = rule
            broken.findings += 1
            if id(broken) not in seen:
                seen.add(id(broken))
                broken.objects += 1
                if len(broken.examples) < MAX_EXAMPLES:
                    broken.examples.append(f"#{number} {kind} {finding.path}".rstrip())
    result.broken = sorted(rules.values(), key=lambda item: (item.rule == "pass", -item.objects, item.reason, item.section, item.setting))
    return result


def _findings(piece: Piece | Fragment, result: Lint) -> Iterator[Finding]:
    if isinstance(piece, Fragment):
        yield Finding(piece.reason, "", "1.2.10")
        return
    values: tuple[Mapping[str, Any], ...] = (piece.value,)
    if is_stix20(piece.value):
        try:
            values = upgrade(piece.value).objects
        except BadInput as error:
            yield Finding(error.reason, error.path, "1.3")
            return
        result.upgraded += 1
    for value in values:
        yield from inspect(value)


def _refusals(piece: Piece | Fragment, leniency: LeniencySettings, max_object_bytes: int) -> Iterator[tuple[str, str]]:
    """(reason, path) of what the stages of intake refuse of a piece: the very stages, so that the verdict is theirs."""
    if isinstance(piece, Fragment):
        yield piece.reason, ""
        return
    batch = upgrade_batch(Batch([Parsed(_ORIGIN, piece.raw, piece.value)]))
    batch = canonicalize_batch(minimize_batch(validate_batch(batch, {"": FeedRules("", leniency, max_object_bytes)})))
    for item in batch.rejected:
        yield item.reason, item.path


def _shown_type(piece: Piece | Fragment) -> str:
    """The type of a piece where STIX has it: any other word is the feed's own."""
    name = piece.value.get("type") if isinstance(piece, Piece) else None
    return name if isinstance(name, str) and name in KNOWN_PROPERTIES else "*"
