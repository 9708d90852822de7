"""The same application as a Ray Serve deployment: two replicas on a local Ray, one of which is killed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from http_support import PATIENT, reserved_port
from tests_support import UNHURRIED

from presscheck.serve.bundle import Bundle
from presscheck.serve.http.settings import Settings

PROGRAM = """
import json, sys
import ray
from ray import serve
from tests_support import PATIENCE_S, until, wait_for_ray
from presscheck.data.article import Article
from presscheck.serve.bundle import read_bundle
from presscheck.serve.http.cluster import application
from presscheck.serve.http.settings import Settings
from presscheck.serve.scorer import Scorer
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

pytestmark = pytest.mark.slow

settings = Settings.model_validate_json(sys.argv[1])
home = f"http://{settings.host}:{settings.port}"
body = "Traders will ruin the town. Officials denied it."
bodies = [{"id": str(n), "headline": f"Levy {n} is now war?", "body": body} for n in range(24)]
scorer = Scorer(read_bundle(settings.model), threads=1)
expected = [r.model_dump(mode="json") for r in scorer.score(Article(**b) for b in bodies)]

def ask(path, body=None):
    data = None if body is None else json.dumps(body).encode()
    try:
        with urlopen(Request(home + path, data, {"Content-Type": "application/json"}), timeout=PATIENCE_S) as answer:
            return answer.status, json.load(answer)
    except HTTPError as error:
        return error.code, json.load(error) if error.headers["content-type"].endswith("json") else None
    except URLError:
        return 0, None

def replicas():
    names = [n["name"] for n in ray.util.list_named_actors(all_namespaces=True)]
    return [n for n in names if n.startswith("SERVE_REPLICA")]

wait_for_ray()
ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False, configure_logging=False)
serve.start(http_options={"host": settings.host, "port": settings.port})
serve.run(application(settings), name="presscheck")
first = set(replicas())
assert len(first) == 2, first
found = [ask("/v1/score", body) for body in bodies]
assert found == [(200, record) for record in expected], found
assert ask("/v1/score", bodies) == (200, {"results": expected})
assert ask("/v1/score", {"headline": 3})[0] == 422
assert ask("/v1/score", [bodies[0]] * (settings.max_articles + 1))[0] == 413
assert ask("/readyz")[0] == 200

ray.kill(ray.get_actor(sorted(first)[0], namespace="serve"))
wrong = []
for body, record in zip(bodies, expected):
    status, answer = ask("/v1/score", body)
    if status == 200 and answer != record:
        wrong.append(answer)
assert not wrong, wrong
until(lambda: len(set(replicas()) - {sorted(first)[0]}) == 2)
until(lambda: ask("/v1/score", bodies) == (200, {"results": expected}))
serve.shutdown()
ray.shutdown()
print("SAME")
"""


def test_two_replicas_answer_what_the_scorer_says(tiny_bundle: Bundle, tmp_path: Path) -> None:
    pytest.importorskip("ray.serve", reason="needs presscheck[ray]")
    path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "RAY_AUTH_MODE": "disabled", **UNHURRIED}
    with reserved_port() as port:
        usual = {"model": tiny_bundle.path, "state_dir": tmp_path / "state", "rate": 0}
        settings = Settings.model_validate({**usual, "port": port, "workers": 2, **PATIENT})
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, settings.model_dump_json()],
            capture_output=True,
            text=True,
            check=False,
            env=environment,
        )
    assert done.stdout.strip().endswith("SAME"), done.stderr[-2000:]
