"""What a command that stays says on its standard output: one JSON object after the other, each over several lines."""

from __future__ import annotations

import json
import subprocess


def next_json(process: subprocess.Popen[str]) -> dict[str, str]:
    """The next one. Raises RuntimeError where the command ends before."""
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if line.startswith("}"):
            found: dict[str, str] = json.loads(text)
            return found
    message = "the command ended before it said anything more; its log says why"
    raise RuntimeError(message)
