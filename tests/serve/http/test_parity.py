"""One record on every road: the service, the command line, and the model that MLflow loads, for 200 articles."""

import json
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from http_support import Served
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.data.starter import read_starter
from presscheck.serve.bundle import Bundle
from presscheck.train.scored import as_article

ARTICLES = 200


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    articles = [a for a in map(as_article, read_starter()) if a.headline and a.body][:ARTICLES]
    return [{"id": a.id, "headline": a.headline or "", "body": a.body or ""} for a in articles]


@pytest.fixture(scope="module")
def by_command(rows: list[dict[str, str]], tiny_folder: Path) -> list[str]:
    lines = "\n".join(map(json.dumps, rows)).encode()
    options = ["--models-dir", str(tiny_folder / "models"), "--format", "jsonl"]
    result = CliRunner().invoke(app, ["score", "-", *options], input=lines)
    assert result.exit_code == 0, result.stderr
    return result.stdout.splitlines()


def test_the_service_answers_what_the_command_writes(served: Served, rows: list[dict[str, str]], by_command: list[str]) -> None:
    assert len(rows) == ARTICLES
    with served() as client:
        found: list[str] = []
        for start in range(0, ARTICLES, 50):
            answer = client.post("/v1/score", json=rows[start : start + 50])
            found += answer.text.removeprefix('{"results":[').removesuffix("]}").replace('},{"schema":', '}\n{"schema":').split("\n")
    assert found == by_command, "the same bytes"


def test_the_registered_model_answers_it_too(
    tiny_folder: Path, tiny_bundle: Bundle, rows: list[dict[str, str]], by_command: list[str]
) -> None:
    mlflow.set_tracking_uri(f"sqlite:///{tiny_folder / 'mlflow.db'}")
    versions = mlflow.MlflowClient().search_model_versions("name = 'presscheck'")
    assert len(versions) >= 1
    model = mlflow.pyfunc.load_model("models:/presscheck@candidate")
    found = list(model.predict(pd.DataFrame(rows))["record"])
    assert found == by_command
