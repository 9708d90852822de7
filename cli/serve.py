"""`presscheck serve`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from presscheck.cli.exit_codes import Exit, for_people, stop
from presscheck.cli.options import EngineChoice, ModelsDir, Policy, PrecisionOption, State, TrackingUri

if TYPE_CHECKING:
    from presscheck.serve.http.settings import Settings


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on. Any but the loopback address needs API keys.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port (0: any free one).")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes or Ray replicas, each with its own copy of the model.")] = 1,
    engine: Annotated[
        EngineChoice,
        typer.Option(help="local: processes of this machine. ray: Ray Serve on the cluster of RAY_ADDRESS, else here."),
    ] = EngineChoice.local,
    threads: Annotated[int, typer.Option(min=0, help="Threads of each worker's model (0: the cores divided by the workers).")] = 0,
    model: Annotated[
        str | None,
        typer.Option(
            metavar="MODEL",
            help="A bundle folder, or a registered model: models:/NAME@ALIAS or models:/NAME/VERSION (default: the champion, else the "
            "candidate). Promotions are followed, and so is an alias.",
        ),
    ] = None,
    tracking_uri: TrackingUri = None,
    models_dir: ModelsDir = Path("models"),
    policy: Policy = None,
    precision: PrecisionOption = None,
    state: State = Path("service"),
    rate: Annotated[float, typer.Option(min=0, help="Articles per second, key and worker (0: no limit).")] = 100.0,
    burst: Annotated[int, typer.Option(min=1, help="Articles that one key may send at once.")] = 200,
    deadline: Annotated[float, typer.Option(min=0.1, max=3600, help="Seconds after which a request is answered with 504.")] = 30.0,
    require_key: Annotated[bool, typer.Option("--require-key", help="Require an API key on the loopback address too.")] = False,
    without_keys: Annotated[
        bool,
        typer.Option("--without-keys", help="Require no API key on any address: only behind a proxy that authenticates."),
    ] = False,
) -> None:
    """Serves the scorer over HTTP, with a page at /.

    Routes: POST /v1/score, /v1/score/questions, /v1/headlines, /v1/read, /v1/feedback · GET /v1/model, /healthz, /readyz, /metrics,
    /openapi.json. A promoted model takes over within a second or two, a registered model within two minutes of its alias being moved; no
    request is lost. SIGTERM stops the service after its last answer.

    \b
    Examples:
      presscheck serve
      presscheck keys new newsroom && presscheck serve --host 0.0.0.0 --workers 2
      presscheck serve --model models:/presscheck@champion --tracking-uri http://mlflow:5000
    """
    with for_people(extra="ray" if engine is EngineChoice.ray else "serve"):
        from presscheck.serve.process import prepare_to_score

        prepare_to_score()
        from presscheck.serve.http.limits.keys import read_keys
        from presscheck.serve.http.settings import Settings, is_local
        from presscheck.serve.registered_models import is_registered

        needs_key = require_key or not (is_local(host) or without_keys)
        settings = Settings(
            host=host,
            port=port,
            workers=workers,
            models_dir=models_dir,
            model=None if model is None or is_registered(model) else Path(model),
            registered=model if model is not None and is_registered(model) else None,
            tracking_uri=tracking_uri,
            policy=policy,
            precision=precision.value if precision else None,
            threads=threads or _share_of_cores(workers),
            state_dir=state,
            needs_key=needs_key,
            rate=rate if needs_key else 0.0,
            burst=burst,
            deadline_s=deadline,
        )
        if needs_key and not read_keys(settings.key_file):
            raise stop(
                f"{host} needs an API key and {settings.key_file} has none; make one with: presscheck keys new NAME --state {state} "
                "(or require none with --without-keys)",
                Exit.USAGE,
            )
        _check_model(settings)

        if engine is EngineChoice.ray:
            from presscheck.serve.http.cluster import run
        else:
            from presscheck.serve.http.server import run

        run(settings)


def _share_of_cores(workers: int) -> int:
    from presscheck.serve.cores import usable_cores

    return 0 if workers == 1 else max(usable_cores() // workers, 1)


def _check_model(settings: "Settings") -> None:
    """Refuses a model before a process is started for it."""
    from presscheck.serve.bundle import find_bundle, read_bundle
    from presscheck.serve.registered_models import fetch
    from presscheck.serve.scorer import Scorer

    if settings.registered is not None:
        folder = fetch(settings.registered, tracking_uri=settings.tracking_uri)
    else:
        folder = settings.model or find_bundle(settings.models_dir)[0]
    Scorer(read_bundle(folder), policy=settings.policy, precision=settings.precision, threads=1)
