"""`presscheck keys`: made, listed and revoked in a state folder."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.serve.http.limits.keys import Keyring, read_keys


def keys(*arguments: str, state: Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["keys", *arguments, "--state", str(state)])
    return result.exit_code, result.stdout, result.stderr


def test_a_key_is_shown_once_and_known_by_its_name(tmp_path: Path) -> None:
    code, key, err = keys("new", "night-desk", state=tmp_path)
    assert (code, key[:4]) == (0, "pck_")
    assert "cannot be shown again" in err
    ring = Keyring(tmp_path / "keys.json")
    ring.refresh()
    assert ring.owner(key.strip()) == "night-desk"


def test_the_list_has_names_and_times_and_no_key(tmp_path: Path) -> None:
    made = [keys("new", name, state=tmp_path)[1].strip() for name in ("web", "night-desk")]
    code, listed, _ = keys("list", state=tmp_path)
    assert code == 0
    lines = listed.splitlines()
    assert [line.split()[0] for line in lines] == ["web", "night-desk"]
    assert all(re.fullmatch(r"[\w-]+ +\d{4}-\d\d-\d\d \d\d:\d\d UTC", line) for line in lines), listed
    hashes = [entry.sha256 for entry in read_keys(tmp_path / "keys.json").values()]
    assert not [secret for secret in (*made, *hashes) if secret in listed]


def test_a_revoked_key_is_gone(tmp_path: Path) -> None:
    for name in ("web", "night-desk"):
        keys("new", name, state=tmp_path)
    code, _, err = keys("revoke", "web", state=tmp_path)
    assert (code, "revoked web" in err) == (0, True)
    assert keys("list", state=tmp_path)[1].split()[0] == "night-desk"
    code, _, err = keys("revoke", "web", state=tmp_path)
    assert (code, "no key 'web'; there are night-desk" in err) == (2, True)


@pytest.mark.parametrize("name", ["web", "two words"])
def test_a_name_that_cannot_be_given(tmp_path: Path, name: str) -> None:
    keys("new", "web", state=tmp_path)
    code, shown, err = keys("new", name, state=tmp_path)
    assert (code, shown) == (2, "")
    assert ("presscheck keys revoke web --state" if name == "web" else "cannot name a key") in err


def test_no_keys_yet(tmp_path: Path) -> None:
    code, shown, err = keys("list", state=tmp_path)
    assert (code, shown) == (0, "")
    assert f"presscheck keys new NAME --state {tmp_path}" in err
