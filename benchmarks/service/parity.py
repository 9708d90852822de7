"""One record on every road: 200 articles through the service, the command and the registered model, byte for byte."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import mlflow
import pandas as pd

from benchmarks.service.load import Client
from benchmarks.service.parts import lists_of
from benchmarks.service.server import service
from presscheck.data.article import Article

ARTICLES = 200
REGISTERED = "models:/presscheck@candidate"


def _by_service(models: Path, folder: Path, articles: Sequence[Article]) -> list[str]:
    with service(models, folder, "--deadline", "600") as (_, port):  # a busy machine is no difference
        client = Client(port, "/v1/score", keep=True)
        for body in lists_of(articles, 50):
            if client.post(body, since=0.0) != 200:
                raise SystemExit("the service did not answer every list: run it on a quieter machine")
        client.close()
    answers = (body.decode() for body in client.tally.bodies)
    joined = (answer.removeprefix('{"results":[').removesuffix("]}") for answer in answers)
    return [line for answer in joined for line in answer.replace('},{"id":', '}\n{"id":').split("\n")]


def _by_command(models: Path, rows: Sequence[dict[str, Any]]) -> list[str]:
    command = [
        sys.executable,
        "-m",
        "presscheck.cli.main",
        "score",
        "-",
        "--format",
        "jsonl",
        "--models-dir",
        str(models),
    ]
    lines = "\n".join(map(json.dumps, rows))
    return subprocess.run(command, input=lines, capture_output=True, text=True, check=True).stdout.splitlines()


def _by_registry(tracking: str, rows: Sequence[dict[str, Any]]) -> list[str]:
    mlflow.set_tracking_uri(tracking)
    return list(mlflow.pyfunc.load_model(REGISTERED).predict(pd.DataFrame(rows))["record"])


def parity(bundle: Path, folder: Path, articles: Sequence[Article], *, tracking: str) -> dict[str, Any]:
    """How many records of the service and of the registered model are the command's bytes; the bundle is the registered one."""
    some = articles[:ARTICLES]
    rows = [{"id": a.id, "headline": a.headline, "body": a.body} for a in some]
    models = folder / "as-is"
    models.mkdir()
    (models / "candidate").symlink_to(bundle.resolve())
    command = _by_command(models, rows)
    others = {"service": _by_service(models, folder, some), "registry": _by_registry(tracking, rows)}
    same = {name: sum(a == b for a, b in zip(command, lines, strict=True)) for name, lines in others.items()}
    return {"articles": len(command), "same": same}
