"""Prometheus metrics of one worker, or of all of them if PROMETHEUS_MULTIPROC_DIR names their shared folder."""

import os
from collections.abc import Iterable
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from presscheck.serve.record import ModelInfo, Record

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 2.5, 5, 10, 30)
SHARED = "PROMETHEUS_MULTIPROC_DIR"


class Metrics:
    """The service's metrics. Labels have few values: route templates, never paths, keys or texts."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        into = self._registry
        self.requests = Counter("presscheck_requests", "Answered requests", ["method", "route", "status"], registry=into)
        self.latency = Histogram(
            "presscheck_request_seconds",
            "Seconds from the request's head to the end of the answer",
            ["route"],
            buckets=SECONDS,
            registry=into,
        )
        self.depth = Gauge(
            "presscheck_queue_articles", "Articles that wait or are being scored", multiprocess_mode="livesum", registry=into
        )
        self.fill = Histogram("presscheck_batch_articles", "Articles in a batch", buckets=(1, 2, 4, 8, 16, 32), registry=into)
        self.records = Counter("presscheck_records", "Records by status", ["status"], registry=into)
        self.flags = Counter("presscheck_flags", "Flagged headlines and sentences", ["flag"], registry=into)
        self.truncated = Counter("presscheck_truncated", "Records of texts that were not read whole", registry=into)
        self.levels = Counter("presscheck_risk", "Records by level of risk", ["level"], registry=into)
        self.reloads = Counter("presscheck_reloads", "Changes of the model in use", ["result"], registry=into)
        self.ready = Gauge(
            "presscheck_ready",
            "1 if the model passed its canary check",
            multiprocess_mode="livemin",
            registry=into,
        )
        self.model = Gauge(
            "presscheck_model",
            "1 for the model in use",
            ["version", "policy", "precision", "weights_sha256"],
            multiprocess_mode="livemax",
            registry=into,
        )
        self._served: ModelInfo | None = None
        if folder := os.environ.get(SHARED):
            _forget_the_dead(Path(folder))

    def serves(self, info: ModelInfo) -> None:
        """Marks the model in use."""
        for served, value in ((self._served, 0), (info, 1)):
            if served is not None:
                self.model.labels(served.version, served.policy, served.precision, served.weights_sha256).set(value)
        self._served = info

    def count(self, records: Iterable[Record]) -> None:
        """Counts a batch's records."""
        for record in records:
            self.records.labels(record.status).inc()
            if record.headline is not None and record.headline.flagged:
                self.flags.labels("sensational").inc()
            self.flags.labels("unsourced").inc(sum(bool(segment.flagged) for segment in record.segments))
            if record.notes.truncated:
                self.truncated.inc()
            if record.risk.level is not None:
                self.levels.labels(record.risk.level).inc()

    def page(self) -> bytes:
        """The metrics in Prometheus' text format."""
        if SHARED not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # the library's own
        return generate_latest(together)


def _forget_the_dead(folder: Path) -> None:
    """Drops the gauges of dead workers; their counters stay."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        if not Path(f"/proc/{pid}").exists() and Path("/proc").exists():
            mark_process_dead(pid, str(folder))  # type: ignore[no-untyped-call]  # the library's own
