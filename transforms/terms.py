"""The terms under which one recipient is served at one slot: the intersection of policy, agreements, grants and partner files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

import orjson

from schemas.ids import digest16
from schemas.labels import Label
from schemas.markings import Tlp
from schemas.sharing import Agreement, Effective, Partner, Policy, SharingSet, effective
from schemas.sharing.grants import GrantSet
from schemas.sharing.standing import standing
from schemas.timestamps import stix
from transforms.minimize import Minimizer
from transforms.permit import Party, Verdict

VERBATIM = "verbatim@1"
"""The profile under which objects go out as their producers wrote them."""

MAX_LABELS = 10_000
"""Verdicts on labels to remember; a feed that marks each object differently would fill the memory otherwise."""


@dataclass(frozen=True)
class Hub:
    """What minimized objects carry of the hub: its identity object (id and bytes) and its audience."""

    identity: str
    identity_body: bytes
    audience: str


@dataclass(frozen=True)
class Secrets:
    """What only the hub can link: keys for the ids of minimized objects and for handles, and pseudonyms (kind, value) -> letters."""

    id_key: bytes
    handle_key: bytes
    pseudonym: Callable[[str, str], str]


@dataclass(frozen=True)
class Keyed:
    """A minimizer, and 16 bytes that are equal for those that do the same with everything, a recipient's key apart."""

    effect: bytes
    minimizer: Minimizer


@dataclass(frozen=True)
class Ground:
    """On what the objects of one producer go to the recipient: the agreements that cover both, and what all files leave of them.

    unnamed: the minimizer for what must not tell who provided it
    granted: up to which label a standing permission of an agreement covers it · is_client: it is the producer's client
    agreed:  how the agreements say that its unmarked objects are to be read
    """

    giver: Party
    agreements: tuple[Agreement, ...]
    rules: Effective
    minimizer: Keyed
    unnamed: Keyed
    granted: Tlp | None
    is_client: bool
    agreed: Tlp | None
    verdicts: dict[tuple[Label, bool], Verdict] = field(default_factory=dict, repr=False)

    def unmarked(self, declared: Tlp | None) -> Tlp:
        """How an unmarked object is read: as its feed declares, where the agreements say the same or wider; else AMBER+STRICT."""
        return Tlp.AMBER_STRICT if declared is None or self.agreed is None else max(declared, self.agreed)


@dataclass(frozen=True)
class Terms:
    """Everything that decides what one recipient gets at `slot`; nothing else may.

    standing:   a reason code that withholds everything, or ''
    agreements: those in force that the policy cites
    unmarked:   feed -> how its unmarked objects are read, as far as the feed declares it
    encrypted:  whether the recipient's way to its collections is
    """

    recipient: Partner
    policy: Policy
    agreements: tuple[Agreement, ...]
    files: SharingSet
    unmarked: Mapping[str, Tlp]
    standing: str
    slot: datetime
    hub: Hub
    secrets: Secrets
    grants: GrantSet
    encrypted: bool
    _grounds: dict[str, Ground | None] = field(default_factory=dict, repr=False)
    _shared: dict[tuple[str, ...], tuple[Effective, Keyed, Keyed]] = field(default_factory=dict, repr=False)

    @cached_property
    def slot_text(self) -> str:
        """The slot as a STIX timestamp, with three fraction digits: such texts are in the order of time."""
        return stix(self.slot)

    @property
    def citation(self) -> str:
        """recipient@policy version, as decisions record it."""
        return f"{self.policy.recipient}@{self.policy.version}"

    @cached_property
    def taker(self) -> Party:
        """The recipient, as rules on markings see it."""
        return party(self.recipient, self.files)

    @cached_property
    def legal_basis(self) -> tuple[str, ...]:
        """What the agreements in force rest on, as decisions record it."""
        return tuple(sorted({basis for agreement in self.agreements for basis in agreement.bases(self.slot)}))

    @cached_property
    def purposes(self) -> tuple[str, ...]:
        """What the released objects may be used for under all agreements in force, as decisions record it."""
        return tuple(sorted(self.rules.purposes))

    @cached_property
    def rules(self) -> Effective:
        """The intersection of all that applies, whoever the producer."""
        return self._effective(self.agreements)[0]

    @cached_property
    def is_minimized(self) -> bool:
        """Whether any profile but the one that leaves all as it was written is in force."""
        return any(layer.profile not in (None, VERBATIM) for layer in self.rules.layers)

    def ground(self, producer: str) -> Ground | None:
        """On what a producer's objects are released; None where no agreement in force covers it and the recipient."""
        if producer not in self._grounds:
            self._grounds[producer] = self._ground(producer)
        return self._grounds[producer]

    def _ground(self, producer: str) -> Ground | None:
        covering = tuple(item for item in self.agreements if producer in item.parties)
        partner = self.files.partners.get(producer)
        if not covering or partner is None:
            return None
        rules, minimizer, unnamed = self._effective(covering)
        grants = [
            grant.tlp_max
            for agreement in covering
            for grant in agreement.grants
            if grant.producer == producer and grant.recipient == self.recipient.id and (grant.until is None or self.slot < grant.until)
        ]
        is_client = any(item.of == producer and item.client == self.recipient.id for agreement in covering for item in agreement.clients)
        unmarked = [item.tlp for agreement in covering for item in agreement.unmarked if item.producer == producer]
        return Ground(
            *(party(partner, self.files), covering, rules, minimizer, unnamed),
            *(max(grants, default=None), is_client, min(unmarked, default=None)),
        )

    def _effective(self, agreements: tuple[Agreement, ...]) -> tuple[Effective, Keyed, Keyed]:
        key = tuple(item.reference for item in agreements)
        known = self._shared.get(key)
        if known is None:
            rules = effective(self.policy, self.recipient, agreements, self.files)
            known = self._shared[key] = (rules, self._keyed(rules, rules.attribution), self._keyed(rules, "anonymous"))
        return known

    def _keyed(self, rules: Effective, attribution: str) -> Keyed:
        parts = [repr((layer.profile, layer.paths)).encode() for layer in rules.layers]
        effect = digest16(*parts, attribution.encode(), rules.residual.encode(), self.recipient.kind.encode())
        return Keyed(
            effect,
            Minimizer(rules.layers, self.secrets.pseudonym, attribution=attribution, residual=rules.residual, kind=self.recipient.kind),
        )

    @cached_property
    def fingerprint(self) -> str:
        """Changes exactly when something other than the catalogue and the passing of an object's own time can change an outcome."""
        parts = [
            self.files.digest_for(self.recipient.id),
            *(agreement.reference for agreement in self.agreements),
            *(f"{grant.until is None or grant.until > self.slot}" for item in self.agreements for grant in item.grants),
            ",".join(self.legal_basis),
            orjson.dumps(sorted(self.unmarked.items())).decode(),
            self.standing,
            self.hub.identity,
            self.grants.fingerprint,
            str(self.encrypted),
        ]
        return digest16(*(part.encode() for part in parts), self.secrets.id_key, self.secrets.pseudonym("", "").encode()).hex()


def party(partner: Partner, files: SharingSet) -> Party:
    """A partner, as rules on markings see it."""
    return Party(partner.id, partner.kind, partner.nations, files.communities_of(partner), frozenset(partner.organizations))


def make_terms(
    recipient: Partner,
    policy: Policy,
    files: SharingSet,
    unmarked: Mapping[str, Tlp],
    slot: datetime,
    hub: Hub,
    secrets: Secrets,
    *,
    grants: GrantSet,
    encrypted: bool,
    suspended: bool,
) -> Terms:
    """The terms at `slot`. What is cited but absent, not yet or no longer in force counts as absent: deny is the default."""
    reason, in_force = standing(policy, recipient, files, slot, suspended=suspended)
    return Terms(recipient, policy, in_force, files, unmarked, reason, slot, hub, secrets, grants, encrypted)
