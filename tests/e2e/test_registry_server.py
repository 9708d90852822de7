"""A real MLflow server: a champion that was made offline is pushed, fetched by alias, rolled back, and used when the server is gone."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import mlflow
import pytest
from http_support import reserved_port
from tests_support import until
from typer.testing import CliRunner, Result

from presscheck.cli.main import app
from presscheck.configs.policies import GateConfig
from presscheck.eval import promote as promote_module
from presscheck.eval.gate import Check
from presscheck.eval.promote import Decision, promote, rollback
from presscheck.serve.bundle import MANIFEST, Bundle, point, read_bundle, write_sums
from presscheck.serve.registered_models import find
from presscheck.train.registry_fetch import answer, download, resolve

pytestmark = pytest.mark.slow
CHAMPION = "models:/presscheck@champion"


def answers(uri: str) -> bool:
    try:
        with urlopen(f"{uri}/health", timeout=1) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


@contextmanager
def serving(home: Path) -> Iterator[str]:
    """A tracking server on loopback, with a database and a folder of files."""
    with reserved_port() as port:
        pass
    uri = f"http://127.0.0.1:{port}"
    store = ["--backend-store-uri", f"sqlite:///{home / 'server.db'}", "--artifacts-destination", str(home / "files")]
    command = [sys.executable, "-m", "mlflow", "server", *store, "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    environment = {**os.environ, "MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}  # seven processes that nothing here needs
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, cwd=home, env=environment, start_new_session=True)
    try:
        until(lambda: answers(uri) or server.poll() is not None)
        assert server.poll() is None, (home / "server.log").read_text()
        yield uri
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@pytest.fixture
def models(tiny_bundle: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two bundles, of which no registry knows; the gate lets every one through without an evaluation."""

    def decide(before: Path | None, bundle: Bundle, *_: object, **__: object) -> Decision:
        return Decision(bundle.path.name, before.name if before else None, True, None, (Check("open", True, "as it is"),), None, None)  # type: ignore[arg-type]  # no report

    monkeypatch.setattr(promote_module, "_decide", decide)
    monkeypatch.setenv("PRESSCHECK_MODEL_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "models"
    for name in ("first", "second"):
        shutil.copytree(tiny_bundle.path, folder / name)
        manifest = json.loads((folder / name / MANIFEST).read_text())
        (folder / name / MANIFEST).write_text(json.dumps({**manifest, "version": name}))
        write_sums(folder / name)
    point(folder / "candidate", folder / "second")
    return folder


@pytest.fixture
def own_client() -> Iterator[None]:
    before = mlflow.get_tracking_uri()
    yield
    mlflow.end_run()
    mlflow.set_tracking_uri(before)


def run(*arguments: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exit_code == code, result.output
    return result


@pytest.mark.usefixtures("own_client")
def test_a_champion_from_offline_to_the_registry_and_back(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    gate = GateConfig()
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "http://127.0.0.1:9")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    laptop = Path(shutil.copytree(models, tmp_path / "laptop", symlinks=True))
    assert not promote(laptop, read_bundle(laptop / "first"), gate)[1], "offline"
    for name in ("first", "second"):
        assert not promote(models, read_bundle(models / name), gate)[1]
    assert "did not take second" in run("registry", "push", "--models-dir", models, code=3).stderr
    assert run("score", "--headline", "War?", "--model", CHAMPION, code=3).stderr.endswith("[Errno 111] Connection refused\n")

    with serving(tmp_path) as uri:
        monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
        pushed, again = (run("registry", "push", "--models-dir", models).stdout.splitlines()[-2:] for _ in range(2))
        assert pushed[0] == f"presscheck@candidate: version 1, second (registered) in {uri}"
        assert [line.replace("there already", "registered") for line in pushed] == [
            line.replace("there already", "registered") for line in again
        ]
        client = mlflow.MlflowClient()
        (version,) = client.search_model_versions("name = 'presscheck'")
        assert version.tags["gate.promoted"] == "true"
        assert version.run_id is not None
        assert client.get_run(version.run_id).info.status == "FINISHED"

        def stands_for(alias: str) -> str:
            return str(client.get_model_version_by_alias("presscheck", alias).version)

        record = run("score", "--headline", "War?", "--model", CHAMPION, "--format", "jsonl").stdout
        assert record == run("score", "--headline", "War?", "--model", models / "second", "--format", "jsonl").stdout
        refused = run("registry", "push", "--models-dir", laptop, code=3).stderr
        assert refused.startswith("presscheck: version 1 of presscheck became the registry's champion at ")
        assert stands_for("champion") == "1"
        run("registry", "push", "--models-dir", laptop, "--force")
        assert (stands_for("candidate"), stands_for("champion")) == ("1", "2")

        assert promote(models, read_bundle(models / "second"), gate)[1]
        assert stands_for("champion") == "1"
        assert rollback(models) == ("second", "first", True)
        assert stands_for("champion") == "2"
        run("promote", "models:/presscheck@candidate", "--models-dir", tmp_path / "elsewhere")
        assert (tmp_path / "elsewhere" / "champion").resolve() == tmp_path / "elsewhere" / "second"
        assert stands_for("champion") == "1"

        with mlflow.start_run() as other:
            mlflow.log_text("flavors: {}", "other/MLmodel")
        client.create_registered_model("other")
        for place in ("other", "nothing"):
            client.create_model_version("other", f"{other.info.artifact_uri}/{place}", run_id=other.info.run_id)
        for number in ("1", "2"):
            found = answer(download, ["other", number, str(tmp_path / number)])
            assert found == {"refused": f"version {number} of other holds no presscheck bundle"}
        assert answer(resolve, ["presscheck", "missing"]) == {"refused": "Registered model alias missing not found"}
        assert answer(resolve, ["nobody", "champion"]) == {"refused": "Registered Model with name=nobody not found"}

    assert find("models:/presscheck/1").notice is None
    last = run("score", "--headline", "War?", "--model", CHAMPION, "--format", "jsonl")
    assert last.stdout == record
    assert f"the registry {uri} cannot be reached ([Errno 111] Connection refused); {CHAMPION} is taken as version 1" in caplog.text
