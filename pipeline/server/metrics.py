"""What the server counts, in the form that Prometheus reads. Label values are bounded: endpoints, statuses and partners of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

MAX_PARTNERS = 1_000
"""Partners with a series of their own; those after them are counted together."""

OTHER = "other"
"""The label of those."""

BUCKETS = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds. A page of 1,000 objects takes about 0.002; a query is stopped at 5."""


class Metrics:
    """The counters of one server, in a registry of their own: a program may run several servers."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter("tearline_server_requests", "Answered requests.", ("endpoint", "status"), registry=self.registry)
        self._seconds = Histogram(
            "tearline_server_request_seconds",
            "From a request's headers to its answer.",
            ("endpoint",),
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._bytes = Counter("tearline_server_response_bytes", "Bytes of answers, as sent.", ("endpoint",), registry=self.registry)
        self._objects = Counter(
            "tearline_server_objects", "Objects read, written or deleted by a partner.", ("partner", "action"), registry=self.registry
        )
        self._seen = Gauge(
            "tearline_server_partner_last_request_timestamp_seconds",
            "When a partner last read, wrote or deleted, in seconds since 1970.",
            ("partner",),
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)
        self._by_answer: dict[tuple[str, int], Counter] = {}
        self._by_endpoint: dict[str, tuple[Histogram, Counter]] = {}
        self._by_partner: dict[tuple[str, str], tuple[Counter, Gauge]] = {}
        self._partners: set[str] = set()

    def answered(self, endpoint: str, status: int, seconds: float, size: int) -> None:
        """One request was answered."""
        answers = self._by_answer.get((endpoint, status))
        if answers is None:
            answers = self._by_answer[endpoint, status] = self._requests.labels(endpoint, str(status))
        ends = self._by_endpoint.get(endpoint)
        if ends is None:
            ends = self._by_endpoint[endpoint] = (self._seconds.labels(endpoint), self._bytes.labels(endpoint))
        answers.inc()
        ends[0].observe(seconds)
        ends[1].inc(size)

    def moved(self, partner: str, action: str, objects: int, timestamp: float) -> None:
        """A partner read, wrote or deleted so many objects, at this time of day in seconds."""
        ends = self._by_partner.get((partner, action))
        if ends is None:
            name = self._name(partner)
            ends = (self._objects.labels(name, action), self._seen.labels(name))
            if name == partner:
                self._by_partner[partner, action] = ends
        ends[0].inc(objects)
        ends[1].set(timestamp)

    def watch(self, name: str, help_text: str, read: Callable[[], float], *, counts: bool = False) -> None:
        """A value that is read when Prometheus asks; `counts` says that it only rises."""
        family = CounterMetricFamily if counts else GaugeMetricFamily
        self.registry.register(_Watched(lambda: family(name, help_text, read())))

    def _name(self, partner: str) -> str:
        if partner not in self._partners and len(self._partners) >= MAX_PARTNERS:
            return OTHER
        self._partners.add(partner)
        return partner


class _Watched(Collector):
    """A metric that is made when Prometheus asks."""

    def __init__(self, read: Callable[[], Metric]) -> None:
        self._read = read

    def collect(self) -> Iterable[Metric]:
        yield self._read()
