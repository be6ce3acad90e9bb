"""Runs a hub over a corpus as an operator would, in processes of its own, and keeps all that anybody hears of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from benchmarks.leak.canaries import Canary
from benchmarks.leak.client import Account, Heard, hand_in, read_all
from benchmarks.leak.hub_folder import PUSH_ALIAS, write_hub
from benchmarks.leak.recipients import RECIPIENTS
from benchmarks.said import next_json
from pipeline.clock import system_clock
from pipeline.store.credentials import CredentialStore
from pipeline.store.view_queries import open_views, view_counts

CLOCK = "2026-06-01T12:00:00+00:00"
"""Everything happens at this moment, so that two runs can be compared."""

QUICKLY = 2
"""Ids that are explained for each recipient where time matters: one takes a tenth of a second."""


@dataclass
class Run:
    """What one run of a hub gave: what each recipient heard, what operators saw, what was logged, and the figures."""

    folder: Path
    heard: dict[str, Heard] = field(default_factory=dict)
    operator: list[tuple[str, bytes]] = field(default_factory=list)
    logs: list[tuple[str, bytes]] = field(default_factory=list)
    report: dict[str, Any] = field(default_factory=dict)
    views: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    seconds: float = 0.0


def run_hub(folder: Path, feeds: dict[str, Path], canaries: Sequence[Canary], seed: int, *, thorough: bool) -> Run:
    """The whole path: take in, release, publish, serve, read, hand in, and if it is to be thorough take in again and explain more."""
    write_hub(folder, feeds, seed)
    run = Run(folder)
    started = time.monotonic()
    run.report = json.loads(_run(run, "run", "--once", "--json"))
    run.seconds = time.monotonic() - started
    with open_views(folder / "views.db") as views:
        run.views = view_counts(views)
    collections = {name: item["collection"] for name, item in run.views.items()}
    accounts = _accounts(folder, (*collections, next(iter(feeds))))
    strange = _strange(canaries)
    with _served(run) as (url, metrics):
        for name, own in collections.items():
            others = [identifier for identifier in collections.values() if identifier != own]
            run.heard[name] = read_all(url, accounts[name], strange, others)
            if run.heard[name].objects != run.views[name]["objects"]:
                message = (
                    f"the client of {name} has {run.heard[name].objects} objects, and its view another number: nothing can be concluded"
                )
                raise RuntimeError(message)
        pusher = next(iter(feeds))
        run.heard[pusher] = hand_in(url, accounts[pusher], PUSH_ALIAS, "tearline", _hand_ins(canaries))
        run.operator.append(("metrics", requests.get(f"{metrics}/metrics", timeout=10).content))
        run.operator.append(("readyz", requests.get(f"{metrics}/readyz", timeout=10).content))
    if thorough:
        _run(run, "run", "--once", "--json")
    _look(run, strange if thorough else strange[:QUICKLY])
    return run


def _look(run: Run, strange: Sequence[str]) -> None:
    """What an operator may ask, command by command, in one process."""
    commands = [["status"], ["quarantine", "list", "--limit", "200"], ["partner", "deliveries"], ["partner", "list"], ["check"]]
    commands += [["explain", identifier, "--for", recipient.id, "--json"] for recipient in RECIPIENTS for identifier in strange]
    asked = json.dumps([[*command, "--dir", str(run.folder)] for command in commands])
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.leak.operator"], input=asked.encode(), env=_environment(), capture_output=True, check=True
    )
    for command, output in zip(commands, json.loads(done.stdout), strict=True):
        run.operator.append((f"tearline {command[0]}", output.encode()))
    run.operator.append(("standard error", done.stderr))


def _run(run: Run, *command: str) -> str:
    """One command; its standard output and error are kept as logs. Raises RuntimeError where it fails."""
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *command, "--dir", str(run.folder)], env=_environment(), capture_output=True, check=False
    )
    run.logs.append((f"tearline {command[0]}", done.stdout + b"\n" + done.stderr))
    if done.returncode:
        message = f"tearline {' '.join(command)} ended with {done.returncode}: {done.stderr.decode(errors='replace')[-2000:]}"
        raise RuntimeError(message)
    return done.stdout.decode()


def _environment() -> dict[str, str]:
    return {**os.environ, "TEARLINE_CLOCK": CLOCK}


def _accounts(folder: Path, partners: Iterable[str]) -> dict[str, Account]:
    """A user for each partner. Their secrets are no output to search."""
    made = {partner: Account(partner, f"{partner}-reader", os.urandom(18).hex()) for partner in partners}
    with closing(CredentialStore(folder / "views.db", system_clock, os.urandom)) as store:
        for account in made.values():
            store.add_basic(*account)
    return made


@contextmanager
def _served(run: Run) -> Iterator[tuple[str, str]]:
    """`tearline serve`: its address and that of its metrics. Its log is kept."""
    command = [sys.executable, "-m", "pipeline.cli", "serve", "--dir", str(run.folder), "--json"]
    log = run.folder.parent / "serve.log"
    with log.open("wb") as errors, subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process:
        try:
            said: dict[str, str] = {}
            while not {"listening", "management"} <= said.keys():
                said |= next_json(process)
            yield said["listening"], said["management"]
        finally:
            process.terminate()
            process.wait(30)
    run.logs.append(("tearline serve", log.read_bytes()))


def _strange(canaries: Sequence[Canary]) -> list[str]:
    """Ids that no recipient may have: of objects that are marked RED, and of observables made of a victim's value."""
    chosen: dict[str, str] = {}
    for canary in canaries:
        if canary.private and not canary.allowed and "--" in canary.object_id:
            chosen.setdefault(canary.object_id.partition("--")[0], canary.object_id)
    return list(chosen.values())[:12]


def _hand_ins(canaries: Sequence[Canary]) -> Iterator[bytes]:
    """Envelopes with canaries of refused objects: valid JSON with bad objects, no objects, no JSON."""
    values = [canary.value for canary in canaries if canary.row == 38][:4] or ["nothing planted"]
    wrong = [{"type": "indicator", "spec_version": "2.1", "id": f"indicator--{number:08d}-0000-4000-8000-000000000000", "name": value,
              "pattern": value} for number, value in enumerate(values)]  # fmt: skip
    yield json.dumps({"objects": wrong}).encode()
    yield json.dumps({"objects": values}).encode()
    yield json.dumps({values[0]: values}).encode()
    yield f'{{"objects": [{{"name": "{values[0]}"'.encode()
