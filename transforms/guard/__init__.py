"""A second look at the final bytes of an object, which knows nothing of how they were made.

It is written apart from the decision and from minimization, and imports neither, so that a mistake there is not made here as well.
`uuids` and `tokens` say what stands in the bytes; whether that may stand there is for the caller to look up. `Guard` says what may not
stand there whatever the catalogue holds.
"""

from transforms.guard.ids import WELL_KNOWN, Owners, guard, uuids
from transforms.guard.look import Guard, Watch
from transforms.guard.memory import Memory, Seen
from transforms.guard.tokens import tokens

__all__ = ["WELL_KNOWN", "Guard", "Memory", "Owners", "Seen", "Watch", "guard", "tokens", "uuids"]
