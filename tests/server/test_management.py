"""Audit, delivery record, metrics, health and readiness, as an operator meets them: over a server process."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest
from prometheus_client.parser import text_string_to_metric_families
from typer.testing import CliRunner

from pipeline.cli.main import app
from pipeline.server import management_port as port_module
from pipeline.server.audit import Audit, AuditEvent
from pipeline.server.delivery import MAX_PENDING, Deliveries
from pipeline.server.health import MIN_FREE, Readiness, check_disk, check_views
from pipeline.server.management import management
from pipeline.server.metrics import MAX_PARTNERS, OTHER, Metrics
from pipeline.store.deliveries import Delivery, DeliveryStore, deliveries_path
from schemas.errors import ConfigError, StoreBusy
from tests.support.serving import ServedHub, indicator

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedHub]:
    objects = [indicator(number) for number in range(12)]
    with ServedHub(tmp_path_factory.mktemp("served") / "hub", objects, metrics_port=0, default_limit=5) as made:
        yield made


@pytest.fixture
def client(hub: ServedHub) -> Iterator[httpx2.Client]:
    with httpx2.Client(base_url=hub.url, headers={"Authorization": f"Bearer {hub.token}"}, trust_env=False, timeout=20) as made:
        yield made


def values(hub: ServedHub) -> dict[tuple[str, ...], float]:
    """Name and label values, by label -> value, as Prometheus reads them."""
    text = httpx2.get(f"{hub.management}/metrics", trust_env=False).text
    families = text_string_to_metric_families(text)
    return {
        (sample.name, *(text for _, text in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def eventually(check: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not check():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.05)


class TestAudit:
    def test_every_read_is_one_line_with_who_what_and_how_much(self, hub: ServedHub, client: httpx2.Client) -> None:
        before = len(hub.log())
        page = client.get(hub.objects_path)
        manifest = client.get(hub.objects_path.replace("objects", "manifest"))
        client.head(hub.objects_path)
        httpx2.get(hub.url + hub.objects_path, trust_env=False)
        eventually(lambda: len(hub.log()) >= before + 4)
        lines = [line for line in hub.log()[before:] if line["event"] == "request"]
        ends = page.headers["X-TAXII-Date-Added-First"], page.headers["X-TAXII-Date-Added-Last"]
        keys = ("endpoint", "status", "partner", "action", "collection", "records", "first", "last")
        ours = ("reader", "read", hub.collection)
        assert [tuple(line.get(key) for key in keys) for line in lines] == [
            ("objects", 200, *ours, 5, *ends),
            ("manifest", 200, *ours, 5, *ends),
            ("objects", 200, *ours, 0, *ends),
            ("objects", 401, None, "read", "", 0, None, None),
        ]
        assert manifest.headers["X-TAXII-Date-Added-Last"] == ends[1]

    def test_no_line_holds_what_a_client_sent(self, hub: ServedHub, client: httpx2.Client) -> None:
        client.get(f"{hub.objects_path}?match[id]=canary--1&canary=1", headers={"User-Agent": "canary"})
        client.get("/canary/collections/canary/objects/canary/")
        httpx2.get(hub.url + "/taxii2/", auth=("canary", "canary"), trust_env=False)
        assert "canary" not in (hub.folder / "serve.log").read_text()
        assert "canary" not in httpx2.get(f"{hub.management}/metrics", trust_env=False).text


class TestMetrics:
    def test_requests_objects_and_bytes_are_counted(self, hub: ServedHub, client: httpx2.Client) -> None:
        asked = ("tearline_server_requests_total", "objects", "200")
        read = ("tearline_server_objects_total", "read", "reader")
        before = values(hub)
        sizes = [len(client.get(hub.objects_path, headers={"Accept-Encoding": "identity"}).content) for _ in range(3)]
        eventually(lambda: values(hub)[asked] == before.get(asked, 0) + 3)
        after = values(hub)
        assert after[read] == before.get(read, 0) + 15
        size = ("tearline_server_response_bytes_total", "objects")
        assert after[size] == before.get(size, 0) + sum(sizes)
        assert after["tearline_server_request_seconds_count", "objects"] >= 3
        assert after[("tearline_server_ready",)] == 1
        assert after[("process_resident_memory_bytes",)] > 0

    def test_what_is_counted_is_documented(self, hub: ServedHub, client: httpx2.Client) -> None:
        client.get(hub.objects_path)
        text = httpx2.get(f"{hub.management}/metrics", trust_env=False).text
        served = set(re.findall(r"^# TYPE (\S+)", text, re.MULTILINE))
        page = (ROOT / "docs" / "reference" / "metrics.md").read_text()
        documented = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
        assert {name for name in served if not name.endswith("_created")} == documented

    def test_partners_beyond_the_bound_share_a_series(self) -> None:
        metrics = Metrics()
        for number in range(MAX_PARTNERS + 50):
            metrics.moved(f"partner-{number}", "read", 1, 0.0)
        assert metrics.registry.get_sample_value("tearline_server_objects_total", {"partner": OTHER, "action": "read"}) == 50
        assert metrics.registry.get_sample_value("tearline_server_objects_total", {"partner": "partner-7", "action": "read"}) == 1

    def test_an_audit_without_deliveries_counts_all_the_same(self) -> None:
        metrics = Metrics()
        audit = Audit(metrics, lambda: 1_000_000)
        audit.record(AuditEvent("alpha", "read", "objects", 200, "c", 3, 1, 3, 100, 0.01))
        audit.record(AuditEvent(None, "read", "objects", 401))
        value = metrics.registry.get_sample_value
        assert value("tearline_server_requests_total", {"endpoint": "objects", "status": "401"}) == 1
        assert value("tearline_server_partner_last_request_timestamp_seconds", {"partner": "alpha"}) == 1.0


class TestDeliveries:
    def test_it_says_who_read_what_and_how_far_behind_that_is(self, tmp_path: Path) -> None:
        objects = [indicator(number) for number in range(12)]
        with ServedHub(tmp_path / "hub", objects, default_limit=5) as hub:
            assert self.shown(hub) == [("reader", 0, 0, 12)]
            with httpx2.Client(base_url=hub.url, headers={"Authorization": f"Bearer {hub.token}"}, trust_env=False) as client:
                first = client.get(hub.objects_path)
                eventually(lambda: self.shown(hub) == [("reader", 1, 5, 7)])
                client.get(hub.objects_path, params={"next": first.json()["next"], "limit": 50})
                client.get(hub.objects_path.replace("objects", "manifest"))
                client.head(hub.objects_path)
                client.get(f"{hub.objects_path}?limit=0")
            hub.stop()  # writes what is pending
            assert self.shown(hub) == [("reader", 2, 12, 0)]
        assert "behind" in CliRunner().invoke(app, ["partner", "deliveries", "--dir", str(hub.folder)]).output

    def shown(self, hub: ServedHub) -> list[tuple[str, int, int, int]]:
        result = CliRunner().invoke(app, ["partner", "deliveries", "--dir", str(hub.folder), "--json"])
        assert result.exit_code == 0, result.output
        return [(item["partner"], item["pages"], item["objects"], item["behind"]) for item in json.loads(result.stdout)]

    def test_a_crash_costs_at_most_the_last_second(self, tmp_path: Path) -> None:
        with ServedHub(tmp_path / "hub", [indicator(1)]) as hub:
            with httpx2.Client(base_url=hub.url, headers={"Authorization": f"Bearer {hub.token}"}, trust_env=False) as client:
                client.get(hub.objects_path)
                time.sleep(1.5)
                client.get(hub.objects_path)
            hub.kill()
            [(_, pages, _, behind)] = self.shown(hub)
            assert pages in (1, 2)
            assert behind == 0

    def test_an_earlier_page_moves_the_position_but_not_the_newest(self, tmp_path: Path) -> None:
        store = DeliveryStore(tmp_path / "deliveries.db")
        store.add([Delivery("p", "c", 1, 5, 50, 50, 1, 1)])
        store.add([Delivery("p", "c", 1, 0, None, None, 2, 2)])
        store.add([Delivery("p", "c", 1, 5, 20, 20, 3, 3)])
        assert store.all() == [Delivery("p", "c", 3, 10, 20, 50, 1, 3)]
        store.close()

    def test_what_cannot_be_written_is_kept_and_written_later(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        deliveries = Deliveries(tmp_path / "deliveries.db", lambda: 7)
        real = DeliveryStore.add

        def busy(*_: object) -> None:
            message = "full"
            raise StoreBusy(message)

        monkeypatch.setattr(DeliveryStore, "add", busy)
        deliveries.note("p", "c", 3, 10)
        deliveries.flush()
        deliveries.note("p", "c", 2, 12)
        deliveries.note("q", "c", 1, 5)
        deliveries.flush()
        assert (deliveries.failed, deliveries.pending) == (2, 2)
        monkeypatch.setattr(DeliveryStore, "add", real)
        deliveries.close()
        store = DeliveryStore(tmp_path / "deliveries.db")
        assert store.all() == [Delivery("p", "c", 2, 5, 12, 12, 7, 7), Delivery("q", "c", 1, 1, 5, 5, 7, 7)]
        store.close()

    def test_memory_is_bounded(self, tmp_path: Path) -> None:
        deliveries = Deliveries(tmp_path / "deliveries.db", lambda: 7)
        for number in range(MAX_PENDING + 3):
            deliveries.note("p", str(number), 1, 1)
        assert (deliveries.pending, deliveries.lost) == (MAX_PENDING, 3)
        deliveries.close()


class TestHealth:
    def test_both_ports_say_that_all_is_well(self, hub: ServedHub) -> None:
        for base in (hub.url, hub.management):
            for path in ("/healthz", "/readyz", "/readyz/"):
                assert httpx2.get(f"{base}{path}", trust_env=False).status_code == 200
        report = httpx2.get(f"{hub.management}/readyz", trust_env=False).json()
        assert report["ready"] is True
        assert report["checks"]["views"] == report["checks"]["disk"] == "ok"

    def test_partners_are_told_no_details(self, tmp_path: Path) -> None:
        with ServedHub(tmp_path / "hub", metrics_port=0) as hub:
            with sqlite3.connect(hub.views) as views:
                views.execute("PRAGMA user_version = 99")
            eventually(lambda: httpx2.get(f"{hub.url}/readyz", trust_env=False).status_code == 503)
            assert httpx2.get(f"{hub.url}/readyz", trust_env=False).text == "not ready\n"
            assert httpx2.get(f"{hub.url}/healthz", trust_env=False).status_code == 200
            answer = httpx2.get(f"{hub.management}/readyz", trust_env=False)
            assert answer.status_code == 503
            assert answer.json()["checks"]["views"] == "StoreVersionError"
            assert values(hub)[("tearline_server_ready",)] == 0

    def test_what_makes_it_not_ready(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = iter(range(0, 1000, 10))
        views = tmp_path / "views.db"
        readiness = Readiness({"views": lambda: check_views(views), "disk": lambda: check_disk(tmp_path)}, lambda: float(next(clock)))
        assert readiness.report()["views"] == "OperationalError"
        sqlite3.connect(views).execute("VACUUM")
        assert readiness.report()["views"] == "schema"
        monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": MIN_FREE - 1}))
        assert readiness.report()["disk"] == "full"

    def test_a_flood_of_probes_costs_one_check(self) -> None:
        runs: list[int] = []

        def check() -> str:
            runs.append(1)
            return "ok"

        readiness = Readiness({"one": check}, lambda: 5.0)
        assert {readiness.report()["one"] for _ in range(100)} == {"ok"}
        assert len(runs) == 1


class TestManagementPort:
    def test_it_has_three_paths_and_no_others(self, hub: ServedHub) -> None:
        for path in ("/", "/metrics/x", "/debug", "/taxii2/"):
            assert httpx2.get(f"{hub.management}{path}", trust_env=False).status_code == 404
        assert httpx2.post(f"{hub.management}/metrics", trust_env=False).status_code == 501
        assert httpx2.get(f"{hub.management}/metrics", trust_env=False).headers["Server"] == "tearline"

    def test_the_public_port_has_no_metrics(self, hub: ServedHub, client: httpx2.Client) -> None:
        assert client.get("/metrics").status_code == 404

    def test_a_taken_port_says_so(self, tmp_path: Path) -> None:
        with management(tmp_path / "views.db", "127.0.0.1", 0) as first:
            assert first.url is not None
            port = int(first.url.rpartition(":")[2])
            with pytest.raises(ConfigError, match="metrics_port"), management(tmp_path / "views.db", "127.0.0.1", port):
                pass

    def test_stalled_connections_do_not_shut_others_out(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(port_module._Handler, "timeout", 0.3)
        with management(tmp_path / "views.db", "127.0.0.1", 0) as watched:
            assert watched.url is not None
            address = ("127.0.0.1", int(watched.url.rpartition(":")[2]))
            stalled = [socket.create_connection(address) for _ in range(40)]
            time.sleep(0.8)
            assert httpx2.get(f"{watched.url}/healthz", trust_env=False).status_code == 200
            for connection in stalled:
                connection.close()

    def test_deliveries_lie_beside_the_views(self) -> None:
        assert deliveries_path(Path("a/views.db")) == Path("a/deliveries.db")
