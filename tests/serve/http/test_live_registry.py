"""A service whose model is named by a registry: which version it takes, when it asks, and what it does when there is no answer."""

import logging
import shutil
from pathlib import Path

import pytest
from http_support import Served, renamed
from registry_support import Registry, stand_in
from tests_support import until

ARTICLE = {"headline": "So the levy is now war?"}
CHAMPION = "models:/desk@champion"


@pytest.fixture
def registry(models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Two versions of a model; the first is the champion."""
    renamed(models, "second")
    found = stand_in(tmp_path / "registry", monkeypatch)
    found.register("1", models / "first")
    found.register("2", models / "second")
    found.point("champion", "1")
    return found


def test_an_alias_is_followed_and_a_registry_that_fails_costs_nothing(
    served: Served, registry: Registry, models: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with served(models_dir=models / "none", registered=CHAMPION, registry_poll_s=0.02) as client:

        def version() -> str:
            answer = client.post("/v1/score", json=ARTICLE)
            assert answer.status_code == 200
            found: str = answer.json()["model"]["version"]
            return found

        assert client.get("/v1/model").json()["role"] == "chosen"
        first = version()
        registry.fault("resolve", {"unreachable": "connection refused"})
        until(lambda: "cannot be reached (connection refused)" in caplog.text)
        registry.fault("resolve", {"refused": "not authenticated"})
        until(lambda: "refuses it: not authenticated" in caplog.text)
        assert version() == first
        assert client.get("/readyz").status_code == 200
        registry.fault("resolve", None)
        registry.point("champion", "2")
        until(lambda: version() == "second")
        registry.point("champion", "1")
        until(lambda: version() == first)
    said = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(said) == 2, "each fault once, however often it was asked"


def test_a_service_starts_on_what_was_known_last(served: Served, registry: Registry, models: Path) -> None:
    with served(registered=CHAMPION, registry_poll_s=3600) as client:
        assert client.get("/readyz").status_code == 200
    registry.fault("resolve", {"unreachable": "connection refused"})
    asked = len(registry.asked)
    with served(registered=CHAMPION, registry_poll_s=3600) as client:
        assert client.post("/v1/score", json=ARTICLE).status_code == 200
    assert len(registry.asked) == asked


def test_a_worker_without_any_version_is_not_ready_and_gets_ready_later(
    served: Served, registry: Registry, caplog: pytest.LogCaptureFixture
) -> None:
    registry.fault("resolve", {"unreachable": "connection refused"})
    with served(registered=CHAMPION, registry_poll_s=0.02) as client:
        assert client.get("/readyz").status_code == 503
        assert 'presscheck_reloads_total{result="failed"} 1.0' in client.get("/metrics").text
        registry.fault("resolve", None)
        until(lambda: client.get("/readyz").status_code == 200)
    assert sum("cannot be reached" in record.message for record in caplog.records) == 1


def test_a_registered_model_that_is_broken_is_not_served(served: Served, registry: Registry, models: Path) -> None:
    shutil.copytree(models / "first", models / "broken")
    (models / "broken" / "config.json").write_text("{}")
    registry.register("3", models / "broken")
    with served(registered=CHAMPION, registry_poll_s=0.02) as client:
        registry.point("champion", "3")
        until(lambda: 'presscheck_reloads_total{result="failed"} 1.0' in client.get("/metrics").text)
        assert client.post("/v1/score", json=ARTICLE).json()["model"]["version"] != "broken"
        assert client.get("/readyz").status_code == 200
