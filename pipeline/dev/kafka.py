"""A real single-node Apache Kafka on this machine's loopback interface, for development and tests."""

from __future__ import annotations

import base64
import json
import subprocess
import time
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock

from pipeline.dev import process
from pipeline.dev.jars import cache_folder, ensure_jars
from pipeline.dev.java import find_java
from pipeline.dev.kafka_settings import LOG4J, server_properties
from pipeline.dev.pins import read_pins
from pipeline.dev.ports import HOST, free_ports
from schemas.errors import OperatorError

CACHE = "kafka-4.1.1"
START_SECONDS = 120.0
"""About 3 s on an idle machine; generous, since tests start brokers on loaded ones."""

STOP_SECONDS = 30.0
READY = b"Kafka Server started"
HEAP = ("-Xms128m", "-Xmx512m")
"""Half a gigabyte serves some hundred partitions; the process takes about as much resident memory."""


@dataclass(slots=True)
class State:
    """What is remembered in broker.json between programs. `pid` is 0 while the broker is not running."""

    port: int
    controller_port: int
    pid: int = 0


class Broker:
    """A broker that lives in `folder` (settings, log and data) and keeps its data and its ports over restarts.

    It runs in a session of its own and outlives this program until `stop` or `kill`, also from another program.
    """

    def __init__(self, folder: Path, port: int | None = None) -> None:
        """`port` is taken for a new folder only; None finds a free one."""
        self._folder = folder.resolve()
        self._state_file = self._folder / "broker.json"
        self._properties = self._folder / "server.properties"
        self.log = self._folder / "broker.log"
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(self._folder / ".lock"):
            if not self._state_file.exists():
                free, controller_port = free_ports(2)
                self._save(State(free if port is None else port, controller_port))

    @property
    def bootstrap(self) -> str:
        """The address for clients: host:port."""
        return f"{HOST}:{self._load().port}"

    @property
    def pid(self) -> int:
        """The broker's process id while it runs, else 0."""
        pid = self._load().pid
        return pid if pid and process.is_running(pid, str(self._properties)) else 0

    def start(self) -> None:
        """Start the broker unless it runs, and wait until it takes requests.

        Raises OperatorError where a jar or Java cannot be had, or the broker ends or is not ready in time.
        """
        with FileLock(self._folder / ".lock"):
            if self.pid:
                return
            java = find_java()
            jars = ensure_jars(read_pins(), cache_folder(CACHE))
            run = [str(java), "-cp", ":".join(map(str, jars))]
            state = self._load()
            self._prepare(run, state)
            mark = self.log.stat().st_size if self.log.exists() else 0
            logging = f"-Dlog4j2.configurationFile={self._folder / 'log4j2.properties'}"
            state.pid = process.spawn([run[0], *HEAP, logging, *run[1:], "kafka.Kafka", str(self._properties)], self.log)
            self._save(state)
            self._wait_until_ready(mark)

    def stop(self) -> bool:
        """Let the broker close its files and end, by force where that takes too long. Returns whether it was running."""
        with FileLock(self._folder / ".lock"):
            pid = self._load().pid
            return bool(pid) and process.end(pid, str(self._properties), patience=STOP_SECONDS)

    def kill(self) -> None:
        """End the broker without warning, as a loss of power would."""
        with FileLock(self._folder / ".lock"):
            if pid := self._load().pid:
                process.kill(pid, str(self._properties), patience=STOP_SECONDS)

    def restart(self) -> None:
        """Stop where it runs, and start on the same data and port."""
        self.stop()
        self.start()

    def _prepare(self, run: list[str], state: State) -> None:
        """Write the settings; give a new data folder its cluster id."""
        data = self._folder / "data"
        self._properties.write_text(server_properties(data, state.port, state.controller_port))
        (self._folder / "log4j2.properties").write_text(LOG4J)
        if (data / "meta.properties").exists():
            return
        cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).rstrip(b"=").decode()
        words = ["kafka.tools.StorageTool", "format", "--standalone", f"--cluster-id={cluster}", "-c", str(self._properties)]
        done = subprocess.run([*run, *words], check=False, capture_output=True, timeout=START_SECONDS)  # noqa: S603 (our own words)
        if done.returncode:
            self.log.write_bytes(done.stdout + done.stderr)
            message = f"the broker's data folder could not be made: see {self.log}, remove {self._folder} and start again"
            raise OperatorError(message)

    def _wait_until_ready(self, mark: int) -> None:
        """Look for the broker's own word in the part of its log after `mark`: an open port comes before it serves."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            with self.log.open("rb") as stream:
                stream.seek(mark)
                if READY in stream.read():
                    return
            if not self.pid:
                message = f"the broker ended while it started: see the end of {self.log}"
                raise OperatorError(message)
            time.sleep(process.POLL_SECONDS)
        process.kill(self._load().pid, str(self._properties), patience=STOP_SECONDS)
        message = f"the broker was not ready after {START_SECONDS:.0f} s and was ended: see the end of {self.log}"
        raise OperatorError(message)

    def _load(self) -> State:
        return State(**json.loads(self._state_file.read_text()))

    def _save(self, state: State) -> None:
        self._state_file.write_text(json.dumps(asdict(state)))


def up(folder: Path) -> str:
    """Start the broker of `folder` unless it runs; return its bootstrap address. It outlives this program."""
    broker = Broker(folder)
    broker.start()
    return broker.bootstrap


def down(folder: Path) -> bool:
    """End the broker that `up` started in `folder`, and no other process. Returns whether it was running."""
    return (folder / "broker.json").exists() and Broker(folder).stop()
