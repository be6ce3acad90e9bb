"""What the release job states about one entity and one recipient."""

from __future__ import annotations

import hmac
from typing import Literal, NamedTuple

from schemas.reasons import HOLD

Decision = Literal["put", "revoke", "withdraw"]
"""put: it is visible · revoke: as put, but only to a recipient that has held it · withdraw: it is not visible"""

Result = Literal["RELEASE", "RELEASE_MINIMIZED", "TEARLINE", "HOLD", "WITHHOLD"]
"""What was decided, in the words of the agreement files."""

MINTED = frozenset({"minimized", "tearline", "aggregated"})
"""Reasons of what goes out under the hub's hand."""


def result_of(decision: str, reason: str) -> Result:
    """The result that a decision and its reason stand for."""
    if decision != "withdraw":
        return "TEARLINE" if reason == "tearline" else "RELEASE_MINIMIZED" if reason in MINTED else "RELEASE"
    return "HOLD" if reason in HOLD else "WITHHOLD"


class Statement(NamedTuple):
    """An absolute statement, true at the slot it was made for; stating it again changes nothing.

    handle:     what the recipient's view calls the entity; a keyed digest, so it cannot be joined with another view
    reason:     a code of schemas.reasons
    object_id:  the id that the recipient sees, '' on withdraw
    digest:     equal while the content is equal, whatever times the hub gave it
    bodies:     the versions' bytes, oldest first, the one in force last
    transforms: path=verb of what minimization did
    source:     keyed digest of the bytes that came in, b"" where nothing stands behind it any more
    grant:      id of the signed grant that it rests on, '' where it needs none
    """

    handle: bytes
    decision: Decision
    reason: str
    change: int
    object_id: str = ""
    digest: bytes = b""
    bodies: tuple[bytes, ...] = ()
    transforms: tuple[str, ...] = ()
    source: bytes = b""
    grant: str = ""


def handle_of(key: bytes, content_key: bytes) -> bytes:
    """The recipient's handle for a content key."""
    return keyed_digest(key, content_key)


def keyed_digest(key: bytes, content: bytes) -> bytes:
    """16 bytes that mean nothing without the key."""
    return hmac.digest(key, content, "sha256")[:16]
