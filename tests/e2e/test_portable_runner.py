"""Both jobs through Beam's portable job service with workers of their own: the same views, and no Java."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.starter.content import aurora_indicators, aurora_reports
from tests.support.hubs import CLOCK, contents, make_hub, put_objects, read_views, run_apart

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("portable")]

RECIPIENTS = {"open": {}, "cut": {"minimize": {"paths": {"*.description": "drop"}}}}


@pytest.fixture
def options(tmp_path: Path) -> Iterator[list[str]]:
    """Options that lead to a job service and a pool of external Python workers on this machine."""
    job, pool = free_port(), free_port()
    environment = {**os.environ, "TEARLINE_CLOCK": CLOCK, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    commands = [
        [
            sys.executable,
            "-m",
            "apache_beam.runners.portability.local_job_service_main",
            "--port",
            str(job),
            "--staging_dir",
            str(tmp_path),
        ],
        [sys.executable, "-m", "apache_beam.runners.worker.worker_pool_main", f"--service_port={pool}"],
    ]
    running = [
        subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        for command in commands
    ]
    try:
        for port in (job, pool):
            wait_for(port)
        yield [
            *("--runner=PortableRunner", f"--job_endpoint=localhost:{job}"),
            *("--environment_type=EXTERNAL", f"--environment_config=localhost:{pool}"),
        ]
    finally:
        for process in running:
            os.killpg(process.pid, 15)
            process.wait(30)


def test_both_jobs_through_the_portable_job_service_give_the_same_views(options: list[str], tmp_path: Path) -> None:
    local, portable = (build(tmp_path / name) for name in ("local", "portable"))
    run_apart(local)
    ingest_only(portable)
    for job in ("intake", "release"):
        command = [sys.executable, "-m", "pipeline.cli", "job", job, "--json", "--dir", str(portable), "--", *options]
        done = subprocess.run(
            command, env={**os.environ, "TEARLINE_CLOCK": CLOCK}, capture_output=True, text=True, timeout=280, check=False
        )
        assert done.returncode == 0, done.stderr[-3000:]
    assert contents(read_views(portable)) == contents(read_views(local)) != {}


def test_direct_runner_is_refused_with_the_reason(tmp_path: Path) -> None:
    folder = build(tmp_path / "hub")
    command = [sys.executable, "-m", "pipeline.cli", "job", "intake", "--dir", str(folder), "--", "--runner=DirectRunner"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 3
    assert "silently picks one of three engines" in done.stderr


def test_an_option_that_beam_does_not_know_is_refused(tmp_path: Path) -> None:
    folder = build(tmp_path / "hub")
    command = [sys.executable, "-m", "pipeline.cli", "job", "intake", "--dir", str(folder), "--", "--nonsense=3"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 3
    assert "--nonsense" in done.stderr


def build(folder: Path) -> Path:
    make_hub(folder, {"one": "alpha", "two": "beta"}, RECIPIENTS)
    put_objects(folder, "one", "a.json", aurora_indicators(80))
    put_objects(folder, "two", "b.json", aurora_reports(10))
    return folder


def ingest_only(folder: Path) -> None:
    """Put the feeds onto the raw topic, and nothing more."""
    run_apart(folder, failpoint="intake.before_block")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
    return found


def wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    pytest.fail(f"nothing listens on port {port}")
