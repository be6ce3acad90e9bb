"""What the guard objects to in one block, for one recipient: each final body by itself, and against what its producer keeps back."""

from __future__ import annotations

from collections.abc import Mapping

from transforms.guard import Guard, Watch, tokens
from transforms.shape import Chosen
from transforms.sight import Sight
from transforms.terms import Terms

KEPT_BACK = frozenset(
    {
        *("marking-unknown", "marking-mismatch", "tlp-above-ceiling", "tlp-no-community", "tlp-no-grant", "originator-control"),
        *("iep-not-in-force", "iep-not-accepted", "iep-attribution", "pap-not-accepted", "acs-refused", "not-releasable-to"),
        *("no-foreign", "handling-refused", "classification-refused", "audience-mismatch", "never-with", "recalled"),
        *("pattern-personal-data", "person-withheld", "held-personal-data", "held-text", "path-withheld"),
    }
)
"""Reasons that make a secret of what they withhold."""

Bodies = Mapping[int, tuple[bytes, ...]]
"""Entity -> the bytes with which it goes out."""


def watch_of(terms: Terms) -> Watch:
    """What is watched for in what goes to a recipient."""
    own = terms.recipient
    others = [partner for partner in terms.files.partners.values() if partner.id != own.id]
    anonymous = terms.rules.attribution == "anonymous"
    return Watch(
        ceiling=terms.rules.tlp_max,
        names=tuple(sorted({name for partner in others for name in (partner.id, partner.name)})) if anonymous else (),
        text=terms.is_minimized,
        released=terms.rules.honour_grants,
    )


def stopped_by_look(bodies: Bodies, watch: Guard) -> dict[int, str]:
    """Entity -> what the guard finds in its bytes."""
    found = {}
    for no, parts in bodies.items():
        for body in parts:
            reason = watch.look(body)
            if reason:
                found[no] = reason
                break
    return found


def stopped_by_quotes(sight: Sight, reasons: Mapping[int, str], chosen: Mapping[int, Chosen], bodies: Bodies) -> dict[int, str]:
    """Entities whose bytes hold a value that another object of the same producer is about, and that is kept from the recipient there.

    Kept back means by its markings, by hand or because of a person in it. What a policy merely has no use for is no secret.
    """
    found: dict[int, str] = {}
    for no, standing in chosen.items():
        candidate = standing.candidate
        hidden = {
            digest
            for digest, holder in sight.block.quotes.get((candidate.producer, candidate.source_id), ())
            if _keeps_back(sight, reasons, candidate.producer, holder)
            and not any(digest in tokens(body) for body in bodies.get(holder, ()))
        }
        if hidden and any(hidden & tokens(body) for body in bodies[no]):
            found[no] = "guard-withheld-value"
    return found


def _keeps_back(sight: Sight, reasons: Mapping[int, str], producer: str, holder: int) -> bool:
    entity = sight.block.entities.get(holder)
    if entity is None:
        return True  # the block could not hold all, so the safe answer counts
    if reasons.get(holder) in KEPT_BACK:
        return True
    return any(sight.verdict(other) in KEPT_BACK for other in entity.candidates if other.producer == producer)
