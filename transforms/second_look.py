"""What the guard objects to in one block, for one recipient: each final body by itself, and against what its producer keeps back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from transforms.chosen import Chosen
from transforms.guard import Guard, Memory, Seen, Watch, tokens
from transforms.sight import Sight
from transforms.terms import Terms

KEPT_BACK = frozenset(
    {
        *("marking-unknown", "marking-mismatch", "tlp-above-ceiling", "tlp-no-community", "tlp-no-grant", "originator-control"),
        *("iep-not-in-force", "iep-not-accepted", "iep-attribution", "pap-not-accepted", "acs-refused", "not-releasable-to"),
        *("no-foreign", "handling-refused", "classification-refused", "audience-mismatch", "never-with", "recalled", "newer-refused"),
        *(
            "purpose-not-allowed",
            "pattern-personal-data",
            "person-withheld",
            "held-personal-data",
            "residual-personal-data",
            "held-text",
            "path-withheld",
        ),
    }
)
"""Reasons that make a secret of what they withhold."""

NAMED = "guard-partner-name"

MAX_GUARDS = 100
"""Guards to keep."""

Bodies = Mapping[int, tuple[bytes, ...]]
"""Entity -> the bytes with which it goes out."""


Look = Callable[[bytes, str, bool], Seen]
"""(bytes, id under which they go out, whether nobody may learn who provided them) -> what is found, that id apart."""


@dataclass
class Guards:
    """The guards of one process. Recipients for whom the same is watched for share one: what it has looked at, it remembers for all.

    A partner may read its own name. So the common guard knows the names of all, and only where it finds one is the recipient's own asked.
    """

    _guards: dict[Watch, Memory] = field(default_factory=dict)

    def of(self, terms: Terms) -> Look:
        """The look at what goes to one recipient."""
        named, unnamed = (self._guard(watch_of(terms, spare_own=False, anonymous=anonymous)) for anonymous in (False, True))

        def look(body: bytes, identifier: str, anonymous: bool) -> Seen:
            seen = (unnamed if anonymous else named).look(body, identifier[-36:].encode())
            if seen.reason == NAMED:
                return Seen(self._guard(watch_of(terms, anonymous=anonymous)).guard.look(body), seen.uuids)
            return seen

        return look

    def _guard(self, watch: Watch) -> Memory:
        known = self._guards.get(watch)
        if known is None:
            if len(self._guards) >= MAX_GUARDS:
                self._guards.clear()
            known = self._guards[watch] = Memory(Guard(watch))
        return known


def watch_of(terms: Terms, *, spare_own: bool = True, anonymous: bool = False) -> Watch:
    """What is watched for in what goes to a recipient; with its own name or without. `anonymous` where nobody at all may be named."""
    others = [partner for partner in terms.files.partners.values() if not (spare_own and partner.id == terms.recipient.id)]
    anonymous = anonymous or terms.rules.attribution == "anonymous"
    return Watch(
        ceiling=terms.rules.tlp_max,
        names=tuple(sorted({name for partner in others for name in (partner.id, partner.name)})) if anonymous else (),
        text=terms.is_minimized,
        released=terms.rules.honour_grants,
    )


def stopped_by_quotes(sight: Sight, reasons: Mapping[int, str], chosen: Mapping[int, Chosen], bodies: Bodies) -> dict[int, str]:
    """Entities whose bytes hold a value that another object of the same producer is about, and that is kept from the recipient there.

    Kept back means by its markings, by hand or because of a person in it. What a policy merely has no use for is no secret.
    """
    secrets = _secrets(sight, reasons, bodies)
    found: dict[int, str] = {}
    for no, standing in chosen.items() if secrets else ():
        producer = standing.candidate.producer
        quoted = sight.block.quotes.get((producer, standing.candidate.source_id), ())
        hidden = {digest for digest in quoted if (producer, digest) in secrets}
        if hidden and any(hidden & tokens(body) for body in bodies[no]):
            found[no] = "guard-withheld-value"
    return found


def _secrets(sight: Sight, reasons: Mapping[int, str], bodies: Bodies) -> set[tuple[str, bytes]]:
    """(producer, digest of a value) that something keeps back. What goes out with the value does not, so nothing is stopped by itself."""
    found: set[tuple[str, bytes]] = set()
    for (producer, holder), digests in sight.block.holders.items():
        if _is_kept_back(sight, reasons, producer, holder):
            shown = frozenset[bytes]().union(*(tokens(body) for body in bodies.get(holder, ())))
            found |= {(producer, digest) for digest in digests if digest not in shown}
    return found


def _is_kept_back(sight: Sight, reasons: Mapping[int, str], producer: str, holder: int) -> bool:
    """Whether what a producer's words in an entity are about is kept from the recipient."""
    entity = sight.block.entities.get(holder)
    if entity is None:
        return True  # the block could not hold all, so the safe answer counts
    if reasons.get(holder) in KEPT_BACK:
        return True
    judged = [sight.judge(other) for other in entity.candidates if other.producer == producer]
    return any(one.reason in KEPT_BACK or one.hidden for one in judged)
