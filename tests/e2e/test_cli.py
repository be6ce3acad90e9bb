"""The command line as a newcomer uses it: every command, its JSON, and its exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx2
import pytest

pytestmark = pytest.mark.slow


def tearline(*arguments: str | Path, code: int = 0) -> str:
    """Run a command; its standard output, or standard error where a failure is expected."""
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *map(str, arguments)], capture_output=True, text=True, timeout=200, check=False
    )
    assert done.returncode == code, done.stderr or done.stdout
    return done.stdout if code in (0, 5) else done.stderr


def as_json(*arguments: str | Path, code: int = 0) -> Any:
    return json.loads(tearline(*arguments, "--json", code=code))


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A starter hub that has run once."""
    folder = tmp_path_factory.mktemp("cli") / "hub"
    assert len(as_json("init", folder)) > 8
    report = as_json("run", "--once", "--dir", folder)
    assert set(report) == {"feeds", "recipients", "failed", "seconds"}
    assert set(report["feeds"]["harbor-files"]) == {
        *("received", "derived", "accepted", "duplicates", "new_versions", "quarantined", "noted"),
    }
    assert set(report["recipients"]["ngo-fjord"]) == {
        *("released", "minimized", "tearline", "aggregated", "withheld", "held", "withdrawn"),
    }
    return folder


def test_init_refuses_a_folder_that_holds_a_hub(hub: Path) -> None:
    assert "holds a hub already" in tearline("init", hub, code=3)


def test_a_fresh_hub_passes_its_check(hub: Path) -> None:
    assert as_json("check", "--dir", hub)["ok"] is True


def test_check_reports_every_mistake_with_file_and_line(hub: Path, tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    as_json("init", folder)
    path = folder / "tearline.yaml"
    text = path.read_text().replace("port: 6100", "port: many").replace("title: Example", "titel: Example")
    path.write_text(text)
    port, title = (1 + text[: text.index(word)].count("\n") for word in ("port: many", "titel:"))
    told = "\n".join(item["told"] for item in as_json("check", "--dir", folder, code=5)["findings"])
    assert f"{path}:{port}: server.port" in told
    assert f"{path}:{title}: server.titel: unknown setting" in told


def test_a_missing_hub_says_what_to_do(tmp_path: Path) -> None:
    assert "tearline init" in tearline("run", "--once", "--dir", tmp_path, code=3)


def test_status_quarantine_and_partners(hub: Path) -> None:
    status = as_json("status", "--dir", hub)
    assert (status["raw_lag"], status["release_lag"]) == (0, 0)
    assert status["recipients"]["ministry-delta"]["objects"] > 50
    listed = as_json("quarantine", "list", "--dir", hub, "--reason", "duplicate-key")
    assert listed["entries"][0]["reason"] == "duplicate-key"
    assert as_json("quarantine", "show", str(listed["entries"][0]["no"]), "--dir", hub)["raw_base64"]
    assert "has no entry" in tearline("quarantine", "show", "99999", "--dir", hub, code=3)
    assert {row["partner"] for row in as_json("partner", "list", "--dir", hub)} >= {"ministry-delta", "cert-aurora"}


def test_partner_add_token_and_revoke(hub: Path) -> None:
    as_json("partner", "add", "new-partner", "--name", "New Partner", "--kind", "ngo", "--community", "cyber-forum", "--dir", hub)
    assert "is there already" in tearline("partner", "add", "new-partner", "--name", "Again", "--dir", hub, code=3)
    assert "kind" in tearline("partner", "add", "odd", "--name", "Odd", "--kind", "club", "--dir", hub, code=3)
    token = as_json("partner", "token", "new-partner", "--dir", hub)["token"]
    name = token.rsplit("_", 1)[0]
    assert as_json("partner", "token", "new-partner", "--revoke", name, "--dir", hub)["revoked"] == name
    assert "no such partner" in tearline("partner", "token", "nobody", "--dir", hub, code=3)


def test_explain_knows_the_producers_id_and_the_one_that_the_recipient_sees(hub: Path) -> None:
    import sqlite3

    with sqlite3.connect(hub / "views.db") as views:
        seen = views.execute(
            "SELECT object_id FROM member_text member JOIN collection ON collection.no = member.collection"
            " WHERE partner = 'ngo-fjord' AND reason = 'minimized' AND object_id LIKE 'indicator--%'"
        ).fetchone()[0]
    (found,) = as_json("explain", seen, "--for", "ngo-fjord", "--dir", hub)
    assert (found["decision"], found["reason"], found["released_as"]) == ("put", "minimized", seen)
    assert "indicator.external_references=drop" in found["changes"]
    original = found["contributors"][0]["source_id"]
    assert original != seen
    assert as_json("explain", original, "--for", "ngo-fjord", "--dir", hub) == [found]
    (bank,) = as_json("explain", original, "--for", "bank-ember", "--dir", hub)
    assert (bank["decision"], bank["reason"]) == ("withdraw", "tlp-no-community")
    assert "no policy" in tearline("explain", original, "--for", "nobody", "--dir", hub, code=3)


def test_connector_new_is_listed_and_its_test_is_green_before_it_is_edited(hub: Path) -> None:
    written = as_json("connector", "new", "acme", "--dir", hub)
    assert any(item["name"] == "acme" for item in as_json("connector", "list", "--dir", hub))
    test = next(path for path in written if "test_" in path)
    done = subprocess.run([sys.executable, "-m", "pytest", "-q", test], capture_output=True, text=True, timeout=120, check=False, cwd=hub)
    assert done.returncode == 0, done.stdout


def test_run_polls_until_sigterm_and_stops_within_ten_seconds(tmp_path: Path) -> None:
    folder = tmp_path / "hub"
    as_json("init", folder)
    running = subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "run", "--dir", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and as_json("status", "--dir", folder)["recipients"].get("ngo-fjord", {}).get("objects", 0) == 0:
        time.sleep(0.3)
    assert "another `tearline run`" in tearline("run", "--once", "--dir", folder, code=3)
    started = time.monotonic()
    running.send_signal(signal.SIGTERM)
    assert running.wait(20) == 0
    assert time.monotonic() - started < 10


def test_serve_answers_until_sigterm(hub: Path) -> None:
    made = as_json("partner", "token", "ngo-fjord", "--basic", "fjord-reader", "--dir", hub)
    environment = {**os.environ, "TEARLINE_SERVER__PORT": "0"}
    serving = subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli", "serve", "--json", "--dir", str(hub)], stdout=subprocess.PIPE, text=True, env=environment
    )
    assert serving.stdout is not None
    url = json.loads("".join(serving.stdout.readline() for _ in range(3)))["listening"]
    discovery = httpx2.get(f"{url}/taxii2/", auth=("fjord-reader", made["password"]))
    assert discovery.status_code == 200
    assert httpx2.get(f"{url}/taxii2/").status_code == 401
    serving.send_signal(signal.SIGTERM)
    assert serving.wait(20) == 0


def test_the_demo_shows_three_feeds_and_three_different_collections(tmp_path: Path) -> None:
    found = as_json("demo", "--dir", tmp_path / "demo")
    assert set(found["feeds"]) == {"aurora-indicators", "aurora-reports", "harbor-files"}
    for feed in found["feeds"].values():
        outcomes = feed["accepted"] + feed["duplicates"] + feed["new_versions"] + sum(feed["quarantined"].values())
        assert feed["received"] + feed["derived"] == outcomes > 0
    read = {item["recipient"]: item["objects"] for item in found["read_back"]}
    status = as_json("status", "--dir", tmp_path / "demo")
    assert read == {name: item["objects"] for name, item in status["recipients"].items()}
    assert len(set(read.values())) == 3
