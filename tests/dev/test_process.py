"""Processes known by pid and command line, and free ports."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from pipeline.dev import process
from pipeline.dev.ports import FIRST, HOST, LAST, free_ports

SLEEP = "import sys, time; print('up', flush=True); time.sleep(60)"
STUBBORN = "import signal, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"


@pytest.fixture
def word() -> str:
    return f"word-{uuid4().hex}"


@pytest.fixture
def started(tmp_path: Path, word: str) -> Iterator[list[int]]:
    """Pids to end at the latest when the test is over."""
    pids: list[int] = []
    yield pids
    for pid in pids:
        process.kill(pid, word, patience=5)


def start(code: str, word: str, log: Path, started: list[int]) -> int:
    pid = process.spawn([sys.executable, "-c", code, word], log)
    started.append(pid)
    until = time.monotonic() + 20
    while not (log.exists() and "up" in log.read_text()) and time.monotonic() < until:
        time.sleep(0.02)
    return pid


def test_a_process_runs_apart_and_ends_politely(tmp_path: Path, word: str, started: list[int]) -> None:
    pid = start(SLEEP, word, tmp_path / "log", started)
    assert process.is_running(pid, word)
    assert os.getsid(pid) == pid != os.getsid(0)
    assert process.end(pid, word, patience=10)
    assert not process.is_running(pid, word)
    assert not process.end(pid, word, patience=10)


def test_one_that_does_not_listen_is_ended_by_force(tmp_path: Path, word: str, started: list[int]) -> None:
    pid = start(STUBBORN, word, tmp_path / "log", started)
    assert process.end(pid, word, patience=0.3)
    assert not process.is_running(pid, word)


def test_a_process_of_another_is_never_touched(word: str) -> None:
    other = subprocess.Popen([sys.executable, "-c", SLEEP], stdout=subprocess.PIPE)
    assert other.stdout
    other.stdout.readline()
    try:
        assert not process.is_running(other.pid, word)
        assert not process.end(other.pid, word, patience=1)
        process.kill(other.pid, word, patience=1)
        assert other.poll() is None
    finally:
        other.kill()
        other.wait()
        other.stdout.close()


def test_a_zombie_is_not_running(word: str) -> None:
    """One that another program started and did not wait for: here its parent sleeps on."""
    child = "p = subprocess.Popen([sys.executable, '-c', '', sys.argv[1]])"
    code = f"import subprocess, sys, time; {child}; print(p.pid, flush=True); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", code, word], stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    pid = int(parent.stdout.readline())
    try:
        until = time.monotonic() + 10
        while process.is_running(pid, word) and time.monotonic() < until:
            time.sleep(0.05)
        assert not process.is_running(pid, word)
    finally:
        parent.kill()
        parent.wait()
        parent.stdout.close()


def test_without_proc_it_is_ps_that_tells(tmp_path: Path, word: str, started: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    pid = start(SLEEP, word, tmp_path / "log", started)
    monkeypatch.setattr("pipeline.dev.process.PROC", tmp_path / "absent")
    assert process.is_running(pid, word)
    assert process.end(pid, word, patience=10)
    assert not process.is_running(pid, word)


def test_free_ports_are_free_different_and_below_what_clients_get() -> None:
    ports = free_ports(5)
    assert len(set(ports)) == 5
    assert all(FIRST <= port < LAST for port in ports)
    for port in ports:
        with socket.create_server((HOST, port)):
            pass


def test_a_port_in_use_is_passed_over() -> None:
    (port,) = free_ports(1, seed=1)
    with socket.create_server((HOST, port)):
        assert port not in free_ports(3, seed=1)
