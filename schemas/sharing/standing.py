"""Whether a recipient is served at all at a moment, and under which agreements."""

from __future__ import annotations

from datetime import datetime

from schemas.sharing.agreement import Agreement
from schemas.sharing.files import SharingSet
from schemas.sharing.partner import Partner
from schemas.sharing.policy import Policy


def standing(
    policy: Policy, partner: Partner, files: SharingSet, slot: datetime, *, suspended: bool = False
) -> tuple[str, tuple[Agreement, ...]]:
    """(a reason code for which nothing is released, or ''; the agreements that the policy cites, that bind the recipient and are in force).

    What is cited but absent, not yet or no longer in force counts as absent. suspended: stopped by hand, beside the partner's file.
    """
    cited = [files.agreements[name] for name in policy.agreements if name in files.agreements]
    bound = [item for item in cited if partner.id in item.parties]
    in_force = tuple(item for item in bound if item.is_in_force(slot))
    reason = ""
    if partner.suspended or suspended:
        reason = "recipient-suspended"
    elif (policy.effective_from is not None and slot < policy.effective_from) or (
        policy.effective_until is not None and slot >= policy.effective_until
    ):
        reason = "policy-not-valid"
    elif not in_force:
        reason = "agreement-not-valid" if bound else "no-agreement"
    return reason, in_force
