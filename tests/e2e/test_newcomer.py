"""The newcomer's script does what a page says, and sees where the page is wrong. The pages themselves: `make newcomer`."""

import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from e2e.newcomer import DESK, PYTHON_PAGE, README, REFERENCE, TUTORIALS, Differs, follow, in_session, steps

from presscheck.serve.bundle import Bundle

PAGE = """\
# A page

```text title="names.txt"
Ida
Ana
```

```console
$ sort \\
    names.txt
Ana
Ida
$ cat gone.txt   # code 1
cat: ...
$ echo "risk 83%, of 12 sentences"
risk 80%, of 12 sentences
$ echo quiet
```

```console title="Not run: it fails"
$ exit 9
```

<!-- What somebody does meanwhile:
```console
$ echo Eva >> names.txt
```
-->

```python
with open("names.txt") as names:
    assert len(list(names)) == 3
```

```python
>>> name = open("names.txt").readline().strip()
>>> name
'Ida'

```

And later:

```python
>>> len(name)
3

```
"""


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "page.md"
    path.write_text(PAGE, encoding="utf-8")
    return path


def try_page(page: Path, **options: bool) -> int:
    folder = page.parent / "work"
    folder.mkdir(exist_ok=True)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    return follow(page, folder, environment, **options)


def test_a_page_that_is_right_is_followed_to_its_end(page: Path) -> None:
    assert try_page(page) == 7


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        ("Ana\nIda\n$", "Ida\nAna\n$", "the page shows:\nIda\nAna"),
        ("12 sentences\n$", "13 sentences\n$", "the page shows:\nrisk 80%, of 13"),
        ("echo Eva", "true", "AssertionError"),
        ("# code 1", "# code 2", "ended with code 1, not 2"),
        ("cat gone.txt   # code 1", "cat gone.txt", "ended with code 1, not 0"),
        ("'Ida'\n", "'Ana'\n", "the page shows:\n'Ana'"),
        ("len(name)", "len(nome)", "NameError"),
    ],
)
def test_a_page_that_is_wrong_is_found(page: Path, right: str, wrong: str, told: str) -> None:
    assert PAGE.count(right) == 1
    page.write_text(PAGE.replace(right, wrong), encoding="utf-8")
    with pytest.raises(Differs) as raised:
        try_page(page)
    assert told in str(raised.value)


def test_what_was_printed_is_written_into_the_page(page: Path) -> None:
    wrong = PAGE.replace("Ana\nIda\n$", "Nobody\n$").replace("'Ida'", "'Nobody'").replace("\n3\n", "\n4\n")
    page.write_text(wrong, encoding="utf-8")
    try_page(page, write=True)
    assert page.read_text(encoding="utf-8") == PAGE


def test_what_sets_up_is_left_out_where_all_is_set_up(page: Path) -> None:
    page.write_text("```console\n$ make demo\n$ echo done\ndone\n```\n", encoding="utf-8")
    assert try_page(page, is_set_up=True) == 1


SERVER = """\
import http.server
import sys

class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"up")

http.server.HTTPServer(("127.0.0.1", int(sys.argv[-1])), Ready).serve_forever()
"""
ASK = """\
import sys
from urllib.request import urlopen

print(urlopen(f"http://127.0.0.1:{sys.argv[1]}").read().decode())
"""


@pytest.mark.parametrize("named", [None, 8001])
def test_a_service_is_up_for_the_rest_of_its_page_on_a_free_port(page: Path, named: int | None) -> None:
    port = named or 8000
    files = {"server.py": SERVER, "ask.py": ASK, "gone.py": f"PORT = {port}\n"}
    written = "".join(f'```text title="{name}"\n{text}```\n' for name, text in files.items())
    option = "" if named is None else f" --port {named}"
    commands = f"$ python server.py{option} &   # http://127.0.0.1:{port}\n$ python ask.py {port}\nup\n"
    page.write_text(f"{written}```console\n{commands}```\n", encoding="utf-8")
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with suppress(OSError):  # somebody has it already
            other.bind(("127.0.0.1", port))
            other.listen()
        assert try_page(page) == 2
    moved = int((page.parent / "work" / "gone.py").read_text(encoding="utf-8").removeprefix("PORT = "))
    with socket.socket() as closed:
        assert moved != port
        assert closed.connect_ex(("127.0.0.1", moved)) != 0


def test_a_service_that_ends_is_told_with_what_it_printed(page: Path) -> None:
    page.write_text("```console\n$ echo no model >&2 &\n```\n", encoding="utf-8")
    with pytest.raises(Differs, match="ended with code 0:\nno model"):
        try_page(page)


@pytest.mark.parametrize("path", [README, PYTHON_PAGE, *TUTORIALS, DESK, *REFERENCE], ids=lambda path: path.stem)
def test_every_page_that_a_newcomer_follows_has_something_to_do(path: Path) -> None:
    kinds = [step.kind for step in steps(path.read_text(encoding="utf-8"))]
    assert {"run", "session", "script"} & set(kinds)


@pytest.mark.parametrize("page", [README, PYTHON_PAGE], ids=lambda path: path.stem)
def test_the_python_of_a_page_runs_on_any_model(page: Path, tiny_bundle: Bundle, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "candidate").symlink_to(tiny_bundle.path)
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    (session,) = (step for step in steps(page.read_text(encoding="utf-8")) if step.kind == "session")
    assert not [found for found in in_session(session, tmp_path, environment) if "Traceback" in found[3]]
