"""Rules on agreements, communities, overlays and templates: what ends, what has no effect, what is missing in writing."""

from __future__ import annotations

from datetime import timedelta

from pipeline.policy.rule import Found, Look, Rule
from schemas.markings import Tlp
from schemas.sharing.purposes import NEED_ASSURANCES, NEED_REQUEST

SOON = timedelta(days=30)
"""An agreement takes weeks to sign again."""


def _ended(look: Look) -> Found:
    for item in look.files.agreements.values():
        if look.slot >= item.valid_until:
            yield f"agreements/{item.id}.yaml", f"valid_until was {item.valid_until:%Y-%m-%d}"


def _ends_soon(look: Look) -> Found:
    for item in look.files.agreements.values():
        if look.slot < item.valid_until <= look.slot + SOON:
            yield f"agreements/{item.id}.yaml", f"valid_until is {item.valid_until:%Y-%m-%d}"


def _basis_ended(look: Look) -> Found:
    for item in look.files.agreements.values():
        for basis in item.legal_basis:
            if basis.valid_until is not None and look.slot >= basis.valid_until:
                yield f"agreements/{item.id}.yaml", f"legal_basis: {basis.id} ended on {basis.valid_until:%Y-%m-%d}"


def _not_cited(look: Look) -> Found:
    cited = {name for policy in look.files.policies.values() for name in policy.agreements}
    for reference, item in look.files.agreements.items():
        if reference not in cited:
            yield f"agreements/{item.id}.yaml", f"no policy cites {reference}"


def _grant_above_amber(look: Look) -> Found:
    for item in look.files.agreements.values():
        for grant in item.grants:
            if grant.tlp_max > Tlp.AMBER:
                yield f"agreements/{item.id}.yaml", f"grants: {grant.producer} to {grant.recipient}: counts up to amber only"


def _grant_ended(look: Look) -> Found:
    for item in look.files.agreements.values():
        for grant in item.grants:
            if grant.until is not None and look.slot >= grant.until:
                yield f"agreements/{item.id}.yaml", f"grants: {grant.producer} to {grant.recipient}: ended on {grant.until:%Y-%m-%d}"


def _unmarked_clear(look: Look) -> Found:
    for item in look.files.agreements.values():
        for unmarked in item.unmarked:
            if unmarked.tlp == Tlp.CLEAR:
                yield f"agreements/{item.id}.yaml", f"unmarked: what {unmarked.producer} does not mark would go to everybody"


def _purpose_without_ground(look: Look) -> Found:
    for item in look.files.agreements.values():
        for name in sorted(set(item.purposes) - item.usable_purposes):
            wanted = [key for key, need in (("assurances", NEED_ASSURANCES), ("legal_assistance", NEED_REQUEST)) if name in need]
            missing = [key for key in wanted if not getattr(item, key)]
            yield f"agreements/{item.id}.yaml", f"purposes: {name} has no effect without {' and '.join(missing)}"


def _transfer_without_ground(look: Look) -> Found:
    for item in look.files.agreements.values():
        nations = {nation for party in item.parties for nation in look.files.partners[party].jurisdiction}
        if len(nations) > 1 and item.transfer_ground is None:
            yield f"agreements/{item.id}.yaml", f"parties are under {', '.join(sorted(nations))}, and no transfer_ground is named"


def _no_retention(look: Look) -> Found:
    for item in look.files.agreements.values():
        if item.retention_days is None:
            yield f"agreements/{item.id}.yaml", "retention_days is missing"


def _community_unknown(look: Look) -> Found:
    for partner in look.files.partners.values():
        for name in partner.communities:
            if look.files.communities and name not in look.files.communities:
                yield f"partners/{partner.id}.yaml", f"communities: there is no communities/{name}.yaml, so its own word is enough"


def _community_one_sided(look: Look) -> Found:
    for name, community in look.files.communities.items():
        says = {partner.id for partner in look.files.partners.values() if name in partner.communities}
        for partner in sorted(says ^ set(community.members)):
            side = "lists" if partner in community.members else "does not list"
            other = "does not say so" if partner in community.members else "says that it is in it"
            yield f"communities/{name}.yaml", f"members: {side} {partner}, whose own file {other}"


def _concerns_nobody(look: Look) -> Found:
    partners = [look.files.partners[name] for name in look.files.policies if name in look.files.partners]
    for name, overlay in look.files.overlays.items():
        if not overlay.retired and not any(overlay.concerns(partner) for partner in partners):
            yield f"overlays/{name}.yaml", "it concerns no recipient"
    for name, community in look.files.communities.items():
        if not community.retired and not community.members:
            yield f"communities/{name}.yaml", "members is empty, which means nobody"


def _template_unused(look: Look) -> Found:
    files = look.files
    extending = (files.policies, files.agreements, files.templates, files.overlays)
    used = {name for group in extending for item in group.values() for name in item.extends}
    for reference, item in files.templates.items():
        if reference not in used:
            yield f"templates/{item.id}.yaml", f"nothing extends {reference}"


RULES = (
    Rule("agreement-ended", "warning", "An agreement has ended.", "Sign a new version and cite it, or take the file away.", _ended),
    Rule("agreement-ends-soon", "warning", "An agreement ends within 30 days.", "Sign a new version in time.", _ends_soon),
    Rule(
        "legal-basis-ended",
        "warning",
        "A legal basis does not count any more. With the last one the agreement ends.",
        "Take it out, or give the agreement another basis.",
        _basis_ended,
    ),
    Rule("agreement-not-cited", "warning", "No policy cites an agreement.", "Cite this version, or take the file away.", _not_cited),
    Rule(
        "grant-above-amber",
        "warning",
        "A standing grant goes beyond TLP:AMBER. What is AMBER+STRICT or RED moves by signed grants only.",
        "Write `tlp_max: amber`, and ask the originator to sign the rest case by case.",
        _grant_above_amber,
    ),
    Rule("grant-ended", "warning", "A standing grant has ended.", "Take it out, or agree on another date.", _grant_ended),
    Rule(
        "unmarked-clear",
        "warning",
        "Unmarked objects would be read as TLP:CLEAR. That nobody has marked something does not make it free to share.",
        "Agree on green or above.",
        _unmarked_clear,
    ),
    Rule(
        "purpose-without-ground",
        "mistake",
        "An agreement lists a purpose that it may not have: for evidence and extradition it must name assurances on the treatment of "
        "persons and a request for legal assistance.",
        "Add `assurances` and `legal_assistance`, or take the purpose out.",
        _purpose_without_ground,
    ),
    Rule(
        "transfer-without-ground",
        "warning",
        "The parties are under different laws, and the agreement does not say on what ground data may cross.",
        "Add `transfer_ground`, for example adequacy or standard-clauses.",
        _transfer_without_ground,
    ),
    Rule(
        "no-retention",
        "warning",
        "An agreement sets no time after which what was shared is gone.",
        "Add `retention_days`.",
        _no_retention,
    ),
    Rule(
        "community-unknown",
        "warning",
        "A partner says that it is in a community that keeps no list here, though others do. TLP:GREEN would flow on its word alone.",
        "Add communities/ID.yaml with its members, or correct the name.",
        _community_unknown,
    ),
    Rule(
        "community-one-sided",
        "warning",
        "A partner and a community do not agree on whether it is a member. It counts as one only where both say so.",
        "Correct the one that is wrong.",
        _community_one_sided,
    ),
    Rule(
        "concerns-nobody",
        "warning",
        "An overlay concerns no recipient, or a community has no members.",
        "Correct `members` or `jurisdictions`, or say `retired: true`.",
        _concerns_nobody,
    ),
    Rule("template-unused", "warning", "Nothing extends a template.", "Name it in `extends`, or take the file away.", _template_unused),
)
