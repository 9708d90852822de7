import json
import shutil
from pathlib import Path

import pytest

from presscheck.serve.bundle import Bundle, find_bundle, point, publish, read_bundle, write_sums
from presscheck.serve.errors import ModelRefusedError


@pytest.fixture
def copy(tiny_bundle: Bundle, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_bundle.path, tmp_path / "bundle"))


def edit_manifest(folder: Path, **changes: object) -> None:
    """Changes the manifest and makes the sums right again, so that only its content can be refused."""
    path = folder / "presscheck.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))
    write_sums(folder)


@pytest.mark.parametrize("name", ["model.safetensors", "runtime/model.bin", "tokenizer.json", "presscheck.json", "config.json"])
def test_a_changed_file_is_refused(copy: Path, name: str) -> None:
    raw = bytearray((copy / name).read_bytes())
    raw[len(raw) // 2] ^= 1
    (copy / name).write_bytes(raw)
    with pytest.raises(ModelRefusedError, match="is not the file that training wrote"):
        read_bundle(copy)


@pytest.mark.parametrize("name", ["runtime/model.xml", "SHA256SUMS", "presscheck.json"])
def test_a_missing_file_is_refused(copy: Path, name: str) -> None:
    (copy / name).unlink()
    with pytest.raises(ModelRefusedError, match=r"missing|no SHA256SUMS"):
        read_bundle(copy)


def test_a_stray_file_is_refused(copy: Path) -> None:
    (copy / "extra.bin").write_text("x")
    with pytest.raises(ModelRefusedError, match=r"extra\.bin is not part of the bundle"):
        read_bundle(copy)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"labels": ["loaded", "sensational", "claim", "attributed"]}, "segment labels are"),
        ({"tags": ["source", "cue", "content"]}, "token tags are"),
        ({"format": 2}, "format"),
        ({"calibration": {"f32": {}}}, "calibration for f32 covers"),
        ({"default_policy": "lenient"}, "no policy 'lenient'"),
        ({"weights_sha256": "0" * 64}, "weights hash is not that of"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(copy: Path, changes: dict[str, object], message: str) -> None:
    edit_manifest(copy, **changes)
    with pytest.raises(ModelRefusedError, match=message):
        read_bundle(copy)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": "starter"}, ("a bundle of presscheck 0.0.9 (segment labels are", "; train the model again: presscheck train starter")),
        ({"name": "our-desk"}, ("a bundle of presscheck 0.0.9 (", "; train the model again: presscheck train CONFIG")),
        ({"name": None, "versions": []}, ("a bundle of an unknown version (", "; train the model again: presscheck train CONFIG")),
    ],
)
def test_the_refusal_of_an_old_bundle_says_who_made_it_and_what_to_do(
    copy: Path, changes: dict[str, object], says: tuple[str, str]
) -> None:
    fewer = json.loads((copy / "presscheck.json").read_text())["labels"][:-1]
    edit_manifest(copy, **{"labels": fewer, "versions": {"presscheck": "0.0.9"}, **changes})
    with pytest.raises(ModelRefusedError) as refused:
        read_bundle(copy)
    message = str(refused.value)
    assert says[0] in message
    assert message.endswith(says[1])
    assert "Value error" not in message


def test_the_champion_comes_before_the_candidate(tmp_path: Path) -> None:
    with pytest.raises(ModelRefusedError, match="presscheck train starter"):
        find_bundle(tmp_path)
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    point(tmp_path / "candidate", tmp_path / "one")
    assert find_bundle(tmp_path) == (tmp_path / "one", "candidate")
    point(tmp_path / "champion", tmp_path / "two")
    assert find_bundle(tmp_path) == (tmp_path / "two", "champion")
    (tmp_path / "two").rmdir()
    with pytest.raises(ModelRefusedError, match="which does not exist"):
        find_bundle(tmp_path)


def test_publishing_never_overwrites_a_bundle(tmp_path: Path) -> None:
    for content in ("old", "new"):
        folder = tmp_path / f"work-{content}"
        folder.mkdir()
        (folder / "file").write_text(content)
    publish(tmp_path / "work-old", tmp_path / "models" / "run")
    with pytest.raises(OSError, match="not empty"):
        publish(tmp_path / "work-new", tmp_path / "models" / "run")
    assert (tmp_path / "models" / "run" / "file").read_text() == "old"


def test_the_sums_are_those_of_sha256sum(tiny_bundle: Bundle) -> None:
    import subprocess

    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tiny_bundle.path, check=True)
