"""Shared fixtures: a small corpus, a tiny model that is really trained, and the default model in models/candidate.

`make quick` leaves out what is marked slow: by hand where a test starts a server, a browser or another process that takes seconds, and
here where a test trains or uses a trained model.
"""

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from tests_support import STARTER, tiny_overrides

from presscheck.configs.loader import load
from presscheck.configs.offline import stay_offline
from presscheck.serve.bundle import Bundle, find_bundle, read_bundle
from presscheck.serve.scorer import Scorer

stay_offline()
# The same examples each time, and no limit on how long one takes or is made: that is the machine's business.
settings.register_profile("presscheck", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("presscheck")
os.environ.setdefault("OMP_NUM_THREADS", "1")  # two threads collapse on a busy machine
ROOT = Path(__file__).parent.parent
TRAINS = {"small_corpus", "tiny_folder", "default_bundle"}  # fixtures of tests that train a model or use one
SEED_ARTICLE = ROOT / "tests" / "e2e" / "seed-article.txt"
WIRE_REWRITE = ROOT / "tests" / "e2e" / "wire-rewrite.txt"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks every test that trains a model, or uses a trained one, as slow."""
    for item in items:
        if TRAINS & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True, scope="session")
def at_the_root() -> None:
    """Configs name the tiny encoder from the root of the clone."""
    os.chdir(ROOT)


@pytest.fixture(autouse=True)
def no_tracking_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow's client leaves its last address in the environment."""
    monkeypatch.delenv("MLFLOW_TRACKING_URI", raising=False)


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two topics of the starter corpus, and a file of articles that teaches which claims need a source; with their judged headlines."""
    folder = tmp_path_factory.mktemp("corpus")
    for kind in ("headlines", "articles", "support"):
        (folder / kind).mkdir()
        for topic in ("crime", "markets"):
            shutil.copy(STARTER / kind / f"{topic}.txt", folder / kind)
    for kind in ("articles", "support"):
        shutil.copy(STARTER / kind / "sites_5.txt", folder / kind)
    return folder


@pytest.fixture(scope="session")
def tiny_folder(small_corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where tiny.yaml was trained: models/ and mlflow.db. Every test process has its own."""
    from presscheck.train.run import train

    folder = tmp_path_factory.mktemp("tiny")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        patch.setenv("MLFLOW_ARTIFACT_ROOT", str(folder / "mlruns"))
        train(load("tiny", tiny_overrides(small_corpus, folder)))
    return folder


@pytest.fixture(scope="session")
def tiny_bundle(tiny_folder: Path) -> Bundle:
    return read_bundle(find_bundle(tiny_folder / "models")[0])


@pytest.fixture(scope="session")
def tiny_scorer(tiny_bundle: Bundle) -> Scorer:
    return Scorer(tiny_bundle, threads=1)


@pytest.fixture(scope="session")
def default_bundle() -> Bundle:
    """The default model that stands in models/candidate, of the data as they are now."""
    from presscheck.train.plan import plan

    candidate = ROOT / "models" / "candidate"
    command = "make models/candidate, or presscheck train starter"
    if not candidate.exists():
        pytest.fail(f"there is no models/candidate; train the default model first: {command}", pytrace=False)
    bundle = read_bundle(candidate)
    wanted = plan(load("starter")).data.sha256
    if bundle.manifest.name != "starter" or bundle.manifest.data_sha256 != wanted:
        pytest.fail(f"models/candidate is no default model of the data as they are now; train it: {command}", pytrace=False)
    return bundle


@pytest.fixture(scope="session")
def default_scorer(default_bundle: Bundle) -> Scorer:
    return Scorer(default_bundle, threads=1)
