"""Who may ask, what every answer carries, and what never reaches a log."""

import logging
import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from http_support import Served
from tests_support import PATIENCE_S, until

from presscheck.data.errors import DataError
from presscheck.serve.bundle import point
from presscheck.serve.http.limits.bucket import Buckets
from presscheck.serve.http.limits.keys import Keyring, new_key, revoke_key
from presscheck.serve.http.observe.logs import JsonFormatter
from presscheck.serve.http.settings import is_local

SECRET = "zebra-in-the-harbour"
ARTICLE = {"headline": f"So {SECRET} is now war?", "body": f"The {SECRET} fell on Monday."}


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_keys_are_asked_for_and_read_again(served: Served, tmp_path: Path) -> None:
    file = tmp_path / "state" / "keys.json"
    key = new_key(file, "newsroom")
    with served(needs_key=True) as client:
        for path in ("/v1/model", "/metrics", "/v1", "/v1/nowhere"):
            assert client.get(path).status_code == 401, path
        refused = client.post("/v1/score", json=ARTICLE, headers=bearer(key + "x"))
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Bearer")
        assert client.post("/v1/score", json=ARTICLE, headers=bearer(key)).status_code == 200
        for path in ("/", "/healthz", "/readyz", "/assets/app.js"):
            assert client.get(path).status_code == 200, path
        other = new_key(file, "desk")
        until(lambda: client.get("/v1/model", headers=bearer(other)).status_code == 200)
        revoke_key(file, "newsroom")
        until(lambda: client.get("/v1/model", headers=bearer(key)).status_code == 401)


def test_a_key_file_holds_no_key(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    key = new_key(file, "a")
    assert key not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    keyring = Keyring(file)
    keyring.refresh()
    assert keyring.owner(key) == "a"
    assert keyring.owner("") is None
    with pytest.raises(DataError, match="already"):
        new_key(file, "a")
    with pytest.raises(DataError, match="no name"):
        new_key(file, "a b")
    with pytest.raises(DataError, match="there are a"):
        revoke_key(file, "b")


def in_the_way(file: Path) -> None:
    """What root, too, cannot read as a file."""
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("spoil", [in_the_way, lambda file: file.write_text('{"newsroom": {"sha256":')])
def test_from_keys_that_cannot_be_read_nobody_is_let_in(
    served: Served, tmp_path: Path, spoil: Callable[[Path], None], caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "state" / "keys.json"
    key = new_key(file, "newsroom")
    whole = file.read_bytes()
    with served(needs_key=True) as client:
        assert client.get("/readyz").status_code == 200
        spoil(file)
        until(lambda: client.get("/v1/model", headers=bearer(key)).status_code == 503)
        refused = client.get("/v1/model", headers=bearer(key))
        assert (refused.json()["detail"], refused.headers["retry-after"]) == ("the keys cannot be read", "1")
        ready = client.get("/readyz")
        assert (ready.status_code, ready.json()["detail"].split(":")[0]) == (503, "keys")
        assert client.get("/healthz").status_code == 200
        if file.is_dir():
            file.rmdir()
        file.write_bytes(whole)
        until(lambda: client.get("/v1/model", headers=bearer(key)).status_code == 200)
        assert client.get("/readyz").status_code == 200
        spoil(file)
        until(lambda: client.get("/readyz").status_code == 503)
        if file.is_dir():
            file.rmdir()
        file.write_bytes(b"{}")
        until(lambda: client.get("/v1/model", headers=bearer(key)).status_code == 401)
    assert [r.levelname for r in caplog.records if r.name == "presscheck.service"] == ["ERROR"] * 2
    assert str(file) in caplog.text


def test_a_service_that_starts_without_readable_keys_waits_for_them(served: Served, tmp_path: Path) -> None:
    file = tmp_path / "state" / "keys.json"
    file.mkdir(parents=True)
    with served(needs_key=True) as client:
        assert client.get("/readyz").status_code == 503
        file.rmdir()
        key = new_key(file, "newsroom")
        until(lambda: client.get("/v1/model", headers=bearer(key)).status_code == 200)
    in_the_way(file)
    with served() as client:
        assert client.get("/readyz").status_code == 200, "where no key is asked for, the file does not matter"


def test_a_key_is_revoked_while_a_model_loads(served: Served, models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, go, loading = tmp_path / "state" / "keys.json", threading.Event(), threading.Event()
    key = new_key(file, "newsroom")
    with served(needs_key=True) as client:

        def load() -> None:
            loading.set()
            go.wait(PATIENCE_S)
            raise RuntimeError("unforeseen")

        live = client.app.state.service.live  # type: ignore[attr-defined]  # FastAPI's
        monkeypatch.setattr(live, "load", load)
        (models / "champion").unlink()
        shutil.copytree(models / "first", models / "second")
        point(models / "champion", models / "second")
        assert loading.wait(PATIENCE_S)
        revoke_key(file, "newsroom")
        until(lambda: client.get("/v1/model", headers=bearer(key)).status_code == 401)
        go.set()
        until(lambda: client.get("/readyz").status_code == 503)


def test_a_bucket_refills() -> None:
    now = 0.0
    buckets = Buckets(rate=2.0, burst=4, clock=lambda: now)
    assert buckets.take("a", 4) is None
    assert buckets.take("a", 3) == 2
    assert buckets.take("b", 1) is None
    now = 2.0
    assert buckets.take("a", 4) is None
    now = 100.0
    assert buckets.take("a", 10) is None, "more than a bucket holds is granted to a full one"
    assert buckets.take("a", 1) == 4, "which then owes the rest"
    assert Buckets(rate=0, burst=1).take("a", 1000) is None


def test_a_caller_that_asks_too_much_is_told_when_to_come_back(served: Served, tmp_path: Path) -> None:
    head = bearer(new_key(tmp_path / "state" / "keys.json", "a"))
    with served(needs_key=True, rate=1e-6, burst=3) as client:
        assert client.post("/v1/score", json=[ARTICLE] * 2, headers=head).status_code == 200
        refused = client.post("/v1/score", json=[ARTICLE] * 2, headers=head)
        assert refused.status_code == 429
        assert int(refused.headers["retry-after"]) > 0
        assert client.get("/healthz").status_code == 200


def test_every_answer_carries_the_headers_and_no_other_site_may_ask(served: Served) -> None:
    with served() as client:
        answers = [
            client.get("/"),
            client.get("/nowhere"),
            client.post("/v1/score", json={}),
            client.options("/v1/score", headers={"Origin": "https://evil.example", "Access-Control-Request-Method": "POST"}),
        ]
        foreign = client.post("/v1/score", json=ARTICLE, headers={"Sec-Fetch-Site": "cross-site"})
        rebound = client.get("/v1/model", headers={"Host": "evil.example"})
        named = client.get("/healthz", headers={"X-Request-ID": "abc-1"})
        forged = client.get("/healthz", headers={"X-Request-ID": "a b\tc"})
    for answer in answers:
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert not [name for name in answer.headers if name.startswith("access-control")]
    assert (foreign.status_code, rebound.status_code) == (403, 400)
    assert named.headers["x-request-id"] == "abc-1"
    assert len(forged.headers["x-request-id"]) == 32


def test_no_word_of_an_article_is_logged(served: Served, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    caplog.set_level(logging.DEBUG)
    with served() as client:
        statuses = [client.post("/v1/score", json=ARTICLE).status_code]
        statuses.append(client.post("/v1/score", json={**ARTICLE, SECRET: 1}).status_code)

        def fail(_articles: object) -> None:
            raise ValueError(SECRET)

        monkeypatch.setattr(client.app.state.service.live.current.scorer, "score", fail)  # type: ignore[attr-defined]  # FastAPI's
        failed = client.post("/v1/score", json=ARTICLE)
        statuses.append(failed.status_code)
    lines = [JsonFormatter().format(record) for record in caplog.records if record.name.startswith("presscheck")]
    assert statuses == [200, 422, 500]
    assert SECRET not in failed.text
    assert any('"error": "ValueError"' in line and failed.headers["x-request-id"] in line for line in lines)
    assert not [line for line in lines if SECRET in line]


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("a.example", False),
    ],
)
def test_which_addresses_are_local(host: str, local: bool) -> None:
    assert is_local(host) is local
