"""On what a recipient is served: the agreements in force with each producer, and what all files leave of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from schemas.errors import ConfigError
from schemas.sharing import Agreement, Effective, Partner, Policy, SharingSet, effective
from schemas.sharing.standing import standing


@dataclass(frozen=True)
class Ground:
    """Producers whose objects go to the recipient under the same agreements, and the effective policy for these."""

    producers: tuple[str, ...]
    agreements: tuple[Agreement, ...]
    rules: Effective


@dataclass(frozen=True)
class Standing:
    """What holds for one recipient at a moment. `stopped` is a reason code for which nothing is released at all, or ''."""

    partner: Partner
    policy: Policy
    stopped: str
    grounds: tuple[Ground, ...]


def standing_of(files: SharingSet, recipient: str, slot: datetime) -> Standing:
    """What holds for a recipient. Raises ConfigError where it has no policy or is no partner."""
    policy, partner = files.policies.get(recipient), files.partners.get(recipient)
    if policy is None or partner is None:
        message = f"{recipient}: no such recipient; known are: {', '.join(sorted(files.policies)) or 'none'}"
        raise ConfigError(message)
    stopped, in_force = standing(policy, partner, files, slot)
    return Standing(partner, policy, stopped, _grounds(files, policy, partner, in_force))


def _grounds(files: SharingSet, policy: Policy, partner: Partner, in_force: tuple[Agreement, ...]) -> tuple[Ground, ...]:
    """One for each set of agreements that covers some producer; one without producers where none is in force."""
    if not in_force:
        return (Ground((), (), effective(policy, partner, (), files)),)
    covered: dict[tuple[str, ...], list[str]] = {}
    for producer in sorted({party for item in in_force for party in item.parties} - {partner.id}):
        covered.setdefault(tuple(item.reference for item in in_force if producer in item.parties), []).append(producer)
    found = []
    for names, producers in sorted(covered.items(), key=lambda pair: pair[1]):
        agreements = tuple(item for item in in_force if item.reference in names)
        found.append(Ground(tuple(producers), agreements, effective(policy, partner, agreements, files)))
    return tuple(found)
