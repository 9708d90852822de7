"""Fetches a corpus from its publisher or from a copy on disk, verified and atomically."""

import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import requests

from presscheck.data.corpora.registry import Corpus, find, folder_of, problems
from presscheck.data.errors import DataError

_CHUNK_BYTES = 1 << 16
_TIMEOUT_S = 30.0
_ARCHIVES = (".zip", ".tgz", ".tar.gz", ".tar.xz", ".tar")
_UNPACKED = ("gzip", "x-gzip", "deflate")  # encodings that the HTTP client decodes
_WEB_PAGE = (b"<!doctype html", b"<html")
Advance = Callable[[str, int, int | None], None]


def fetch(name: str, root: Path, *, copy_of: Path | None = None, advance: Advance = lambda *_: None) -> Path:
    """Puts the expected files of a corpus into its folder below `root`, and returns that folder.

    An interrupted download is resumed. The folder appears once every file in it matches its checksum; correct files that
    exist already are left alone.

    Args:
        copy_of: a folder or an archive to take instead of downloading.
        advance: called with an address, the bytes so far and the total (None if the publisher does not tell).

    Raises:
        DataError: on an unknown name, a corpus without an address, a page instead of a file, a changed checksum, or a publisher
            that cannot be reached.
        OSError: on a full disk or a folder that cannot be written.
    """
    corpus, target = find(name), folder_of(name, root)
    if target.is_dir() and not problems(corpus, target):
        return target
    if copy_of is None and not corpus.downloads:
        raise DataError(f"{name}: no address of its files is registered; get it by hand from {corpus.published} and give --from FOLDER")
    staging = root / f".{target.name}.part"
    staging.mkdir(parents=True, exist_ok=True)
    unpacked = staging / "unpacked"
    shutil.rmtree(unpacked, ignore_errors=True)
    try:
        if copy_of is None:
            found = [_download(url, staging, corpus=corpus, advance=advance) for url in corpus.downloads]
        elif copy_of.exists():
            found = [copy_of]
        else:
            raise DataError(f"{copy_of}: no such file or folder")
        for path in found:
            _unpack(path, unpacked)
        base = _base(corpus, [unpacked, *(path for path in found if path.is_dir())])
        wrong = problems(corpus, base) if base else [f"the files of {name} are not in {', '.join(map(str, found))}"]
        if base is None or wrong:
            shutil.rmtree(staging)
            raise DataError("\n".join([*wrong, f"nothing was kept; the publisher's page is {corpus.published}"]))
        _place(corpus, base, target, staging / "whole")
    except OSError:
        shutil.rmtree(unpacked, ignore_errors=True)
        shutil.rmtree(staging / "whole", ignore_errors=True)
        raise
    shutil.rmtree(staging)
    return target


def _download(url: str, folder: Path, *, corpus: Corpus, advance: Advance) -> Path:
    path = folder / Path(urlsplit(url).path).name
    if path.is_file():
        return path
    part = path.with_name(f"{path.name}.part")
    done = part.stat().st_size if part.is_file() else 0
    by_hand = f"get it by hand from {corpus.published} and give --from FOLDER"
    asked = {"Accept-Encoding": "identity", **({"Range": f"bytes={done}-"} if done else {})}
    can_go_on = True
    try:
        with requests.get(url, stream=True, timeout=_TIMEOUT_S, headers=asked) as answer:
            if answer.status_code == requests.codes.requested_range_not_satisfiable:
                part.unlink()
                raise DataError(f"{url}: the publisher's file has changed since the download started; start again")
            answer.raise_for_status()
            can_go_on = _is_as_asked(answer, url, by_hand=by_hand)
            goes_on = answer.status_code == requests.codes.partial_content
            if goes_on and not (can_go_on and answer.headers.get("Content-Range", "").startswith(f"bytes {done}-")):
                part.unlink()
                raise DataError(f"{url}: the publisher sent something other than the rest of the file; start again")
            done = done if goes_on else 0
            length = answer.headers.get("Content-Length", "") if can_go_on else ""
            total = done + int(length) if length.isdigit() else None
            with part.open("ab" if goes_on else "wb") as stream:
                for chunk in answer.iter_content(_CHUNK_BYTES):
                    if done == 0 and chunk.lstrip().lower().startswith(_WEB_PAGE):
                        raise DataError(f"{url}: a web page came instead of the file; {by_hand}")
                    stream.write(chunk)
                    done += len(chunk)
                    advance(url, done, total)
    except requests.RequestException as error:
        if not can_go_on:
            part.unlink(missing_ok=True)
        kept = f"; {done:,} bytes are kept; give the same command again to resume" if done and can_go_on else ""
        raise DataError(f"{url}: {_reason(error)}{kept}; or {by_hand}") from None
    if total is not None and done != total:
        raise DataError(f"{url}: the connection ended after {done:,} of {total:,} bytes; give the same command again to resume")
    part.replace(path)
    return path


def _is_as_asked(answer: requests.Response, url: str, *, by_hand: str) -> bool:
    """Checks that the file itself comes. If it is compressed in transit, its length is unknown and a Range request cannot resume it."""
    encoding = answer.headers.get("Content-Encoding", "").strip().lower() or "identity"
    if encoding not in ("identity", *_UNPACKED):
        raise DataError(f"{url}: the publisher sends it compressed as {encoding}, which is not supported; {by_hand}")
    return encoding == "identity"


def _reason(error: requests.RequestException) -> str:
    if error.response is not None:
        return f"the publisher answered {error.response.status_code} {error.response.reason}"
    if isinstance(error, requests.exceptions.ContentDecodingError):
        return "the compressed answer is damaged"
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection ended early"
    return f"cannot be reached ({type(error).__name__})"


def _unpack(path: Path, into: Path) -> None:
    if path.is_dir():
        return
    into.mkdir(exist_ok=True)
    if path.name.lower().endswith(_ARCHIVES):
        try:
            shutil.unpack_archive(path, into, filter=None if path.suffix.lower() == ".zip" else "data")
        except (shutil.ReadError, ValueError, EOFError) as error:
            raise DataError(f"{path}: not a complete archive ({error})") from None
    else:
        shutil.copyfile(path, into / path.name)


def _base(corpus: Corpus, folders: list[Path]) -> Path | None:
    """The folder in or below the given ones that holds a file of every expected name; the first without a problem, else the first."""
    bases = [base for folder in folders for base in [folder, *sorted(path for path in folder.rglob("*") if path.is_dir())]]
    whole = [
        base
        for base in bases
        if all((base / name).is_file() for name in corpus.files) and all(any(base.glob(pattern)) for pattern in corpus.trees)
    ]
    return next((base for base in whole if not problems(corpus, base)), next(iter(whole), None))


def _place(corpus: Corpus, base: Path, target: Path, whole: Path) -> None:
    """Copies the expected files to `whole` and moves it to the target."""
    shutil.rmtree(whole, ignore_errors=True)
    for path in [*(base / name for name in corpus.files), *(p for pattern in corpus.trees for p in base.glob(pattern))]:
        copy = whole / path.relative_to(base)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    if target.exists():
        raise DataError(f"{target} holds other files than the registry knows; move it away and give the command again")
    whole.replace(target)
