"""Which account runs a command: for what is written down about who did something."""

from __future__ import annotations

import os
import pwd


def account() -> str:
    """The account by the system's word, not by the environment's; behind sudo also the one who called it."""
    number = os.getuid()
    try:
        name = pwd.getpwuid(number).pw_name
    except KeyError:  # a container's user without a name
        name = f"uid {number}"
    caller = os.environ.get("SUDO_USER")
    return f"{caller} as {name}" if caller and number == 0 else name
