"""Check a STIX file as intake would, and say by rule what it breaks: no hub is needed, nothing is written, no value is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from schemas.config import LeniencySettings, Rule
from schemas.reasons import QUARANTINE
from schemas.split import Fragment, Piece, split
from schemas.stix.findings import Finding, Setting
from schemas.stix.inspection import inspect
from schemas.stix.registry import KNOWN_PROPERTIES
from transforms.batch import Batch, Parsed
from transforms.intake import FeedRules, canonicalize_batch, minimize_batch, upgrade_batch, validate_batch
from transforms.record import Origin
from transforms.upgrade import is_stix20
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
        findings, refused, upgraded = _look(piece, leniency, max_object_bytes)
        result.clean += not findings
        result.stopped += refused
        result.upgraded += upgraded
        seen: set[tuple[str, str, str]] = set()
        for finding in findings:
            rule = rule_for(finding, leniency)
            key = (finding.reason, finding.section, finding.setting)
            broken = rules.setdefault(key, Broken(finding.reason, finding.section, finding.setting, rule, QUARANTINE[finding.reason]))
            if rule != "pass" and broken.rule == "pass":
                broken.rule = rule
            broken.findings += 1
            if key not in seen:
                seen.add(key)
                broken.objects += 1
                if len(broken.examples) < MAX_EXAMPLES:
                    broken.examples.append(f"#{number} {kind} {finding.path}".rstrip())
    result.broken = sorted(rules.values(), key=lambda item: (item.rule == "pass", -item.objects, item.reason, item.section, item.setting))
    return result


def _look(piece: Piece | Fragment, leniency: LeniencySettings, max_object_bytes: int) -> tuple[list[Finding], bool, bool]:
    """All findings on a piece, whether intake would refuse some of it, and whether it was upgraded: by the very stages of intake."""
    if isinstance(piece, Fragment):
        return [Finding(piece.reason, "", "1.2.10")], True, False
    batch = upgrade_batch(Batch([Parsed(_ORIGIN, piece.raw, piece.value)]))
    upgraded = is_stix20(piece.value) and bool(batch.parsed)
    findings = [Finding(item.reason, item.path, "1.3") for item in batch.rejected]
    findings += [finding for item in batch.parsed for finding in inspect(item.value)]
    batch = canonicalize_batch(minimize_batch(validate_batch(batch, {"": FeedRules("", leniency, max_object_bytes)})))
    told = {finding.reason for finding in findings}
    findings += [Finding(item.reason, item.path, "") for item in batch.rejected if item.reason not in told]
    return findings, bool(batch.rejected), upgraded


def _shown_type(piece: Piece | Fragment) -> str:
    """The type of a piece where STIX has it: any other word is the feed's own."""
    name = piece.value.get("type") if isinstance(piece, Piece) else None
    return name if isinstance(name, str) and name in KNOWN_PROPERTIES else "*"
