"""What the release job states about one entity and one recipient."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Literal

Decision = Literal["put", "revoke", "withdraw"]
"""put: it is visible · revoke: as put, but only to a recipient that has held it · withdraw: it is not visible"""


@dataclass(frozen=True, slots=True)
class Statement:
    """An absolute statement, true at the slot it was made for; stating it again changes nothing.

    handle:     what the recipient's view calls the entity; a keyed digest, so it cannot be joined with another view
    reason:     a code of schemas.reasons
    object_id:  the id that the recipient sees, '' on withdraw
    digest:     equal while the content is equal, whatever times the hub gave it
    bodies:     the versions' bytes, oldest first, the one in force last
    transforms: path=verb of what minimization did
    agreements: id@version of what it rests on
    """

    handle: bytes
    decision: Decision
    reason: str
    change: int
    object_id: str = ""
    digest: bytes = b""
    bodies: tuple[bytes, ...] = ()
    transforms: tuple[str, ...] = ()


def handle_of(key: bytes, content_key: bytes) -> bytes:
    """The recipient's handle for a content key."""
    return hmac.digest(key, content_key, "sha256")[:16]
