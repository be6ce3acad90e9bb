"""A real broker: up and down, over restarts, and from other programs."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.bus.base import Message, Range
from pipeline.bus.kafka import KafkaBus
from pipeline.dev.kafka import Broker, State, down, up
from pipeline.dev.ports import HOST, free_ports
from schemas.errors import OperatorError
from tests.support.kafka import need_java

DOWN = "import sys; from pathlib import Path; from pipeline.dev.kafka import down; print(down(Path(sys.argv[1])))"

pytestmark = pytest.mark.kafka


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    need_java()
    path = tmp_path / "kafka"
    yield path
    down(path)


def test_up_and_down_keep_data_and_address(folder: Path) -> None:
    address = up(folder)
    assert address.startswith(f"{HOST}:")
    pid = Broker(folder).pid
    with closing(KafkaBus(address)) as bus:
        bus.ensure_topic("t", 1)
        bus.append("t", [Message(b"k", b"v")])
    assert up(folder) == address  # already up: the same one
    assert Broker(folder).pid == pid
    other = subprocess.run(
        [
            sys.executable,
            "-c",
            DOWN,
            folder,
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    assert other.stdout == "True\n"
    assert Broker(folder).pid == 0
    assert not down(folder)
    assert up(folder) == address
    assert Broker(folder).pid not in (0, pid)
    with closing(KafkaBus(address)) as bus:
        assert [stored.message.value for stored in bus.read(Range("t", 0, 0, 1))] == [b"v"]


def test_the_broker_listens_on_the_loopback_interface_alone(folder: Path) -> None:
    port = int(up(folder).rpartition(":")[2])
    listening = [line for line in (folder / "server.properties").read_text().splitlines() if "listeners=" in line]
    assert listening
    assert all(address.partition("://")[2].startswith(HOST) for line in listening for address in line.partition("=")[2].split(","))
    with socket.create_connection((HOST, port), timeout=5):
        pass


def test_a_pid_that_now_is_anothers_is_left_alone(folder: Path) -> None:
    broker = Broker(folder)
    broker._save(State(port=1, controller_port=2, pid=os.getpid()))
    assert broker.pid == 0
    assert not down(folder)
    broker.kill()


def test_down_without_up_does_nothing(tmp_path: Path) -> None:
    assert not down(tmp_path / "never")
    assert not (tmp_path / "never").exists()


def test_a_port_in_use_is_told_with_the_log(folder: Path) -> None:
    (port,) = free_ports(1, seed=os.getpid() + 2000)
    with socket.create_server((HOST, port)):
        broker = Broker(folder, port)
        with pytest.raises(OperatorError, match="ended while it started"):
            broker.start()
    assert "Address already in use" in broker.log.read_text()


def test_restart_after_a_kill(own_broker: Broker) -> None:
    address, pid = own_broker.bootstrap, own_broker.pid
    os.kill(pid, signal.SIGKILL)
    own_broker.restart()
    assert own_broker.bootstrap == address
    assert own_broker.pid not in (0, pid)
