"""What watches the server, put together: audit, metrics, delivery record and readiness, and the port that tells of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from pipeline.server.audit import Audit
from pipeline.server.delivery import Deliveries
from pipeline.server.health import Check, Readiness, check_disk, check_views, is_ready
from pipeline.server.management_port import management_port
from pipeline.server.metrics import Metrics
from pipeline.store.deliveries import deliveries_path

NO_CHECKS: Mapping[str, Check] = {}


class Management(NamedTuple):
    """The parts that the application needs, and the base URL of the management port where it has one."""

    audit: Audit
    readiness: Readiness
    metrics: Metrics
    url: str | None


@contextmanager
def management(
    views: Path, host: str, port: int | None, clock: Callable[[], float] = time.monotonic, checks: Mapping[str, Check] = NO_CHECKS
) -> Iterator[Management]:
    """Everything that watches a server over `views`, for as long as it runs; without a `port` nothing listens.

    `checks` are further ones for readiness. Raises ConfigError where the port is taken.
    """
    metrics = Metrics()
    readiness = Readiness({"views": partial(check_views, views), "disk": partial(check_disk, views.parent), **checks}, clock)
    deliveries = Deliveries(deliveries_path(views), _now)
    metrics.watch("tearline_server_ready", "1 where the server can do its work, else 0.", lambda: float(is_ready(readiness.report())))
    metrics.watch("tearline_server_deliveries_pending", "Delivery records to be written.", lambda: deliveries.pending)
    metrics.watch("tearline_server_deliveries_lost", "Reads that no record tells of.", lambda: deliveries.lost, counts=True)
    metrics.watch("tearline_server_deliveries_failures", "Writes that were put off.", lambda: deliveries.failed, counts=True)
    deliveries.start()
    try:
        with management_port(host, port, metrics.registry, readiness) as url:
            yield Management(Audit(metrics, _now, deliveries), readiness, metrics, url)
    finally:
        deliveries.close()


def _now() -> int:
    return time.time_ns() // 1000
