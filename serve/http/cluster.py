"""The service as a Ray Serve deployment: replicas of the same application, on this machine or over a cluster.

`presscheck serve --engine ray` starts it, and so does Ray's own command, whose arguments are the fields of `Settings`:
`serve run presscheck.serve.http.cluster:application models_dir=/shared/models workers=4`. Only the number of replicas
and their resources are set here; Ray decides where they run, how requests reach them and how they are replaced.
"""

import logging.config
import os
import signal
import threading
from typing import Any

import ray
from fastapi import FastAPI
from ray import serve

from presscheck.serve.http.app import create_app
from presscheck.serve.http.observe.logs import LOG_CONFIG
from presscheck.serve.http.settings import Settings
from presscheck.serve.process import prepare_to_score

CPUS_PER_REPLICA = 0.8  # the rest is left for Ray's own tasks: with every CPU taken they wait for ever and log nothing
DRAIN_S = 5.0
NAME = "presscheck"


def application(settings: Settings) -> serve.Application:
    """The deployment with `settings.workers` replicas; each takes the model, the keys and the feedback file from the folders named.

    Paths are made absolute here: a replica on another machine needs the same folders at the same place.
    """
    places = {name: path.resolve() for name in ("models_dir", "model", "state_dir") if (path := getattr(settings, name))}
    settings = settings.model_copy(update={**places, "threads": settings.threads or 1})

    def build() -> FastAPI:
        prepare_to_score()
        logging.config.dictConfig(LOG_CONFIG)
        return create_app(settings)

    replicas: Any = serve.deployment(
        serve.ingress(build)(),
        name=NAME,
        num_replicas=settings.workers,
        # A replica batches and refuses by itself; its limit is what it can queue, not Ray's small default.
        max_ongoing_requests=settings.max_queue,
        max_queued_requests=settings.max_queue,
        ray_actor_options={"num_cpus": CPUS_PER_REPLICA},
        graceful_shutdown_timeout_s=settings.deadline_s + DRAIN_S,
        logging_config={"enable_access_log": False},  # the application logs its requests itself
    )
    bound: serve.Application = replicas.bind()
    return bound


def run(settings: Settings) -> None:
    """Serves until SIGTERM or SIGINT, on the cluster of RAY_ADDRESS or on one that is started for it here.

    The service listens where the settings say. Ray's own ports are open on every address of the machine, and ask for Ray's token.
    """
    prepare_to_score()  # Ray reads the switch of its usage reports when it starts
    # Ray starts its workers at nice 15, which beside other busy processes leaves a replica a twentieth of a core.
    os.environ.setdefault("RAY_worker_niceness", "0")
    ended = threading.Event()
    options: dict[str, Any] = {} if "RAY_ADDRESS" in os.environ else {"include_dashboard": False}
    cluster: Any = ray  # some of its functions have types, and some have not
    service: Any = serve
    cluster.init(configure_logging=False, **options)
    try:
        service.start(http_options={"host": settings.host, "port": settings.port})
        service.run(application(settings), name=NAME)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        ended.wait()
    finally:
        service.shutdown()
        cluster.shutdown()
