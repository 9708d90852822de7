"""Getting a corpus over loopback: resumed, checked, whole or not there."""

import errno
import gzip
import hashlib
import shutil
import threading
import zipfile
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from presscheck.cli.main import app
from presscheck.data.corpora import registry
from presscheck.data.corpora.fetch import fetch
from presscheck.data.corpora.registry import Corpus, Tree, problems, tree_sha256
from presscheck.data.errors import DataError

ROWS = b"text;label\n" + b"A vote was held.;0\n" * 20_000


class Publisher:
    """A server with one file, which can break off, answer with a page, or change its mind."""

    def __init__(self) -> None:
        self.content, self.breaks_after, self.type = ROWS, len(ROWS), "text/csv"
        self.ranges: list[str | None] = []
        self.status = 200
        self.encoding: str | None = None  # sent so, whatever the client asks for
        self.honours_identity = True
        self.first_of_range: int | None = None

    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/rows.csv"

    def __enter__(self) -> "Publisher":
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = self.headers.get("Range")
                publisher.ranges.append(asked)
                first = int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0
                body = publisher.content[first:]
                self.send_response(206 if asked and publisher.status == 200 else publisher.status)
                self.send_header("Content-Type", publisher.type)
                if asked:
                    named = first if publisher.first_of_range is None else publisher.first_of_range
                    self.send_header("Content-Range", f"bytes {named}-{len(publisher.content) - 1}/*")
                may_encode = "gzip" in self.headers.get("Accept-Encoding", "") or not publisher.honours_identity
                if publisher.encoding and may_encode:
                    self.send_header("Content-Encoding", publisher.encoding)
                    body = gzip.compress(body)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: publisher.breaks_after])
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=partial(self.server.serve_forever, poll_interval=0.01))
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    with Publisher() as server:
        corpus = Corpus(
            title="Votes",
            task="votes",
            labels=("loaded",),
            citation="nobody",
            licence="none stated",
            commercial=False,
            published="https://example.org/votes",
            downloads=(server.address(),),
            files={"rows.csv": hashlib.sha256(ROWS).hexdigest()},
        )
        monkeypatch.setattr(registry, "corpora", lambda: {"votes": corpus})
        yield server


def test_a_download_is_checked_and_reported(publisher: Publisher, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    folder = fetch("votes", tmp_path, advance=lambda _, done, total: seen.append((done, total)))
    assert (folder / "rows.csv").read_bytes() == ROWS
    assert seen[-1] == (len(ROWS), len(ROWS))
    assert [path.name for path in tmp_path.iterdir()] == ["votes"]
    fetch("votes", tmp_path)
    assert len(publisher.ranges) == 1, "what is there and right is not fetched again"


def test_an_interrupted_download_goes_on(publisher: Publisher, tmp_path: Path) -> None:
    publisher.breaks_after = 100_000
    with pytest.raises(DataError, match=r"rows\.csv: .*give the same command again to resume"):
        fetch("votes", tmp_path)
    assert not (tmp_path / "votes").exists()
    publisher.breaks_after = len(ROWS)
    assert (fetch("votes", tmp_path) / "rows.csv").read_bytes() == ROWS
    first, second = publisher.ranges
    assert first is None
    assert second is not None
    assert second.startswith("bytes=")
    assert second != "bytes=0-"


def test_a_publisher_that_would_compress_is_asked_for_the_file_itself(publisher: Publisher, tmp_path: Path) -> None:
    publisher.encoding = "gzip"
    seen: list[tuple[int, int | None]] = []
    folder = fetch("votes", tmp_path, advance=lambda _, done, total: seen.append((done, total)))
    assert (folder / "rows.csv").read_bytes() == ROWS
    assert seen[-1] == (len(ROWS), len(ROWS))


def test_a_publisher_that_compresses_all_the_same_is_unpacked(publisher: Publisher, tmp_path: Path) -> None:
    publisher.encoding, publisher.honours_identity = "gzip", False
    assert (fetch("votes", tmp_path) / "rows.csv").read_bytes() == ROWS


def test_half_of_a_compressed_answer_is_not_kept(publisher: Publisher, tmp_path: Path) -> None:
    """What comes next would be the rest of other bytes."""
    publisher.encoding, publisher.honours_identity = "gzip", False
    publisher.breaks_after = 300
    with pytest.raises(DataError, match=r"rows\.csv: the connection ended early; or get it by hand"):
        fetch("votes", tmp_path)
    publisher.breaks_after = len(ROWS)
    assert (fetch("votes", tmp_path) / "rows.csv").read_bytes() == ROWS
    assert publisher.ranges == [None, None]


def test_a_download_that_goes_on_compressed_or_elsewhere_starts_again(publisher: Publisher, tmp_path: Path) -> None:
    for encoding, first in (("gzip", None), (None, 5)):
        folder = tmp_path / str(encoding)
        publisher.breaks_after = 100_000
        with pytest.raises(DataError, match="give the same command again"):
            fetch("votes", folder)
        publisher.breaks_after = len(ROWS)
        publisher.encoding, publisher.honours_identity, publisher.first_of_range = encoding, False, first
        with pytest.raises(DataError, match=r"sent something other than the rest of the file; start again"):
            fetch("votes", folder)
        publisher.encoding = None
        assert (fetch("votes", folder) / "rows.csv").read_bytes() == ROWS


def test_an_encoding_that_is_not_read_here_is_named(publisher: Publisher, tmp_path: Path) -> None:
    publisher.encoding, publisher.honours_identity = "br", False
    with pytest.raises(DataError, match=r"compressed as br, which is not supported; get it by hand"):
        fetch("votes", tmp_path)


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (
            b"<!DOCTYPE html><p>Sign in",
            200,
            "a web page came instead of the file; get it by hand from https://example.org",
        ),
        (ROWS.replace(b"0\n", b"1\n"), 200, r"rows\.csv is not the registered file"),
        (b"gone", 404, "the publisher answered 404"),
    ],
)
def test_what_is_not_the_corpus_is_refused_and_not_kept(
    publisher: Publisher, tmp_path: Path, content: bytes, status: int, message: str
) -> None:
    publisher.content, publisher.status = content, status
    with pytest.raises(DataError, match=message):
        fetch("votes", tmp_path)
    assert not (tmp_path / "votes").exists()
    publisher.content, publisher.status = ROWS, 200
    assert fetch("votes", tmp_path).is_dir()


def test_a_publisher_that_is_not_there(publisher: Publisher, tmp_path: Path) -> None:
    publisher.__exit__()
    with pytest.raises(DataError, match=r"cannot be reached \(ConnectionError\); or get it by hand"):
        fetch("votes", tmp_path)
    publisher.__enter__()


def test_a_corpus_without_an_address_comes_from_a_copy_alone(publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = registry.corpora()["votes"].model_copy(update={"downloads": ()})
    monkeypatch.setattr(registry, "corpora", lambda: {"votes": corpus})
    with pytest.raises(DataError, match=r"votes: no address .*; get it by hand from https://example\.org/votes and give --from FOLDER"):
        fetch("votes", tmp_path / "one")
    assert not (tmp_path / "one").exists()
    (tmp_path / "rows.csv").write_bytes(ROWS)
    assert (fetch("votes", tmp_path / "two", copy_of=tmp_path) / "rows.csv").read_bytes() == ROWS


def test_a_full_disk_leaves_no_half_corpus(publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert publisher

    def full(source: Path, target: Path) -> None:
        Path(target).write_bytes(Path(source).read_bytes()[:10])
        raise OSError(errno.ENOSPC, "No space left on device", str(target))

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(OSError, match="No space left"):
        fetch("votes", tmp_path)
    assert not (tmp_path / "votes").exists()
    monkeypatch.undo()


def test_a_copy_from_a_folder_or_an_archive(publisher: Publisher, tmp_path: Path) -> None:
    copy = tmp_path / "mine" / "deep"
    copy.mkdir(parents=True)
    (copy / "rows.csv").write_bytes(ROWS)
    assert (fetch("votes", tmp_path / "one", copy_of=tmp_path / "mine") / "rows.csv").read_bytes() == ROWS
    archive = tmp_path / "votes.zip"
    with zipfile.ZipFile(archive, "w") as stream:
        stream.writestr("votes-main/rows.csv", ROWS)
    assert (fetch("votes", tmp_path / "two", copy_of=archive) / "rows.csv").read_bytes() == ROWS
    archive.write_bytes(archive.read_bytes()[:-50])
    with pytest.raises(DataError, match="not a complete archive"):
        fetch("votes", tmp_path / "three", copy_of=archive)
    assert not publisher.ranges


def test_other_files_in_the_way_are_left_alone(publisher: Publisher, tmp_path: Path) -> None:
    assert publisher
    (tmp_path / "votes").mkdir()
    (tmp_path / "votes" / "rows.csv").write_text("mine")
    with pytest.raises(DataError, match="holds other files"):
        fetch("votes", tmp_path)
    assert (tmp_path / "votes" / "rows.csv").read_text() == "mine"


def test_a_tree_is_checked_file_by_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(name)
    corpus = registry.corpora()["ptc"].model_copy(
        update={"files": {}, "trees": {"*.txt": Tree(count=2, sha256=tree_sha256(tmp_path, "*.txt")[1])}}
    )
    assert problems(corpus, tmp_path) == []
    (tmp_path / "b.txt").write_text("c")
    assert "a file is not the registered one" in problems(corpus, tmp_path)[0]
    (tmp_path / "b.txt").unlink()
    assert "finds 1 files, expected 2" in problems(corpus, tmp_path)[0]


def test_the_commands(publisher: Publisher, tmp_path: Path) -> None:
    run = partial(CliRunner().invoke, app)
    listed = run(["data", "list", "--corpora", str(tmp_path)])
    assert "votes (not here): Votes" in listed.output
    assert "no commercial use" in listed.output
    fetched = run(["data", "fetch", "votes", "--corpora", str(tmp_path)])
    assert fetched.exit_code == 0, fetched.output
    assert "votes (here)" in run(["data", "list", "--corpora", str(tmp_path)]).output
    shutil.rmtree(tmp_path / "votes")
    publisher.status = 500
    failed = run(["data", "fetch", "votes", "--corpora", str(tmp_path)])
    assert failed.exit_code == 2
    assert "answered 500" in failed.output
    assert run(["data", "fetch", "nothing"]).exit_code == 2
