"""When what a label allows changes by itself."""

from __future__ import annotations

from datetime import datetime

from schemas.labels.model import Label


def next_turn(label: Label, slot: datetime) -> datetime | None:
    """The first moment after `slot` at which a policy on it begins or ends, or what it covers is to be disposed of; None for never."""
    moments = {policy.starts for policy in label.iep}
    moments |= {policy.ends for policy in label.iep if policy.ends is not None}
    moments |= {acs.disposed for acs in label.acs if acs.disposed is not None}
    return min((moment for moment in moments if moment > slot), default=None)
