"""`presscheck serve`."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from presscheck.cli.errors import Exit, for_people, stop
from presscheck.cli.options import EngineChoice, PrecisionOption

if TYPE_CHECKING:
    from presscheck.serve.http.settings import Settings


def serve(
    host: Annotated[str, typer.Option(help="Address to listen on. Any other than this machine's own needs keys.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 for any that is free.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes, or Ray's replicas. Each holds a model of its own.")] = 1,
    engine: Annotated[
        EngineChoice,
        typer.Option(help="local: processes of this machine. ray: Ray Serve on the cluster of RAY_ADDRESS, or here."),
    ] = EngineChoice.local,
    threads: Annotated[int, typer.Option(min=0, help="Threads of each worker's model (default: the cores, shared out).")] = 0,
    model: Annotated[
        Path | None,
        typer.Option(help="A bundle folder (default: the champion, else the candidate, and its successors)."),
    ] = None,
    models_dir: Annotated[Path, typer.Option(help="Where champion and candidate are.")] = Path("models"),
    policy: Annotated[str | None, typer.Option(help="Policy of the bundle (default: its first).")] = None,
    precision: PrecisionOption = None,
    state: Annotated[Path, typer.Option(help="Folder of keys, feedback and the secret that records are signed with.")] = Path("service"),
    rate: Annotated[float, typer.Option(min=0, help="Articles a second per key and worker; 0 for no limit.")] = 100.0,
    burst: Annotated[int, typer.Option(min=1, help="Articles that a key may send at once.")] = 200,
    deadline: Annotated[float, typer.Option(min=0.1, max=3600, help="Seconds until a request is answered with 504.")] = 30.0,
    require_key: Annotated[bool, typer.Option("--require-key", help="Ask for a key on this machine too.")] = False,
    without_keys: Annotated[
        bool,
        typer.Option("--without-keys", help="Answer anyone who can reach the address: only behind something that asks."),
    ] = False,
    new_key: Annotated[str | None, typer.Option(metavar="NAME", help="Make a key, print it once, and end.")] = None,
    revoke_key: Annotated[str | None, typer.Option(metavar="NAME", help="Remove a key, and end.")] = None,
    export_feedback: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="Write the feedback as tables for training, and end.")
    ] = None,
) -> None:
    """Serves the scorer over HTTP, with a page at /.

    Routes: POST /v1/score, /v1/headlines, /v1/read, /v1/feedback · GET /v1/model, /healthz, /readyz, /metrics, /openapi.json.
    It follows the champion: a promotion is served within a second or two, with no request lost. SIGTERM ends it after the last answer.

    Examples: presscheck serve · presscheck serve --new-key newsroom · presscheck serve --host 0.0.0.0 --workers 2
    """
    with for_people(extra="ray" if engine is EngineChoice.ray else "serve"):
        from presscheck.serve.process import prepare_to_score

        prepare_to_score()
        if export_feedback is not None:
            _export(state, export_feedback)
            return
        from presscheck.serve.http.limits.keys import new_key as make_key
        from presscheck.serve.http.limits.keys import read_keys
        from presscheck.serve.http.limits.keys import revoke_key as remove_key
        from presscheck.serve.http.settings import Settings, is_local

        needs_key = require_key or not (is_local(host) or without_keys)
        settings = Settings(
            host=host,
            port=port,
            workers=workers,
            models_dir=models_dir,
            model=model,
            policy=policy,
            precision=precision.value if precision else None,
            threads=threads or _share_of_cores(workers),
            state_dir=state,
            needs_key=needs_key,
            rate=rate if needs_key else 0.0,
            burst=burst,
            deadline_s=deadline,
        )
        if new_key is not None:
            typer.echo(make_key(settings.key_file, new_key))
            typer.echo(f"stored as {new_key} in {settings.key_file}; it cannot be shown again", err=True)
            return
        if revoke_key is not None:
            remove_key(settings.key_file, revoke_key)
            return
        if needs_key and not read_keys(settings.key_file):
            raise stop(
                f"{host} needs a key and {settings.key_file} has none; make one with: presscheck serve --state {state} --new-key NAME "
                "(or waive it with --without-keys)",
                Exit.USAGE,
            )
        _check_model(settings)

        if engine is EngineChoice.ray:
            from presscheck.serve.http.cluster import run
        else:
            from presscheck.serve.http.run import run

        run(settings)


def _export(state: Path, folder: Path) -> None:
    from presscheck.serve.http.export import HEADLINES, SENTENCES, export_feedback
    from presscheck.serve.http.signing import KEY_FILE

    done = export_feedback(state / "feedback.sqlite", folder)
    typer.echo(
        f"{folder / HEADLINES}: {done.headlines} rows, {folder / SENTENCES}: {done.sentences}; {done.labelled} carry a label, "
        "the others say only that something is wrong"
    )
    if done.unsigned:
        typer.echo(
            f"{done.unsigned} were left out: their records do not bear the signature of this service ({state / KEY_FILE})",
            err=True,
        )


def _share_of_cores(workers: int) -> int:
    from presscheck.serve.cores import usable_cores

    return 0 if workers == 1 else max(usable_cores() // workers, 1)


def _check_model(settings: "Settings") -> None:
    """Refuses a model before a process is started for it."""
    from presscheck.serve.bundle import find_bundle, read_bundle
    from presscheck.serve.scorer import Scorer

    folder = settings.model or find_bundle(settings.models_dir)[0]
    Scorer(read_bundle(folder), policy=settings.policy, precision=settings.precision, threads=1)
