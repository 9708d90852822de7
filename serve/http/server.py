"""Runs the service: one process, or several behind one socket that are replaced when they die."""

import os
import tempfile

import uvicorn
from fastapi import FastAPI

from presscheck.serve.http.app import create_app
from presscheck.serve.http.limits.protocol import TimedProtocol
from presscheck.serve.http.observe.logs import LOG_CONFIG
from presscheck.serve.http.observe.metrics import SHARED
from presscheck.serve.http.settings import VARIABLE, Settings, from_environment
from presscheck.serve.process import prepare_to_score

WORKER_SILENT_S = 60  # a worker that does not respond for so long is replaced; on a busy machine its imports block it for seconds


def worker_app() -> FastAPI:
    """Makes the application of one worker, which is a new process: its settings and its protocol's limits come from the environment."""
    prepare_to_score()
    settings = from_environment()
    TimedProtocol.header_timeout_s = settings.header_timeout_s
    TimedProtocol.max_connections = settings.max_connections
    return create_app(settings)


def run(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT; then accepts no more connections and answers every request that it has."""
    os.environ[VARIABLE] = settings.model_dump_json()
    with tempfile.TemporaryDirectory(prefix="presscheck-metrics-") as folder:
        if settings.workers > 1:
            os.environ[SHARED] = folder
        uvicorn.run(
            "presscheck.serve.http.server:worker_app",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            http=TimedProtocol,
            ws="none",
            log_config=LOG_CONFIG,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            h11_max_incomplete_event_size=settings.header_bytes,
            timeout_graceful_shutdown=int(settings.deadline_s) + 5,
            timeout_worker_healthcheck=WORKER_SILENT_S,
        )
