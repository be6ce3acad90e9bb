"""The terms under which one recipient is served at one slot: the intersection of policy, agreements, grants and partner files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import orjson

from schemas.ids import digest16
from schemas.markings import Tlp
from schemas.sharing import Agreement, Partner, Policy
from schemas.timestamps import stix


@dataclass(frozen=True)
class Hub:
    """What minimized objects carry of the hub: its identity object (id and bytes) and its audience."""

    identity: str
    identity_body: bytes
    audience: str


@dataclass(frozen=True)
class Terms:
    """Everything that decides what one recipient gets at `slot`; nothing else may.

    standing:   a reason code that withholds everything, or ''
    agreements: those in force that the policy cites
    unmarked:   feed -> how its unmarked objects are read, as far as the feed declares it
    id_key:     secret for the ids of minimized objects · handle_key: secret for handles
    """

    recipient: Partner
    policy: Policy
    agreements: tuple[Agreement, ...]
    partners: Mapping[str, Partner]
    unmarked: Mapping[str, Tlp]
    standing: str
    slot: datetime
    hub: Hub
    id_key: bytes
    handle_key: bytes
    _reasons: dict[tuple[str, str, tuple[str, ...], frozenset[str], Tlp | None], str] = field(default_factory=dict, repr=False)

    @cached_property
    def slot_text(self) -> str:
        """The slot as a STIX timestamp, with three fraction digits: such texts are in the order of time."""
        return stix(self.slot)

    @property
    def citation(self) -> str:
        """recipient@policy version, as decisions record it."""
        return f"{self.policy.recipient}@{self.policy.version}"

    @property
    def fingerprint(self) -> str:
        """Changes exactly when something other than the catalogue and the passing of an object's own time can change an outcome."""
        parts = [
            self.recipient.model_dump_json(),
            self.policy.model_dump_json(),
            *(agreement.model_dump_json() for agreement in self.agreements),
            *(f"{grant.until is None or grant.until > self.slot}" for item in self.agreements for grant in item.grants),
            *(f"{name}:{','.join(partner.communities)}" for name, partner in sorted(self.partners.items())),
            orjson.dumps(sorted(self.unmarked.items())).decode(),
            self.standing,
            self.hub.identity,
        ]
        return digest16(*(part.encode() for part in parts), self.id_key).hex()


def make_terms(
    recipient: Partner,
    policy: Policy,
    agreements: Mapping[str, Agreement],
    partners: Mapping[str, Partner],
    unmarked: Mapping[str, Tlp],
    slot: datetime,
    hub: Hub,
    id_key: bytes,
    handle_key: bytes,
) -> Terms:
    """The terms at `slot`. What is cited but absent, not yet or no longer in force counts as absent: deny is the default."""
    found = [agreements[reference] for reference in policy.agreements if reference in agreements]
    cited = [item for item in found if recipient.id in item.parties]
    in_force = tuple(item for item in cited if item.valid_from <= slot < item.valid_until)
    standing = ""
    if recipient.suspended:
        standing = "recipient-suspended"
    elif (policy.effective_from is not None and slot < policy.effective_from) or (
        policy.effective_until is not None and slot >= policy.effective_until
    ):
        standing = "policy-not-valid"
    elif not in_force:
        standing = "agreement-not-valid" if cited else "no-agreement"
    return Terms(recipient, policy, in_force, partners, unmarked, standing, slot, hub, id_key, handle_key)
