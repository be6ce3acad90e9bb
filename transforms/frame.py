"""The final bytes of something that several recipients see alike, apart from the id that each of them sees."""

from __future__ import annotations

from typing import NamedTuple


class Frame(NamedTuple):
    """What stands before and after the id: once as the bytes are compared, and once as they go out, with the time they were made."""

    head: bytes
    timeless: bytes
    timed: bytes

    def around(self, identifier: str) -> tuple[bytes, bytes]:
        """The bytes to compare, and those to send, of what goes out under an id."""
        head = self.head + identifier.encode()
        return head + self.timeless, head + self.timed


def frame_of(timeless: bytes, timed: bytes, identifier: str) -> Frame | None:
    """The frame of bytes that were made for an id; None where they name it more than once."""
    own = identifier.encode()
    head, found, tail = timeless.partition(own)
    if not found or own in tail:
        return None
    return Frame(head, tail, timed[len(head) + len(own) :])
