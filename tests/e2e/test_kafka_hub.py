"""The whole hub on a real Kafka broker, which is killed in the middle and comes back: every view is exact."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.bus.kafka import KafkaBus
from pipeline.dev.kafka import Broker
from pipeline.starter.content import aurora_indicators, aurora_reports
from tests.support.hubs import CLOCK, assert_sums, contents, make_hub, put_objects, read_views, run_apart

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.xdist_group("kafka")]

RECIPIENTS = {"open": {}, "cut": {"minimize": {"paths": {"*.description": "drop"}}}}


def build(folder: Path, bootstrap: str | None) -> Path:
    settings = {"bus": {"kind": "kafka", "bootstrap": bootstrap, "partitions": 4}} if bootstrap else {}
    make_hub(folder, {"one": "alpha", "two": "beta"}, RECIPIENTS, settings=settings)
    put_objects(folder, "one", "a.json", aurora_indicators(400))
    put_objects(folder, "two", "b.json", aurora_reports(20))
    return folder


def test_the_hub_on_kafka_gives_the_views_of_the_embedded_bus_also_when_the_broker_dies(own_broker: Broker, tmp_path: Path) -> None:
    embedded = build(tmp_path / "embedded", None)
    run_apart(embedded)
    expected = contents(read_views(embedded))

    folder = build(tmp_path / "kafka", own_broker.bootstrap)
    environment = {**os.environ, "TEARLINE_CLOCK": CLOCK}
    command = [sys.executable, "-m", "pipeline.cli", "run", "--once", "--json", "--dir", str(folder)]
    running = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    wait_for_partner_messages(own_broker.bootstrap)
    own_broker.kill()
    running.wait(180)
    assert running.returncode == 4, running.stderr.read() if running.stderr else ""

    own_broker.start()
    report = run_apart(folder)
    assert_sums(report)
    assert contents(read_views(folder)) == expected
    dates = {name: [row[0] for row in rows] for name, rows in read_views(folder).items()}
    assert all(rows == sorted(set(rows)) for rows in dates.values())
    before = read_views(folder)
    run_apart(folder)
    assert read_views(folder) == before


def wait_for_partner_messages(bootstrap: str) -> None:
    """Until the release job is in the middle of its work."""
    bus = KafkaBus(bootstrap)
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if sum(bus.end_offsets("partner.cut").values()) > 0:
                return
            time.sleep(0.05)
    finally:
        bus.close()
    pytest.fail("the release never began")
