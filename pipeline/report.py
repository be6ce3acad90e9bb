"""What one run did, in the form that `tearline run --once --json` prints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel

from pipeline.store.catalogue import Counts
from pipeline.store.view_work import Effects
from schemas.reasons import HOLD


class FeedReport(BaseModel):
    """received + derived = accepted + duplicates + new_versions + sum(quarantined).

    `derived` objects were taken out of others (observables of a STIX 2.0 observed-data object). `noted` counts objects that break a
    rule which the feed's settings let pass.
    """

    received: int = 0
    derived: int = 0
    accepted: int = 0
    duplicates: int = 0
    new_versions: int = 0
    quarantined: dict[str, int] = {}
    noted: dict[str, int] = {}


class RecipientReport(BaseModel):
    """Entities whose outcome for the recipient changed in this run."""

    released: int = 0
    minimized: int = 0
    tearline: int = 0
    aggregated: int = 0
    held: dict[str, int] = {}
    withheld: dict[str, int] = {}
    withdrawn: int = 0


class Report(BaseModel):
    """The whole run. `failed` names feeds that could not be polled, with the kind of error."""

    feeds: dict[str, FeedReport] = {}
    recipients: dict[str, RecipientReport] = {}
    failed: dict[str, str] = {}
    seconds: float = 0.0


@dataclass
class Tally:
    """Adds up what the stages report."""

    intake: Counts = field(default_factory=Counts)
    effects: dict[str, Effects] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def add_effects(self, effects: Mapping[str, Effects]) -> None:
        """Take the publisher's effects in."""
        for recipient, found in effects.items():
            self.effects[recipient] = self.effects.get(recipient, Effects()) + found

    def report(self, feeds: Iterable[str], seconds: float) -> Report:
        """The report for the configured feeds and any other that came up."""
        names = sorted({*feeds, *(feed for feed, _ in self.intake)})
        return Report(
            feeds={name: self._feed(name) for name in names},
            recipients={name: _recipient(found) for name, found in sorted(self.effects.items())},
            failed=dict(sorted(self.failed.items())),
            seconds=round(seconds, 3),
        )

    def _feed(self, name: str) -> FeedReport:
        own = {outcome: number for (feed, outcome), number in sorted(self.intake.items()) if feed == name}
        return FeedReport(
            received=own.get("received", 0),
            derived=own.get("derived", 0),
            accepted=own.get("accepted", 0),
            duplicates=own.get("duplicates", 0),
            new_versions=own.get("new_versions", 0),
            quarantined={key.removeprefix("quarantined."): n for key, n in own.items() if key.startswith("quarantined.")},
            noted={key.removeprefix("noted."): n for key, n in own.items() if key.startswith("noted.")},
        )


def _recipient(found: Effects) -> RecipientReport:
    kept = {key.removeprefix("withheld."): n for key, n in sorted(found.items()) if key.startswith("withheld.")}
    return RecipientReport(
        released=found["released"],
        minimized=found["minimized"],
        tearline=found["tearline"],
        aggregated=found["aggregated"],
        held={reason: n for reason, n in kept.items() if reason in HOLD},
        withheld={reason: n for reason, n in kept.items() if reason not in HOLD},
        withdrawn=found["withdrawn"],
    )
