"""Models by their name in a registry: what is kept, what is asked, and what is said of a fault of the registry or the cache."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from registry_support import URI, Registry, small_bundle, stand_in

from presscheck.configs.config_error import ConfigError
from presscheck.serve import registered_models as registry_module
from presscheck.serve.bundle import verify_files, write_sums
from presscheck.serve.errors import ModelRefusedError
from presscheck.serve.registered_models import cache_folder, fetch, find, is_version_of, locate

CHAMPION = "models:/desk@champion"


@pytest.fixture
def registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """Two versions of a model, of which the second is the champion."""
    found = stand_in(tmp_path / "registry", monkeypatch)
    for number in ("1", "2"):
        found.register(number, small_bundle(tmp_path / f"bundle-{number}", number))
    found.point("champion", "2")
    return found


def text_of(folder: Path) -> str:
    return (folder / "config.json").read_text()


def test_a_version_is_downloaded_once_and_an_alias_is_asked_for_each_time(registry: Registry) -> None:
    folder = fetch(CHAMPION)
    assert text_of(folder) == "config.json 2"
    verify_files(folder)
    assert fetch(CHAMPION) == folder
    assert fetch("models:/desk/2") == folder, "known by its number too"
    assert registry.asked == ["resolve desk champion", "download desk 2", "resolve desk champion"]
    registry.point("champion", "1")
    assert text_of(fetch(CHAMPION)) == "config.json 1"
    registry.point("champion", "2")
    assert fetch(CHAMPION) == folder
    assert sum(line.startswith("download") for line in registry.asked) == 2


def test_a_number_is_asked_for_once(registry: Registry) -> None:
    folder = fetch("models:/desk/1")
    registry.fault("resolve", {"unreachable": "gone"})
    assert find("models:/desk/1").notice is None
    assert fetch("models:/desk/1") == folder
    assert registry.asked == ["resolve desk 1", "download desk 1"]


def test_without_the_registry_the_version_of_the_last_time_is_taken_and_said(registry: Registry, caplog: pytest.LogCaptureFixture) -> None:
    folder = fetch(CHAMPION)
    (noted,) = (registry.home / "cache").rglob("champion.json")
    noted.write_text(json.dumps({**json.loads(noted.read_text()), "at": "2026-03-04T05:06:07+00:00"}))
    registry.fault("resolve", {"unreachable": "connection refused"})
    assert fetch(CHAMPION) == folder
    assert caplog.messages == [
        f"the registry {URI} cannot be reached (connection refused); {CHAMPION} is taken as version 2, which it was at 2026-03-04 05:06 UTC"
    ]
    registry.fault("resolve", None)
    caplog.clear()
    assert fetch(CHAMPION) == folder
    assert not caplog.messages
    registry.point("champion", "1")
    registry.fault("download", {"unreachable": "the store is down"})
    assert fetch(CHAMPION) == folder, "the new one cannot be had"
    assert "the store is down" in caplog.text


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"unreachable": "connection refused"}, "connection refused"),
        ("dies", "the process that asks ended with code 1: out of memory"),
        ("hangs", "no answer in 1 s"),
    ],
)
@pytest.mark.parametrize("command", ["resolve", "download"])
def test_without_the_registry_and_the_model_there_is_nothing_to_take(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, command: str, fault: object, reason: str
) -> None:
    monkeypatch.setattr(registry_module, "RESOLVE_S" if command == "resolve" else "DOWNLOAD_S", 1.0 if fault == "hangs" else 600.0)
    registry.fault(command, fault)
    with pytest.raises(ModelRefusedError) as refusal:
        fetch(CHAMPION)
    assert str(refusal.value).startswith(f"{CHAMPION} is not in {registry.home / 'cache'}/")
    assert str(refusal.value).endswith(f", and the registry {URI} cannot be reached: {reason}")
    registry.fault(command, None)
    assert text_of(fetch(CHAMPION)) == "config.json 2", "half a download is no obstacle"


def test_what_the_registry_refuses_is_an_error_whatever_is_here(registry: Registry) -> None:
    fetch(CHAMPION)
    del registry.state["aliases"]["champion"]
    registry.write()
    with pytest.raises(ModelRefusedError, match=rf"^{CHAMPION}: the registry {URI} refuses it: champion not found$"):
        fetch(CHAMPION)
    with pytest.raises(ModelRefusedError, match="9 not found"):
        fetch("models:/desk/9")
    registry.point("champion", "1")
    registry.fault("download", {"refused": "version 1 of desk holds no presscheck bundle"})
    with pytest.raises(ModelRefusedError, match=r"refuses it: version 1 of desk holds no presscheck bundle$"):
        fetch(CHAMPION)


@pytest.mark.parametrize("damage", ["changed", "missing", "extra", "all"])
@pytest.mark.parametrize("name", [CHAMPION, "models:/desk/2"])
def test_a_model_that_was_changed_here_is_fetched_again(registry: Registry, name: str, damage: str) -> None:
    folder = fetch(name)
    if damage == "changed":
        (folder / "model.safetensors").write_text("torn")
    elif damage == "missing":
        (folder / "runtime" / "model.bin").unlink()
    elif damage == "extra":
        (folder / "more.bin").write_text("more")
    else:  # another model with checksums of its own
        small_bundle(folder, "forged")
    registry.fault("download", {"unreachable": "later"})
    with pytest.raises(ModelRefusedError, match="later"):
        fetch(name)
    registry.fault("download", None)
    assert fetch(name) == folder
    assert text_of(folder) == "config.json 2"
    verify_files(folder)
    assert not list(folder.parent.glob(".part*"))


def test_a_damaged_registration_is_never_put_to_use(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "bundle-2" / "runtime" / "model.bin").write_text("torn")
    with pytest.raises(ModelRefusedError) as refusal:
        fetch(CHAMPION)
    assert str(refusal.value) == (
        f"{CHAMPION}: version 2 in {URI} is damaged: "
        "runtime/model.bin is not the file that training wrote (sha256 differs); register it again"
    )
    write_sums(tmp_path / "bundle-2")
    with pytest.raises(ModelRefusedError, match="is damaged: SHA256SUMS is not the one that was registered; register it again"):
        fetch(CHAMPION)
    assert not list((registry.home / "cache").rglob("2-*"))


def test_a_version_from_before_its_hash_was_registered_is_verified_by_its_own(registry: Registry, tmp_path: Path) -> None:
    registry.register("2", tmp_path / "bundle-2", tagged=False)
    folder = fetch(CHAMPION)
    (folder / "config.json").write_text("torn")
    assert text_of(fetch(CHAMPION)) == "config.json 2"


def test_of_many_that_fetch_at_once_one_downloads(registry: Registry) -> None:
    with ThreadPoolExecutor(6) as threads:
        found = set(threads.map(fetch, [CHAMPION] * 6))
    assert len(found) == 1
    verify_files(*found)
    assert registry.asked.count("download desk 2") == 1


def test_an_answer_may_be_shared_for_as_long_as_it_is_young(registry: Registry) -> None:
    folder = fetch(CHAMPION)
    registry.point("champion", "1")
    assert find(CHAMPION, max_age_s=3600).folder == folder
    assert len(registry.asked) == 2
    assert find(CHAMPION, max_age_s=0).version == "1"
    (folder / "config.json").unlink()
    registry.point("champion", "2")
    find(CHAMPION)
    assert find(CHAMPION, max_age_s=3600).folder == folder


def test_a_model_that_was_registered_anew_under_its_name_is_another(registry: Registry, tmp_path: Path) -> None:
    before = fetch(CHAMPION)
    registry.register("2", small_bundle(tmp_path / "anew", "anew"), created="7")
    after = fetch(CHAMPION)
    assert (text_of(before), text_of(after)) == ("config.json 2", "config.json anew")
    assert text_of(fetch("models:/desk/2")) == "config.json anew"


def test_registries_are_told_apart_and_users_are_not(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = fetch(CHAMPION, tracking_uri="https://ana:secret@mlflow.example.org/")
    assert fetch(CHAMPION, tracking_uri="https://ben:other@mlflow.example.org") == folder
    assert fetch(CHAMPION, tracking_uri="https://mlflow.example.com") != folder
    assert fetch(CHAMPION, tmp_path / "mine").is_relative_to(tmp_path / "mine")
    registry.fault("resolve", {"unreachable": "down"})
    assert "ana:***@mlflow" in str(find(CHAMPION, tracking_uri="https://ana:secret@mlflow.example.org/").notice)
    assert not any("secret" in path.read_text() for path in (registry.home / "cache").rglob("*.json"))
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "mlflow.db").touch()
    registry.fault("resolve", None)
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    places = []
    for name in ("a", "b"):
        monkeypatch.chdir(tmp_path / name)
        places.append(fetch(CHAMPION))
    assert places[0] != places[1], "the same relative address of two databases"
    assert fetch(CHAMPION, tracking_uri=f"sqlite:///{tmp_path / 'a' / 'mlflow.db'}") == places[0]


def test_a_database_that_is_not_there_is_not_made(registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ModelRefusedError, match="there is no such file"):
        fetch(CHAMPION, tracking_uri="sqlite:///nowhere.db")
    monkeypatch.delenv("MLFLOW_TRACKING_URI")
    with pytest.raises(ConfigError, match="no registry is named: set MLFLOW_TRACKING_URI or give --tracking-uri"):
        fetch(CHAMPION)
    assert not registry.asked


@pytest.mark.parametrize(
    "name",
    [
        "models:/desk",
        "models:/desk@",
        "models:/desk/latest",
        "models:/desk/0",
        "models:/a/b@c",
        "models:/..@champion",
        "models:/./1",
        "models:/desk@1",
    ],
)
def test_a_name_of_another_form_is_refused(registry: Registry, name: str) -> None:
    with pytest.raises(ConfigError, match="give models:/NAME@ALIAS"):
        fetch(name)


def test_a_folder_stays_a_folder(registry: Registry, tmp_path: Path) -> None:
    assert locate("models/candidate") == Path("models/candidate")
    assert locate(tmp_path) == tmp_path
    assert not registry.asked
    folder = locate(CHAMPION)
    assert is_version_of(folder.resolve(), "models:/desk@candidate")
    assert not is_version_of(folder.resolve(), "models:/other@champion")


def test_the_cache_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("PRESSCHECK_MODEL_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "presscheck" / "models"
    monkeypatch.setenv("XDG_CACHE_HOME", "/var/cache")
    assert cache_folder() == Path("/var/cache/presscheck/models")
    monkeypatch.setenv("PRESSCHECK_MODEL_CACHE", "/srv/models")
    assert cache_folder() == Path("/srv/models")


def test_who_fetches_imports_no_mlflow(registry: Registry) -> None:
    program = (
        "import sys; from presscheck.serve import registered_models as registry; registry._CLIENT = tuple(sys.argv[1:]); "
        f"registry.fetch('{CHAMPION}'); print(*sorted({{n.split('.')[0] for n in sys.modules}}))"
    )
    done = subprocess.run([sys.executable, "-c", program, *registry_module._CLIENT], capture_output=True, text=True, check=True)
    assert registry.asked[-1] == "download desk 2"
    assert not {"mlflow", "torch", "pandas", "sklearn"} & set(done.stdout.split())
