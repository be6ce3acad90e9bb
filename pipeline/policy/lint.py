"""Lint the sharing files of a folder: every rule, and what it finds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from pipeline.config import FILE, Configuration, read_configuration
from pipeline.policy import rules_agreements, rules_paths, rules_recipients
from pipeline.policy.rule import Finding, Found, Look, Rule
from pipeline.sharing_files import must_hold_sharing_files, try_sharing_files
from schemas.errors import ConfigError


def _nothing(_: Look) -> Found:
    return iter(())


BROKEN = Rule(
    "file-broken",
    "mistake",
    "A file is not understood, is cut off, or names something that is not there. The whole set is refused, and a running hub goes on with "
    "the last good one. Other rules look only at a set without this mistake.",
    "Do what the message says.",
    _nothing,
)

RULES: tuple[Rule, ...] = (BROKEN, *rules_agreements.RULES, *rules_recipients.RULES, *rules_paths.RULES)


def lint_folder(folder: Path, slot: datetime) -> Sequence[Finding]:
    """What the rules find, in their order. A folder without tearline.yaml is linted for its sharing files alone. Raises ConfigError
    where there are none."""
    must_hold_sharing_files(folder, "--dir")
    configuration, findings = _configuration(folder)
    reading = try_sharing_files(folder, configuration.feeds if configuration else ())
    if reading.files is None:
        return [*findings, *(_broken(folder, line) for line in reading.mistakes)]
    look = Look(folder, reading.files, configuration, slot)
    found = (Finding(rule.id, rule.level, file, told) for rule in RULES for file, told in dict.fromkeys(rule.look(look)))
    return [*findings, *found]


def _configuration(folder: Path) -> tuple[Configuration | None, list[Finding]]:
    """tearline.yaml where there is one; what is wrong with it is a finding, and the sharing files are linted all the same."""
    if not (folder / FILE).exists():
        return None, []
    try:
        return read_configuration(folder), []
    except ConfigError as error:
        return None, [_broken(folder, line) for line in str(error).splitlines()]


def _broken(folder: Path, line: str) -> Finding:
    place, _, told = line.removeprefix(f"{folder}/").partition(": ")
    return Finding(BROKEN.id, BROKEN.level, place, told)
