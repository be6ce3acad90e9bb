"""A process that outlives the one that started it, known by its pid and by a word of its command line."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
POLL_SECONDS = 0.05

EXEC_TRIES = 20
"""Java's launcher starts itself anew; in that moment a live process has no command line (seen on Linux)."""


def spawn(command: list[str], log: Path) -> int:
    """Start `command` in a session of its own, its output appended to `log`; return the pid."""
    output = (os.POSIX_SPAWN_OPEN, 1, str(log), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    silence = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
    errors = (os.POSIX_SPAWN_DUP2, 1, 2)
    return os.posix_spawn(command[0], command, os.environ, file_actions=[silence, output, errors], setsid=True)


def is_running(pid: int, word: str) -> bool:
    """Whether `pid` runs with `word` in its command line. A pid that another program got since, or a zombie, is not."""
    with suppress(ChildProcessError):  # started by another program: its command line tells
        os.waitpid(pid, os.WNOHANG)  # a child of ours that ended would stay a zombie otherwise
    return word in _command_line(pid)


def end(pid: int, word: str, *, patience: float) -> bool:
    """End the process politely, after `patience` seconds by force. Returns whether it was running. Never touches another's."""
    was_running = is_running(pid, word)
    for number, seconds in ((signal.SIGTERM, patience), (signal.SIGKILL, patience)):
        if not is_running(pid, word):
            break
        os.kill(pid, number)
        _wait_for_end(pid, word, seconds)
    return was_running


def kill(pid: int, word: str, *, patience: float) -> None:
    """End the process as a loss of power would, and wait until it is gone."""
    if is_running(pid, word):
        os.kill(pid, signal.SIGKILL)
        _wait_for_end(pid, word, patience)


def _wait_for_end(pid: int, word: str, seconds: float) -> None:
    until = time.monotonic() + seconds
    while is_running(pid, word) and time.monotonic() < until:
        time.sleep(POLL_SECONDS)


def _command_line(pid: int) -> str:
    """Return the words of a process, or "" where it is gone or a zombie."""
    if not (PROC / "self").exists():
        ps = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
        return subprocess.run(ps, check=False, capture_output=True, text=True).stdout  # noqa: S603 (fixed words and a number)
    for _ in range(EXEC_TRIES):
        try:
            words = (PROC / str(pid) / "cmdline").read_bytes()
            state = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return ""  # no such process
        if words or state == "Z":
            return words.replace(b"\0", b" ").decode(errors="replace")
        time.sleep(POLL_SECONDS)
    return ""
