"""The model in use: its canary, and its exchange."""

import json
import logging
import shutil
from pathlib import Path

import pytest
from http_support import Served, renamed
from tests_support import until

from presscheck.serve.bundle import MANIFEST, Bundle, point, read_bundle, write_sums
from presscheck.serve.http.observe.logs import JsonFormatter
from presscheck.serve.scoring_options import fastest_precision

ARTICLE = {"headline": "So the levy is now war?"}


def test_a_promotion_is_served_and_a_broken_one_is_not(served: Served, models: Path) -> None:
    renamed(models, "second")
    shutil.copytree(models / "first", models / "broken")
    (models / "broken" / "config.json").write_text("{}")
    with served() as client:

        def version() -> str:
            answer = client.post("/v1/score", json=ARTICLE)
            assert answer.status_code == 200
            found: str = answer.json()["model"]["version"]
            return found

        before = version()
        point(models / "champion", models / "second")
        until(lambda: version() == "second")
        point(models / "champion", models / "broken")
        until(lambda: 'presscheck_reloads_total{result="failed"} 1.0' in client.get("/metrics").text)
        assert version() == "second"
        (models / "champion").unlink()
        point(models / "champion", models / "first")
        until(lambda: version() == before)
        assert client.get("/readyz").status_code == 200


def test_a_model_that_misses_its_canary_is_not_served(served: Served, models: Path) -> None:
    path = models / "first" / MANIFEST
    manifest = json.loads(path.read_text())
    manifest["canary"]["values"]["f32"]["headline.sensational"] += 0.2
    path.write_text(json.dumps(manifest))
    write_sums(models / "first")
    with served(precision="f32") as client:
        ready, scored = client.get("/readyz"), client.post("/v1/score", json=ARTICLE)
        assert client.get("/healthz").status_code == 200
    assert (ready.status_code, ready.json()["status"]) == (503, "not ready")
    assert (scored.status_code, scored.headers["retry-after"]) == (503, "1")


def test_a_fault_that_nobody_foresaw_is_logged_told_and_gone_when_it_is_over(
    served: Served, models: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    renamed(models, "second")
    with served() as client:
        live = client.app.state.service.live  # type: ignore[attr-defined]  # FastAPI's
        before = client.post("/v1/score", json=ARTICLE).json()["model"]["version"]
        with monkeypatch.context() as patch:

            def fails(_bundle: object, *_: object, **__: object) -> None:
                raise RuntimeError("device lost over zebra")

            patch.setattr("presscheck.serve.http.live_model.Scorer", fails)
            point(models / "champion", models / "second")
            until(lambda: client.get("/readyz").status_code == 503)
            assert client.get("/readyz").json() == {"status": "not ready", "detail": "model: RuntimeError"}
            assert "presscheck_ready 0.0" in client.get("/metrics").text
            answered = client.post("/v1/score", json=ARTICLE)
            assert (answered.status_code, answered.json()["model"]["version"]) == (200, before), "it goes on with what it has"
        until(lambda: client.get("/readyz").status_code == 200)
        assert live.current.bundle.manifest.version == "second"
        assert "presscheck_ready 1.0" in client.get("/metrics").text
    found = [record for record in caplog.records if record.name == "presscheck.service"]
    assert [record.message for record in found] == ["model: unexpected"], "once, however often it was tried"
    line = json.loads(JsonFormatter().format(found[0]))
    assert line["error"] == "RuntimeError"
    assert "zebra" not in str(line)


def test_a_worker_whose_task_has_ended_is_not_ready(served: Served) -> None:
    with served() as client:
        service = client.app.state.service  # type: ignore[attr-defined]  # FastAPI's
        task = service._tasks["batches"]
        task.get_loop().call_soon_threadsafe(task.cancel)
        until(lambda: client.get("/readyz").json() == {"status": "not ready", "detail": "batches: ended"})


def test_the_log_says_what_was_taken_and_why(served: Served, tiny_bundle: Bundle, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with served(precision="auto") as client:
        taken = client.get("/v1/model").json()["model"]["precision"]
        assert "its value from training" in client.get("/readyz").json()["detail"]
    (fields,) = (record.fields for record in caplog.records if record.message == "model loaded")  # type: ignore[attr-defined]  # given as extra
    choice = fastest_precision(tiny_bundle.manifest)
    assert (fields["precision"], fields["because"]) == (taken, choice.reason) == (choice.precision, choice.reason)


def test_a_copy_of_the_bundle_reads_as_itself(models: Path) -> None:
    renamed(models, "second")
    assert read_bundle(models / "second").manifest.version == "second"
